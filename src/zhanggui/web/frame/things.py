"""What a form that waits is about: its orders, parcels, people, by name and with a link; and what it would do, in one sentence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.accounts.models import User
from zhanggui.catalog.models import Sku
from zhanggui.channels.models import Import
from zhanggui.customers.models import Recipient
from zhanggui.fulfilment.models import Parcel, Wave
from zhanggui.journal import reaches
from zhanggui.kernel.errors import NotFound
from zhanggui.orders.models import Order
from zhanggui.orders.reading.finding import numbers_in
from zhanggui.web.frame.addresses import address

SHOWN = 6
Thing = tuple[str, str]


@dataclass(frozen=True)
class About:
    """Some of the things, each with its address, and how many they are."""

    things: list[Thing] = field(default_factory=list)
    many: int = 0


def about(request: HttpRequest) -> About:
    """What this form names, as far as whoever sends it may know it; nothing where that cannot be told."""
    kind, ids = _named(request)
    if not ids:
        return About()
    try:
        if kind in reaches.OUTSIDE:
            reaches.within(request.actor.reach, kind, ids)  # type: ignore[attr-defined]
    except NotFound:
        return About()
    return About(CALLED[kind](ids[:SHOWN]), len(ids))


def _named(request: HttpRequest) -> tuple[str, list[int]]:
    match, said = request.resolver_match, request.POST
    route, parts = (match.view_name, match.kwargs) if match else ("", {})
    for part, kind in (("order_id", "order"), ("parcel_id", "parcel"), ("wave_id", "wave"), ("sku_id", "sku"), ("person_id", "person"),
                       ("import_id", "import")):  # fmt: skip
        if part in parts:
            return kind, [int(parts[part])]
    if route == "settings:privacy_plain":
        numbers = numbers_in(said.get("numbers", "")) or [said.get("numbers", "").strip()]
        found = Order.objects.filter(number__in=numbers) | Order.objects.filter(platform_no__in=numbers)
        return "order", sorted(found.values_list("pk", flat=True))
    if route.startswith("review:"):
        return "order", _ids(said.getlist("order"))
    kind = {"orders": "order", "warehouse": "parcel", "settings": "recipient"}.get(route.split(":")[0], "")
    return kind, _ids(said.getlist("ids")) if kind else []


def _ids(values: Sequence[str]) -> list[int]:
    said = (part.strip() for value in values for part in value.split(","))
    return list(dict.fromkeys(int(part) for part in said if part.isdecimal() and len(part) < 19))


def _orders(ids: Sequence[int]) -> list[Thing]:
    rows = Order.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "number")
    return [(number, address("orders:detail", pk)) for pk, number in rows]


def _parcels(ids: Sequence[int]) -> list[Thing]:
    rows = Parcel.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "number")
    return [(number, address("warehouse:parcel", pk)) for pk, number in rows]


def _waves(ids: Sequence[int]) -> list[Thing]:
    return [(number, address("warehouse:wave", pk)) for pk, number in Wave.objects.filter(pk__in=ids).values_list("pk", "number")]


def _skus(ids: Sequence[int]) -> list[Thing]:
    rows = Sku.objects.filter(pk__in=ids).values_list("pk", "code", "name")
    return [(f"{code} {name}", address("stock:detail", pk)) for pk, code, name in rows]


def _imports(ids: Sequence[int]) -> list[Thing]:
    return [
        (number, address("imports:detail", pk)) for pk, number in Import.objects.filter(pk__in=ids).values_list("pk", "number")
    ]


def _people(ids: Sequence[int]) -> list[Thing]:
    return [(name, address("settings:person", pk)) for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")]


def _recipients(ids: Sequence[int]) -> list[Thing]:
    """The mask alone: an order of theirs leads to them."""
    orders = dict(Order.objects.filter(recipient_id__in=ids).order_by("pk").values_list("recipient_id", "pk"))
    rows = Recipient.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "masked_name")
    return [(name or _("没有名字"), address("orders:detail", orders[pk]) if pk in orders else "") for pk, name in rows]


CALLED: Mapping[str, Callable[[Sequence[int]], list[Thing]]] = {
    "order": _orders, "parcel": _parcels, "wave": _waves, "sku": _skus, "import": _imports, "person": _people, "recipient": _recipients,
}  # fmt: skip


def sentence(ask: Mapping[str, Any]) -> str:
    """What the verb would do to how many; empty for one that says nothing of itself here."""
    n, verb = int(ask.get("many") or 1), str(ask.get("verb", ""))
    says = {
        "orders.review.unapprove": ngettext("把 %(n)s 单退回审核", "把 %(n)s 单退回审核", n),
        "orders.review.hold_again": ngettext("把 %(n)s 单退回审核并挂起", "把 %(n)s 单退回审核并挂起", n),
        "orders.holds.hold": ngettext("挂起这 %(n)s 单", "挂起这 %(n)s 单", n),
        "orders.progress.cancel": ngettext("取消这 %(n)s 单", "取消这 %(n)s 单", n),
        "fulfilment.waves.withdraw": ngettext("把 %(n)s 单撤出波次", "把 %(n)s 单撤出波次", n),
        "fulfilment.waybills.give_up": ngettext("作废 %(n)s 个包裹的运单号", "作废 %(n)s 个包裹的运单号", n),
        "fulfilment.parcels.void": ngettext("作废 %(n)s 个包裹", "作废 %(n)s 个包裹", n),
        "ops.privacy.hand_out": ngettext("导出 %(n)s 位收件人的全部信息，明文", "导出 %(n)s 位收件人的全部信息，明文", n),
        "ops.plain.orders": ngettext("导出 %(n)s 单的收件人明文", "导出 %(n)s 单的收件人明文", n),
        "customers.revealing.reveal": _("看收件人明文"),
        "orders.noting.reveal": _("看收件人明文"),
        "stock.safety.keep_back": _("改安全库存和超卖"),
    }.get(verb, "")  # fmt: skip
    return says % {"n": n} if "%(n)s" in says else says
