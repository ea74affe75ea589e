"""Before boxes leave for good: what this hand-over would do, and whether a person is asked first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from zhanggui.fulfilment import queries, states
from zhanggui.fulfilment.models import Parcel, Waybill
from zhanggui.kernel.actor import Reach
from zhanggui.web.warehouse import labels

# So many go without a question: about what one hand can count. What has left cannot be called back.
MANY = 30
# So many are named; the others are counted.
NAMED = 12


@dataclass(frozen=True)
class Leaving:
    """Boxes that would leave, and how many of those asked for would not. ``bare``: those among them whose label this house never printed."""

    going: Sequence[int]
    staying: int
    by_carrier: Sequence[tuple[str, int]]
    bare: Sequence[int]

    @property
    def must_ask(self) -> bool:
        """Many at once, or a box without a label on it: a slip of the hand would be dear."""
        return len(self.going) > MANY or bool(self.bare)

    @property
    def labelled(self) -> list[int]:
        bare = set(self.bare)
        return [id_ for id_ in self.going if id_ not in bare]

    @property
    def named(self) -> list[str]:
        """Numbers of the first of those without a label. One statement."""
        first = self.bare[:NAMED]
        return list(Parcel.objects.filter(pk__in=first).order_by("id").values_list("number", flat=True))

    @property
    def unnamed(self) -> int:
        return max(len(self.bare) - NAMED, 0)


def of(ids: Sequence[int], *, reach: Reach) -> Leaving:
    """What handing these over would do now. Three statements."""
    wanted = set(ids)
    doors = [(door.carrier, [id_ for id_ in door.ready_ids if id_ in wanted]) for door in queries.ready_to_ship(reach=reach)]
    going = [id_ for _name, ready in doors for id_ in ready]
    bare = never_printed()
    return Leaving(
        going,
        len(wanted) - len(going),
        [(name, len(ready)) for name, ready in doors if ready],
        [id_ for id_ in going if id_ in bare],
    )


def never_printed(among: Collection[int] | None = None) -> set[int]:
    """Packed boxes whose label this house never printed.

    A number typed from a carrier's own paper has its label already: where a carrier gives no numbers here, none is missed.
    """
    printers = [carrier.pk for carrier in labels.who_books()]
    rows = Waybill.objects.filter(parcel__stage=states.PACKED, state=Waybill.State.ISSUED, prints=0, carrier_id__in=printers)
    if among is not None:
        rows = rows.filter(parcel_id__in=among)
    return set(rows.values_list("parcel_id", flat=True))
