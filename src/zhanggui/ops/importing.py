"""Files taken in from the command line, by the house itself."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils import translation

from zhanggui.channels import rejects as reject_rows
from zhanggui.channels.commands import imports, undoing
from zhanggui.channels.outcome import Result
from zhanggui.channels.reading import asking
from zhanggui.channels.reading.limits import COMMAND_LINE
from zhanggui.channels.refusals import ImportRuns, StrictUndone, UnknownShop, WhichShop
from zhanggui.channels.taking import Options, Progress, Taking, digest_of, refused
from zhanggui.channels.taking_orders import OrdersIn
from zhanggui.channels.taking_rows import GoodsIn, StockIn
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Refused
from zhanggui.orders.commands import shops
from zhanggui.orders.models import Shop
from zhanggui.stock.commands import warehouses
from zhanggui.stock.models import Warehouse

LONGEST_CODE = 32  # of a shop


def take_files(
    kind: str,
    files: Sequence[Path],
    *,
    shop: str = "",
    format: str = "auto",
    create_goods: bool = False,
    dry_run: bool = False,
    strict: bool = False,
    update: bool = False,
    rejects: Path | None = None,
    language: str = "zh-hans",
    sheet: str | None = None,
    choices: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Result:
    """Take one file (or an order list and its details) in, and answer when it is done. Raises Refused for the whole file.

    An empty shop means the only one; in a database without any, the one named is made, or ``main``. The same with the warehouse.
    ``update`` changes orders that are here and not yet with the warehouse. ``sheet`` is of a workbook that has several;
    ``choices`` answer what a file asks. ``language`` is that of the reject file.
    """
    said = asking.checked({key: value for key, value in (choices or {}).items() if key != "header_row"})
    header_row = int(row) if (row := (choices or {}).get("header_row", "")).isdecimal() else None
    options = Options(
        format, create_goods=create_goods, strict=strict, update=update, sheet=sheet, header_row=header_row, choices=said
    )
    given, companion = files[0], files[1] if len(files) > 1 else None
    if not dry_run:
        ensure_warehouse()
    where = shop_of(shop, make=not dry_run) if kind == "orders" else None
    taking: Taking
    if where is not None:
        taking = OrdersIn(
            given, shop=where, by=SYSTEM, limits=COMMAND_LINE, options=options, companion=companion, name=given.name,
            companion_name=companion.name if companion else "",
        )  # fmt: skip
    else:
        taking = {"goods": GoodsIn, "stock": StockIn}[kind](given, by=SYSTEM, limits=COMMAND_LINE, options=options, name=given.name)
    if dry_run:
        return taking.dry()
    at = clock.now()
    digest, size = digest_of(*files, sheet=sheet)
    upload = imports.Upload(taking.names[0], digest, size, companion_name=taking.names[1] if companion else "")
    asked: dict[str, Any] = {"create_goods": create_goods, "strict": strict, "update": update}
    asked |= {name: value for name, value in (("sheet", sheet), ("header_row", header_row), ("choices", said or None)) if value is not None}
    import_id = imports.begin(
        kind, upload, shop_id=where.pk if where else None, format=format, mapping={}, options=asked, by=SYSTEM, at=at
    )
    try:
        result = taking.run(import_id, progress=progress)
    except ImportRuns:
        raise
    except Refused as error:
        closed = refused(import_id, error, by=SYSTEM, at=clock.now())
        if isinstance(closed, StrictUndone):
            # Whoever waits for the command finds it done.
            undoing.carry_out(import_id, at=clock.now())
        raise closed from None
    if rejects is not None:
        with translation.override(language):
            reject_rows.write_to(rejects, import_id, given, companion)
    return result


def shop_of(code: str, *, make: bool = True) -> Shop:
    """The shop with this code, or the only open one where none is named; in a database without any it is made, or only
    shown as it would be made. Raises UnknownShop, or WhichShop where there are several and none is named."""
    code, known = code.strip(), list(Shop.objects.order_by("id"))
    if code:
        found = [shop for shop in known if shop.code == code]
    else:
        found = [shop for shop in known if shop.enabled] or known
        if len(found) > 1:
            raise WhichShop(shops="、".join(shop.code for shop in found))
    if found:
        return found[0]
    if known or len(code) > LONGEST_CODE:
        raise UnknownShop(shop=code)
    # In an empty house a name can only mean the shop to begin with.
    code, name = (code, code) if code else ("main", "我的店")
    if not make:
        return Shop(code=code, name=name)
    return Shop.objects.get(pk=shops.open_one(code, name, by=SYSTEM, at=clock.now()))


def ensure_warehouse() -> None:
    if not Warehouse.objects.exists():
        warehouses.open_one("MAIN", "主仓", by=SYSTEM, at=clock.now())
