"""The ways orders come in are the merchant's: named, ordered, marked, opened and closed."""

from datetime import datetime

import pytest
from django.utils import translation

from tests.orders.test_intake_and_review import new_order
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.orders import sources as ways
from zhanggui.orders.commands import intake, sources
from zhanggui.orders.models import Order, Source
from zhanggui.orders.refusals import SourceClosed, SourceNamed, SourceUnknown

pytestmark = [pytest.mark.django_db, pytest.mark.capability("I-12")]


def test_every_way_in_has_its_name_before_anybody_touched_one() -> None:
    assert ways.names()["phone"] == "电话"
    assert list(ways.names())[:8] == ["file", "sync", "manual", "phone", "wechat", "web", "pos", "api"]
    assert ways.choices() == [("manual", "手工录入"), ("phone", "电话"), ("wechat", "微信")]
    with translation.override("en"):
        assert ways.names()["wechat"] == "WeChat"


def test_a_way_in_is_renamed_marked_and_put_where_the_merchant_wants_it(at: datetime) -> None:
    sources.change("wechat", name="小王的微信", tone="bad", enabled=True, by=SYSTEM, at=at)
    sources.put_in_order(["wechat", "pos"], by=SYSTEM, at=at)
    assert list(ways.marks().items())[:2] == [("wechat", ("小王的微信", "bad")), ("pos", ("门店收银", "warn"))]
    made = sources.add("wechat", "门店微信", by=SYSTEM, at=at)
    assert made == "wechat-2"
    assert ways.choices(["wechat"]) == [("wechat", "小王的微信"), ("wechat-2", "门店微信")]
    with translation.override("en"):
        # What nobody renamed is still said in the reader's words, also once it has a row.
        sources.change("pos", name="Store till", tone="info", enabled=True, by=SYSTEM, at=at)
    assert Source.objects.get(code="pos").name == "门店收银"


def test_two_ways_in_never_share_a_name(at: datetime) -> None:
    with pytest.raises(SourceNamed):
        sources.add("phone", " 微信 ", by=SYSTEM, at=at)
    with pytest.raises(SourceNamed):
        sources.add("phone", "  ", by=SYSTEM, at=at)
    with pytest.raises(SourceUnknown):
        sources.change("fax", name="传真", tone="quiet", enabled=True, by=SYSTEM, at=at)


def test_a_way_in_that_is_closed_takes_no_new_order_and_keeps_the_old(shop_id: int, at: datetime) -> None:
    intake.place([new_order("P1", None, at=at)], shop_id=shop_id, source="phone", by=SYSTEM, at=at)
    sources.change("phone", name="电话", tone="info", enabled=False, by=SYSTEM, at=at)
    assert ways.choices() == [("manual", "手工录入"), ("wechat", "微信")]
    with pytest.raises(SourceClosed) as refusal:
        intake.place([new_order("P2", None, at=at)], shop_id=shop_id, source="phone", by=SYSTEM, at=at)
    assert str(refusal.value) == "「电话」这个来源停用了，不收新单。 换一个来源，或在「设置 · 来源」里重新启用它。"
    intake.place([new_order("P2", None, at=at)], shop_id=shop_id, source="wechat", by=SYSTEM, at=at)
    assert dict(Order.objects.values_list("platform_no", "source")) == {"P1": "phone", "P2": "wechat"}
    assert ways.names()["phone"] == "电话"


def test_an_order_comes_in_by_a_way_there_is(shop_id: int, at: datetime) -> None:
    with pytest.raises(SourceUnknown):
        intake.place([new_order("P1", None, at=at)], shop_id=shop_id, source="zzz", by=SYSTEM, at=at)
    assert not Order.objects.exists()


def test_only_who_may_change_settings_opens_and_closes_a_way_in(roles: dict[str, Actor], at: datetime) -> None:
    with pytest.raises(NotAllowed):
        sources.change("phone", name="电话", tone="info", enabled=False, by=roles["sales"], at=at)
