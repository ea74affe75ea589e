"""Several hands at one thing, as real processes on a real database."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.flows.team import Team, address

HANDS = 4
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240), pytest.mark.xdist_group("hands")]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Team]:
    data = tmp_path_factory.mktemp("hands")
    made = Team(HANDS, data, address(data), "tests.fulfilment.race_stories")
    if connection.vendor != "postgresql":
        made.one("migrate", str(data / "template.sqlite3"))
    yield made
    made.rest()


@pytest.fixture
def hands(team: Team, transactional_db: None, tmp_path: Path) -> Team:
    """The team on an empty database."""
    if connection.vendor != "postgresql":
        template, fresh = str(team.data / "template.sqlite3"), str(tmp_path / "race.sqlite3")
        team.one("begin", template, fresh)
        team.all("begin", template, fresh)
    return team


@pytest.mark.capability("F-05")
def test_two_hands_scan_the_last_piece_and_one_is_right(hands: Team) -> None:
    box = hands.one("open_box", 20)
    answers = hands.all("scan_many", each=[(box, f"hand-{n}", 10) for n in range(HANDS)])
    said = [kind for answer in answers for kind in answer]
    assert (said.count("right"), said.count("extra")) == (20, 20)
    assert hands.one("counted", box) == (20, 20)


def test_one_device_telling_the_same_beeps_twice_counts_them_once(hands: Team) -> None:
    box = hands.one("open_box", 20)
    hands.all("scan_many", each=[(box, "hand", 10)] * HANDS)
    assert hands.one("counted", box) == (10, 10)


@pytest.mark.capability("F-07")
def test_four_hands_label_the_same_parcels_and_each_is_booked_once(hands: Team) -> None:
    boxes = hands.one("ready_boxes", 12, False)
    answers = hands.all("label", each=[(random.sample(boxes, len(boxes)),) for _ in range(HANDS)])
    booked = [reference for _, references in answers for reference in references]
    assert len(booked) == len(set(booked)) == 12
    assert hands.one("waybills_of", boxes) == [(box, "issued") for box in boxes]


@pytest.mark.capability("K-02", "F-15")
def test_parcels_shipped_by_four_hands_at_once_are_issued_once(hands: Team) -> None:
    boxes = hands.one("ready_boxes", 12, True)
    answers = hands.all("ship", each=[(random.sample(boxes, len(boxes)),) for _ in range(HANDS)])
    assert sorted(box for done in answers for box in done) == boxes
    assert hands.one("after_shipping", boxes) == {
        "shipped": 12,
        "staged": 0,
        "levels": [(488, 0), (476, 0)],
        "issued": 24,
        "wave": "done",
    }


def test_the_last_parcels_of_a_wave_shipped_apart_end_it_once(hands: Team) -> None:
    boxes = hands.one("ready_boxes", HANDS, True)
    hands.all("ship", each=[([box],) for box in boxes])
    assert hands.one("after_shipping", boxes)["wave"] == "done"


@pytest.mark.capability("F-01")
def test_two_who_plan_at_once_never_take_the_same_order(hands: Team) -> None:
    warehouse_id, orders = hands.one("waiting_orders", 40)
    answers = hands.all("plan", each=[(warehouse_id, random.sample(orders, 25)) for _ in range(HANDS)])
    taken = [order_id for done in answers for order_id in done]
    assert len(taken) == len(set(taken))
    assert hands.one("parcels_by_order") == sorted(taken)


@pytest.mark.capability("F-02")
def test_the_last_stops_confirmed_apart_finish_the_walk(hands: Team) -> None:
    stops = hands.one("walk_of", HANDS * 2)
    # Each hand has two stops of its own, and all of them the first one too.
    answers = hands.all("confirm", each=[([stops[0], *stops[n * 2 : n * 2 + 2]],) for n in range(HANDS)])
    assert sorted(stop for done in answers for stop in done) == sorted(stops)
    assert hands.one("wave_and_staging") == ("picked", HANDS * 4)
