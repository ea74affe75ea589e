"""Noting on an order, being shown what helped before, the list, the report, the kinds: as people meet them."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.web.orders.bench import Bench
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.lessons.commands import writing
from zhanggui.lessons.commands.writing import Words
from zhanggui.lessons.models import Kind, Lesson, Use
from zhanggui.orders.commands import progress

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]
SAID = {
    "do": "add", "problem": "<b>总仓</b>没货", "cause": "采购晚了", "solution": "先从二仓发", "kind": "stock", "step": "pending_review",
    "code": "out-of-stock", "tags": "缺货、双十一", "next": "",
}  # fmt: skip


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


@pytest.mark.capability("O-01", "O-02")
def test_a_problem_is_noted_on_the_order_and_shown_to_whoever_meets_it_next(bench: Bench, at_counter: Counter) -> None:
    reviewer = at_counter("reviewer")
    done, first, next_ = bench.put("T1"), bench.put("T2", 99), bench.put("T3", 99)
    progress.cancel([done.pk], reason="不要了", by=SYSTEM, at=bench.at)
    # Offered, and open, on an order that is over; on one that is held with its reason chosen.
    assert re.search(r'class="unfold lesson-new" open', text(reviewer, f"/orders/{done.pk}/"))
    page = text(reviewer, f"/orders/{first.pk}/")
    assert '<option value="out-of-stock" selected>' in page
    assert '<option value="stock" selected>' in page
    assert "以前遇到过" not in page
    assert reviewer.post(f"/orders/{first.pk}/lessons/", SAID).status_code == 302
    lesson = Lesson.objects.get()
    page = text(reviewer, f"/orders/{first.pk}/")
    assert "&lt;b&gt;总仓&lt;/b&gt;没货" in page
    assert "记了一条问题与解决" in page
    # Beside the same reason of another order: on its page, and on the desk with a way back to the desk.
    with CaptureQueriesContext(connection) as asked:
        beside = text(reviewer, f"/review/?order={next_.pk}")
    assert len([one for one in asked if "lessons_" in one["sql"]]) == 3
    for shown in (beside, text(reviewer, f"/orders/{next_.pk}/")):
        assert "先从二仓发" in shown
        assert "同款商品 · 同一家店" in shown
    press = {"do": "use", "lesson": lesson.pk, "next": f"/review/?order={next_.pk}"}
    assert reviewer.post(f"/orders/{next_.pk}/lessons/", press)["Location"] == press["next"]
    assert reviewer.post(f"/orders/{next_.pk}/lessons/", press | {"next": "//elsewhere.example/"})["Location"] == f"/orders/{next_.pk}/"
    assert (Use.objects.count(), Lesson.objects.get().helped) == (1, 1)
    assert "帮过 1 单" in text(reviewer, f"/orders/{next_.pk}/")
    assert f"照 {first.number} 的办法处理" in text(reviewer, f"/orders/{next_.pk}/")
    reviewer.post(f"/orders/{next_.pk}/lessons/", {"do": "not_used", "lesson": lesson.pk})
    assert Lesson.objects.get().helped == 0
    # Corrected by whoever read it, withdrawn, brought back; who only looks has no form, and no verb.
    again = SAID | {"do": "change", "lesson": str(lesson.pk), "seen": "1", "problem": "总仓没货", "tags": ""}
    assert reviewer.post(f"/orders/{first.pk}/lessons/", again).status_code == 302
    assert reviewer.post(f"/orders/{first.pk}/lessons/", again | {"problem": "别的"}).status_code == 409
    reviewer.post(f"/orders/{first.pk}/lessons/", {"do": "withdraw", "lesson": lesson.pk})
    assert "以前遇到过" not in text(reviewer, f"/review/?order={next_.pk}")
    reviewer.post(f"/orders/{first.pk}/lessons/", {"do": "back", "lesson": lesson.pk})
    assert "以前遇到过" in text(reviewer, f"/review/?order={next_.pk}")
    reader = at_counter("readonly")
    assert 'name="problem"' not in text(reader, f"/orders/{first.pk}/")
    for wrong, status in ((SAID, 403), ({"do": "nothing"}, 400), ({"do": "use", "lesson": "x"}, 404)):
        assert (reader if status == 403 else reviewer).post(f"/orders/{first.pk}/lessons/", wrong).status_code == status
    assert at_counter("aftersales").post(f"/orders/{first.pk}/lessons/", {"do": "withdraw", "lesson": lesson.pk}).status_code == 403


@pytest.mark.capability("O-02", "O-03")
def test_the_list_and_the_report_lead_to_each_other_and_out_to_a_file(bench: Bench, at_counter: Counter) -> None:
    owner, now = at_counter("owner"), clock.now()
    assert "还没有记过问题和解决办法" in text(owner, "/lessons/")
    assert "这些天没有记过问题" in text(owner, "/lessons/report/")
    by: dict[str, Any] = {"by": SYSTEM, "at": now}
    orders = [bench.put(f"T{nth}") for nth in range(3)]
    (one, *_rest) = writing.add([order.pk for order in orders[:2]], Words("=缺货", solution="从二仓发", kind="stock", tags=["急"]), **by)
    writing.add([orders[2].pk], Words("地址不全", kind="address"), by=SYSTEM, at=now - timedelta(days=40))
    (gone,) = writing.add([orders[2].pk], Words("写错了"), **by)
    writing.withdraw([gone], **by)
    with CaptureQueriesContext(connection) as few:
        page = text(owner, "/lessons/")
    more = [bench.put(f"M{nth}").pk for nth in range(3)]
    writing.add(more, Words("压坏了", kind="packing"), **by)
    owner.get("/lessons/")
    with CaptureQueriesContext(connection) as many:
        text(owner, "/lessons/")
    assert len(many) <= len(few)
    assert ("写错了" in page, "从二仓发" in page, "还没写解决办法" in page) == (False, True, True)
    for query, found in (
        ("?q=二仓", 2), ("?kind=address", 1), ("?tag=急", 2), ("?tab=withdrawn", 1), ("?tab=open&stage=approved", 4), ("?writer=nobody", 0),
        (f"?since={clock.day_of(now)}", 5), ("?since=yesterday&shop=x", 6), (f"?q={orders[2].number}", 1),
    ):  # fmt: skip
        assert text(owner, f"/lessons/{query}").count('#lessons"') == found, query
    assert owner.get("/lessons/?tab=none")["Location"] == "/lessons/"
    # The report of the last thirty days, beside the thirty before; its figures lead to the entries.
    report = text(owner, "/lessons/report/?tab=kind")
    assert re.search(r'href="/lessons/\?since=[\d-]+&amp;until=[\d-]+&amp;kind=stock"', report) or "kind=stock" in report
    href = re.search(r'<a href="(/lessons/\?[^"]*kind=stock[^"]*)">', report)
    assert href
    assert text(owner, href[1].replace("&amp;", "&")).count('#lessons"') == 2
    assert "收货地址" in report
    for tab in ("stage", "shop", "person", "code", "tag"):
        assert text(owner, f"/lessons/report/?tab={tab}&since=2026-01-01&until={clock.day_of(now)}")
    # Out to files: nothing a spreadsheet would run; the book says who took how many.
    file = CalamineWorkbook.from_filelike(io.BytesIO(owner.get("/lessons/export/?kind=stock").content)).get_sheet_by_index(0).to_python()
    assert [row[5] for row in file] == ["问题", "'=缺货", "'=缺货"]
    assert Entry.objects.filter(name="LessonsTaken").latest("pk").facts["rows"] == 2
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(owner.get("/lessons/report/export/").content)).get_sheet_by_index(0).to_python()
    assert [row[:2] for row in sheet[1:]] == [["拣货打包", 3], ["库存和缺货", 2], ["收货地址", 0]]
    # Who may not see reports has the list, and no way to them.
    assert "/lessons/report/" not in text(at_counter("sales"), "/lessons/")
    assert at_counter("sales").get("/lessons/report/").status_code == 403
    assert text(at_counter("aftersales"), "/lessons/report/")
    assert one


@pytest.mark.capability("O-02")
def test_the_kinds_are_named_switched_off_and_put_back_on_their_page(bench: Bench, at_counter: Counter) -> None:
    owner = at_counter("owner")
    assert owner.post("/settings/lessons/new/", {"name": "直播赠品"}).status_code == 302
    again = owner.post("/settings/lessons/new/", {"name": "直播赠品"})
    assert (again.status_code, "已经有一种问题叫「直播赠品」" in again.content.decode()) == (422, True)
    assert owner.post("/settings/lessons/stock/", {"name": "断货"}).status_code == 302
    assert Kind.objects.get(code="stock").enabled is False
    assert 'name="enabled"' not in text(owner, "/settings/lessons/other/")
    order = bench.put("T1")
    page = text(owner, f"/orders/{order.pk}/")
    assert ("直播赠品" in page, "断货" in page) == (True, False)
    assert "断货" in text(owner, "/settings/lessons/")
    owner.post("/settings/lessons/stock/", {"usual": "1"})
    assert "库存和缺货" in text(owner, "/settings/lessons/")
    assert owner.get("/settings/lessons/none/").status_code == 404
