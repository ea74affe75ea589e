"""One cheap pass over the bytes of a text file: its encoding for certain or not at all, and what to look out for."""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from zhanggui.channels.reading.asking import AskEncoding
from zhanggui.channels.reading.encodings import NAMES, sample, unlike_chinese, unlike_utf8
from zhanggui.channels.reading.errors import BadBytes, CellTooLong, EmptyFile, TooLargeUnpacked, Unsupported
from zhanggui.channels.reading.limits import MIB, Limits

_CHUNK = MIB
_BOMS = ((codecs.BOM_UTF32_LE, ""), (codecs.BOM_UTF32_BE, ""), (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
         (codecs.BOM_UTF16_BE, "utf-16-be"))
# Everything below a blank but tab and the two line ends, and DEL; none is part of a longer character in UTF-8 or GB18030.
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r") + b"\x7f"
_WIDE_LEADS = bytes(range(0xE0, 0xF0))
# Five Chinese characters of UTF-8 in a row are, read as GB18030, a text nobody writes. Bytes by class, so that they are
# found at the speed of a plain search: L leads such a character, t follows in it.
_CLASSES = bytes(0x4C if 0xE3 <= byte <= 0xE9 else 0x74 if 0x80 <= byte <= 0xBF else 0x2E for byte in range(256))
_UTF8_ISLAND = b"Ltt" * 5


@dataclass(frozen=True, slots=True)
class Survey:
    """``bom`` is the bytes to skip; ``dirty`` says that single cells need a look; ``lines`` is never too low."""

    encoding: str
    certain: bool
    bom: int
    quotes: bool
    dirty: bool
    lines: int


def survey(stream: BinaryIO, limits: Limits, chosen: str = "") -> Survey:
    """Encoding and shape of the whole stream, which must be seekable; every refusal names the physical row. Where the bytes
    make sense in more than one encoding it is the ``chosen`` one; raises AskEncoding where none was."""
    head = stream.read(4096)
    if not head:
        raise EmptyFile()
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            if not encoding:
                raise Unsupported(kind="UTF-32")
            return _pass(stream, encoding, len(bom), limits, certain=True)
    if head.count(0) > len(head) // 8:
        return _chosen(stream, ("utf-16-le", "utf-16-be"), chosen, limits)
    try:
        read = _pass(stream, "utf-8", 0, limits, certain=True)
        if unlike_utf8(stream):
            return _chosen(stream, ("utf-8", "gb18030"), chosen, limits)
        return read
    except _Fails as failed:
        if failed.wide:
            raise BadBytes(row=failed.row, encoding="UTF-8") from None
    if unlike_chinese(stream):
        return _chosen(stream, ("gb18030", "cp950", "cp932"), chosen, limits)
    try:
        # Every byte has its place in it, and together they read as Chinese: nothing else does.
        return replace(_pass(stream, "gb18030", 0, limits, certain=False), certain=True)
    except _Fails as failed:
        raise BadBytes(row=failed.row, encoding="GB18030") from None


def _chosen(stream: BinaryIO, candidates: Sequence[str], chosen: str, limits: Limits) -> Survey:
    """The chosen one of those in which all the bytes are characters; UTF-8, where it is the only one. Raises AskEncoding, or BadBytes
    where there are none."""
    good, row = [], 1
    for encoding in candidates:
        try:
            _pass(stream, encoding, 0, limits, certain=False)
        except _Fails as failed:
            row = max(row, failed.row)
        except BadBytes as failed:
            row = max(row, failed.facts["row"])
        else:
            good.append(encoding)
    if not good:
        raise BadBytes(row=row, encoding=NAMES[candidates[0]])
    if good == ["utf-8"]:
        return _pass(stream, "utf-8", 0, limits, certain=True)
    if chosen in good:
        return replace(_pass(stream, chosen, 0, limits, certain=False), certain=True)
    raise AskEncoding(tuple((encoding, f"{NAMES[encoding]}：{sample(stream, encoding)}") for encoding in good))


class _Fails(Exception):
    def __init__(self, row: int, *, wide: bool) -> None:
        self.row, self.wide = row, wide


def _pass(stream: BinaryIO, encoding: str, bom: int, limits: Limits, *, certain: bool) -> Survey:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    utf16, utf8, gb = encoding.startswith("utf-16"), encoding == "utf-8", encoding == "gb18030" and not certain
    quotes = dirty = False
    lines, size, wide, tail, island = 0, 0, 0, 0, b""
    for chunk, last in _chunks(stream, bom):
        size += len(chunk)
        if size > limits.unpacked_bytes:
            raise TooLargeUnpacked(most=f"{limits.unpacked_bytes // MIB} MiB")
        pending = b"" if utf16 else decoder.getstate()[0]
        try:
            words = decoder.decode(chunk, last)
        except UnicodeDecodeError as error:
            before = (pending + chunk)[: error.start]
            wide += _count(before, _WIDE_LEADS)
            if utf16:
                raise BadBytes(row=lines + 1, encoding="UTF-16") from None
            raise _Fails(1 + lines + _breaks(before), wide=bom > 0 or (utf8 and wide >= 3)) from None
        if utf16:
            chunk = words.encode()
        if utf8:
            wide += _count(chunk, _WIDE_LEADS) if wide < 3 else 0
        elif gb and (found := (island + chunk).translate(_CLASSES).find(_UTF8_ISLAND)) >= 0:
            raise BadBytes(row=1 + lines + _breaks(chunk[: max(0, found - len(island))]), encoding="UTF-8 + GB18030")
        island = chunk[-16:]
        quotes = quotes or b'"' in chunk
        dirty = dirty or bool(_count(chunk, _CONTROLS))
        pieces = chunk.replace(b"\r", b"\n").split(b"\n")
        first = tail + len(pieces[0])
        tail = first if len(pieces) == 1 else len(pieces[-1])
        longest = max(first, *map(len, pieces))
        if longest > limits.line_bytes:
            raise CellTooLong(row=1 + lines)
        dirty = dirty or longest > limits.cell_chars
        lines += _breaks(chunk)
    if size == 0:
        raise EmptyFile()
    return Survey(encoding, certain, bom, quotes, dirty, lines + 1)


def _chunks(stream: BinaryIO, bom: int) -> Iterator[tuple[bytes, bool]]:
    stream.seek(bom)
    chunk = stream.read(_CHUNK)
    while chunk:
        following = stream.read(_CHUNK)
        yield chunk, not following
        chunk = following


def _count(data: bytes, which: bytes) -> int:
    return len(data) - len(data.translate(None, which))


def _breaks(data: bytes) -> int:
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
