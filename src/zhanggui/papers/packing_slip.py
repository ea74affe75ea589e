"""What lies in the box, fitted to A5: what `templates/packing_slip.typ` puts in its place."""

from typing import Any

from zhanggui.kernel import money
from zhanggui.papers import codes
from zhanggui.papers.facts import Note, PackingSlip, SlipLine
from zhanggui.papers.fitting import GAP, POINTS_PER_MM, Fitted, fit

WIDE_MM = 128.0
ROWS_TOP_MM, FOOT_MM = 45.0, 196.0
PIECES_MM, GOODS_MM, AMOUNT_MM = 14.0, 82.0, 30.0
NOTE_MM = 108.0
TOTAL_STEP_MM = 5.6
BARS_MM = 62.0


def pages(slip: PackingSlip) -> list[dict[str, Any]]:
    """The pages as their template wants them; sums and notes follow the last line of goods, on a page of their own if need be."""
    parts = [_line(line, slip.currency) for line in slip.lines]
    parts += [_sums(slip)] + [_note(note) for note in slip.notes]
    filled: list[list[dict[str, Any]]] = [[]]
    top = ROWS_TOP_MM
    for part in parts:
        if top + part["height"] > FOOT_MM and filled[-1]:
            filled.append([])
            top = ROWS_TOP_MM
        filled[-1].append({**part, "y": top})
        top += part["height"]
    head = _head(slip)
    return [
        {**head, "parts": parts, "page": f"第 {at} / {len(filled)} 页" if len(filled) > 1 else ""}
        for at, parts in enumerate(filled, start=1)
    ]


def _head(slip: PackingSlip) -> dict[str, Any]:
    said = [
        f"下单 {slip.placed_at}" if slip.placed_at else "",
        f"收件 {slip.receiver_name}" if slip.receiver_name else "",
        f"运单 {slip.waybill}" if slip.waybill else "",
        f"第 {slip.parcel_at} 包，共 {slip.parcel_count} 包" if slip.parcel_count > 1 else "",
    ]
    return {
        "shop": _of(fit(slip.shop, room_mm=60, sizes=(20, 18, 16, 14, 12, 10))),
        "order": _of(fit(slip.order_number, room_mm=BARS_MM, sizes=(10, 9, 8, 7.5, 7))),
        "code": _bars(slip.order_number),
        "about": _of(fit("　".join(part for part in said if part), room_mm=WIDE_MM, sizes=(9, 8.5, 8, 7.5, 7))),
        "priced": any(line.total_minor is not None for line in slip.lines),
        "thanks": _of(fit(slip.thanks, room_mm=90, sizes=(10, 9, 8, 7.5))),
        "printed_at": _of(fit(slip.printed_at, room_mm=36, sizes=(7.5, 7))),
    }


def _bars(order_number: str) -> dict[str, Any] | None:
    """For the returns desk. A number that makes no bar code is read by eye: the goods go out all the same."""
    try:
        code = codes.code128(order_number)
        dots = code.dots(BARS_MM, most=3)
    except (codes.CodeImpossible, codes.CodeTooWide):
        return None
    return {"svg": code.svg, "width": code.across * dots * codes.DOT_MM, "height": 10.0}


def _line(line: SlipLine, currency: str) -> dict[str, Any]:
    name = fit(line.name, room_mm=GOODS_MM, sizes=(11, 10), height_mm=9.5)
    detail = fit("　".join(part for part in (line.spec, line.sku) if part), room_mm=GOODS_MM, sizes=(9, 8.5, 8))
    note = fit(line.note, room_mm=GOODS_MM, sizes=(8.5, 8), height_mm=7.5)
    amount = "" if line.total_minor is None else money.written(line.total_minor, currency)
    detail_at = 1.8 + _step(name)
    note_at = detail_at + _step(detail)
    return {
        "is": "line",
        "pieces": _of(fit(str(line.pieces), room_mm=PIECES_MM, sizes=(16, 14, 12, 10, 8))),
        "name": _of(name),
        "detail": _of(detail),
        "detail_at": detail_at,
        "note": _of(note),
        "note_at": note_at,
        "amount": _of(fit(amount, room_mm=AMOUNT_MM, sizes=(11, 10, 9, 8, 7))),
        "height": note_at + (_step(note) if line.note.strip() else 0) + 1.4,
    }


def _sums(slip: PackingSlip) -> dict[str, Any]:
    totals = [
        {
            "heading": _of(fit(total.heading, room_mm=40, sizes=(10, 9, 8))),
            "amount": _of(fit(money.written(total.amount_minor, slip.currency), room_mm=38, sizes=(11, 10, 9, 8, 7))),
        }
        for total in slip.totals[:12]
    ]
    return {
        "is": "sums",
        "counted": f"{len(slip.lines)} 种，共 {slip.pieces} 件",
        "totals": totals,
        "height": 4 + max(1, len(totals)) * TOTAL_STEP_MM,
    }


def _note(note: Note) -> dict[str, Any]:
    text = fit(note.text, room_mm=NOTE_MM, sizes=(10, 9, 8), height_mm=24)
    return {
        "is": "note",
        "heading": _of(fit(note.heading, room_mm=18, sizes=(9, 8, 7.5, 7))),
        "text": _of(text),
        "height": text.height_mm + 3.5,
    }


def _step(fitted: Fitted) -> float:
    return len(fitted.lines) * fitted.size * GAP / POINTS_PER_MM


def _of(fitted: Fitted) -> dict[str, Any]:
    return {"size": fitted.size, "lines": fitted.lines}
