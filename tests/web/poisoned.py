"""A house in which everything that a buyer, a file, a carrier or a colleague can fill holds an attempt at the page it is shown on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.urls import get_resolver

from tests.fulfilment.floor import LIN, FakeCourier, Floor
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.carriers.port import Status, TrackEvent
from zhanggui.channels.models import Import, ImportProblem, ImportRow
from zhanggui.fulfilment.commands import parcels
from zhanggui.fulfilment.models import Waybill
from zhanggui.hooks.commands import endpoints
from zhanggui.journal.book import tell
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.outward.places import rules
from zhanggui.ops.models import Backup
from zhanggui.orders.events import OrderChanged
from zhanggui.tracking.commands import trails

MARK = "xq7"
# Each breaks out of another place a page has; the first out of most at once.
PAYLOADS = (
    "\"'></title></textarea></script>--><xq7 xq7=1>",
    "\"'><xq7>",
    "<script>xq7()</script>",
    "<svg/onload=xq7()>",
    "\" xq7=1 onfocus=xq7() \"",
    "' xq7=1 onfocus=xq7() '",
    "<img src=x onerror=xq7()>",
    "javascript:xq7()//",
    "</textarea><xq7>",
    "</option></select><xq7>",
    "&lt;xq7&gt;&#60;xq7>",
    "{{ 7|xq7 }}{% xq7 %}",
    "=xq7()|'<xq7>'!A1",
    "+1<xq7>", "-1<xq7>", "@xq7<xq7>", "\t=1<xq7>",
    "\u2028<xq7>\u202e",
)  # fmt: skip
# What is not ours alone to write: everything people, files, shops and carriers fill.
FILLED = {
    "accounts.User": ("name",), "accounts.Invitation": ("name",), "accounts.Token": ("name",),
    "catalog.Sku": ("code", "name", "spec", "barcode", "category"),
    "customers.Recipient": ("masked_name", "masked_phone", "masked_street", "masked_account", "province", "city", "district", "oaid"),
    "stock.Warehouse": ("name",), "stock.Bin": ("code",), "carriers.Carrier": ("name", "service"), "orders.Shop": ("name", "mark"),
    "orders.Order": ("platform_no", "payment_method", "buyer_note", "seller_note", "internal_note", "platform_status"),
    "orders.Line": ("sku_code", "name", "spec", "note", "platform_no"), "orders.Hold": ("cleared_by",),
    "fulfilment.Pick": ("done_by",), "fulfilment.Parcel": ("packed_by",), "fulfilment.Scan": ("code", "by_name"),
    "fulfilment.Waybill": ("number", "sort_code", "station", "error_code", "error"),
    "tracking.Trail": ("waybill", "last_text", "last_place"), "tracking.Stop": ("text", "place"),
    "channels.Import": ("file_name", "companion_name", "by_name"), "channels.ImportRow": ("column", "value"),
    "channels.ImportProblem": ("column", "value"),
    "channels.SavedMapping": ("name",), "hooks.Endpoint": ("name", "url"), "ops.Backup": ("problem",),
    "journal.Approval": ("asker_name", "reason", "settler_name", "word"),
}  # fmt: skip


class Found(HTMLParser):
    """What an attempt became, where it became more than text."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[str] = []
        self.seen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag.startswith(MARK) or any(name.startswith((MARK, "on")) for name in named):
            self.alive.append(self.get_starttag_text() or tag)
        for name in ("href", "src", "action", "formaction", "hx-get", "hx-post"):
            if (named.get(name) or "").strip().lower().startswith("javascript:"):
                self.alive.append(self.get_starttag_text() or tag)
        if tag == "script" and "src" not in named and named.get("type") != "application/json":
            self.alive.append("<script>")
        self.seen += sum(MARK in (value or "") for value in named.values())

    def handle_data(self, data: str) -> None:
        self.seen += MARK in data


def alive(text: str) -> tuple[list[str], int]:
    """(attempts that became elements or attributes, places that show one as text)."""
    page = Found()
    page.feed(text)
    page.close()
    return page.alive, page.seen


def build(person: User, courier: FakeCourier, shop_id: int, at: datetime, settings: Any) -> dict[str, list[int]]:
    """Orders in most stages, waves, parcels, trails, an import, an endpoint, a backup: then every filled column poisoned.

    Returns the ids by the names the addresses use.
    """
    floor = Floor(shop_id, at)
    floor.shelf("A-01", "CUP", 400)
    who = LIN._replace(name=PAYLOADS[1], street=PAYLOADS[0], district=PAYLOADS[3])
    notes = {"buyer_note": PAYLOADS[0], "seller_note": PAYLOADS[2]}
    orders = floor.orders({"CUP": 1}, {"CUP": 2}, {"CUP": 500}, person=who, **notes)
    waves = [floor.wave({"CUP": 1}, {"CUP": 2}), floor.wave({"CUP": 1}, release=False)]
    boxes = [*floor.picked({"CUP": 1}), *floor.packed({"CUP": 1}, {"CUP": 2})]
    gone = floor.packed({"CUP": 1}, {"CUP": 1})
    parcels.ship(gone, by=SYSTEM, at=at)
    trails.follow(gone, by=SYSTEM, at=at)
    number = Waybill.objects.filter(parcel_id=gone[0]).values_list("number", flat=True).first() or ""
    trails.record(floor.carrier_id, [TrackEvent(number, "k1", at, Status.IN_TRANSIT, PAYLOADS[0], PAYLOADS[1])], by=SYSTEM, at=at)
    clerk = Actor("person", None, PAYLOADS[0][:80])
    for order in orders:
        tell([OrderChanged(order, ["buyer_note"])], by=clerk, at=at, facts={order: {"why": PAYLOADS[3]}})
    settings.OUTWARD = rules(http=False, ports=[], private=[])
    hook = endpoints.open_one("x", "https://hooks.example.com/", ["order.placed"], by=actor_of(person, fresh=True), at=at).endpoint_id
    taken = Import.objects.create(
        number="IM-1", kind="orders", state="done", file_name="x", digest="0" * 64, path="x", format="template", by_name="x",
        shop_id=shop_id, made_at=at,
    )  # fmt: skip
    ImportRow.objects.create(of=taken, file=0, row=3, outcome="rej", column="x", code="BAD_VALUE", value="x")
    ImportProblem.objects.create(of=taken, file=0, row=3, nth=2, column="x", code="BAD_VALUE", value="x")
    Backup.objects.create(name="x.age", state="bad", made_at=at - timedelta(hours=1), problem="x", bytes=1, orders=1)
    poison()
    return {
        "order_id": orders, "wave_id": waves, "parcel_id": [*boxes[:2], gone[0]], "sku_id": list(floor.skus.values()), "shop_id": [shop_id],
        "warehouse_id": [floor.warehouse_id], "carrier_id": [floor.carrier_id], "person_id": [person.pk], "endpoint_id": [hook],
        "import_id": [taken.pk], "backup_id": list(Backup.objects.values_list("pk", flat=True)), "pk": [gone[0]],
    }  # fmt: skip


def poison() -> int:
    """Write the attempts into every filled column of every row, another in each; how many cells."""
    cells = 0
    for label, columns in FILLED.items():
        model = apps.get_model(label)
        for nth, row in enumerate(model.objects.order_by("pk")):
            told = {}
            for at_column, column in enumerate(columns):
                room = model._meta.get_field(column).max_length or 500
                fitting = [each for each in PAYLOADS if len(each) + 4 <= room] or ["<b>"[:room]]
                # Its own number at the end: some columns may hold nothing twice.
                told[column] = (fitting[(nth + at_column) % len(fitting)] + (str(row.pk) if room > 8 else ""))[:room]
            model.objects.filter(pk=row.pk).update(**told)
            cells += len(told)
    return cells


WORDS = {"kind": ("orders", "goods", "stock"), "verb": ("x",), "role": ("owner",), "name": ("density",), "language": ("en",), "token": ("x" * 22,)}


def addresses(ids: dict[str, list[int]], resolver: Any = None, path: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """(name, path) of every address with the ids of what is really there."""
    for each in (resolver or get_resolver()).url_patterns:
        route = path + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from addresses(ids, each, route, f"{space}{each.namespace}:" if each.namespace else space)
            continue
        filled = [route]
        for name in each.pattern.converters:
            values: Any = ids.get(name) or WORDS.get(name) or (1,)
            begin = filled
            filled = [_fill(one, name, str(value)) for one in begin for value in values]
        yield from ((f"{space}{each.name}", f"/{one}") for one in filled)


def _fill(route: str, name: str, value: str) -> str:
    head, _, rest = route.partition(f":{name}>")
    return f"{head[: head.rindex('<')]}{value}{rest}"
