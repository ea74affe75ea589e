"""Taking carriers on: sealed settings, one default, numbers that fit."""

from datetime import datetime

import pytest

from zhanggui.carriers import queries
from zhanggui.carriers.commands import contracts
from zhanggui.carriers.models import Carrier
from zhanggui.carriers.refusals import BadPattern, CarrierIncomplete, CarrierKnown, CarrierOff, NoSuchPlugin
from zhanggui.carriers.rules import waybills
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed, NotFound
from zhanggui.kernel.vault import Unopened


@pytest.mark.django_db
@pytest.mark.capability("F-11")
def test_a_contracts_settings_are_sealed_and_open_only_as_its_own(owner: Actor, at: datetime) -> None:
    first = contracts.enrol("sf", "顺丰", plugin="sandbox", settings={"secret": "top-secret-7"}, by=owner, at=at)
    second = contracts.enrol("yto", "圆通", by=owner, at=at)
    carrier = Carrier.objects.get(pk=first)
    assert b"top-secret-7" not in bytes(carrier.settings_sealed)
    account = queries.account_of(carrier)
    assert (account.code, account.settings) == ("sf", {"secret": "top-secret-7"})
    assert queries.account_of(Carrier.objects.get(pk=second)).settings == {}
    Carrier.objects.filter(pk=second).update(settings_sealed=carrier.settings_sealed)
    with pytest.raises(Unopened):
        queries.account_of(Carrier.objects.get(pk=second))
    assert "top-secret-7" not in str(list(Entry.objects.values_list("facts", flat=True)))


@pytest.mark.django_db
def test_the_plugin_is_found_by_its_entry_point(owner: Actor, at: datetime) -> None:
    contracts.enrol("sb", "练习快递", plugin="sandbox", by=owner, at=at)
    contracts.enrol("hand", "手填", by=owner, at=at)
    sandbox, hand = Carrier.objects.get(code="sb"), Carrier.objects.get(code="hand")
    courier = queries.courier_of(sandbox)
    assert courier is not None
    assert (courier.code, queries.takes_parcels(courier) is courier) == ("sandbox", True)
    assert queries.courier_of(hand) is None
    Carrier.objects.filter(pk=hand.pk).update(plugin="gone")
    assert queries.courier_of(Carrier.objects.get(pk=hand.pk)) is None


@pytest.mark.django_db
def test_there_is_one_default_and_it_is_in_use(owner: Actor, at: datetime) -> None:
    first = contracts.enrol("a", "甲", by=owner, at=at)
    second = contracts.enrol("b", "乙", by=owner, at=at)
    assert queries.suggest({1: None}) == {1: first}
    contracts.set_default(second, by=owner, at=at)
    assert [carrier.pk for carrier in queries.enabled()] == [second, first]
    assert queries.suggest({1: first, 2: None, 3: 999}) == {1: first, 2: second, 3: second}
    contracts.disable(second, by=owner, at=at)
    assert queries.suggest({1: second, 2: first}) == {1: None, 2: first}
    with pytest.raises(CarrierOff):
        contracts.set_default(second, by=owner, at=at)
    contracts.enable(second, by=owner, at=at)
    contracts.set_default(second, by=owner, at=at)


@pytest.mark.django_db
def test_what_is_wrong_with_a_contract_is_said(owner: Actor, roles: dict[str, Actor], at: datetime) -> None:
    contracts.enrol("a", "甲", by=owner, at=at)
    for code, name, more, refusal in (
        ("A ", "又一个", {}, CarrierKnown),
        ("有空格", "甲", {}, CarrierIncomplete),
        ("b", " ", {}, CarrierIncomplete),
        ("b", "乙", {"plugin": "nobody"}, NoSuchPlugin),
        ("b", "乙", {"waybill_pattern": "SF("}, BadPattern),
    ):
        with pytest.raises(refusal):
            contracts.enrol(code, name, by=owner, at=at, **more)
    with pytest.raises(NotFound):
        contracts.disable(999, by=owner, at=at)
    with pytest.raises(NotAllowed):
        contracts.enrol("c", "丙", by=roles["warehouse"], at=at)
    assert "SF\\d{13}" in str(BadPattern(pattern="x"))
    assert Carrier.objects.count() == 1


@pytest.mark.django_db
def test_changing_a_contract_tells_which_facts_never_to_what(owner: Actor, at: datetime) -> None:
    carrier_id = contracts.enrol("a", "甲", by=owner, at=at)
    contracts.change(carrier_id, name="甲速运", settings={"key": "hush"}, by=owner, at=at)
    contracts.change(carrier_id, by=owner, at=at)
    carrier = Carrier.objects.get()
    assert (carrier.name, queries.account_of(carrier).settings) == ("甲速运", {"key": "hush"})
    assert Entry.objects.get(name="CarrierChanged").facts["fields"] == ["name", "settings_sealed"]


@pytest.mark.django_db
@pytest.mark.capability("F-13")
def test_a_number_names_the_carriers_it_could_belong_to(owner: Actor, at: datetime) -> None:
    contracts.enrol("sf", "顺丰", waybill_pattern=r"SF\d{13}", by=owner, at=at)
    contracts.enrol("yto", "圆通", waybill_pattern=r"YT\d{13}", by=owner, at=at)
    contracts.enrol("any", "同城", by=owner, at=at)
    assert [carrier.code for carrier in queries.carriers_for("ｓｆ 1234567890123")] == ["sf"]
    assert [carrier.code for carrier in queries.carriers_for("X-99887766")] == ["any"]
    assert queries.carriers_for("短") == []


def test_a_pattern_is_matched_whole() -> None:
    assert waybills.fits("SF1234567890123", r"SF\d{13}")
    assert not waybills.fits("XSF1234567890123", r"SF\d{13}")
    assert not waybills.fits("", ".*")
    assert not waybills.fits("1" * 41, ".*")
    assert waybills.plain(" sf​ 12\t3 ") == "SF123"
