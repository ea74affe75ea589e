"""What was found in a message: each field with how sure we are, where it stood, and what else it might be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
Span = tuple[int, int]


@dataclass(frozen=True)
class Said(Generic[T]):
    """One field. ``sure`` only where nobody needs to look; ``spans`` count characters of the text as it was given, none for
    what was concluded (the city of a district). ``others``: what it might be instead, likeliest first."""

    value: T
    sure: bool = False
    spans: tuple[Span, ...] = ()
    others: tuple[T, ...] = ()

    def __bool__(self) -> bool:
        return self.value not in ("", None)


NOTHING: Said[str] = Said("", True)
NO_SUM: Said[int | None] = Said(None, True)


class Candidate(NamedTuple):
    """Goods of the caller's that a line may mean."""

    code: str
    name: str = ""


# Given the words of a goods line, what they may mean, likeliest first; or code → name.
Goods = Mapping[str, str] | Callable[[str], Sequence[Candidate]]


@dataclass(frozen=True)
class GoodsLine:
    """``text`` as written, without number and price. ``unit_minor`` is the price of one piece, where it was said."""

    text: str
    quantity: int = 1
    unit_minor: int | None = None
    note: str = ""
    sure: bool = False
    spans: tuple[Span, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Parsed:
    """A message taken apart. What nobody understood is ``rest``: never dropped."""

    text: str
    name: Said[str] = NOTHING
    phone: Said[str] = NOTHING
    phone2: Said[str] = NOTHING
    extension: Said[str] = NOTHING
    country: Said[str] = NOTHING
    province: Said[str] = NOTHING
    city: Said[str] = NOTHING
    district: Said[str] = NOTHING
    town: Said[str] = NOTHING
    street: Said[str] = NOTHING
    postcode: Said[str] = NOTHING
    goods: tuple[GoodsLine, ...] = ()
    total_minor: Said[int | None] = NO_SUM
    paid_minor: Said[int | None] = NO_SUM
    freight_minor: Said[int | None] = NO_SUM
    discount_minor: Said[int | None] = NO_SUM
    payment: Said[str] = NOTHING
    note: Said[str] = NOTHING
    number: Said[str] = NOTHING
    sender: Said[str] = NOTHING
    rest: tuple[Said[str], ...] = field(default=())
    # Of the rest, what was understood and is not meant: an old address, whoever sends, what a shop calls the buyer.
    aside: tuple[Said[str], ...] = field(default=())

    @property
    def whole_phone(self) -> str:
        """The number as a carrier takes it, a privacy number with its extension: ``18412345678-123``."""
        return f"{self.phone.value}-{self.extension.value}" if self.extension else self.phone.value

    @property
    def whole_street(self) -> str:
        """Town and door in one line, as a receiver's street is kept."""
        return self.town.value + self.street.value

    @property
    def unsure(self) -> tuple[str, ...]:
        """The names of the fields a person should look at."""
        return tuple(name for name, said in vars(self).items() if isinstance(said, Said) and said and not said.sure)
