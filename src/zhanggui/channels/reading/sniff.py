"""What a file really is, by its bytes; its name decides nothing."""

from enum import StrEnum

from zhanggui.channels.reading.errors import NotASpreadsheet, Unsupported


class Kind(StrEnum):
    ZIP = "zip"      # a workbook, or an archive holding one file
    OLE = "ole"      # an old workbook, or an encrypted one
    HTML = "html"    # a page under a workbook's name
    TEXT = "text"


_OTHERS = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"),
    (b"BM", ""), (b"\x7fELF", "ELF"), (b"MZ", ""), (b"SQLite format 3", "SQLite"), (b"PAR1", "Parquet"), (b"{\\rtf", "RTF"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")


def kind_of(head: bytes) -> Kind:
    """From the first few kilobytes; refuses what no table is kept in."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Kind.ZIP
    if head.startswith(_OLE):
        return Kind.OLE
    if head.startswith(_OLD_BIFF):
        raise Unsupported(kind="Excel 2.0–4.0")
    for magic, kind in _OTHERS:
        if kind and head.startswith(magic):
            raise NotASpreadsheet(kind=kind)
    if head.startswith((b"BM", b"MZ")) and head[:64].count(0) > 4:
        raise NotASpreadsheet(kind="BMP/EXE")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")) or b"<html" in start:
        return Kind.HTML
    if start.startswith(b"<?xml"):
        raise Unsupported(kind="XML")
    if start.startswith(b"{"):
        raise Unsupported(kind="JSON")
    return Kind.TEXT
