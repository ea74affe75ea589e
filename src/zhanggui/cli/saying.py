"""Words on the terminal: results on standard output, progress and refusals on standard error."""

import sys

from zhanggui.kernel.errors import Refused


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def note(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


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
