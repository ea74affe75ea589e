"""What the filters of the order list offer to choose from: shops, warehouses, carriers, categories, tags, ways in, types of holds. One statement."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from zhanggui.carriers.models import Carrier
from zhanggui.kernel.actor import Reach
from zhanggui.orders import reaching, sources
from zhanggui.orders.models import Category, HoldType, Shop, Source, Tag
from zhanggui.stock.models import Warehouse


class One(NamedTuple):
    """Something to choose. ``more``: the platform of a shop, the hue of a category or a tag; ``off``: it is offered to nobody new."""

    pk: int
    name: str
    more: str = ""
    off: bool = False


@dataclass(frozen=True)
class Offered:
    shops: list[One]
    warehouses: list[One]
    carriers: list[One]
    categories: list[One]
    tags: list[One]
    sources: dict[str, str]
    # Types of holds the merchant added: code → name.
    holds: dict[str, str]

    def shops_of(self, platform: str) -> tuple[int, ...]:
        """The shops on this platform, as far as one reaches."""
        return tuple(shop.pk for shop in self.shops if shop.more == platform)

    def category(self, pk: int | None) -> One | None:
        return next((one for one in self.categories if one.pk == pk), None)


def offered(reach: Reach) -> Offered:
    """Everything there is within ``reach``, in the order it is shown."""
    within = Q() if reach.warehouses is None else Q(pk__in=sorted(reach.warehouses))
    first, *rest = (
        _rows(0, Shop.objects.filter(reaching.shop_rows(reach)), more=F("platform"), off=Q(enabled=False)),
        _rows(1, Warehouse.objects.filter(within)),
        _rows(2, Carrier.objects.all(), off=Q(enabled=False)),
        _rows(3, Category.objects.all(), more=F("hue"), off=Q(archived_at__isnull=False), place=F("place")),
        _rows(4, Tag.objects.all(), more=F("hue"), off=Q(archived_at__isnull=False), place=F("place")),
        _rows(5, Source.objects.all(), more=F("code"), place=F("position")),
        _rows(6, HoldType.objects.exclude(name=""), more=F("code"), place=F("pk")),
    )
    found: list[list[tuple[int, str, One]]] = [[], [], [], [], [], [], []]
    for kind, pk, name, more, off, place in first.union(*rest, all=True):
        found[kind].append((place, name, One(pk, name, more, bool(off))))
    own = {one.more: name for _place, name, one in sorted(found.pop())}
    kept = [Source(code=one.more, name=name, position=place) for place, name, one in found.pop()]
    shops, homes, carriers, drawers, tags = ([one for _place, _name, one in sorted(each)] for each in found)
    return Offered(shops, homes, carriers, drawers, tags, sources.names(kept), own)


def _rows(kind: int, rows: QuerySet[Any], *, more: Any = None, off: Q | None = None, place: Any = None) -> Any:
    """Rows of one kind in a shape all of them have."""
    text, whole = CharField(), IntegerField()
    away: Any = Cast(Case(When(off, then=1), default=0, output_field=whole), whole) if off is not None else Value(0, whole)
    return rows.order_by().values_list(
        Value(kind, whole), "pk", Cast("name", text), Cast(more, text) if more is not None else Value("", text), away,
        Cast(place, whole) if place is not None else Value(0, whole),
    )  # fmt: skip
