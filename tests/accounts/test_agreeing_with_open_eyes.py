"""Whoever is asked to agree reads what would change: every argument beyond whom it is about is named, never in clear."""

import inspect
from datetime import datetime
from typing import Any

import pytest
from reference import registries

from zhanggui.accounts.commands import inviting, people, roles
from zhanggui.accounts.models import Role, User
from zhanggui.journal import phrases
from zhanggui.journal.book import COMMANDS
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.models import Shop
from zhanggui.stock.models import Warehouse

PASSWORD = "kettle-lamp-42"


def beyond_their_target() -> set[str]:
    """Verbs asked of a second person that take more than whom or what they are about, the reason aside."""
    found = set()
    for verb in COMMANDS.values():
        said = [name for name in inspect.signature(verb.call).parameters if name not in ("by", "at", "origin", verb.because)]
        if verb.second is not None and verb.needs == "people.manage" and len(said) > 1:
            found.add(verb.name)
    return found


def text(about: Any) -> str:
    return " | ".join([*(str(said) for name, said in about.items() if name != "lines"), *(phrases.said(each) for each in about.get("lines", []))])


@pytest.mark.django_db
@pytest.mark.capability("L-08")
def test_each_verb_that_needs_a_second_person_says_what_would_change(at: datetime) -> None:
    registries()
    people.add("boss@example.com", "老板", PASSWORD, "owner", by=SYSTEM, at=at)
    shop = Shop.objects.order_by("pk").first() or Shop.objects.create(code="s1", name="旗舰店", platform="manual", made_at=at)
    house = Warehouse.objects.order_by("pk").first() or Warehouse.objects.create(code="w1", name="一号仓", made_at=at)
    code = roles.copy("sales", "晚班", by=SYSTEM, at=at)
    kept = Role.objects.get(code=code).grants
    li = people.add("li@example.com", "李四", PASSWORD, code, by=SYSTEM, at=at)
    invited = inviting.invite(code, name="小王", email="wang@example.com", shops=[shop.pk], by=SYSTEM, at=at)
    User.objects.filter(pk=li).update(username="lisi.old", phone_shown="138****0000")
    narrower = {each: said for each, said in kept.items() if each != "order.create"} | {"export.masked": "O ≤200"}
    where = {"shops": [shop.pk], "warehouses": [house.pk]}
    asked: dict[str, tuple[tuple[Any, ...], dict[str, Any], tuple[str, ...]]] = {
        "accounts.roles.change": ((code, "夜班", narrower), {}, ("晚班 → 夜班", "一次最多 1000 行 → ", "一次最多 200 行", "→ 不可以")),
        "accounts.roles.drop": ((code,), {"move_to": "readonly"}, ("晚班", "1 人和 1 个邀请", "只读")),
        "accounts.access.give_role": ((li, "finance"), {}, ("李四", "晚班", "财务")),
        "accounts.access.give_reach": ((li,), where, ("李四", f"全部 → {shop.name}", f"全部 → {house.name}")),
        "accounts.access.give_logins": (
            (li,), {"username": "lisi.new", "phone": "13977778882"}, ("李四", " → ", "138****0000 → 139****8882"),
        ),
        "accounts.access.renew_password": ((li, PASSWORD), {}, ("李四",)),
        "accounts.rescue.ask_second_factor": (("sales", False), {}, ("客服",)),
        "accounts.people.add": (("new@example.com", "新人", PASSWORD, "sales"), where, ("新人", "n***@example.com", shop.name, house.name)),
        "accounts.inviting.invite": (("sales",), {"email": "new@example.com", **where}, ("n***@example.com", "客服", shop.name, house.name)),
        "accounts.inviting.renew": ((invited,), {}, ("小王", "晚班", shop.name, "全部")),
    }  # fmt: skip
    assert beyond_their_target() <= set(asked)
    for name, (args, kwargs, named) in asked.items():
        second = COMMANDS[name].second
        assert second is not None
        told = text(second.facts(*args, **kwargs))
        assert [each for each in named if each not in told] == [], (name, told)
        for secret in (PASSWORD, "13977778882", "new@example.com", "lisi.new"):
            assert secret not in told, name
