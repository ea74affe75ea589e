"""Bar codes and QR codes: drawn for a thermal head, and read back.

A code is drawn from whole printer dots, quiet zone included, so that its edges fall on the dots of a 203 dpi head
(8 to the millimetre) and no template can forget the white around it.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import typst
import zxingcpp
from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused, Text
from zhanggui.papers import fonts, pixels

DOT_MM = 0.125
DOTS_PER_INCH = 203.2
# The least white beside the bars (ISO/IEC 15417) and around the squares (ISO/IEC 18004), in modules.
CODE128_QUIET = 10
QR_QUIET = 4
NUMBER = re.compile(r"^([A-Za-z]*)(\d+)(\W\S*|)$")
NAMES = {"Code128": "code128", "QRCode": "qr"}


class CodeImpossible(Refused):
    """``facts``: text. The symbol cannot carry this text."""

    code = "code-impossible"
    says: ClassVar[Text] = _("「{text}」不能做成条码。")
    fix: ClassVar[Text] = _("条码里只能有英文字母、数字和半角符号，且不能为空。请改正单号后再打印。")
    status = 422


class CodeTooWide(Refused):
    """``facts``: text, room_mm."""

    code = "code-too-wide"
    says: ClassVar[Text] = _("「{text}」太长，{room_mm} 毫米宽的纸上印不下能扫的条码。")
    fix: ClassVar[Text] = _("请核对单号是否多了字。")
    status = 422


class NotAPicture(Refused):
    """What was given to be read is neither PNG nor PDF, or has no such page."""

    code = "not-a-picture"
    says: ClassVar[Text] = _("这个文件读不出图像。")
    fix: ClassVar[Text] = _("请换成 PNG 图片或打印出的 PDF。")
    status = 422


@dataclass(frozen=True, slots=True)
class Code:
    """A drawn symbol, in modules, quiet zone included. ``svg`` stretches to whatever box it is given."""

    text: str
    svg: str
    across: int
    down: int

    def dots(self, room_mm: float, *, least: int = 2, most: int = 4) -> int:
        """Printer dots a module gets to fill ``room_mm``: never under ``least`` (0.25 mm), or ``CodeTooWide``."""
        fitting = int(room_mm / DOT_MM) // self.across
        if fitting < least:
            raise CodeTooWide(text=self.text, room_mm=f"{room_mm:g}")
        return min(fitting, most)


def code128(text: str) -> Code:
    """A Code 128 of printable ASCII, one module high: it is stretched to the height of its box."""
    if not (text and text.isascii() and text.isprintable() and text == text.strip()):
        raise CodeImpossible(text=text[:40])
    rows = _modules(text, zxingcpp.create_barcode(text, zxingcpp.Code128))
    bars = "".join(f"M{at + CODE128_QUIET} 0h{run}v1h-{run}z" for at, run in _runs(rows[0]))
    across = len(rows[0]) + 2 * CODE128_QUIET
    return Code(text, _svg(across, 1, bars), across, 1)


def qr(text: str) -> Code:
    """A QR code of any text, with a quarter of it damaged still readable in most places (level M)."""
    if not text:
        raise CodeImpossible(text=text)
    try:
        symbol = zxingcpp.create_barcode(text, zxingcpp.QRCode, ec_level="M")
    except ValueError as too_long:
        raise CodeImpossible(text=text[:40]) from too_long
    rows = _modules(text, symbol)
    squares = "".join(
        f"M{at + QR_QUIET} {down + QR_QUIET}h{run}v1h-{run}z" for down, row in enumerate(rows) for at, run in _runs(row)
    )
    across = len(rows) + 2 * QR_QUIET
    return Code(text, _svg(across, across, squares), across, across)


def read(data: bytes, *, page: int = 1) -> list[tuple[str, str]]:
    """Every code on a PNG, or on one page of a PDF seen as a 203 dpi head prints it: ``[("code128", "SF14…"), …]``.

    For paper of our own making and pictures of it; ``NotAPicture`` for anything else.
    """
    picture = raster(data, page=page) if data.startswith(b"%PDF") else data
    try:
        across, down, grey = pixels.grey_of(picture)
    except pixels.NotPlainPngError as unread:
        raise NotAPicture from unread
    seen = zxingcpp.read_barcodes(memoryview(grey).cast("B", (down, across)))
    return [(NAMES.get(found.format.name, found.format.name.lower()), found.text) for found in seen]


def raster(pdf: bytes, *, page: int = 1, dpi: float = DOTS_PER_INCH) -> bytes:
    """One page of a PDF as PNG."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "paper.pdf").write_bytes(pdf)
        sheet = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("/paper.pdf", page: {int(page)})'
        (root / "page.typ").write_text(sheet, encoding="utf-8")
        try:
            png = typst.compile(root / "page.typ", root=root, font_paths=fonts.loaded(), format="png", ppi=dpi)
        except typst.TypstError as unread:
            raise NotAPicture from unread
    return png


def grouped(text: str) -> str:
    """A number as people read it aloud: leading letters, then fours: ``SF 1400 0000 0791 9``, ``JDVA 0123 4567-1-1-``."""
    parts = NUMBER.match(text)
    if not parts:
        return text
    head, digits, rest = parts.groups()
    fours = [digits[at : at + 4] for at in range(0, len(digits), 4)]
    return " ".join([head, *fours] if head else fours) + rest


def _modules(text: str, symbol: zxingcpp.Barcode) -> list[bytes]:
    """The rows of the bare symbol, a byte a module, 0 for black."""
    if not symbol.valid:
        raise CodeImpossible(text=text[:40])
    image: Any = symbol.to_image(scale=1, add_quiet_zones=False)
    down, across = image.shape
    flat = memoryview(image).tobytes()
    return [flat[at : at + across] for at in range(0, down * across, across)]


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where each stretch of black begins and how long it is."""
    runs: list[tuple[int, int]] = []
    at = row.find(b"\0")
    while at >= 0:
        end = row.find(b"\xff", at)
        end = len(row) if end < 0 else end
        runs.append((at, end - at))
        at = row.find(b"\0", end)
    return runs


def _svg(across: int, down: int, path: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}" viewBox="0 0 {across} {down}" '
        f'preserveAspectRatio="none"><path d="{path}"/></svg>'
    )
