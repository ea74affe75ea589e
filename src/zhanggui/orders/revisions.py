"""What somebody wants changed about an order, and what of it still fits once others changed it too. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

# Of these what stands there is no secret of the recipient's; of the others a number stands for it.
TO_PLAIN = ("province", "city", "district")
TO = ("name", "phone", "phone2", *TO_PLAIN, "street", "postcode")
WORDS = ("payment", "payment_method", "buyer_note", "seller_note", "internal_note", "flag", "kind")
AMOUNTS = ("discount", "freight")
# A note or a flag moves no order and asks no rule: it may be written whatever the stage.
ASIDE = frozenset({"seller_note", "internal_note", "flag"})
LINE = ("sku", "quantity", "note", "unit", "discount")


class LineChange(NamedTuple):
    """What becomes of one line; None leaves a part as it is. Without ``line_id`` a line is added, with no ``quantity`` it is one piece.

    ``quantity`` 0 takes the line out. With ``match`` the line keeps the code and the name its shop wrote: it is only said which of
    our goods that is.
    """

    line_id: int | None = None
    sku_id: int | None = None
    quantity: int | None = None
    note: str | None = None
    unit_minor: int | None = None
    discount_minor: int | None = None
    match: bool = False


class Revision(NamedTuple):
    """What becomes of one order; None leaves a part as it is.

    ``to`` are parts of the recipient, empty ones stay. ``seen`` is the version the writer saw, ``was`` what each field said then
    (``standing`` says it): where somebody else changed the order meanwhile, what they left alone is still changed.
    """

    order_id: int
    seen: int | None = None
    was: Mapping[str, str] = {}
    to: Mapping[str, str] = {}
    lines: Sequence[LineChange] = ()
    discount_minor: int | None = None
    freight_minor: int | None = None
    payment: str | None = None
    payment_method: str | None = None
    buyer_note: str | None = None
    seller_note: str | None = None
    internal_note: str | None = None
    flag: str | None = None
    kind: str | None = None
    ship_by: datetime | None = None

    @property
    def money(self) -> bool:
        """It sets a price, a discount or the freight by hand."""
        priced = any(one.unit_minor is not None or one.discount_minor is not None for one in self.lines)
        return priced or self.discount_minor is not None or self.freight_minor is not None


def moment(at: datetime | None) -> str:
    """A moment as it is compared: to the minute, as people write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ") if at else ""


def touched(said: Revision) -> Iterator[tuple[str, str]]:
    """(field, what it is to say) of everything the revision speaks of; of a line that is added nothing, for nobody changed it."""
    for part, text in said.to.items():
        yield f"to.{part}", text
    for name, minor in (("discount", said.discount_minor), ("freight", said.freight_minor)):
        if minor is not None:
            yield name, str(minor)
    for name in WORDS:
        word = getattr(said, name)
        if word is not None:
            yield name, word
    if said.ship_by is not None:
        yield "ship_by", moment(said.ship_by)
    for line in said.lines:
        if line.line_id is not None:
            yield from _of_line(line)


def _of_line(line: LineChange) -> Iterator[tuple[str, str]]:
    values = (line.sku_id, line.quantity, line.note, line.unit_minor, line.discount_minor)
    for name, value in zip(LINE, values, strict=True):
        if value is not None:
            yield f"line.{line.line_id}.{name}", str(value)


class Fit(NamedTuple):
    """What of a revision is really new, and where somebody else wrote something else meanwhile."""

    new: dict[str, str]
    against: list[str]


def fit(said: Mapping[str, str], now: Mapping[str, str], was: Mapping[str, str], *, fresh: bool) -> Fit:
    """``said`` against what stands there ``now``. ``fresh``: the writer saw all of it. Two who write the same have written once.

    Without being fresh a field is only changed where it still says what it said: ``was`` knows, and what ``was`` does not know
    was not seen.
    """
    new = {field: text for field, text in said.items() if now.get(field) != text}
    gone = [field for field in new if field not in now]
    against = gone if fresh else [field for field in new if field not in now or was.get(field) != now[field]]
    return Fit(new, against)
