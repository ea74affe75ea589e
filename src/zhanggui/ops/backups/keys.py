"""The key that seals backups: never the one that seals the database, so that neither alone opens everything.

It is an age identity (age-encryption.org/v1, X25519): whoever holds it opens a backup with the ``age`` tool, too.
"""

from pathlib import Path

from django.conf import settings
from pyrage import IdentityError, x25519

from zhanggui.kernel.secret_files import read_or_make

FILE = "backup-key.txt"


def own_key() -> x25519.Identity:
    """The house's: from the environment, else from its file, made there the first time. Raises ValueError for what is none."""
    return key_from(own_text())


def own_text() -> str:
    """The same as it is written, with the words to people."""
    return settings.BACKUP_KEY or read_or_make(settings.DATA / FILE, _new)


def key_of(file: Path) -> x25519.Identity:
    """The key in a file somebody kept. Raises OSError, ValueError."""
    return key_from(file.read_text())


def key_from(text: str) -> x25519.Identity:
    """The first identity in ``text``; lines that begin with # say something to people."""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            try:
                return x25519.Identity.from_str(line.strip())
            except IdentityError as error:
                raise ValueError("this is not a backup key: it begins with AGE-SECRET-KEY-1") from error
    raise ValueError("there is no backup key in it")


def _new() -> str:
    key = x25519.Identity.generate()
    return f"# Opens this shop's backups. Keep a copy elsewhere: without it no backup comes back.\n# {key.to_public()}\n{key}\n"
