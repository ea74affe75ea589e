"""The practice courier keeps the promises of every courier."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.couriers.kit import CourierKit, World, shipment, shipments
from zhanggui.carriers.port import Account, Courier, HandsOver, Outcome, Shipment, Status, Unreachable
from zhanggui.couriers.sandbox.connector import COURIER
from zhanggui.couriers.sandbox.running import SandboxServer


class Practice:
    courier: Courier = COURIER

    def __init__(self, carrier: SandboxServer) -> None:
        self.carrier = carrier
        self.account = carrier.account()
        self.hasty = carrier.account(timeout_s="0.3")
        self.unreachable = carrier.account(url="http://127.0.0.1:9")

    def spoilt(self, shipment: Shipment) -> Shipment:
        return replace(shipment, receiver=replace(shipment.receiver, phone=""))

    @contextmanager
    def silent(self, *, acts: bool) -> Iterator[None]:
        self.carrier.faults("hang/after" if acts else "hang/before")
        yield
        self.carrier.faults("")

    def move(self, waybills: Sequence[str], to: Status) -> None:
        assert self.carrier.advance(waybills, to=to) == {"moved": len(waybills), "skipped": []}


@pytest.fixture
def world(carrier: SandboxServer) -> World:
    return Practice(carrier)


class TestPracticeCourier(CourierKit):
    pass


def test_the_plugin_is_what_the_door_asks_for() -> None:
    plugin: HandsOver = COURIER
    assert plugin.code == "sandbox"
    assert plugin.can == {"book", "ask", "void", "track", "handover"}


def test_a_proxy_of_the_machine_has_no_business_in_between(carrier: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert COURIER.book(carrier.account(), [shipment()])[0].outcome is Outcome.OK


@pytest.mark.capability("F-07")
def test_many_hands_asking_for_the_same_shipments_get_the_same_numbers(carrier: SandboxServer) -> None:
    wanted, account = shipments(60), carrier.account()
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda _: COURIER.book(account, wanted), range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert len({answer.waybill for answer in answers[0]}) == 60


def test_a_carrier_that_lost_its_books_gives_the_same_number_again() -> None:
    with SandboxServer() as carrier:
        once = COURIER.book(carrier.account(), [shipment("A-1")])
    with SandboxServer() as carrier:
        again = COURIER.book(carrier.account(), [shipment("A-1")])
    assert once == again


def test_a_number_given_survives_the_sudden_death_of_the_carrier(tmp_path: Path) -> None:
    wanted = shipments(20)
    with SandboxServer(tmp_path / "books.sqlite3") as carrier:
        once = COURIER.book(carrier.account(), wanted)
        COURIER.hand_over(carrier.account(), [once[0].waybill])
        carrier.advance(steps=2)
        trail = COURIER.track(carrier.account(), [once[0].waybill])
        carrier.kill()
        with pytest.raises(Unreachable):
            COURIER.ask(carrier.account(), ["A"])
        carrier.start()
        assert COURIER.ask(carrier.account(), [one.reference for one in wanted]) == once
        assert COURIER.track(carrier.account(), [once[0].waybill]) == trail
        assert len(trail) == 2


BAD_SETTINGS: list[dict[str, str]] = [
    {"url": ""}, {"url": "http://example.com:80"}, {"url": "http://169.254.169.254:80/"}, {"url": "https://127.0.0.1:1"},
    {"url": "http://127.0.0.1"}, {"url": "http://127.0.0.1:99999"}, {"url": "http://127.0.0.1:1/elsewhere"}, {"url": "http://[::1"},
    {"customer": ""}, {"customer": "a\r\nX-Other: b"}, {"customer": "练习"}, {"secret": ""},
    {"timeout_s": "soon"}, {"timeout_s": "0"}, {"timeout_s": "nan"}, {"timeout_s": "-1"}, {"timeout_s": "999"},
]


@pytest.mark.parametrize("settings", BAD_SETTINGS, ids=str)
def test_settings_that_are_none_send_nothing_anywhere(carrier: SandboxServer, settings: dict[str, str]) -> None:
    with pytest.raises(Unreachable, match="bad-settings"):
        COURIER.book(carrier.account(**settings), shipments(1))
    with pytest.raises(Unreachable, match="bad-settings"):
        COURIER.book(Account("sandbox"), shipments(1))


def test_a_wrong_key_is_refused_in_the_carriers_own_words_and_settles_nothing(carrier: SandboxServer) -> None:
    [good] = COURIER.book(carrier.account(), [shipment()])
    stranger = carrier.account(secret="not-the-key")
    [refused] = COURIER.book(stranger, [shipment()])
    assert (refused.outcome, refused.code) == (Outcome.FAILED, "bad-signature")
    assert "签名" in refused.message
    [told] = COURIER.ask(stranger, [good.reference])
    assert (told.outcome, told.code) == (Outcome.UNKNOWN, "bad-signature")
    assert COURIER.void(stranger, [good.waybill]) == {good.waybill: Outcome.FAILED}
    with pytest.raises(Unreachable, match="bad-signature"):
        COURIER.track(stranger, [good.waybill])
    assert COURIER.ask(carrier.account(), [good.reference]) == [good]


SPOILT: dict[str, dict[str, Any]] = {
    "no-phone": {"receiver": {"phone": " "}},
    "bad-phone": {"receiver": {"phone": "138****1234"}},
    "no-name": {"sender": {"name": ""}},
    "address-incomplete": {"receiver": {"street": ""}},
    "no-service": {"receiver": {"province": "西藏自治区"}},
    "overweight": {"weight_g": 30_001},
    "bad-weight": {"pieces": 0},
    "bad-cod": {"cod_minor": -1},
    "no-such-service": {"service": ""},
    "bad-reference": {"reference": "R" * 65},
}


@pytest.mark.parametrize("code", SPOILT)
def test_every_refusal_has_its_code_and_its_sentence(carrier: SandboxServer, code: str) -> None:
    good, change = shipment(), dict(SPOILT[code])
    for end in ("sender", "receiver"):
        if end in change:
            change[end] = replace(getattr(good, end), **change[end])
    [answer] = COURIER.book(carrier.account(), [replace(good, **change)])
    assert (answer.outcome, answer.code) == (Outcome.FAILED, code)
    assert answer.message.endswith("。")


@pytest.mark.capability("F-07")
def test_the_label_says_where_to_and_says_the_same_tomorrow(carrier: SandboxServer) -> None:
    one, other = COURIER.book(carrier.account(), [shipment(), shipment()])
    assert one.station == "广东深圳 南山区"
    assert one.sort_code == other.sort_code
    [elsewhere] = COURIER.book(carrier.account(), [shipment(city="广州市")])
    assert elsewhere.sort_code != one.sort_code
    assert elsewhere.station == "广东广州 南山区"
