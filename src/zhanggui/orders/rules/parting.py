"""Taking an order apart so that nothing of it is lost: pieces, amounts, and which goods go together. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from zhanggui.kernel.money import share_out


class Take(NamedTuple):
    """So many pieces of a line go into a new order; ``part`` tells several new ones of an order apart."""

    line_id: int
    pieces: int
    part: int = 1


class Goods(NamedTuple):
    """One line as it is shared out."""

    line_id: int
    pieces: int
    unit_minor: int
    discount_minor: int
    total_minor: int


class Sums(NamedTuple):
    """What an order comes to; ``total = goods − discount + freight``."""

    goods: int
    discount: int
    freight: int
    paid: int

    @property
    def total(self) -> int:
        return self.goods - self.discount + self.freight

    def plus(self, other: "Sums") -> "Sums":
        return Sums(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Owned(NamedTuple):
    """A line as a division of an order sees it: what of it is free in which warehouse, what a piece weighs."""

    line_id: int
    sku_id: int
    pieces: int
    total_minor: int = 0
    weight_g: int = 0


def cut(goods: Goods, pieces: Sequence[int]) -> list[Goods]:
    """One line as several of so many pieces; they add up to it to the cent. What a piece costs stays what it was."""
    if sum(pieces) != goods.pieces or min(pieces) < 0:
        raise ValueError("the pieces of a line are all of its pieces")
    discounts = share_out(goods.discount_minor, pieces)
    if goods.total_minor == goods.pieces * goods.unit_minor - goods.discount_minor:
        totals = [many * goods.unit_minor - discount for many, discount in zip(pieces, discounts, strict=True)]
    else:
        # It came as an amount that does not follow from its price: shared as it is.
        totals = share_out(goods.total_minor, pieces)
    return [
        Goods(goods.line_id, many, goods.unit_minor, discount, total)
        for many, discount, total in zip(pieces, discounts, totals, strict=True)
    ]


def shares(whole: Sums, goods: Sequence[int], pieces: Sequence[int]) -> list[Sums]:
    """What each part of an order comes to, given what its lines come to and how many pieces they are; they add up to the whole.

    Discount and freight go by the goods (by the pieces where these cost nothing), what was paid by what is owed. An amount of the
    whole that its lines do not explain stays with the first.
    """
    first, *rest = goods
    goods = [first + whole.goods - sum(goods), *rest]
    weights = [max(each, 0) for each in goods]
    if not any(weights):
        weights = list(pieces)
    discounts, freights = share_out(whole.discount, weights), share_out(whole.freight, weights)
    owed = [max(g - d + f, 0) for g, d, f in zip(goods, discounts, freights, strict=True)]
    paid = share_out(whole.paid, owed if any(owed) else weights)
    return [Sums(*row) for row in zip(goods, discounts, freights, paid, strict=True)]


def by_stock(lines: Iterable[Owned], free: Mapping[int, int]) -> list[Take]:
    """What is not there goes into a new order, and what is there stays; nothing where all or none of it is."""
    left, takes, stays = dict(free), [], 0
    for line in lines:
        there = min(line.pieces, max(left.get(line.sku_id, 0), 0))
        left[line.sku_id] = left.get(line.sku_id, 0) - there
        stays += there
        if there < line.pieces:
            takes.append(Take(line.line_id, line.pieces - there))
    return takes if stays else []


def by_warehouse(lines: Sequence[Owned], free: Mapping[int, Mapping[int, int]], home: int) -> tuple[int, dict[int, list[Take]]]:
    """Where the order itself is sent from, and warehouse → what goes out of it as an order of its own. ``home`` gives first what it
    has, the others what is left, and what nobody has waits with the order itself. Nothing where one house sends all of it."""
    left = {house: dict(goods) for house, goods in free.items()}
    houses = [home, *sorted(each for each in left if each != home)]
    given: dict[int, list[tuple[int, int]]] = {}
    missing = 0
    for line in lines:
        wanted = line.pieces
        for house in houses:
            there = min(wanted, max(left.get(house, {}).get(line.sku_id, 0), 0))
            if there:
                left[house][line.sku_id] -= there
                given.setdefault(house, []).append((line.line_id, there))
                wanted -= there
        missing += wanted
    stays = home if home in given or missing or not given else min(given)
    apart = sorted((house, takes) for house, takes in given.items() if house != stays)
    return stays, {house: [Take(line_id, many, nth) for line_id, many in takes] for nth, (house, takes) in enumerate(apart, 1)}


def by_weight(lines: Iterable[Owned], most_g: int) -> list[Take]:
    """Parcels of at most so many grams, filled one after the other; the first stays. A piece that is heavier goes by itself."""
    return _filled(lines, most_g, lambda line: line.weight_g)


def by_value(lines: Iterable[Owned], most_minor: int) -> list[Take]:
    """The same by what the pieces cost."""
    return _filled(lines, most_minor, lambda line: -(-line.total_minor // line.pieces))


def _filled(lines: Iterable[Owned], most: int, of: Callable[[Owned], int]) -> list[Take]:
    part, filled = 0, 0
    takes: dict[tuple[int, int], int] = {}
    for line in lines:
        each = of(line)
        for _piece in range(line.pieces):
            if filled and filled + each > most:
                part, filled = part + 1, 0
            filled += each
            if part:
                takes[line.line_id, part] = takes.get((line.line_id, part), 0) + 1
    return [Take(line_id, many, part) for (line_id, part), many in takes.items()]
