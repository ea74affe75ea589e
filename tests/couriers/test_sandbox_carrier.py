"""The practice carrier itself: a stand-in must be sure of itself before it can be used to doubt others."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.couriers.kit import shipment, shipments
from zhanggui.carriers.port import Outcome, Status
from zhanggui.couriers.sandbox import plans, signing, wire
from zhanggui.couriers.sandbox.connector import COURIER
from zhanggui.couriers.sandbox.depot import Depot
from zhanggui.couriers.sandbox.faults import Faults, parse
from zhanggui.couriers.sandbox.numbers import number_for
from zhanggui.couriers.sandbox.running import SOURCES, SandboxServer

MINUTE_MS = 60_000
WAY = plans.Way("湖北省", "武汉市", "广东省", "深圳市", "南山区")
PROGRAM = [sys.executable, "-S", "-m", "zhanggui.couriers.sandbox.server"]
ENVIRON = {**os.environ, "PYTHONPATH": SOURCES}


def call(carrier: SandboxServer, path: str, body: bytes = b"{}", method: str = "POST", **headers: str) -> tuple[int, Any, Any]:
    """(status, headers, body); a JSON body is read."""
    line = HTTPConnection(urlsplit(carrier.url).netloc, timeout=5)
    line.request(method, path, body if method == "POST" else None, headers)
    response = line.getresponse()
    said = response.read()
    line.close()
    return response.status, response.headers, json.loads(said) if "json" in response.headers["Content-Type"] else said.decode()


def signed(path: str, body: bytes, *, at_s: float | None = None, key: str = signing.PRACTICE_KEY) -> dict[str, str]:
    timestamp = str(int(time.time() if at_s is None else at_s))
    return {signing.CUSTOMER: signing.PRACTICE_CUSTOMER, signing.TIMESTAMP: timestamp,
            signing.SIGNATURE: signing.sign(key, timestamp, path, body), signing.REQUEST_ID: "request-1"}


def test_it_needs_nothing_but_the_standard_library() -> None:
    told = "import sys, zhanggui.couriers.sandbox.server; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-S", "-c", told], env=ENVIRON, capture_output=True, text=True, check=True)
    loaded = ended.stdout.split()
    ours = [name for name in loaded if name.startswith("zhanggui.")]
    assert {".".join(name.split(".")[:3]) for name in ours} == {"zhanggui.couriers", "zhanggui.couriers.sandbox"}
    assert not {"django", "httpx"} & set(loaded)


@pytest.mark.parametrize("options", [
    ["--host", "0.0.0.0"], ["--host", "192.168.1.5"], ["--host", "::"], ["--host", "example.com"], ["--host", ""],
    ["--faults", "nonsense"], ["--port", "x"], ["--pace", "nan"], ["--pace", "-1"],
], ids=" ".join)
def test_it_refuses_every_address_but_loopback_and_every_option_it_does_not_know(options: list[str]) -> None:
    ended = subprocess.run([*PROGRAM, *options], env=ENVIRON, capture_output=True, timeout=10)
    assert ended.returncode == 2


def test_it_leaves_with_whoever_started_it() -> None:
    process = subprocess.Popen([*PROGRAM, "--announce", "--tied"], env=ENVIRON, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"http://127.0.0.1:")
    process.stdin.close()
    assert process.wait(5) == 0
    process.stdout.close()


def test_it_is_ready_soon_and_rests_lightly() -> None:
    started = time.perf_counter()
    with SandboxServer() as carrier:
        # Far above what it takes (see the README), for machines that have other things to do.
        assert time.perf_counter() - started < 3
        status = Path(f"/proc/{carrier.pid}/status")
        if status.exists():
            [resident] = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
            assert int(resident.split()[1]) < 32_000
        assert carrier.pid
    assert carrier.pid == 0
    carrier.stop()


def test_a_server_that_cannot_start_says_so() -> None:
    with pytest.raises(RuntimeError, match="exit code 2"):
        SandboxServer(faults="nonsense").start()


def test_only_who_signs_with_the_key_and_a_right_clock_is_heard(carrier: SandboxServer) -> None:
    path, body = "/v1/ask", b'{"references": ["A-1"]}'
    assert call(carrier, path, body, **signed(path, body))[0] == 200
    for seconds, code in ((-590, 200), (590, 200), (-615, 401), (615, 401)):
        status, _, said = call(carrier, path, body, **signed(path, body, at_s=time.time() + seconds))
        assert (status, said["code"]) == (code, "ok" if code == 200 else "clock-skew")
    for headers in (
        {"Accept": "*/*"}, signed(path, body, key="other"), signed("/v1/void", body), signed(path, b"{}"),
        {**signed(path, body), signing.CUSTOMER: "nobody"}, {**signed(path, body), signing.SIGNATURE: "é"},
        {**signed(path, body), signing.TIMESTAMP: "soon"},
    ):
        status, answered, said = call(carrier, path, body, "POST", **headers)
        assert (status, answered["Content-Type"]) == (401, "application/json; charset=utf-8")
        assert said["code"] in ("bad-signature", "unknown-customer")


def test_every_answer_carries_the_id_of_its_request(carrier: SandboxServer) -> None:
    body = b'{"references": []}'
    _, answered, said = call(carrier, "/v1/ask", body, **signed("/v1/ask", body))
    assert answered[signing.REQUEST_ID] == "request-1"
    assert said["results"] == []


@pytest.mark.parametrize(("path", "body", "status", "code"), [
    ("/v1/ask", json.dumps({"references": ["R"] * 201}).encode(), 400, "batch-too-large"),
    ("/v1/ask", b"[]", 422, "bad-request"),
    ("/v1/ask", b'{"references": [7]}', 422, "bad-request"),
    ("/v1/ask", b'{"references": "R"}', 422, "bad-request"),
    ("/v1/ask", b"{", 400, "bad-json"),
    ("/v1/ask", b"\xff", 400, "bad-json"),
    ("/v1/elsewhere", b"{}", 404, "no-such-verb"),
])
def test_a_request_it_cannot_read_is_refused_whole(
    carrier: SandboxServer, path: str, body: bytes, status: int, code: str
) -> None:
    answered = call(carrier, path, body, **signed(path, body))
    assert (answered[0], answered[2]["code"]) == (status, code)


def test_odd_shipments_are_refused_one_by_one(carrier: SandboxServer) -> None:
    good = json.loads(wire.payload_of("shipments", [shipment("ODD-1")]))["shipments"][0]
    odd: list[Any] = [None, 7, [], {}, {**good, "reference": 7}, {**good, "sender": None}, {**good, "receiver": {"name": "x"}},
           {**good, "weight_g": "500"}, {**good, "weight_g": True}, {**good, "receiver": {**good["receiver"], "city": 3}}]
    body = json.dumps({"shipments": [*odd, good]}).encode()
    status, _, said = call(carrier, "/v1/book", body, **signed("/v1/book", body))
    assert status == 200
    assert [result["ok"] for result in said["results"]] == [False] * len(odd) + [True]
    assert all(result["code"] and result["message"] for result in said["results"][:-1])


def test_another_site_open_in_the_same_browser_cannot_steer_it(carrier: SandboxServer) -> None:
    for headers in ({"Origin": "http://example.com"}, {"Host": "example.com"}, {"Origin": "null"}):
        for method, path in (("POST", "/control/advance"), ("GET", "/control/parcels"), ("GET", "/")):
            assert call(carrier, path, b"{}", method, **headers)[0] == 403
    assert call(carrier, "/control/advance", Origin=carrier.url)[0] == 200


def test_the_control_page_shows_every_parcel_and_moves_it(carrier: SandboxServer) -> None:
    [answer] = COURIER.book(carrier.account(), [shipment("<b>R&1</b>")])
    assert "&lt;b&gt;R&amp;1&lt;/b&gt;" in call(carrier, "/", method="GET")[2]
    COURIER.hand_over(carrier.account(), [answer.waybill])
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, headers, _ = call(carrier, "/control/advance", f"waybills={answer.waybill}&steps=2".encode(), **form)
    assert (status, headers["Location"]) == (303, "/")
    assert "运输中 2/" in call(carrier, "/", method="GET")[2]
    assert call(carrier, "/control/faults", b"spec=error%40book%3A1", **form)[0] == 303
    assert "error/after@book:1" in call(carrier, "/", method="GET")[2]


def test_it_keeps_nobodys_name_phone_or_street(tmp_path: Path) -> None:
    with SandboxServer(tmp_path / "books.sqlite3") as carrier:
        COURIER.book(carrier.account(), [shipment(street="秘密路 77 号")])
        kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "深圳市".encode() in kept
    for secret in ("秘密路", "李四", "13900002222", "02787654321"):
        assert secret.encode() not in kept


def test_only_what_was_handed_over_moves(carrier: SandboxServer) -> None:
    booked = COURIER.book(carrier.account(), shipments(2))
    stays, goes = [answer.waybill for answer in booked]
    COURIER.hand_over(carrier.account(), [goes])
    said = carrier.advance([stays, goes, "SB0"])
    assert said["moved"] == 1
    assert {(one["waybill"], one["code"]) for one in said["skipped"]} == {(stays, "not-handed-over"), ("SB0", "unknown-waybill")}
    assert [event.waybill for event in COURIER.track(carrier.account(), [stays, goes])] == [goes]
    assert COURIER.hand_over(carrier.account(), ["SB0"]) == {"SB0": Outcome.FAILED}


@pytest.mark.parametrize("to", list(plans.TARGETS))
def test_a_parcel_can_be_driven_to_any_end(carrier: SandboxServer, to: str) -> None:
    waybills = [answer.waybill for answer in COURIER.book(carrier.account(), shipments(3))]
    COURIER.hand_over(carrier.account(), waybills)
    at = datetime(2026, 3, 5, 15, 30, tzinfo=UTC)
    assert carrier.advance(waybills, to=to, at=at)["moved"] == 3
    for waybill in waybills:
        trail = COURIER.track(carrier.account(), [waybill])
        assert (trail[-1].status, trail[-1].at) == (Status(to), at)
        assert [event.at for event in trail] == sorted({event.at for event in trail})


def test_the_past_is_never_rewritten(carrier: SandboxServer) -> None:
    [answer] = COURIER.book(carrier.account(), shipments(1))
    waybills, account = [answer.waybill], carrier.account()
    COURIER.hand_over(account, waybills)
    noon = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
    carrier.advance(waybills, to="failed_attempt", at=noon)
    trail = COURIER.track(account, waybills)
    for to in ("lost", "returned", "picked_up"):
        assert carrier.advance(waybills, to=to, at=noon + timedelta(hours=1))["skipped"][0]["code"] == "no-way-there"
    assert carrier.advance(waybills, at=noon)["skipped"][0]["code"] == "at-too-early"
    assert COURIER.track(account, waybills) == trail
    carrier.advance(waybills, to="delivered", at=noon + timedelta(hours=2))
    assert COURIER.track(account, waybills)[: len(trail)] == trail
    assert carrier.advance(waybills)["skipped"][0]["code"] == "ended"


def test_parcels_move_by_themselves_at_the_pace_they_were_given() -> None:
    depot, start = Depot(pace_s=60), 1_750_000_000_000
    goods = json.loads(wire.payload_of("shipments", [shipment("PACE-1"), shipment("PACE-2")]))["shipments"]
    waybills = [answer["waybill"] for answer in depot.book("me", goods, now_ms=start)]
    first = waybills[:1]

    def scans(at_ms: int) -> list[int]:
        return [len(answer["scans"]) for answer in depot.track("me", waybills, now_ms=at_ms)]

    assert scans(start + 90 * MINUTE_MS) == [0, 0], "nothing moves that was not handed over"
    depot.hand_over("me", first, now_ms=start)
    assert depot.void("me", first, now_ms=start + MINUTE_MS - 1)[0]["ok"], "not yet picked up"
    assert scans(start + 90 * MINUTE_MS) == [0, 0], "a parcel taken back stays"
    other = waybills[1:]
    depot.hand_over("me", other, now_ms=start)
    depot.hand_over("me", other, now_ms=start + MINUTE_MS + 1)
    assert scans(start + 2 * MINUTE_MS) == [0, 2], "handed over twice is handed over once"
    assert not depot.void("me", other, now_ms=start + 2 * MINUTE_MS)[0]["ok"]
    depot.advance(other, now_ms=start + 2 * MINUTE_MS + 1)
    assert scans(start + 2 * MINUTE_MS + 2) == [0, 3]
    [trail] = depot.track("me", other, now_ms=start + 90 * MINUTE_MS)
    times = [datetime.fromisoformat(scan["at"]) for scan in trail["scans"]]
    assert times == sorted(set(times))
    assert trail["scans"][-1]["op"] in ("SIGNED", "RETURN", "LOST")
    assert depot.track("you", other, now_ms=start)[0]["code"] == "unknown-waybill", "another customer's parcel is nobody's"
    depot.close()


def test_a_few_parcels_in_a_hundred_have_a_story() -> None:
    lots = Counter(plans.fate_of(number_for("me", f"R-{nth}")) for nth in range(2000))
    assert 0.9 < lots[plans.DELIVERED] / 2000 < 0.96
    assert lots[plans.RETRIED]
    assert lots[plans.RETURNED]


def test_the_way_of_a_number_is_always_the_same_and_ends_where_it_should() -> None:
    ends = {plans.DELIVERED: "SIGNED", plans.RETRIED: "SIGNED", plans.RETURNED: "RETURN", plans.LOST: "LOST"}
    for fate, end in ends.items():
        stops = plans.plan("SB1", WAY, fate)
        assert stops == plans.plan("SB1", WAY, fate)
        assert (stops[0].op, stops[-1].op) == ("COLLECT", end)
        assert all(wire.STATUSES[stop.op] for stop in stops)
    nearby = plans.plan("SB1", plans.Way("北京市", "北京市", "北京市", "北京市", "朝阳区"), plans.DELIVERED)
    assert [stop.op for stop in nearby] == ["COLLECT", "HUB", "DELIVERING", "SIGNED"]
    assert nearby[-1].place == "北京市朝阳区"


def test_a_line_of_faults_is_read_as_it_is_written() -> None:
    [one, other] = parse("error@book:2, hang/before=0.5")
    assert (one.how, one.when, one.verb, one.times) == ("error", "after", "book", 2)
    assert (other.how, other.when, other.verb, other.chance, other.times) == ("hang", "before", "", 0.5, None)
    assert parse("") == parse(" , ") == []
    for bad in ("errors", "error@pay", "busy/after", "error=2", "error=x", "error=1.2.3", "error:x", "error@book:1:2"):
        with pytest.raises(ValueError, match=bad):
            parse(bad)
    faults = Faults("error@book:2")
    drawn = [faults.draw(verb) for verb in ("ask", "book", "book", "book")]
    assert [bool(fault) for fault in drawn] == [False, True, True, False]


def test_the_control_verbs_refuse_what_they_do_not_understand(carrier: SandboxServer) -> None:
    bad: list[tuple[str, dict[str, Any]]] = [
        ("advance", {"to": "the moon"}), ("advance", {"steps": 0}), ("advance", {"steps": "many"}), ("advance", {"waybills": 7}),
        ("advance", {"at": "yesterday"}), ("advance", {"at": "2026-03-01T10:00:00"}), ("faults", {"spec": "nonsense"}),
        ("faults", {"hang_s": -1}), ("close", {"for_s": "nan"}), ("elsewhere", {}),
    ]
    for verb, asked in bad:
        with pytest.raises(ValueError, match=r"bad-|no-such-verb"):
            carrier.control(verb, **asked)
