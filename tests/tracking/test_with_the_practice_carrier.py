"""The whole road with a carrier of its own process: booked, shipped, handed over, scanned, delivered."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.fulfilment.floor import Floor
from zhanggui.carriers.commands import contracts
from zhanggui.couriers.sandbox.running import SandboxServer
from zhanggui.fulfilment.commands import packing, parcels
from zhanggui.fulfilment.models import Parcel, Waybill
from zhanggui.journal import jobs
from zhanggui.kernel.actor import SYSTEM
from zhanggui.tracking import queries
from zhanggui.tracking.commands import polling
from zhanggui.tracking.models import Trail

pytestmark = pytest.mark.django_db


@pytest.fixture
def carrier() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def floor(carrier: SandboxServer, shop_id: int, at: datetime) -> Floor:
    place = Floor(shop_id, at)
    contracts.change(place.carrier_id, settings=dict(carrier.account().settings), by=SYSTEM, at=at)
    place.shelf("A-1", "TEA", 99)
    return place


@pytest.mark.capability("F-07", "T-01", "T-06", "T-09")
def test_a_parcel_goes_all_the_way_to_its_buyer(floor: Floor, carrier: SandboxServer, at: datetime) -> None:
    boxes = floor.picked({"TEA": 2}, {"TEA": 1})
    assert sorted(parcels.label(boxes, by=SYSTEM, at=at).done) == boxes
    packing.pack_whole(boxes, force=True, by=SYSTEM, at=at)
    assert parcels.ship(boxes, by=SYSTEM, at=at).done == boxes
    jobs.run_until_idle(at=lambda: at)
    assert parcels.labels_pdf(boxes, by=SYSTEM, at=at).startswith(b"%PDF")
    first = Trail.objects.get(parcel_id=boxes[0])
    # Their clock is not ours: the scan's own moment counts.
    assert carrier.advance([first.waybill], to="out_for_delivery", at=at + timedelta(hours=20))["moved"] == 1
    assert polling.poll(at=at + timedelta(hours=21)) == 1
    assert Trail.objects.get(pk=first.pk).status == "out_for_delivery"
    carrier.advance([first.waybill], to="delivered", at=at + timedelta(hours=22))
    polling.poll(at=at + timedelta(hours=23))
    assert floor.stage(Parcel.objects.get(pk=boxes[0]).order_id) == "delivered"
    assert floor.stage(Parcel.objects.get(pk=boxes[1]).order_id) == "shipped"
    trail = queries.trail(boxes[0])
    assert trail is not None
    assert len(trail.stops.all()) >= 6


@pytest.mark.capability("F-07")
def test_a_carrier_that_acts_and_then_falls_silent_booked_once(floor: Floor, carrier: SandboxServer, at: datetime) -> None:
    boxes = floor.picked({"TEA": 1})
    carrier.faults("error/after@book:1")
    assert parcels.label(boxes, by=SYSTEM, at=at).refused[boxes[0]]["code"] == "waybill-unsettled"
    assert parcels.settle(at=at).done == boxes
    found = Waybill.objects.get()
    assert (found.state, [parcel["waybill"] for parcel in carrier.parcels()]) == ("issued", [found.number])
    parcels.give_up(boxes, by=SYSTEM, at=at)
    jobs.run_until_idle(at=lambda: at)
    assert [parcel["state"] for parcel in carrier.parcels()] == ["voided"]
    assert parcels.label(boxes, by=SYSTEM, at=at).done == boxes
    assert len(carrier.parcels()) == 2
