"""A workbook's program is never kept: only its cells are read."""

import struct

_LOCAL = b"PK\x03\x04"
_NAME = b"vbaproject.bin"
_SIZE, _NAME_SIZE, _FIXED = 18, 26, 30


def taken_out(content: bytes) -> bytes:
    """The same archive with the bytes of its macros blanked, found by the headers in front of them: nothing is unpacked, and
    nothing but the macros changes its place. Anything else comes back as it is."""
    if not content.startswith(b"PK") or _NAME not in content.lower():
        return content
    clean = bytearray(content)
    at = content.find(_LOCAL)
    while at >= 0 and at + _FIXED <= len(content):
        name_size, extra_size = struct.unpack_from("<HH", content, at + _NAME_SIZE)
        begins = at + _FIXED + name_size + extra_size
        if content[at + _FIXED : at + _FIXED + name_size].lower().endswith(_NAME):
            size = struct.unpack_from("<I", content, at + _SIZE)[0] or _until_next(content, begins)
            ends = min(begins + size, len(content))
            clean[begins:ends] = bytes(ends - begins)
        at = content.find(_LOCAL, at + 4)
    return bytes(clean)


def _until_next(content: bytes, begins: int) -> int:
    """How much lies before the next header, where the size is only written behind."""
    found = [at for mark in (_LOCAL, b"PK\x01\x02") if (at := content.find(mark, begins)) >= 0]
    return (min(found) if found else len(content)) - begins
