"""A PNG as grey pixels, in nothing but the standard library: enough to read codes back from our own paper."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Bytes a pixel for each colour type we take: grey, RGB, grey + alpha, RGBA (8 bits a sample).
CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
# An A4 page at 600 dpi is 35 million.
MOST_PIXELS = 40_000_000


class NotPlainPngError(Exception):
    """Not a PNG, or one with a palette, 16-bit samples or interlacing."""


def grey_of(png: bytes) -> tuple[int, int, bytes]:
    """(pixels across, pixels down, one byte a pixel). The first channel stands for grey: our paper is black and white."""
    if not png.startswith(SIGNATURE):
        raise NotPlainPngError("signature")
    try:
        across, down, depth, colour, _way, _filters, interlaced = struct.unpack(">IIBBBBB", png[16:29])
        channels = CHANNELS[colour]
        if depth != 8 or interlaced or not 0 < across * down <= MOST_PIXELS:
            raise NotPlainPngError("kind")
        stride = 1 + across * channels
        raw = zlib.decompressobj().decompress(_image_data(png), stride * down)
    except (struct.error, KeyError, zlib.error) as broken:
        raise NotPlainPngError("broken") from broken
    if len(raw) != stride * down:
        raise NotPlainPngError("short")
    above = bytes(across)
    rows: list[bytes] = []
    for start in range(0, len(raw), stride):
        # Filters work within a channel, so the others need not be undone.
        above = _unfilter(raw[start], raw[start + 1 : start + stride : channels], above)
        rows.append(above)
    return across, down, b"".join(rows)


def _image_data(png: bytes) -> bytes:
    at, parts = 8, []
    while at + 8 <= len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            parts.append(png[at + 8 : at + 8 + length])
        at += 12 + length
    return b"".join(parts)


def _unfilter(kind: int, row: bytes, above: bytes) -> bytes:
    if kind == 0:
        return row
    if kind == 2:
        return _sum_of_bytes(row, above)
    out = bytearray(len(row))
    left = corner = 0
    for at, value in enumerate(row):
        up = above[at]
        match kind:
            case 1:
                guess = left
            case 3:
                guess = (left + up) // 2
            case 4:
                guess = _paeth(left, up, corner)
            case _:
                raise NotPlainPngError("filter")
        left = out[at] = (value + guess) & 0xFF
        corner = up
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    estimate = left + up - corner
    off_left, off_up, off_corner = abs(estimate - left), abs(estimate - up), abs(estimate - corner)
    if off_left <= off_up and off_left <= off_corner:
        return left
    return up if off_up <= off_corner else corner


def _sum_of_bytes(row: bytes, above: bytes) -> bytes:
    """Each byte plus the one above it, modulo 256, all at once: the two rows are added as two long numbers."""
    if not any(row):
        return above
    size = len(row)
    low, high = int.from_bytes(b"\x7f" * size, "big"), int.from_bytes(b"\x80" * size, "big")
    one, two = int.from_bytes(row, "big"), int.from_bytes(above, "big")
    return (((one & low) + (two & low)) ^ ((one ^ two) & high)).to_bytes(size, "big")
