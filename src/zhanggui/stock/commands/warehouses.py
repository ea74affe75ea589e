"""Buildings and their bins."""

from collections.abc import Mapping
from datetime import datetime

from zhanggui.journal.book import command, tell
from zhanggui.kernel.actor import Actor
from zhanggui.stock.events import WarehouseOpened
from zhanggui.stock.models import Bin, Warehouse

STAGING = "STAGE"


@command(needs="settings", over="warehouse-code")
def open_one(code: str, name: str, *, by: Actor, at: datetime, sender: Mapping[str, str] | None = None) -> int:
    """Add a warehouse and its staging bin; the first one is where orders ship from. Asking again changes its name."""
    first = not Warehouse.objects.exists()
    warehouse, new = Warehouse.objects.update_or_create(
        code=code.strip(),
        defaults={"name": name.strip(), "sender": dict(sender or {})},
        create_defaults={"name": name.strip(), "sender": dict(sender or {}), "is_default": first, "made_at": at},
    )
    if new:
        Bin.objects.create(warehouse=warehouse, code=STAGING, kind=Bin.Kind.STAGING, walk=1_000_000)
        tell([WarehouseOpened(warehouse.pk, warehouse.code)], by=by, at=at)
    return warehouse.pk


@command(needs="settings", over="warehouse")
def set_rules(warehouse_id: int, *, must_scan: bool, must_weigh: bool, by: Actor, at: datetime) -> None:
    """What the packing bench insists on."""
    Warehouse.objects.filter(pk=warehouse_id).update(must_scan=must_scan, must_weigh=must_weigh)
