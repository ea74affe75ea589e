"""Written amounts to whole minor units, exactly; and amounts finer than a cent shared without a loss."""

from decimal import ROUND_HALF_EVEN, Decimal

from zhanggui.channels.port import BadCell
from zhanggui.channels.reading.cells import unwrapped
from zhanggui.channels.reading.codes import Code
from zhanggui.kernel.money import exponent, number_in

MOST_MINOR = 10**12
_REMEMBERED = 20_000
_NEAR = Decimal("0.000001")


def exactly(cell: object) -> Decimal | Code:
    """The number as written, with as many decimals as it has; ``Code.BLANK`` where there is none."""
    if isinstance(cell, str):
        words = unwrapped(cell)
        if not words:
            return Code.BLANK
        said = number_in(words)
        if said is None:
            return Code.NUMBER_FORMAT
        number = said
    elif cell is None:
        return Code.BLANK
    elif isinstance(cell, BadCell):
        return Code(cell.code)
    elif isinstance(cell, bool) or not isinstance(cell, int | float):
        return Code.CELL_TYPE
    else:
        number = Decimal(repr(cell))
        if not number.is_finite():
            return Code.NUMBER_FORMAT
    return number if abs(number) < MOST_MINOR else Code.AMOUNT_RANGE


class Amounts:
    """Reads amounts of one currency; the same text is worked out once.

    An amount with more decimals than the currency has is ``Code.TOO_PRECISE``, unless it is the tail of a binary
    fraction (``19.900000000000002``): then it is what it was meant to be.
    """

    def __init__(self, currency: str = "CNY") -> None:
        self.currency = currency
        self._scale = Decimal(10) ** exponent(currency)
        self._known: dict[object, int | Code] = {}

    def read(self, cell: object) -> int | Code:
        if cell.__class__ is str:
            known = self._known.get(cell)
            if known is not None:
                return known
            minor = self._minor(cell)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[cell] = minor
            return minor
        return self._minor(cell)

    def _minor(self, cell: object) -> int | Code:
        number = exactly(cell)
        if isinstance(number, Code):
            return number
        scaled = number * self._scale
        near = scaled.to_integral_value(ROUND_HALF_EVEN)
        if abs(scaled - near) > _NEAR:
            return Code.TOO_PRECISE
        return int(near) if abs(near) <= MOST_MINOR else Code.AMOUNT_RANGE

    def line(self, pieces: int, price: Decimal) -> tuple[int, int, int]:
        """(unit, discount, total) of ``pieces`` at a price finer than a cent.

        The total is pieces × price rounded half to even: it is the money that changes hands. The unit is rounded up,
        so that what rounding adds is a discount of the line and never negative: unit × pieces − discount = total.
        """
        scaled = price * self._scale
        total = int((scaled * pieces).to_integral_value(ROUND_HALF_EVEN))
        unit = -int(-scaled // 1)
        if unit * pieces < total:
            unit += 1
        return unit, unit * pieces - total, total


def shared_unit(total: int, pieces: int) -> tuple[int, int]:
    """(unit, discount) that make ``pieces`` cost ``total`` exactly where only the total is known."""
    unit = -(-total // pieces)
    return unit, unit * pieces - total
