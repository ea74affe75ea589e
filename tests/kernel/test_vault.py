"""What is sealed opens with its key and its purpose, and in no other way."""

import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.customers import sealing
from zhanggui.customers.sealing import Person
from zhanggui.kernel import vault
from zhanggui.kernel.vault import KeyRing, Unopened

RING, OTHER = vault.new_ring(), vault.new_ring()
LIN = Person("林晓", "13800137621", "", "珞喻路 12 号 3 栋", "tb3312101", "CN", "湖北省", "武汉市", "洪山区", "430000")


@given(st.binary(max_size=300), st.data())
def test_one_changed_or_missing_byte_and_nothing_opens(plain: bytes, data: st.DataObject) -> None:
    blob = RING.seal(plain, b"recipient")
    assert RING.open(blob, b"recipient") == plain
    at = data.draw(st.integers(0, len(blob) - 1))
    bit = data.draw(st.integers(1, 255))
    changed = blob[:at] + bytes([blob[at] ^ bit]) + blob[at + 1 :]
    for wrong in (changed, blob[:at], blob + b"\0", b""):
        with pytest.raises(Unopened):
            RING.open(wrong, b"recipient")


def test_another_key_or_another_purpose_opens_nothing_and_meets_nobody() -> None:
    blob = RING.seal_facts({"a": "林"}, b"carrier:sf")
    assert RING.open_facts(blob, b"carrier:sf") == {"a": "林"}
    for ring, purpose in ((RING, b"carrier:yto"), (OTHER, b"carrier:sf")):
        with pytest.raises(Unopened):
            ring.open_facts(blob, purpose)
    row = sealing.row_of(LIN, 1, None, RING)
    with pytest.raises(Unopened):
        sealing.opened(row[1], OTHER)
    theirs = sealing.row_of(LIN, 1, None, OTHER)
    tokens = [sealing.COLUMNS.index(f"{name}_token") for name in ("phone", "tail", "name", "prefix", "person")]
    assert all(row[at] is not None and row[at] != theirs[at] for at in tokens)
    assert RING.token(b"phone", "1") != RING.token(b"tail", "1")
    assert RING.derive("django") != OTHER.derive("django")


def test_after_a_rotation_the_old_opens_and_tokens_still_meet() -> None:
    turned = KeyRing("k2", {**RING.sealing, "k2": b"2" * 32}, RING.index)
    assert turned.open(RING.seal(b"old", b"x"), b"x") == b"old"
    assert turned.seal(b"new", b"x")[2:4] == b"k2"
    with pytest.raises(Unopened, match="not on the ring"):
        RING.open(turned.seal(b"new", b"x"), b"x")
    assert turned.token(b"phone", "138") == RING.token(b"phone", "138")


def test_the_same_person_is_sealed_differently_each_time_and_found_by_the_same_tokens() -> None:
    once, again = sealing.row_of(LIN, 1, None, RING), sealing.row_of(LIN, 2, None, RING)
    assert once[1] != again[1]
    assert once[2:] == again[2:]
    assert sealing.opened(once[1], RING) == sealing.opened(again[1], RING) == (*LIN[:5], "430000")
    assert sealing.opened(None, RING) == ("",) * 6
    odd = LIN._replace(name="林\x1f晓")
    assert sealing.opened(sealing.row_of(odd, 1, None, RING)[1], RING)[0] == "林 晓"


@pytest.mark.parametrize(("facts", "problems"), [
    ({}, ""), ({"name": ""}, "no-name"), ({"phone": "138****7621"}, "masked-phone"), ({"phone": "1"}, "bad-phone"), ({"phone": ""}, "no-phone"),
    ({"street": ""}, "no-street"), ({"city": ""}, "no-region"), ({"phone": "", "phone2": "13800137621"}, ""), ({"country": "GB", "city": ""}, ""),
    # The shop keeps the plain text: masked is a normal state.
    ({"name": "林**", "phone": "138****7621", "street": "", "oaid": "x" * 20}, ""), ({"oaid": "x", "street": "", "city": ""}, "no-region"),
])  # fmt: skip
def test_what_keeps_a_parcel_from_its_door_is_known_by_code(facts: dict[str, str], problems: str) -> None:
    assert sealing.problems_of(LIN._replace(**facts)) == problems


def test_a_ring_is_written_and_read_and_anything_else_is_refused() -> None:
    assert vault.ring_from(vault.written(RING)) == RING
    good = json.loads(vault.written(RING))
    broken: list[Any] = [
        "", "null", "[]", "{}", '"x"', json.dumps({**good, "current": "k9"}), json.dumps({**good, "sealing": []}),
        json.dumps({**good, "sealing": {"k1": "AAAA"}}), json.dumps({**good, "index": "AAAA"}), json.dumps({**good, "index": None}),
    ]  # fmt: skip
    for text in broken:
        with pytest.raises(ValueError, match="key ring"):
            vault.ring_from(text)
    assert "sealing" not in repr(RING.ciphers)


def _start(line: Any, barrier: Any, path: str) -> None:
    barrier.wait(60)
    line.send(vault.written(vault.load_ring("", Path(path))))


def test_processes_that_start_at_once_agree_on_one_ring(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    (tmp_path / f"keys.{os.getpid()}").write_text("left by a start that was cut off")
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(4)
    lines = [spawn.Pipe() for _ in range(4)]
    crowd = [spawn.Process(target=_start, args=(theirs, barrier, str(path)), daemon=True) for _, theirs in lines]
    for process in crowd:
        process.start()
    rings = {ours.recv() for ours, _ in lines}
    for process in crowd:
        process.join(20)
    assert rings == {path.read_text()}
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(["keys.json", f"keys.{os.getpid()}"])
    assert vault.load_ring(vault.written(OTHER), path) == OTHER
