"""Where the bytes of a file come from: a path or memory, gzip taken off, always from the start again."""

import gzip
import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from zhanggui.channels.reading.errors import Corrupt, EmptyFile, TooLargeUnpacked
from zhanggui.channels.reading.limits import MIB, Limits
from zhanggui.channels.reading.room import room

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

GZIP = b"\x1f\x8b"


class _Window(io.RawIOBase):
    """A reader of a kept file with a place of its own, so that two readers do not disturb each other."""

    def __init__(self, kept: BinaryIO) -> None:
        self._kept, self._at = kept, 0  # kept, so that the file lives as long as its readers

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._kept.fileno()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(self.fileno()).st_size}[whence]
        self._at = start + offset
        return self._at

    def readinto(self, buffer: "Buffer") -> int:
        view = memoryview(buffer)
        data = os.pread(self.fileno(), len(view), self._at)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


class Source:
    """Bytes that can be opened again and again. ``name`` is for people only; nothing is decided by it."""

    def __init__(self, given: Path | bytes | BinaryIO, name: str = "") -> None:
        self._given = given
        self.name = name or (given.name if isinstance(given, Path) else "")
        self.packed = self.head(2) == GZIP

    def _raw(self) -> BinaryIO:
        if isinstance(self._given, Path):
            return open(self._given, "rb")
        if isinstance(self._given, bytes):
            return io.BytesIO(self._given)
        return cast(BinaryIO, io.BufferedReader(_Window(self._given)))

    def open(self) -> BinaryIO:
        """The bytes from the start, inflated if they are gzip."""
        return cast(BinaryIO, gzip.GzipFile(fileobj=self._raw())) if self.packed else self._raw()

    def head(self, size: int) -> bytes:
        with self._raw() as stream:
            return stream.read(size)

    def size(self) -> int:
        """Bytes as stored."""
        with self._raw() as stream:
            return stream.seek(0, os.SEEK_END)

    def as_file(self, limits: Limits) -> BinaryIO:
        """A real file on disk with the inflated bytes, for a process of its own; the caller closes it."""
        if isinstance(self._given, Path) and not self.packed:
            return open(self._given, "rb")
        kept = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        size = 0
        try:
            with room(), self.open() as stream:
                while chunk := stream.read(MIB):
                    size += len(chunk)
                    if size > limits.unpacked_bytes:
                        raise TooLargeUnpacked(most=f"{limits.unpacked_bytes // MIB} MiB")
                    kept.write(chunk)
                kept.flush()
        except (gzip.BadGzipFile, EOFError):
            kept.close()
            raise Corrupt() from None
        except BaseException:
            kept.close()
            raise
        kept.seek(0)
        return cast(BinaryIO, kept)

    def refuse_if_empty(self) -> None:
        if not self.head(1):
            raise EmptyFile()
