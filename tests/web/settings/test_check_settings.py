"""The rules of review on their settings page: read, turned for all shops or one, refused beside the field, put back."""

from typing import Any

import pytest
from django.test import Client

from zhanggui.journal.models import Job
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.checks.listed import OURS
from zhanggui.orders.commands import shops
from zhanggui.orders.models import CheckSaid

pytestmark = pytest.mark.django_db


@pytest.mark.capability("A-01", "A-03", "A-05")
def test_a_rule_is_read_turned_for_all_or_for_one_shop_and_put_back(owner_in: Client, at: Any, django_assert_max_num_queries: Any) -> None:
    second = shops.open_one("second", "山野二店", by=SYSTEM, at=at)
    with django_assert_max_num_queries(28):
        told = owner_in.get("/settings/checks/").content.decode()
    for check in OURS:
        assert f'href="/settings/checks/{check.code}/"' in told
    assert "一行到多少件算异常 1000 件" in told
    form = owner_in.get("/settings/checks/cod/").content.decode()
    assert 'value="2000"' in form or 'value="2000.00"' in form
    assert owner_in.post("/settings/checks/cod/", {"enabled": "on", "most": "500.50"}).status_code == 302
    assert list(CheckSaid.objects.values_list("shop", "code", "enabled", "dials")) == [(None, "cod", True, {"most": 50050})]
    assert "最多 ¥500.50" in owner_in.get(f"/settings/checks/?shop={second}").content.decode()
    # One shop has it otherwise; the others keep what all have.
    answer = owner_in.post("/settings/checks/cod/", {"shop": second, "most": "500.50"})
    assert answer["Location"] == f"/settings/checks/?shop={second}"
    assert CheckSaid.objects.get(shop=second).enabled is False
    assert "本店单独" in owner_in.get(f"/settings/checks/?shop={second}").content.decode()
    assert owner_in.post("/settings/checks/cod/", {"shop": second, "usual": "1"}).status_code == 302
    assert not CheckSaid.objects.filter(shop=second).exists()
    assert not Job.objects.exists()


@pytest.mark.capability("A-07")
def test_words_and_flags_are_written_one_a_line_and_what_cannot_be_is_said_beside_them(owner_in: Client) -> None:
    assert owner_in.post("/settings/checks/notes/", {"enabled": "on", "words": "改地址\n\n 老板娘 \n改地址"}).status_code == 302
    assert CheckSaid.objects.get(code="notes").dials == {"words": ["改地址", "老板娘"]}
    assert "改地址\n老板娘</textarea>" in owner_in.get("/settings/checks/notes/").content.decode()
    assert owner_in.post("/settings/checks/flags/", {"enabled": "on", "flags": "红旗\n蓝"}).status_code == 302
    assert CheckSaid.objects.get(code="flags").dials == {"flags": ["red", "blue"]}
    for code, said, says in (
        ("flags", {"flags": "黑"}, "没有「黑」这种旗子"),
        ("notes", {"words": "字" * 21}, "每行最多 20 个字"),
        ("notes", {"words": "\n".join(f"字{n}" for n in range(61))}, "最多 60 行"),
        ("quantity", {"pieces": "1"}, "2"),
        ("duplicate", {"hours": "很久"}, "整数"),
    ):
        answer = owner_in.post(f"/settings/checks/{code}/", {"enabled": "on", **said})
        assert (answer.status_code, says in answer.content.decode()) == (422, True), code
    for address in ("/settings/checks/no-such/", "/settings/checks/?shop=999", "/settings/checks/?shop=²"):
        assert owner_in.get(address).status_code == 404
