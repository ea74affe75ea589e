"""A label's facts, fitted to 100 × 150 mm: what `templates/label.typ` puts in its place."""

from typing import Any

from zhanggui.kernel import money
from zhanggui.papers import codes
from zhanggui.papers.facts import GoodsLine, Label
from zhanggui.papers.fitting import GAP, POINTS_PER_MM, Fitted, clean, fit, shortened, width

WIDE_MM = 94.0
BARS_HIGH_MM = 16.5
QR_MM = 19.0
SKU_PT = 7.5
GOODS_SIZES = (12, 11, 10, 9, 8.5)
GOODS_MM = 84.0
ROUTE_SIZES = (46, 42, 38, 34, 30, 26, 22, 18, 14)
STATION_SIZES = (27, 24, 21, 18, 15, 12, 10)
NAME_SIZES = (20, 18, 16, 14, 12, 10)
ADDRESS_SIZES = (17, 16, 15, 14, 13, 12, 11, 10, 9.5)
SLOT_SIZES = (32, 28, 24, 20, 16, 12)


def page(label: Label) -> dict[str, Any]:
    """The page as its template wants it. ``CodeImpossible`` or ``CodeTooWide`` when the waybill cannot be a bar code."""
    route, station = _route(label)
    route_fit = fit(route, room_mm=WIDE_MM, sizes=ROUTE_SIZES)
    station_room = 56.0 if label.collect_minor else WIDE_MM
    station_fit = fit(station, room_mm=station_room, sizes=STATION_SIZES)
    carrier = fit(label.carrier, room_mm=36, sizes=(22, 20, 18, 16, 14, 12))
    slot = fit(label.slot, room_mm=29, sizes=SLOT_SIZES)
    note = fit(label.buyer_note, room_mm=83, sizes=(13, 12, 11, 10, 9, 8.5, 8), height_mm=7.8)
    sender = fit(_sender(label), room_mm=84, sizes=(9, 8.5, 8, 7.5))
    if sender.cut:
        sender = fit(_sender(label), room_mm=84, sizes=(8.5, 8, 7.5), height_mm=6.9)
    return {
        "carrier": _of(carrier),
        "service": _of(fit(label.service, room_mm=22, sizes=(12, 11, 10, 9, 8, 7.5))),
        "service_at": width(carrier.lines[0]) * carrier.size / POINTS_PER_MM + 2,
        "reprints": _of(fit(f"重打 {label.reprints}" if label.reprints else "", room_mm=13, sizes=(9, 8, 7))),
        "shop_mark": _of(fit(label.shop_mark, room_mm=24, sizes=(10, 9, 8, 7.5))),
        "printed_at": _of(fit(label.printed_at, room_mm=24, sizes=(7.5, 7))),
        "route": _of(route_fit),
        "route_drop": _centred(route_fit, 19),
        "station": _of(station_fit),
        "station_drop": _centred(station_fit, 11),
        "station_room": station_room,
        "collect": _of(fit(_collect(label), room_mm=34, sizes=(15, 13, 11, 9))),
        "waybill": _bars(label.waybill),
        "waybill_digits": _of(fit(codes.grouped(label.waybill), room_mm=82, sizes=(17, 15, 13, 11, 9, 8))),
        "receiver": _of(_who(label)),
        "address": _of(fit(_address(label), room_mm=84, sizes=ADDRESS_SIZES, height_mm=18.2)),
        "sender": _of(sender),
        "sender_drop": (6.3 - sender.height_mm) / 2,
        "parcel": _square(label.parcel_number),
        "wave": _of(fit(f"波次 {label.wave_number}" if label.wave_number else "", room_mm=37, sizes=(12, 11, 10, 9, 8))),
        "slot": _of(slot),
        "slot_drop": _centred(slot, 13),
        "pieces": _of(fit(f"共 {label.pieces} 件", room_mm=36, sizes=(15, 13, 11, 9))),
        "parcel_facts": _of(fit(_parcel_facts(label), room_mm=36, sizes=(9, 8, 7.5))),
        "parcel_number": _of(fit(label.parcel_number, room_mm=36, sizes=(9, 8, 7.5, 7))),
        "orders": _of(_orders(label)),
        **_goods(label, high_mm=11 if note.lines[0] else 18.5),
        "note": _of(note),
        "note_drop": (8 - note.height_mm) / 2,
    }


def _of(fitted: Fitted) -> dict[str, Any]:
    return {"size": fitted.size, "lines": fitted.lines}


def _centred(fitted: Fitted, height_mm: float) -> float:
    return (height_mm - fitted.size / POINTS_PER_MM) / 2


def _route(label: Label) -> tuple[str, str]:
    """What stands largest and second largest. A carrier without sort codes is sorted by place."""
    place = [label.receiver.city or label.receiver.province, label.receiver.district]
    said = [text for text in (label.sort_code, label.station) if text.strip()] + [text for text in place if text.strip()]
    return (said[0] if said else "", said[1] if len(said) > 1 else "")


def _bars(waybill: str) -> dict[str, Any]:
    code = codes.code128(waybill)
    wide = code.across * code.dots(WIDE_MM) * codes.DOT_MM
    # Snapped to the dots of the head, or every bar would begin between two of them.
    left = round((100 - wide) / 2 / codes.DOT_MM) * codes.DOT_MM
    return {"svg": code.svg, "width": wide, "height": BARS_HIGH_MM, "x": left}


def _square(text: str) -> dict[str, Any]:
    code = codes.qr(text)
    side = code.across * code.dots(QR_MM, most=5) * codes.DOT_MM
    return {"svg": code.svg, "width": side, "height": side}


def _who(label: Label) -> Fitted:
    """The name gives way to the phone: half a name still finds its owner, half a number nobody."""
    name, phone = clean(label.receiver.name), clean(label.receiver.phone)
    for size in NAME_SIZES:
        whole = f"{name}　{phone}" if phone else name
        if width(whole) * size / POINTS_PER_MM <= 84:
            return Fitted(size, (whole,))
    size = NAME_SIZES[-1]
    phone = shortened(phone, 50, size)
    room = 84 - (width(phone) + 1) * size / POINTS_PER_MM
    return Fitted(size, (f"{shortened(name, room, size)}　{phone}",), cut=True)


def _address(label: Label) -> str:
    """Province, city, district, street without a break between them; a municipality is named once."""
    to = label.receiver
    parts = [to.province, to.city, to.district]
    said = [part for at, part in enumerate(parts) if part and part not in parts[:at]]
    return f"{''.join(said)} {to.street}"


def _sender(label: Label) -> str:
    who = label.sender
    return "　".join(part for part in (who.name, who.phone, who.address) if part)


def _collect(label: Label) -> str:
    return f"代收 {money.written(label.collect_minor, label.currency)}" if label.collect_minor else ""


def _parcel_facts(label: Label) -> str:
    which = f"第 {label.parcel_at} 包，共 {label.parcel_count} 包" if label.parcel_count > 1 else ""
    weight = f"{label.weight_g / 1000:.2f} kg" if label.weight_g else ""
    return "　".join(part for part in (which, weight) if part)


def _orders(label: Label) -> Fitted:
    """As many order numbers as two lines hold, and how many they are when that is not all."""
    numbers = label.order_numbers
    shown = numbers[:2] if len(numbers) <= 2 else numbers[:1]
    lines = [shortened(clean(number), 36, SKU_PT) for number in shown]
    if len(shown) < len(numbers):
        lines.append(f"等 {len(numbers)} 单合寄")
    return Fitted(SKU_PT, tuple(lines))


def _goods(label: Label, *, high_mm: float) -> dict[str, Any]:
    """Large while all kinds fit; small, and the rest only counted, when they are many."""
    kinds = len(label.goods)
    size = next((size for size in GOODS_SIZES if kinds * _goods_step(size) <= high_mm), GOODS_SIZES[-1])
    room = int(high_mm / _goods_step(size))
    shown = label.goods if kinds <= room else label.goods[: room - 1]
    return {
        "goods": [_goods_line(line, size) for line in shown],
        "goods_size": size,
        "goods_step": _goods_step(size),
        "more": f"等 {kinds} 种，共 {label.pieces} 件" if len(shown) < kinds else "",
    }


def _goods_step(size: float) -> float:
    return size * GAP / POINTS_PER_MM


def _goods_line(line: GoodsLine, size: float) -> dict[str, Any]:
    """Name gives way to spec, spec to SKU: the code is what is checked, the colour what is confused."""
    sku = shortened(clean(line.sku), 26, SKU_PT)
    room = GOODS_MM - width(sku) * SKU_PT / POINTS_PER_MM - 2
    spec = shortened(clean(line.spec), room * 0.6, size)
    name = shortened(clean(line.name), room - (width(spec) + 0.6) * size / POINTS_PER_MM, size)
    # A quantity is set smaller rather than cut: half a number is a wrong one.
    pieces = fit(f"{line.pieces}×", room_mm=9.8, sizes=[step for step in (12, 11, 10, 9, 8.5, 8, 7.5, 7) if step <= size])
    return {"pieces": _of(pieces), "name": name, "spec": spec, "sku": sku}
