"""A template taken into a sheet that is being written: its goods, its notes and how it is paid; to whom it goes is written anew."""

from django.utils.translation import gettext as _

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.money import plain
from zhanggui.orders.commands.entry import piece
from zhanggui.orders.models import Template, TemplateLine
from zhanggui.orders.reading import rights
from zhanggui.orders.reading import templates as reading
from zhanggui.orders.sheet import Typed, added, line_of, typed

MOST = 60


def offered(actor: Actor) -> list[tuple[int, str, str]]:
    """(id, name, shop) of the templates to choose from, the last used first. One statement."""
    rows = reading.of_tab(Template.objects.filter(reading.seen_by(actor)), "all", actor).order_by("-used_at", "-pk")
    return list(rows.values_list("pk", "name", "shop__name")[:MOST])


def taken(said: Typed, template_id: int, actor: Actor, *, currency: str) -> Typed:
    """What is empty is filled from the template, its goods are added, nothing is written over. Raises NotFound.

    Its prices are taken where the sheet has its currency, and whoever writes it sees prices. What is no longer sold is named as
    what was left over. Two statements.
    """
    template = reading.one(template_id, by=actor)
    shop = said.get("shop") or str(template.shop_id)
    priced = rights.sees_prices(actor) and (currency or template.currency) == template.currency
    lost = []
    for line in TemplateLine.objects.filter(template=template.pk).select_related("sku").order_by("position"):
        if line.sku is None or line.sku.retired_at is not None:
            lost.append(f"{line.name} ×{line.quantity}")
        else:
            said = _with(said, line, template, priced=priced)
    fixed = {"shop": shop, "kind": template.kind, "payment": template.payment}
    if template.payment_method:
        fixed["method"] = template.payment_method
    open_ = {"buyer_note": template.buyer_note, "seller_note": template.seller_note}
    if priced:
        sums = (("discount", template.discount_minor), ("freight", template.freight_minor))
        open_ |= {name: plain(minor, template.currency) for name, minor in sums if minor}
    filled = {name: text for name, text in open_.items() if text and not said.get(name)}
    if lost:
        gone = _("模板里的 %s 不卖了") % _("、").join(lost)
        filled["rest"] = _("；").join(filter(None, [said.get("rest"), gone]))
    return typed({**said.fields, **fixed, **filled}, said.lines)


def _with(said: Typed, line: TemplateLine, template: Template, *, priced: bool) -> Typed:
    assert line.sku is not None
    if any(each["sku"] == str(line.sku_id) for each in said.lines):
        return added(said, piece(line.sku), quantity=line.quantity)
    unit = line.unit_minor if priced and not line.todays_price else None
    made = line_of(piece(line.sku), quantity=line.quantity, unit_minor=unit, currency=template.currency, note=line.note)
    if unit is not None and line.discount_minor:
        made["off"] = plain(line.discount_minor, template.currency)
    return Typed(said.fields, [*said.lines, made])
