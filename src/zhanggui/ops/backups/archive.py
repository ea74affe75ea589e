"""One file that holds a folder: a gzipped tar inside an age file, written and read as a stream."""

import gzip
import hashlib
import os
import shutil
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pyrage
from pyrage import x25519

from zhanggui.kernel import crashing
from zhanggui.kernel.secret_files import settle
from zhanggui.ops.backups.refusals import DamagedBackup, WrongBackupKey

# Databases of text shrink to a fifth at the quickest level; a better one is ten times slower for a tenth less.
LEVEL = 1
PART = ".part"


def pack(folder: Path, out: Path, key: x25519.Identity) -> tuple[int, str]:
    """Seal everything in ``folder`` into ``out``, which appears whole or not at all. (bytes, SHA-256 in hexadecimal)."""
    part = out.with_suffix(PART)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        counted = _Counted(file)
        _through(lambda pipe: _tar(folder, pipe), lambda pipe: pyrage.encrypt_io(pipe, counted, [key.to_public()]))
        file.flush()
        os.fsync(file.fileno())
    crashing.point("backup.before", "rename")
    os.replace(part, out)
    settle(out.parent)
    return counted.many, counted.digest.hexdigest()


def unpack(file: Path, folder: Path, key: x25519.Identity) -> None:
    """Put what ``pack`` sealed into ``folder``. Raises WrongBackupKey, DamagedBackup; then ``folder`` is not to be used."""
    try:
        with file.open("rb") as sealed:
            _through(lambda pipe: pyrage.decrypt_io(sealed, pipe, [key]), lambda pipe: _untar(pipe, folder))
    except pyrage.DecryptError as error:
        if "matching keys" in str(error):
            raise WrongBackupKey(file=file.name) from error
        raise DamagedBackup(file=file.name) from error
    except (OSError, EOFError, tarfile.TarError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            # The disk's own trouble, not the file's.
            raise
        raise DamagedBackup(file=file.name) from error


def _through(write: Callable[[BinaryIO], None], read: Callable[[BinaryIO], None]) -> None:
    """Run both ends of a pipe; what stopped the writing end comes first."""
    out, into = os.pipe()
    failed: list[Exception] = []

    def feed() -> None:
        try:
            with os.fdopen(into, "wb") as pipe:
                write(pipe)
        except Exception as error:
            # Told by the reading end, or after it: a thread's own exception reaches nobody.
            failed.append(error)

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        with os.fdopen(out, "rb") as pipe:
            read(pipe)
    except Exception as error:
        feeder.join()
        raise (failed[0] if failed and not isinstance(failed[0], BrokenPipeError) else error) from error
    feeder.join()
    if failed:
        raise failed[0]


def _tar(folder: Path, pipe: BinaryIO) -> None:
    with gzip.GzipFile(fileobj=pipe, mode="wb", compresslevel=LEVEL) as small, tarfile.open(fileobj=small, mode="w|") as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, arcname=path.name)


def _untar(pipe: BinaryIO, folder: Path) -> None:
    with gzip.GzipFile(fileobj=pipe, mode="rb") as small, tarfile.open(fileobj=small, mode="r|") as tar:
        # Member by member, for the Python of Debian 12 has no filter for unpacking: files and folders below ours, nothing else.
        for member in tar:
            target = (folder / member.name).resolve()
            if not target.is_relative_to(folder.resolve()) or not (member.isreg() or member.isdir()):
                raise tarfile.TarError(member.name)
            if member.isdir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            packed = tar.extractfile(member)
            if packed is not None:
                # Keys are among them: whoever else is on the machine reads none of it.
                with packed, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    shutil.copyfileobj(packed, file, 1 << 20)
    # To the very end: only there is it known that nothing was cut off.
    while pipe.read(1 << 16):
        pass


class _Counted:
    """Counts and digests what passes into the file."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.many, self.digest = file, 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.many += len(data)
        self.digest.update(data)
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()
