"""Keys are turned in the midst of the work of real processes: nothing unreadable, nobody lost, nothing left under the old one."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house
from django.db import connection

from tests.flows.team import Team, address
from zhanggui.accounts import logins
from zhanggui.accounts.models import User
from zhanggui.channels import keeping
from zhanggui.customers import queries, sealing
from zhanggui.customers.models import Recipient
from zhanggui.customers.sealing import Person
from zhanggui.journal import jobs
from zhanggui.journal.models import Job
from zhanggui.kernel import db, vault
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.ring_file import RingInFile
from zhanggui.ops.privacy import places, turning
from zhanggui.ops.privacy.refusals import KeysAreGiven, KeysInUse
from zhanggui.ops.verify import verify

HANDS, SECONDS = 3, 4.0
LIN = Person("林晓", "13800137621", "", "珞喻路 12 号", "tb3312101", "CN", "湖北省", "武汉市", "洪山区")


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(200)
@pytest.mark.xdist_group("race")
@pytest.mark.parametrize("index", [False, True])
def test_writers_and_readers_never_notice_that_the_keys_are_turned(index: bool, tmp_path: Path, transactional_db: None) -> None:
    data = tmp_path / "data"
    data.mkdir()
    team = Team(HANDS + 1, data, address(data), "tests.ops.privacy.keys_at_work")
    try:
        if connection.vendor != "postgresql":
            team.one("migrate", str(data / "template.sqlite3"))
        shop = team.one("found_shop", 1200)
        uploaded = team.one("upload")
        for line in team.lines[:HANDS]:
            line.send(("work", (shop, 1 + team.lines.index(line), SECONDS), False))
        team.lines[HANDS].send(("turn", (index,), False))
        said = [team._said(line) for line in team.lines]
        assert [answer for good, answer in said if not good] == []
        *worked, (key, took) = [answer for _, answer in said]
        told = team.one("after", uploaded)
    finally:
        team.rest()
    assert key == "k2"
    assert took < 60
    assert [each["wrong"] for each in worked] == [[]] * HANDS
    assert {each["ended_with"] for each in worked} == {"k2"}
    assert "k1" in {each["began_with"] for each in worked}
    assert told == {"wrong": [], "keys": ["k2"], "older": 0, "audit": [], "orders": 1200 + sum(each["placed"] for each in worked)}
    assert list(json.loads((data / "keys.json").read_text())["sealing"]) == ["k2"]
    assert (data / "keys.json").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def ring(tmp_path: Path, settings: Any) -> RingInFile:
    own = RingInFile(tmp_path / "keys.json")
    settings.KEY_RING, settings.UPLOADS = own, tmp_path / "uploads"
    return own


def write(person: Person, at: Any, **columns: Any) -> int:
    (id_,) = db.take_ids(Recipient, 1)
    row = dict(zip(sealing.COLUMNS, sealing.row_of(person, id_, db.adapt(at), house.KEY_RING), strict=True)) | columns
    db.insert_many(Recipient, list(row), [tuple(row.values())], adapted=True)
    return id_


@pytest.mark.django_db
def test_the_old_key_stays_until_nothing_is_sealed_with_it(ring: RingInFile, at: Any) -> None:
    id_, name = write(LIN, at), keeping.keep(b"a file")
    fresh = turning.turn(by=SYSTEM, at=at)
    assert (fresh.current, sorted(ring.sealing)) == ("k2", ["k1", "k2"])
    with pytest.raises(KeysInUse):
        turning.let_go(by=SYSTEM, at=at, wait_s=0)
    assert turning.standing()["left"] == {"customers_recipient.sealed": 1, "uploads": 1}
    assert turning.all_anew() == 2
    assert turning.standing()["left"] == {}
    assert sorted(turning.let_go(by=SYSTEM, at=at, wait_s=0).sealing) == ["k2"]
    assert queries.persons(Recipient.objects.filter(pk=id_))[id_].phone == LIN.phone
    assert keeping.kept(name) == b"a file"


@pytest.mark.django_db
def test_what_a_process_that_had_not_heard_wrote_meanwhile_is_sealed_anew_too(
    ring: RingInFile, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(LIN, at)
    late, old = [LIN], ring.look()
    end = turning.tokens_of_the_shops

    def written_behind_our_back(fresh: Any) -> None:
        while late:
            (id_,) = db.take_ids(Recipient, 1)
            db.insert_many(Recipient, sealing.COLUMNS, [sealing.row_of(late.pop(), id_, db.adapt(at), old)], adapted=True)
        end(fresh)

    monkeypatch.setattr(turning, "tokens_of_the_shops", written_behind_our_back)
    turning.turn(by=SYSTEM, at=at)
    jobs.run_until_idle(lanes=("slow",), at=lambda: at)
    assert turning.standing()["left"] == {"customers_recipient.sealed": 1}
    jobs.run_until_idle(lanes=("slow",), at=lambda: at + timedelta(seconds=2))
    assert turning.standing()["left"] == {}
    assert not Job.objects.filter(name="ops.seal_anew", state="waiting").exists()


@pytest.mark.django_db
def test_rows_from_before_a_rule_are_mended_by_sealing_them_anew(ring: RingInFile, at: Any) -> None:
    id_ = write(LIN, at, masked_phone="13800137621", district="洪山区珞喻路 12 号")
    assert [each.code for each in verify() if each.rows and each.code == "I27"] == ["I27", "I27"]
    turning.turn(by=SYSTEM, at=at)
    turning.all_anew()
    row = Recipient.objects.get(pk=id_)
    assert (row.masked_phone, row.district) == ("138****7621", "洪山区")
    assert "珞喻路 12 号" in places.persons_with(row, ring).street
    assert [each for each in verify() if each.rows and each.code == "I27"] == []


@pytest.mark.django_db
def test_who_signs_in_by_phone_still_does_after_the_index_was_changed(ring: RingInFile, person: Any, at: Any) -> None:
    user = person("owner")
    User.objects.filter(pk=user.pk).update(phone_sealed=logins.sealed("13800001111"), phone_token=logins.token("13800001111"))
    turning.turn(index=True, by=SYSTEM, at=at)
    assert logins.address_of("13800001111") == user.email
    turning.all_anew()
    turning.let_go(by=SYSTEM, at=at, wait_s=0)
    assert logins.address_of("13800001111") == user.email
    assert logins.opened(User.objects.get(pk=user.pk).phone_sealed) == "13800001111"


def test_a_ring_that_is_given_by_the_environment_is_not_turned_by_us(settings: Any, at: Any) -> None:
    settings.KEY_RING = vault.new_ring()
    with pytest.raises(KeysAreGiven):
        turning.turn(by=SYSTEM, at=at)


def test_a_ring_of_one_house_is_joined_and_another_houses_is_not() -> None:
    first = vault.new_ring()
    turned = vault.turned(first, index=True)
    blob = first.seal(b"old", b"x")
    back = vault.joined(vault.retired(turned), first)
    assert back is not None
    assert (back.current, back.open(blob, b"x")) == ("k2", b"old")
    assert back.tokens(b"phone", "1") == [turned.token(b"phone", "1"), first.token(b"phone", "1")]
    assert back.derive("django") == first.derive("django") == turned.derive("django")
    assert vault.joined(first, first) == first
    assert vault.joined(first, vault.new_ring()) is None
    assert vault.ring_from(vault.written(turned)) == turned
    assert base64.b64encode(turned.sealing["k2"]).decode() in vault.written(turned)
