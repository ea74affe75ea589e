"""How much a receipt or a count changes, before it does: what bounds it is set against, and what a second person is shown."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from zhanggui.catalog.models import Sku
from zhanggui.journal import figures
from zhanggui.journal.phrases import first_of
from zhanggui.stock.models import Shelf, Warehouse

RECEIVED = "stock.receive"
figures.known(
    "stock.adjust", 200, unit=_("件"), says=_("一次盘点最多差多少件"),
    does=_("差得更多，店主和仓库都要另一人同意才改账。接口程序直接拒绝。"),
)  # fmt: skip
figures.known(
    RECEIVED, 10_000, unit=_("件"), says=_("仓库一次入库最多多少件"), does=_("再多要另一人同意。店主入库不受它管：收货不是调整。"),
)  # fmt: skip


class Receipt(NamedTuple):
    """Pieces of a SKU for one bin of one warehouse."""

    warehouse_id: int
    bin: str
    sku_id: int
    pieces: int


def pieces_in(receipts: Sequence[Receipt], *args: Any, **kwargs: Any) -> int:
    return sum(row.pieces for row in receipts)


def pieces_off(counted: Sequence[Receipt], *args: Any, **kwargs: Any) -> int:
    """By how many pieces the books differ from what was counted, more and less added up. One statement."""
    return sum(abs(row.pieces - lay) for row, lay in _against(counted))


def of_receipts(receipts: Sequence[Receipt], *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    where = _places(receipts)
    return {"pieces": pieces_in(receipts), "lines": first_of([f"{where(row)} · +{row.pieces}" for row in receipts])}


def of_count(counted: Sequence[Receipt], *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    where = _places(counted)
    differ = [(row, lay) for row, lay in _against(counted) if row.pieces != lay]
    lines = [f"{where(row)} · {lay} → {row.pieces}" for row, lay in differ]
    return {"pieces": sum(abs(row.pieces - lay) for row, lay in differ), "lines": first_of(lines)}


def _against(counted: Sequence[Receipt]) -> list[tuple[Receipt, int]]:
    """Each row with what the books say lies there; of two rows for one place the later counts."""
    rows = {(row.warehouse_id, row.bin.strip()[:32] or "-", row.sku_id): row for row in counted}
    lies: dict[tuple[int, str, int], int] = defaultdict(int)
    known = Shelf.objects.filter(sku__in={sku for _w, _b, sku in rows}, bin__warehouse__in={w for w, _b, _s in rows})
    for warehouse, code, sku, pieces in known.values_list("bin__warehouse_id", "bin__code", "sku_id", "pieces"):
        lies[warehouse, code, sku] = pieces
    return [(row, lies[place]) for place, row in rows.items()]


def _places(rows: Sequence[Receipt]) -> Callable[[Receipt], str]:
    """Which goods in which bin, and of which warehouse where there are several. Two statements."""
    codes = dict(Sku.objects.filter(pk__in={row.sku_id for row in rows}).values_list("pk", "code"))
    houses = dict(Warehouse.objects.values_list("pk", "name"))

    def where(row: Receipt) -> str:
        house = [str(houses.get(row.warehouse_id, row.warehouse_id))] if len(houses) > 1 else []
        return " · ".join([*house, str(codes.get(row.sku_id, row.sku_id)), row.bin or "-"])

    return where
