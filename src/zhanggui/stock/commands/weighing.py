"""How much a receipt or a count changes, before it does: what bounds it is set against, and what a second person is shown."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from zhanggui.catalog.models import Sku
from zhanggui.journal import figures
from zhanggui.stock.models import Shelf

RECEIVED = "stock.receive"
SHOWN = 20
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
    names = _codes(receipts)
    lines = [f"{names.get(row.sku_id, row.sku_id)} · {row.bin or '-'} · +{row.pieces}" for row in receipts[:SHOWN]]
    return {"pieces": pieces_in(receipts), "lines": lines}


def of_count(counted: Sequence[Receipt], *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    names = _codes(counted)
    differ = [(row, lay) for row, lay in _against(counted) if row.pieces != lay]
    lines = [f"{names.get(row.sku_id, row.sku_id)} · {row.bin or '-'} · {lay} → {row.pieces}" for row, lay in differ[:SHOWN]]
    return {"pieces": sum(abs(row.pieces - lay) for row, lay in differ), "lines": lines}


def _against(counted: Sequence[Receipt]) -> list[tuple[Receipt, int]]:
    """Each row with what the books say lies there; of two rows for one place the later counts."""
    rows = {(row.warehouse_id, row.bin.strip()[:32] or "-", row.sku_id): row for row in counted}
    lies: dict[tuple[int, str, int], int] = defaultdict(int)
    known = Shelf.objects.filter(sku__in={sku for _w, _b, sku in rows}, bin__warehouse__in={w for w, _b, _s in rows})
    for warehouse, code, sku, pieces in known.values_list("bin__warehouse_id", "bin__code", "sku_id", "pieces"):
        lies[warehouse, code, sku] = pieces
    return [(row, lies[place]) for place, row in rows.items()]


def _codes(rows: Sequence[Receipt]) -> dict[int, str]:
    return dict(Sku.objects.filter(pk__in={row.sku_id for row in rows}).values_list("pk", "code"))
