"""Where the bytes of a file come from: a path or memory, gzip taken off, always from the start again."""

import gzip
import io
import os
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

from zhanggui.channels.reading.errors import Corrupt, EmptyFile, TooLargeUnpacked
from zhanggui.channels.reading.limits import MIB, Limits

GZIP = b"\x1f\x8b"


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
        # A kept file is shared by descriptor, so that closing one reader leaves the others.
        stream = os.fdopen(os.dup(self._given.fileno()), "rb")
        stream.seek(0)
        return stream

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
            with self.open() as stream:
                while chunk := stream.read(MIB):
                    size += len(chunk)
                    if size > limits.unpacked_bytes:
                        raise TooLargeUnpacked(most=f"{limits.unpacked_bytes // MIB} MiB")
                    kept.write(chunk)
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
