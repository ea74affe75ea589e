"""Nobody reads or writes outside their own: every verb of the house is tried with a thing of another's."""

import inspect
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from tests.flows.two_houses import Houses, build, everything
from tests.fulfilment.floor import FakeCourier
from zhanggui.carriers import queries as carriers
from zhanggui.carriers.port import Booked, Outcome, Status, TrackEvent
from zhanggui.channels import handing_out, uploads
from zhanggui.fulfilment.commands import packing, parcels, waves
from zhanggui.fulfilment.models import Parcel
from zhanggui.fulfilment.refusals import NoSuchParcel
from zhanggui.journal.book import COMMANDS, Command
from zhanggui.journal.reaches import OUTSIDE, places, within
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.kernel.errors import NotFound
from zhanggui.orders.commands import change, noting, review
from zhanggui.orders.commands.money import Back, Came, Try
from zhanggui.orders.models import Line, Order
from zhanggui.orders.revisions import Revision
from zhanggui.orders.rules import parting
from zhanggui.stock.commands.claims import Demand, Issue, Share
from zhanggui.stock.commands.moves import Take
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.commands.safety import Buffer

APPS = ("orders", "fulfilment", "stock", "tracking", "channels", "lessons")
# Verbs of these rooms that name nothing of anybody's, and why.
BOUND_WITHIN = {
    "fulfilment.packing.open": "looks for the box among those it reaches",
    "orders.entry.confirm": "makes an order of a draft of one's own alone, in a shop it asks for itself",
    **dict.fromkeys(
        (f"orders.{kind}.{verb}" for kind in ("categories", "tags") for verb in ("archive", "arrange", "change", "make", "revive")),
        "drawers and tags are the merchant's, not a shop's",
    ),
    **dict.fromkeys(("orders.choices.set_methods", "orders.choices.set_numbering"), "said once for the whole house"),
    **dict.fromkeys(
        (f"orders.ruling.{verb}" for verb in ("arrange", "change", "drop", "make", "switch")), "rules are the merchant's, not a shop's"
    ),
    **dict.fromkeys((f"orders.sources.{verb}" for verb in ("add", "change", "put_in_order")), "ways in are the merchant's, not a shop's"),
    **dict.fromkeys((f"orders.views.{verb}" for verb in ("arrange", "change", "drop", "keep")), "looks among the views of whoever asks"),
    **dict.fromkeys(
        (f"orders.holding_types.{verb}" for verb in ("add", "as_usual", "change")), "why orders may be held is the merchant's, not a shop's"
    ),
    **dict.fromkeys(
        (f"lessons.sorting.{verb}" for verb in ("add", "as_usual", "change")), "kinds of trouble are the merchant's, not a shop's"
    ),
    "orders.releasing.due": "lets go by the clock, for the house",
    **dict.fromkeys(("orders.notified.settle", "orders.statements.write_down"), "looks for the order among those it reaches"),
    "orders.notified.take": "what a gateway signed: the house alone takes it",
    "orders.notified.dismiss": "of no order: nobody could say whose it is",
    "orders.statements.take": "lines of a gateway's, of no order yet",
    "channels.taking_rows._try": "is undone before anybody sees it; the rows look for their warehouse among those reached",
}
# A row of each argument that is a list of rows, made of one id of each kind.
ROWS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "pairs": lambda ids: (ids["order"], ids["parcel"]),
    "demands": lambda ids: Demand(ids["order"], 1, 1, 1),
    "parcels": lambda ids: Issue(ids["order"], ids["parcel"]),
    "moves": lambda ids: Take(ids["bin"], 1, 1),
    "receipts": lambda ids: Receipt(ids["warehouse"], "A", 1, 1),
    "counted": lambda ids: Receipt(ids["warehouse"], "A", 1, 1),
    "buffers": lambda ids: Buffer(ids["warehouse"], 1, 1),
    "answers": lambda ids: Booked(ids["reference"], Outcome.OK, "SB1"),
    "changes": lambda ids: Revision(ids["order"], to={"name": "别人"}),
    "said": lambda ids: change.Match(ids["line"], 1),
    "takes": lambda ids: parting.Take(ids["line"], 1),
    "send_from": lambda ids: (1, ids["warehouse"]),
    "shares": lambda ids: Share(1, ids["order"], 1, 1),
    "sold": lambda ids: Demand(ids["order"], 1, 1, 1),
    "came": lambda ids: Came(ids["order"], 1),
    "back": lambda ids: Back(ids["order"], 1),
    "tries": lambda ids: Try(ids["order"], "other"),
    "events": lambda ids: TrackEvent(ids["waybill-number"], "k", datetime(2026, 10, 20), Status.IN_TRANSIT, "路上", ""),
}
MISSING: dict[str, Any] = {
    "reference": "P-none-1",
    "scan": "uid-none",
    "shop-code": "none",
    "warehouse-code": "none",
    "waybill-number": "SF404",
}
BOUNDED = sorted(name for name, verb in COMMANDS.items() if verb.over)


@pytest.fixture
def houses(shop_id: int, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Houses:
    fake = FakeCourier()
    monkeypatch.setattr(carriers, "plugins", lambda: {"sandbox": fake})
    return build(shop_id, at)


def test_every_verb_of_these_rooms_says_whose_things_it_names() -> None:
    # Whatever a page can ask for is loaded, also where this story runs alone.
    assert get_resolver().url_patterns
    silent = {name for name, verb in COMMANDS.items() if name.split(".")[0] in APPS and not verb.over}
    assert silent == set(BOUND_WITHIN)
    assert {one.kind for verb in COMMANDS.values() for one in places(verb.over, verb.call)} <= set(OUTSIDE)


def _called(verb: Command, kind: str, asked: list[Any], own: dict[str, list[Any]]) -> dict[str, Any]:
    """The arguments of ``verb`` with ``asked`` where it names things of ``kind``, and one's own where it names others; anything
    else it must be given is empty."""
    named = {one.name: one for one in reversed(places(verb.over, verb.call)) if one.kind != kind}
    named |= {one.name: one for one in reversed(places(verb.over, verb.call)) if one.kind == kind}
    given: dict[str, Any] = {}
    for name, one in inspect.signature(verb.call).parameters.items():
        said = str(one.annotation)
        if name in ("by", "at"):
            continue
        if name in named:
            place = named[name]
            wanted = asked if place.kind == kind else own[place.kind][:1]
            row = ROWS.get(name) if place.part else None
            usual = {each: ids[0] for each, ids in own.items()}
            many = (
                [row({**usual, place.kind: each}) for each in wanted]
                if row
                else dict.fromkeys(wanted, 1)
                if "Mapping" in said
                else wanted
            )
            given[name] = many if "Sequence" in said or "Mapping" in said else wanted[-1]
        elif one.default is one.empty:
            given[name] = [] if "Sequence" in said or "list" in said else {} if "Mapping" in said or "dict" in said else None
            given[name] = 1 if said == "<class 'int'>" else "x" if said == "<class 'str'>" else given[name]
    return given


@pytest.mark.django_db(transaction=True)
@pytest.mark.capability("L-04")
def test_one_thing_of_anothers_and_nothing_at_all_is_done(houses: Houses) -> None:
    by = houses.clerk()
    before = everything()
    tried = 0
    for name in BOUNDED:
        verb = COMMANDS[name]
        for kind in dict.fromkeys(one.kind for one in places(verb.over, verb.call)):
            own, foreign = houses.mine.ids[kind], houses.theirs.ids[kind]
            for other in (foreign[0], foreign[-1], *([] if kind == "beep" else [MISSING.get(kind, 10**12)])):
                call = _outer(verb)
                with pytest.raises(NotFound) as refused:
                    call(**_called(verb, kind, [*own[:2], other], houses.mine.ids), by=by, at=houses.at)
                assert str(other) in refused.value.facts["what"], (name, kind)
                tried += 1
    assert everything() == before
    assert tried > 150


def _outer(verb: Command) -> Callable[..., Any]:
    """The verb as people call it, in its frame."""
    return getattr(inspect.getmodule(verb.call), verb.call.__name__)  # type: ignore[no-any-return]


@pytest.mark.django_db(transaction=True)
def test_each_kind_knows_ones_own_by_one_statement_and_whoever_reaches_all_costs_none(houses: Houses) -> None:
    bounds = [houses.clerk().reach, houses.clerk(homes=False).reach, houses.clerk(shops=False).reach]
    for kind, outside in OUTSIDE.items():
        if kind not in houses.mine.ids:
            continue
        own, foreign = houses.mine.ids[kind], houses.theirs.ids[kind]
        for reach in bounds:
            with CaptureQueriesContext(connection) as seen:
                left = set(outside([*own, *foreign], reach))
            assert len(seen) <= 1, (kind, [one["sql"] for one in seen])
            assert left <= set(foreign) or reach.shops is None, (kind, left)
        assert set(outside([*own, *foreign], bounds[0])) == set(foreign), kind
        with CaptureQueriesContext(connection) as seen:
            within(EVERYWHERE, kind, [*own, *foreign, MISSING.get(kind, 10**12)])
        assert not seen.captured_queries


@pytest.mark.django_db(transaction=True)
def test_by_keyword_or_by_place_an_argument_is_the_same(houses: Houses) -> None:
    by, foreign = houses.clerk(), [houses.theirs.order.pk]
    with pytest.raises(NotFound):
        review.approve(foreign, by=by, at=houses.at)
    with pytest.raises(NotFound):
        review.approve(order_ids=foreign, by=by, at=houses.at)
    with pytest.raises(TypeError, match="no argument"):
        places("order@orders", review.approve)


@pytest.mark.django_db(transaction=True)
def test_what_a_verb_chooses_itself_is_chosen_among_ones_own(houses: Houses) -> None:
    """The most urgent of a warehouse, every line with a code, a number that was scanned, a bounded hand gets its own of them."""
    at, mine, theirs = houses.at, houses.mine, houses.theirs
    shop_clerk = houses.clerk(homes=False)
    Order.objects.filter(pk__in=theirs.ids["order"], stage="approved").update(warehouse_id=mine.warehouse_id)
    planned = waves.plan(None, warehouse_id=mine.warehouse_id, by=shop_clerk, at=at)
    assert set(Order.objects.filter(pk__in=planned.batch.done).values_list("shop_id", flat=True)) == {mine.shop_id}
    lines = Line.objects.filter(order__stage="pending_review")
    lines.update(sku=None, sku_code="ODD")
    sku = Line.objects.exclude(sku=None).values_list("sku_id", flat=True)[0]
    line = lines.filter(order__shop=mine.shop_id).order_by("pk")[0]
    change.match_sku(line.pk, sku, everywhere=True, by=shop_clerk, at=at)
    assert not lines.filter(order__shop=theirs.shop_id).exclude(sku=None).exists()
    box = Parcel.objects.select_related("order").filter(pk__in=theirs.ids["parcel"], stage="packing")[0]
    for code in (box.number, box.order.number, box.order.platform_no):
        with pytest.raises(NoSuchParcel):
            packing.open(code, by=shop_clerk, at=at)
        with pytest.raises(NoSuchParcel):
            packing.open(code, by=houses.clerk(shops=False), at=at)


@pytest.mark.django_db(transaction=True)
def test_what_is_no_verb_keeps_within_the_same_bounds(houses: Houses) -> None:
    by, at, theirs = houses.clerk(), houses.at, houses.theirs
    before = everything()
    for call in (
        lambda: noting.reveal(theirs.order.pk, why="核对地址", by=by, at=at),
        lambda: parcels.labels_pdf([theirs.ids["parcel"][-1]], by=by, at=at),
        lambda: parcels.slips_pdf([theirs.ids["parcel"][0]], by=by, at=at),
        lambda: parcels.pick_sheet_pdf(theirs.ids["wave"][1], by=by, at=at),
        lambda: parcels.label([theirs.ids["parcel"][0]], by=by, at=at),
        lambda: handing_out.rejects_taken(theirs.ids["import"][0], by=by, at=at),
        lambda: uploads.submit(b"x", "x.csv", shop_id=theirs.shop_id, by=by, at=at),
    ):
        with pytest.raises(NotFound):
            call()
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_a_wave_with_a_box_of_anothers_shop_is_nobodys_who_has_one_shop(houses: Houses) -> None:
    """What is done to the wave is done to that box too; whoever has the warehouse and every shop still has it."""
    wave_id = houses.mine.ids["wave"][0]
    box = Parcel.objects.filter(wave_id=wave_id)[0]
    Order.objects.filter(pk=box.order_id).update(shop_id=houses.theirs.shop_id)
    assert set(OUTSIDE["wave"]([wave_id], houses.clerk().reach)) == {wave_id}
    assert not set(OUTSIDE["wave"]([wave_id], houses.clerk(shops=False).reach))


@pytest.mark.django_db(transaction=True)
def test_an_order_without_a_warehouse_is_its_shops_alone(houses: Houses) -> None:
    waiting = houses.mine.order.pk
    assert Order.objects.values_list("warehouse_id", flat=True).get(pk=waiting) is None
    outside = OUTSIDE["order"]
    assert not set(outside([waiting], houses.clerk().reach))
    assert not set(outside([waiting], houses.clerk(homes=False).reach))
    assert set(outside([waiting], houses.clerk(shops=False).reach)) == {waiting}
    assert set(outside([waiting], Reach(frozenset(), None))) == {waiting}
