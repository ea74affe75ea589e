"""An archive judged by its directory before anything is inflated, and inflated under a cap whatever it declares."""

import stat
import zipfile
from collections.abc import Iterator

from zhanggui.channels.reading.apart.refusal import Bounds, Refuse, too_large

_CHUNK = 256 * 1024
_SMALL = 1024 * 1024  # a small member may be squeezed as hard as it likes


def members(archive: zipfile.ZipFile, size: int, bounds: Bounds) -> list[zipfile.ZipInfo]:
    """Every entry of the directory, or why none is touched: too many, too big, squeezed too hard, overlapping,
    encrypted, named twice, or named to land somewhere else."""
    entries = archive.infolist()
    if len(entries) > bounds["entries"]:
        raise Refuse("TOO_MANY_ENTRIES", most=bounds["entries"])
    end = total = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.flag_bits & 1:
            raise Refuse("ENCRYPTED")
        if not _tame(entry) or entry.header_offset < end:
            raise Refuse("BAD_ARCHIVE")
        end = entry.header_offset + entry.compress_size
        total += entry.file_size
        if entry.file_size > _SMALL and entry.file_size > bounds["ratio"] * max(1, entry.compress_size):
            raise too_large(bounds)
    if total > bounds["unpacked_bytes"]:
        raise too_large(bounds)
    if end > size:
        raise Refuse("TRUNCATED")
    if len({entry.filename for entry in entries}) != len(entries):
        raise Refuse("BAD_ARCHIVE")
    return entries


def _tame(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ":" in name or "\0" in name or ".." in name.split("/"):
        return False
    return not stat.S_ISLNK(entry.external_attr >> 16)


class Meter:
    """Counts what is inflated, over all members, and stops at the cap."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds, self.spent = bounds, 0

    def chunks(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                self.spent += len(chunk)
                if self.spent > self.bounds["unpacked_bytes"]:
                    raise too_large(self.bounds)
                yield chunk


def only_file(entries: list[zipfile.ZipInfo], bounds: Bounds) -> zipfile.ZipInfo:
    """The one file in an archive that is no workbook."""
    files = [entry for entry in entries if not entry.is_dir() and not entry.filename.startswith(("__MACOSX/", "."))]
    if bounds["level"] > 0:
        raise Refuse("NESTED_ARCHIVE")
    if len(files) != 1:
        raise Refuse("BAD_ARCHIVE")
    return files[0]
