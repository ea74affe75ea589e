"""An order as somebody is writing it: what was typed, kept letter for letter, and what it comes to. Pure.

Nothing here refuses: what is wrong is named beside its field, and stays as it was typed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from zhanggui.kernel.money import exponent, number_in, plain, price_in
from zhanggui.orders.kinds import FREE, KINDS, NORMAL

PERSON = ("name", "phone", "phone2", "province", "city", "district", "street", "postcode")
FIELDS = (
    "shop", "source", "kind", *PERSON, "recipient", "discount", "freight", "method", "payment", "paid", "buyer_note", "seller_note",
    "flag", "internal_note", "ship_by", "ships_from", "unsure", "clash", "rest", "told",
)  # fmt: skip
CELLS = ("sku", "quantity", "unit", "off", "note")
LONGEST, MOST_LINES = 500, 200
# The most a line, and the whole order, may come to.
MOST_MINOR, MOST_PIECES = 10**12, 100_000
# Which ways in there are is the merchant's to say.
SOURCE = re.compile(r"[a-z0-9_-]{1,16}")
PAYMENTS = ("paid", "unpaid", "partial", "cod", "on_account")


@dataclass(frozen=True)
class Typed:
    """What stands in the fields and in the lines, as text. A field nobody filled is empty."""

    fields: Mapping[str, str] = field(default_factory=dict)
    lines: Sequence[Mapping[str, str]] = ()

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    def number(self, name: str) -> int | None:
        """An id, or None."""
        said = self.get(name)
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None

    def having(self, **more: str) -> "Typed":
        return Typed({**self.fields, **more}, self.lines)

    @property
    def empty(self) -> bool:
        """Nothing that would be missed."""
        beside = {"shop", "source", "kind", "method", "payment", "unsure", "clash", "told"}
        return not self.lines and not any(text for name, text in self.fields.items() if name not in beside)

    def facts(self) -> dict[str, Any]:
        return {"fields": dict(self.fields), "lines": [dict(line) for line in self.lines]}


def typed(fields: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> Typed:
    """Only what we know, cut to what may be kept."""
    said = {name: str(fields.get(name, "")).strip("\x00\r\n ")[:LONGEST] for name in FIELDS if str(fields.get(name, "")).strip()}
    rows = [{cell: str(line.get(cell, ""))[:LONGEST].strip() for cell in CELLS} for line in lines]
    return Typed(said, [row for row in rows if row["sku"]][:MOST_LINES])


@dataclass(frozen=True)
class Piece:
    """What the sheet is told of goods; without ``sku_id`` there are none. ``price_minor`` and ``cost_minor`` are in ``currency``;
    ``retired``: no longer sold."""

    sku_id: int
    code: str
    name: str
    spec: str
    price_minor: int
    cost_minor: int
    currency: str
    retired: bool = False


@dataclass(frozen=True)
class Row:
    """One line, with what it comes to; ``wrong`` names by cell what cannot be read. ``price_minor``: the goods' price in the currency
    of the sheet, None where they are priced in another."""

    piece: Piece
    said: Mapping[str, str]
    quantity: int
    unit_minor: int
    off_minor: int
    price_minor: int | None
    wrong: dict[str, str]

    @property
    def total_minor(self) -> int:
        return self.quantity * self.unit_minor - self.off_minor

    @property
    def below(self) -> bool:
        """Less is asked than the goods' price. Of goods priced in another currency nobody can say."""
        return self.price_minor is not None and self.total_minor < self.quantity * self.price_minor


@dataclass(frozen=True)
class Sheet:
    """Everything a sheet comes to. ``wrong`` names by field what must be mended before it can become an order."""

    said: Typed
    rows: list[Row]
    currency: str
    kind: str
    source: str
    payment: str
    discount_minor: int
    freight_minor: int
    paid_minor: int
    ship_on: date | None
    wrong: Mapping[str, str]
    # Sold before it is there: from that day on it may be shipped.
    ships_on: date | None = None

    @property
    def goods_minor(self) -> int:
        return sum(row.total_minor for row in self.rows)

    @property
    def total_minor(self) -> int:
        return self.goods_minor - self.discount_minor + self.freight_minor

    @property
    def pieces(self) -> int:
        return sum(row.quantity for row in self.rows)

    @property
    def whole(self) -> bool:
        return not self.wrong and not any(row.wrong for row in self.rows)

    @property
    def lowered(self) -> list[str]:
        """Codes sold below the goods' price, and an empty one for less on the whole. What is given away costs nothing: once money
        is asked for it, it is sold as everything else is."""
        free = self.kind in FREE
        codes = [row.piece.code for row in self.rows if row.below and (row.total_minor or not free)]
        less = self.goods_minor - self.discount_minor > 0 if free else True
        whole = (self.discount_minor and less) or (free and self.paid_minor > max(self.total_minor, 0))
        return [*codes, ""] if whole else codes


def read(said: Typed, pieces: Mapping[int, Piece], *, currency: str = "CNY") -> Sheet:
    """What ``said`` comes to, with the goods as they are now."""
    wrong: dict[str, str] = {}
    rows = [_row(line, _piece(line["sku"], pieces), said.get("kind"), currency) for line in said.lines]
    if not said.number("shop"):
        wrong["shop"] = "missing"
    if not rows:
        wrong["lines"] = "missing"
    amounts = {name: amount(said.get(name), currency) for name in ("discount", "freight", "paid")}
    for name, (_minor, why) in amounts.items():
        if why:
            wrong[name] = why
    ship_on = _day(said.get("ship_by"))
    if said.get("ship_by") and ship_on is None:
        wrong["ship_by"] = "date"
    ships_on = _day(said.get("ships_from"))
    if said.get("ships_from") and ships_on is None:
        wrong["ships_from"] = "date"
    payment = said.get("payment") if said.get("payment") in PAYMENTS else "unpaid"
    kind = said.get("kind") if said.get("kind") in KINDS else NORMAL
    discount, freight, paid = (amounts[name][0] or 0 for name in ("discount", "freight", "paid"))
    if paid and payment == "unpaid":
        # Money that came and none that came: which of the two it is, only a person can say.
        wrong["payment"] = "unpaid-with-money"
    made = Sheet(
        said,
        rows,
        currency,
        kind,
        said.get("source") if SOURCE.fullmatch(said.get("source")) else "manual",
        payment,
        discount,
        freight,
        paid,
        ship_on,
        wrong,
        ships_on,
    )
    if made.total_minor < 0:
        wrong["discount"] = "more-than-all"
    if made.goods_minor > MOST_MINOR:
        # Beside the line that weighs most: there is no field of the sum.
        max(rows, key=lambda row: row.total_minor).wrong["unit"] = "too-much"
    elif made.goods_minor + freight > MOST_MINOR:
        wrong["freight"] = "too-much"
    if payment == "paid" and amounts["paid"][0] is None and not amounts["paid"][1]:
        made = Sheet(**{**made.__dict__, "paid_minor": max(made.total_minor, 0)})
    return made


def _piece(sku: str, pieces: Mapping[int, Piece]) -> Piece:
    """The goods of a line. Those nobody knows (any more) keep their line, under what it says."""
    known = pieces.get(int(sku)) if sku.isascii() and sku.isdecimal() and len(sku) < 19 else None
    return known or Piece(0, sku, "", "", 0, 0, "")


def _row(line: Mapping[str, str], piece: Piece, kind: str, currency: str) -> Row:
    wrong: dict[str, str] = {}
    quantity = unicodedata.normalize("NFKC", line["quantity"]).strip()
    many = int(quantity) if quantity.isascii() and quantity.isdecimal() and len(quantity) < 9 else 0
    if not 0 < many <= MOST_PIECES:
        wrong["quantity"], many = "pieces", max(min(many, MOST_PIECES), 0)
    unit, why_unit = amount(line["unit"], currency)
    if why_unit:
        wrong["unit"] = why_unit
    off, why = amount(line["off"], currency)
    if why:
        wrong["off"] = why
    price = price_in(currency, piece.price_minor, piece.currency)
    if unit is None and price is None and piece.sku_id and kind not in FREE and not why_unit:
        wrong["unit"] = "no-price"
    usual = 0 if kind in FREE else price or 0
    row = Row(piece, line, many, usual if unit is None else unit, off or 0, price, wrong)
    if row.total_minor < 0:
        wrong["off"] = "more-than-all"
    if row.quantity * row.unit_minor > MOST_MINOR:
        wrong["unit"] = "too-much"
    if piece.retired:
        wrong["sku"] = "retired"
    elif not piece.sku_id:
        wrong["sku"] = "unknown"
    return row


def amount(text: str, currency: str) -> tuple[int | None, str]:
    """(minor units, why it is none): nothing typed is None and no mistake."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None, ""
    number = number_in(text)
    if number is None:
        return None, "comma" if "," in text and number_in(text.replace(",", "")) is not None else "amount"
    minor = number.scaleb(exponent(currency))
    if minor < 0 or minor > MOST_MINOR:
        return None, "negative" if minor < 0 else "amount"
    if minor != minor.to_integral_value():
        return None, "cents"
    return int(minor), ""


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text.strip()[:10], "%Y-%m-%d").date()
    except ValueError:
        return None


def line_of(
    piece: Piece, *, quantity: int = 1, unit_minor: int | None = None, currency: str = "CNY", note: str = ""
) -> dict[str, str]:
    """A line as it would be typed. Its price is left to the goods unless it is said."""
    unit = "" if unit_minor is None else plain(unit_minor, currency)
    return {"sku": str(piece.sku_id), "quantity": str(quantity), "unit": unit, "off": "", "note": note}


def added(said: Typed, piece: Piece, *, quantity: int = 1, note: str = "") -> Typed:
    """With these goods: one more where they are there already, as a scanner means it, else a new line."""
    lines = [dict(line) for line in said.lines]
    for line in lines:
        if line["sku"] == str(piece.sku_id) and not note:
            many = line["quantity"]
            line["quantity"] = str(min((int(many) if many.isdecimal() and len(many) < 9 else 0) + quantity, MOST_PIECES))
            return Typed(said.fields, lines)
    return Typed(said.fields, [*lines, line_of(piece, quantity=quantity, note=note)])
