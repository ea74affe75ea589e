"""A wave's way through the warehouse, fitted to A4: what `templates/pick_sheet.typ` puts in its place."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from zhanggui.papers import codes
from zhanggui.papers.facts import PickRow, PickSheet
from zhanggui.papers.fitting import POINTS_PER_MM, Fitted, clean, fit, shortened, width

ROWS_TOP_MM, ROWS_FOOT_MM = 46.0, 279.0
ROW_MM = 15.5
BIN_MM, PIECES_MM, GOODS_MM, SLOT_MM = 48.0, 19.0, 64.0, 14.0
BIN_SIZES = (24, 22, 20, 18, 16, 14, 12, 10)
PIECES_SIZES = (30, 26, 22, 18, 14, 10)
SLOT_STEP_MM, SLOTS_ABREAST = 5.0, 3
CODE_PT = 8.5
# A row is never taller than this; one for more slots goes on in a row of its own.
SLOTS_A_ROW = 45
BARS_MM = 74.0


def pages(sheet: PickSheet) -> list[dict[str, Any]]:
    """The pages as their template wants them. ``CodeImpossible`` or ``CodeTooWide`` for a wave number without a bar code."""
    head = _head(sheet)
    filled: list[list[dict[str, Any]]] = [[]]
    top = ROWS_TOP_MM
    for row in _rows(sheet):
        if top + row["height"] > ROWS_FOOT_MM and filled[-1]:
            filled.append([])
            top = ROWS_TOP_MM
        filled[-1].append({**row, "y": top})
        top += row["height"]
    return [
        {**head, "rows": rows, "page": f"第 {at} / {len(filled)} 页", "is_last": at == len(filled)}
        for at, rows in enumerate(filled, start=1)
    ]


def _head(sheet: PickSheet) -> dict[str, Any]:
    code = codes.code128(sheet.wave_number)
    counted = [f"{len(sheet.rows)} 站", f"{sheet.pieces} 件"]
    if sheet.orders:
        counted.append(f"{sheet.orders} 单")
    return {
        "wave": _of(fit(sheet.wave_number, room_mm=108, sizes=(36, 32, 28, 24, 20, 16, 12))),
        "warehouse": _of(fit(sheet.warehouse, room_mm=60, sizes=(14, 12, 10, 9))),
        "counted": "　".join(counted),
        "picker": _of(fit(sheet.picker, room_mm=40, sizes=(11, 10, 9, 8))),
        "printed_at": _of(fit(f"打印 {sheet.printed_at}" if sheet.printed_at else "", room_mm=60, sizes=(8.5, 8, 7.5))),
        "code": {
            "svg": code.svg,
            "width": code.across * code.dots(BARS_MM, most=3) * codes.DOT_MM,
            "height": 14.0,
        },
    }


def _rows(sheet: PickSheet) -> Iterator[dict[str, Any]]:
    for at, row in enumerate(sheet.rows, start=1):
        yield _row(row, nth=str(at))
        for start in range(SLOTS_A_ROW, len(row.slots), SLOTS_A_ROW):
            # Without a quantity of its own: the pieces were taken already, only their slots go on.
            yield _row(replace(row, slots=row.slots[start:]), nth="续")


def _row(row: PickRow, *, nth: str) -> dict[str, Any]:
    slots = [_slot(share.slot, share.pieces) for share in row.slots[:SLOTS_A_ROW]]
    lines = -(-len(slots) // SLOTS_ABREAST)
    name = fit(row.name, room_mm=GOODS_MM, sizes=(10, 9), height_mm=0)
    tail = clean(row.barcode)[-4:]
    body = clean(row.barcode)[:-4]
    sku_room = GOODS_MM - 2 - width(body + tail) * CODE_PT / POINTS_PER_MM
    return {
        "nth": nth,
        "bin": _of(fit(row.bin, room_mm=BIN_MM, sizes=BIN_SIZES)),
        "pieces": _of(fit("" if nth == "续" else str(row.pieces), room_mm=PIECES_MM, sizes=PIECES_SIZES)),
        "name": _of(name),
        "spec": _of(fit(row.spec, room_mm=GOODS_MM, sizes=(12, 11, 10, 9))),
        "sku": shortened(clean(row.sku), max(sku_room, 20), CODE_PT),
        "barcode": body if sku_room > 20 else "",
        "barcode_tail": tail,
        "slots": slots,
        "height": max(ROW_MM, lines * SLOT_STEP_MM + 4),
    }


def _slot(slot: str, pieces: int) -> dict[str, Any]:
    name = fit(slot, room_mm=5.0, sizes=(11, 9, 8))
    room = SLOT_MM - 2.2 - width(name.lines[0]) * name.size / POINTS_PER_MM
    return {"slot": _of(name), "pieces": _of(fit(f"×{pieces}", room_mm=room, sizes=(10, 9, 8, 7)))}


def _of(fitted: Fitted) -> dict[str, Any]:
    return {"size": fitted.size, "lines": fitted.lines}
