"""Shops, as orders know them."""

from datetime import datetime

from zhanggui.journal.book import command
from zhanggui.kernel.actor import Actor
from zhanggui.orders.models import Shop

MARKS = {
    "taobao": "淘",
    "tmall": "猫",
    "jd": "京",
    "pdd": "拼",
    "douyin": "抖",
    "wechat": "视",
    "manual": "手",
    "file": "文",
    "retail": "零",
}


@command(needs="settings", over="shop-code")
def open_one(
    code: str,
    name: str,
    *,
    platform: str = "manual",
    currency: str = "CNY",
    needs_address: bool = True,
    ship_within_h: int = 48,
    by: Actor,
    at: datetime,
) -> int:
    """Add a shop, or change what is said of the one with this code. Returns its id."""
    shop, _new = Shop.objects.update_or_create(
        code=code.strip(),
        defaults={
            "name": name.strip(),
            "platform": platform,
            "mark": MARKS.get(platform, name.strip()[:1]),
            "currency": currency,
            "needs_address": needs_address,
            "ship_within_h": ship_within_h,
        },
        create_defaults={
            "name": name.strip(),
            "platform": platform,
            "mark": MARKS.get(platform, name.strip()[:1]),
            "currency": currency,
            "needs_address": needs_address,
            "ship_within_h": ship_within_h,
            "made_at": at,
        },
    )
    return shop.pk
