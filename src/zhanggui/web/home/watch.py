"""What the rail counts and the bell rings for, of the path every order takes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.channels import reaching as brought
from zhanggui.channels.models import Import
from zhanggui.fulfilment import queries
from zhanggui.kernel.actor import Actor
from zhanggui.orders.reading import rights
from zhanggui.web.frame import counts, health, notices
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.gate import door
from zhanggui.web.frame.notices import Notice
from zhanggui.web.home import figures
from zhanggui.web.imports.allowed import kinds_for

KEYS = ("unshipped", "review", "held", "to_wave", "picking", "packing", "shipping", "moving", "short", "late")


def figures_of(now: figures.Work) -> dict[str, int]:
    found = asdict(now)
    return {key: found[key] for key in KEYS}


@counts.providers(*KEYS)
def path(actor: Actor, at: datetime) -> Mapping[str, int]:
    return figures_of(figures.work(at=at, stages=rights.stages_seen(actor), reach=actor.reach))


@notices.source
def orders_late(actor: Actor, at: datetime) -> Sequence[Notice]:
    n = counts.of(actor, ["late"], at=at)["late"] if actor.granted("order.view", takes=("released",)) else 0
    if not n:
        return ()
    text = ngettext("%(n)d 单过了发货时限还没发", "%(n)d 单过了发货时限还没发", n) % {"n": n}
    return [Notice("bad", text, door(actor, "orders:list", tab="late"))]


@notices.source
def waybills_in_doubt(actor: Actor, at: datetime) -> Sequence[Notice]:
    """A number the carrier refused, or of which nobody knows whether it was given."""
    if not actor.can("waybill.get"):
        return ()
    failed, unknown = queries.doubtful(at - timedelta(days=3), reach=actor.reach)
    told = []
    if failed:
        text = ngettext("三天内 %(n)d 张面单没取到号", "三天内 %(n)d 张面单没取到号", failed) % {"n": failed}
        told.append(Notice("bad", text, door(actor, "warehouse:shipping")))
    if unknown:
        text = ngettext("%(n)d 张面单不知道取没取到，正在核实", "%(n)d 张面单不知道取没取到，正在核实", unknown)
        told.append(Notice("warn", text % {"n": unknown}, door(actor, "warehouse:shipping")))
    return told


@notices.source
def imports_refused(actor: Actor, at: datetime) -> Sequence[Notice]:
    kinds = kinds_for(actor)
    if not kinds:
        return ()
    rows = Import.objects.filter(kind__in=kinds, state=Import.State.REFUSED, made_at__gte=at - timedelta(days=1))
    rows = rows.filter(brought.of(actor.reach)).order_by("-id")
    return [
        Notice("warn", _("导入 %s 整份没收，看看为什么") % number, door(actor, "imports:list"))
        for number in rows.values_list("number", flat=True)[:3]
    ]


@notices.source
def jobs_given_up(actor: Actor, at: datetime) -> Sequence[Notice]:
    n = health.now(at=at).quarantined
    if not n:
        return ()
    text = ngettext("后台有 %(n)d 件事试了几次都没做成", "后台有 %(n)d 件事试了几次都没做成", n) % {"n": n}
    return [Notice("warn", text, address("home") + "#machine")]
