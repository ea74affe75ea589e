"""The same file brought again with other choices: while nothing of it is in the books the new ones count, later it says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.channels.test_taking_files import HEADER, row
from zhanggui.channels import taking, uploads
from zhanggui.channels.commands import imports
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.refusals import OtherOptions
from zhanggui.journal import jobs
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.orders.models import Order

pytestmark = pytest.mark.django_db
CONTENT = "\n".join([HEADER, *(row(f"T{nth}", nth=nth) for nth in range(6))]).encode()
Submit = Callable[..., int]


@pytest.fixture
def submit(shop_id: int, owner: Actor) -> Submit:
    def bring(*, by: Actor = owner, format: str = "auto", mapping: dict[str, str] | None = None, **options: Any) -> int:
        more: dict[str, Any] = {"format": format, "mapping": mapping, "options": options}
        return uploads.submit(CONTENT, "a.csv", shop_id=shop_id, by=by, at=clock.now(), **more)

    return bring


@pytest.mark.capability("I-08")
def test_what_is_chosen_last_counts_while_nothing_came_in(submit: Submit, owner: Actor) -> None:
    other = replace(owner, id=None, name="林晓")
    first = submit(draft=False, choices={"payment": "paid"})
    assert submit(draft=True, by=other) == first
    made = Import.objects.get()
    assert (made.options, made.by_name) == ({"draft": True}, "林晓")
    jobs.run_until_idle()
    assert set(Order.objects.values_list("stage", flat=True)) == {"draft"}


def test_one_cut_off_before_its_first_row_is_read_as_chosen_now(submit: Submit, at: datetime) -> None:
    first = submit(draft=False)
    Import.objects.update(state="running", format="generic", runner="elsewhere:7", alive_at=at)
    assert submit(draft=True, format="template") == first
    made = Import.objects.get()
    assert (made.options, made.format) == ({"draft": True}, "template")


@pytest.mark.capability("I-08")
def test_a_part_that_came_in_otherwise_is_named(submit: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in ("AT_ONCE", "THEN"):
        monkeypatch.setattr(taking, size, 2)
    first, real = submit(create_goods=False), taking.Taking._note_turned

    def fall(*_said: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(taking.Taking, "_note_turned", fall)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_until_idle()
    monkeypatch.setattr(taking.Taking, "_note_turned", real)
    assert ImportRow.objects.count() == 2
    Import.objects.update(runner="elsewhere:7")
    Import.objects.update(alive_at=clock.now() - imports.SILENT * 2)
    for other in ({"draft": True}, {"mapping": {"order_no": "订单号"}}, {"format": "jd"}, {"choices": {"goods": "create"}}):
        with pytest.raises(OtherOptions) as told:
            submit(**other)
        assert Import.objects.get().number in told.value.sentence
    # The same as before, also where nothing is said instead of no: it goes on.
    assert submit() == submit(draft=False, strict=False, choices={}) == first
    assert Import.objects.get().options == {"create_goods": False}


def test_a_choice_changed_while_the_worker_opens_the_file_is_the_one_it_takes(
    submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(draft=False)
    real = imports.start

    def start(import_id: int, **more: Any) -> None:
        monkeypatch.setattr(imports, "start", real)
        submit(draft=True)
        real(import_id, **more)

    monkeypatch.setattr(imports, "start", start)
    jobs.run_until_idle()
    assert not Order.objects.exists()
    later = clock.now() + imports.SILENT * 2
    jobs.run_until_idle(at=lambda: later)
    assert set(Order.objects.values_list("stage", flat=True)) == {"draft"}
