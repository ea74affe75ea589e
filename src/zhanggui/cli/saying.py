"""Words on the terminal: results on standard output, progress and refusals on standard error.

The terminal speaks English, all of it: programs read it, and so do logs. Whatever a person will read elsewhere (the
reject file) is in their own language.
"""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from zhanggui.kernel.errors import Refused


def ready(*, speaks: bool = True) -> None:
    """Set Django up; from here on refusals are English too, unless ``speaks`` is false: for those who serve people.

    Ends the program with 2 where the environment asks for what cannot be.
    """
    try:
        django.setup()
    except ImproperlyConfigured as error:
        note(str(error))
        sys.exit(2)
    except OSError as error:
        note(f"cannot use the data folder: {error.strerror}: {error.filename}; name another in ZHANGGUI_DATA")
        sys.exit(2)
    from zhanggui.kernel import safety  # noqa: PLC0415  # settings must be read first

    if troubles := safety.troubles():
        for trouble in troubles:
            note(f"{trouble.id}: {trouble.msg} {trouble.hint}")
        sys.exit(2)
    if speaks:
        translation.activate("en")


def language_of_shell() -> str:
    """What the person at this terminal reads: English where the shell says so, else the Chinese of the house."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if said.lower().startswith("en") else "zh-hans"


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def note(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def typed_password() -> str:
    """One line of standard input; ends the program with 2 where there is none."""
    password = sys.stdin.readline().rstrip("\n")
    if not password:
        note("no password: it is read from standard input, one line")
        sys.exit(2)
    return password


def refuse(error: Refused) -> int:
    """Say why not, and what to do; the exit code of a refusal."""
    note(f"{error.code}: {error.sentence}")
    if error.advice:
        note(error.advice)
    return 1


class Meter:
    """One line that is written over while work goes on; silent where nobody looks."""

    def __init__(self, what: str) -> None:
        self.what, self.shown = what, sys.stderr.isatty()

    def __call__(self, done: int, of: int) -> None:
        if self.shown:
            sys.stderr.write(f"\r{self.what} {done:,}{f' / {of:,}' if of else ''} ")
            sys.stderr.flush()

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\r" + " " * 60 + "\r")
