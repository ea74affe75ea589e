"""One request to a typed address: pinned to what was checked, cut at its limits, honest about what is not known."""

import itertools
import os
import socket
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from receivers import answer, certificate, drip, flood, garbage, hang_up, receiver, silence

from zhanggui.kernel.outward import line
from zhanggui.kernel.outward.places import Rules, rules

NAME = "hooks.example.com"


def here(port: int) -> Rules:
    """The rules of a house that may speak to this machine."""
    return rules(http=True, ports=[port], private=["127.0.0.0/8"])


def loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def test_a_request_arrives_whole_under_its_own_name() -> None:
    with receiver(answer(200, b"thanks", "Set-Cookie: a=1")) as there:
        heard = line.send(
            "POST", there.url(NAME, "/in?x=1"), body=b"{}", headers={"Content-Type": "application/json"}, rules=here(there.port), resolve=loopback
        )
        again = line.send("POST", there.url(NAME), rules=here(there.port), resolve=loopback)
    assert (heard.outcome, heard.status, heard.body, heard.cut, heard.why) == ("ok", 200, b"thanks", False, "")
    assert again.outcome == "ok"
    first, second = there.heard
    assert first.line == "POST /in?x=1 HTTP/1.1"
    assert first.headers["host"] == f"{NAME}:{there.port}"
    assert (first.headers["content-type"], first.body) == ("application/json", b"{}")
    assert "cookie" not in second.headers


def test_a_name_that_turns_round_after_the_check_leads_nowhere() -> None:
    """A hundred times the resolver says an open address and then a closed one: we ask once, and go where we looked."""
    flips = itertools.cycle((["127.0.0.2"], ["127.0.0.1"]))
    asked = []

    def turning(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(flips)

    with receiver(answer(204)) as trap, receiver(answer(200), at=("127.0.0.2", trap.port)) as good:
        ours = rules(http=True, ports=[trap.port], private=["127.0.0.2/32"])
        outcomes = [line.send("GET", trap.url(NAME), resolve=turning, rules=ours) for _ in range(100)]
    assert [(each.outcome, each.why) for each in outcomes] == [("ok", ""), ("failed", "closed-address")] * 50
    assert (len(asked), good.connections, trap.connections) == (100, 50, 0)


def test_the_connection_goes_to_the_checked_address_whatever_the_machine_would_resolve(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    real = socket.getaddrinfo

    def spy(host: str | bytes | None, *rest: object, **more: object) -> object:
        told.append(host)
        return real(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", spy)
    with receiver(answer(200)) as there:
        assert line.send("GET", there.url(NAME), rules=here(there.port), resolve=loopback).outcome == "ok"
    assert NAME not in told


def test_tls_is_that_of_the_name_and_not_of_the_address(tmp_path: Path) -> None:
    server, believing = certificate(tmp_path, NAME)
    with receiver(answer(200), tls=server) as there:
        ours = here(there.port)
        good = line.send("GET", there.url(NAME, scheme="https"), rules=ours, resolve=loopback, believe=believing)
        other = line.send("GET", there.url("other.example.com", scheme="https"), rules=ours, resolve=loopback, believe=believing)
        stranger = line.send("GET", there.url(NAME, scheme="https"), rules=ours, resolve=loopback)
        bare = line.send("GET", there.url(scheme="https"), rules=ours, believe=believing)
    assert (good.outcome, good.why) == ("ok", "")
    assert [(each.outcome, each.why) for each in (other, stranger, bare)] == [("failed", "tls")] * 3
    assert [request.sni for request in there.heard] == [NAME]


def test_a_redirect_is_an_answer_and_never_a_way() -> None:
    with receiver(answer(200)) as inside:
        for status in (301, 302, 303, 307, 308):
            with receiver(answer(status, b"", f"Location: {inside.url()}")) as there:
                heard = line.send("POST", there.url(NAME), rules=here(there.port), resolve=loopback)
                assert (heard.outcome, heard.why, heard.status) == ("failed", "redirect", status)
        assert inside.connections == 0


def test_an_answer_in_drops_is_cut_when_time_is_up() -> None:
    with receiver(drip(head=b"HTTP/1.1 200 OK\r\nX-Slow: ")) as there:
        began = time.monotonic()
        heard = line.send("POST", there.url(NAME), rules=here(there.port), resolve=loopback, patience_s=0.6)
        assert (heard.outcome, heard.why) == ("unknown", "slow")
        assert time.monotonic() - began < 1.5
    with receiver(drip(head=b"HTTP/1.1 200 OK\r\n\r\n")) as there:
        heard = line.send("POST", there.url(NAME), rules=here(there.port), resolve=loopback, patience_s=0.6)
        assert (heard.outcome, heard.status, heard.cut) == ("ok", 200, True)
        assert heard.took_ms < 1500
    assert line.PATIENCE_S == 5.0


def test_a_handshake_in_drops_is_cut_too() -> None:
    with receiver(silence) as there:
        listening = there.url(NAME, scheme="https")
        heard = line.send("POST", listening, rules=here(there.port), resolve=loopback, patience_s=0.5)
        assert heard.outcome == "failed"
        assert heard.took_ms < 1500


def test_an_endless_body_is_read_to_64_kib() -> None:
    with receiver(flood) as there:
        heard = line.send("GET", there.url(NAME), rules=here(there.port), resolve=loopback)
    assert (heard.outcome, len(heard.body), heard.cut) == ("ok", 64 * 1024, True)
    with receiver(answer(200, b"z" * 64 * 1024)) as there:
        heard = line.send("GET", there.url(NAME), rules=here(there.port), resolve=loopback)
    assert (len(heard.body), heard.cut) == (64 * 1024, False)


def test_what_was_sent_and_not_answered_is_unknown_and_what_never_left_has_failed() -> None:
    for act, outcome, why in (
        (hang_up, "unknown", "broken"), (garbage, "unknown", "broken"), (silence, "unknown", "slow"), (answer(500), "failed", "status"),
        (answer(404), "failed", "status"), (answer(204), "ok", ""),
    ):  # fmt: skip
        with receiver(act) as there:
            # Who answers has as long as a busy machine needs.
            patience_s = 0.5 if act is silence else 10.0
            heard = line.send("POST", there.url(NAME), body=b"x", rules=here(there.port), resolve=loopback, patience_s=patience_s)
            assert (heard.outcome, heard.why) == (outcome, why), act
    nobody = socket.create_server(("127.0.0.1", 0))
    port = nobody.getsockname()[1]
    nobody.close()
    assert line.send("POST", f"http://{NAME}:{port}/", rules=here(port), resolve=loopback).why == "no-connection"

    def lost(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(-2, "unknown")

    def hanging(host: str, port: int) -> Sequence[str]:
        time.sleep(2)
        return ["127.0.0.1"]

    assert line.send("POST", f"http://{NAME}:{port}/", rules=here(port), resolve=lost).why == "no-such-name"
    began = time.monotonic()
    assert line.send("POST", f"http://{NAME}:{port}/", rules=here(port), resolve=hanging, patience_s=0.2).why == "no-address"
    assert time.monotonic() - began < 1


def test_a_proxy_of_the_environment_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver(answer(200)) as proxy, receiver(answer(200)) as there:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setitem(os.environ, name, f"http://127.0.0.1:{proxy.port}")
        assert line.send("GET", there.url(NAME), rules=here(there.port), resolve=loopback).outcome == "ok"
        assert (proxy.connections, there.connections) == (0, 1)


def test_without_a_word_from_the_server_this_machine_is_out_of_reach() -> None:
    with receiver(answer(200)) as there:
        for url, why in ((there.url(), "not-https"), (there.url(scheme="https"), "port"), ("https://127.0.0.1:8443/", "closed-address")):
            assert line.send("GET", url).why == why
        assert line.send("GET", f"https://{NAME}/", resolve=loopback).why == "closed-address"
        assert there.connections == 0
