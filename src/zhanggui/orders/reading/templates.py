"""Which templates there are for whom, what came of them, and what comes by itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import reaching
from zhanggui.orders.models import Made, Making, Recurring, Template, TemplateLine

TABS = ("all", "mine", "shared", "recurring", "archived")


def seen_by(actor: Actor, via: str = "") -> Q:
    """The templates this actor may use: their own and the shared ones, of the shops they reach."""
    mine = Q(**{f"{via}shared": True}) | Q(**{f"{via}owner_id": actor.id, f"{via}owner_id__isnull": False})
    return reaching.shops(actor.reach, via) & (Q() if actor.kind == "system" else mine)


def may_change(template: Template, actor: Actor) -> bool:
    """Whoever made it, and whoever may change the settings of the house."""
    return (
        actor.kind == "system" or (template.owner_id is not None and template.owner_id == actor.id) or actor.granted("settings")
    )


def one(template_id: int, *, by: Actor, rows: QuerySet[Template] | None = None) -> Template:
    """The template with its shop and its customer's mask. Raises NotFound for one that is not there or not theirs to see."""
    asked = (Template.objects if rows is None else rows).select_related("shop", "recipient")
    found = asked.filter(seen_by(by), pk=template_id).first()
    if found is None:
        raise NotFound(what=template_id)
    return found


def of_tab(rows: QuerySet[Template], tab: str, actor: Actor) -> QuerySet[Template]:
    if tab == "archived":
        return rows.filter(archived_at__isnull=False)
    rows = rows.filter(archived_at=None)
    if tab == "mine":
        return rows.filter(owner_id=actor.id)
    if tab == "shared":
        return rows.filter(shared=True)
    return rows.filter(recurring__state=Recurring.State.ACTIVE).distinct() if tab == "recurring" else rows


def listed(actor: Actor, *, tab: str = "all", q: str = "", shop_id: int | None = None) -> QuerySet[Template]:
    """The templates of a tab with their lines and what comes by itself, the last used first; three statements when read."""
    rows = of_tab(Template.objects.filter(seen_by(actor)), tab, actor)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(lines__sku_code__icontains=q) | Q(lines__name__icontains=q)).distinct()
    going = Recurring.objects.exclude(state=Recurring.State.ENDED).order_by("next_at")
    return rows.select_related("shop", "recipient").prefetch_related(
        Prefetch("lines", TemplateLine.objects.order_by("position")), Prefetch("recurring", going, to_attr="comes")
    )


def counts(actor: Actor) -> dict[str, int]:
    """How many there are in each tab. One statement."""
    here = Q(archived_at=None)
    active = Q(recurring__state=Recurring.State.ACTIVE)
    return Template.objects.filter(seen_by(actor)).aggregate(
        all=Count("pk", filter=here, distinct=True),
        mine=Count("pk", filter=here & Q(owner_id=actor.id), distinct=True),
        shared=Count("pk", filter=here & Q(shared=True), distinct=True),
        recurring=Count("pk", filter=here & active, distinct=True),
        archived=Count("pk", filter=Q(archived_at__isnull=False), distinct=True),
    )


def makings(actor: Actor) -> QuerySet[Making]:
    """Everything made at one time that this actor may look at: of templates they see, and their own copies."""
    mine = Q(by_id=actor.id, by_id__isnull=False)
    said = (
        Q() if actor.kind == "system" else (Q(template__isnull=False) & seen_by(actor, "template__")) | (Q(template=None) & mine)
    )
    return Making.objects.filter(said).select_related("template", "template__shop", "recurring")


def making(making_id: int, *, by: Actor) -> Making:
    found = makings(by).filter(pk=making_id).first()
    if found is None:
        raise NotFound(what=making_id)
    return found


def rows_of(making_id: int) -> list[Made]:
    """What became of each row, with its order and shop. One statement."""
    rows = Made.objects.filter(making=making_id).select_related("order", "order__shop", "order__recipient").order_by("position")
    return list(rows.defer("order__fingerprint", "order__recipient__sealed", "order__recipient__platform_ciphertext"))


def recurring(recurring_id: int, *, by: Actor, rows: QuerySet[Recurring] | None = None) -> Recurring:
    asked = (Recurring.objects if rows is None else rows).select_related("template", "template__shop", "template__recipient")
    found = asked.filter(seen_by(by, "template__"), pk=recurring_id).first()
    if found is None:
        raise NotFound(what=recurring_id)
    return found


def all_recurring(actor: Actor) -> QuerySet[Recurring]:
    """Everything that comes by itself, what comes next first."""
    rows = Recurring.objects.filter(seen_by(actor, "template__")).select_related("template", "template__shop")
    return rows.order_by("state", "next_at", "pk")


def runs(recurring_id: int, many: int = 30) -> Sequence[Making]:
    """The last times it came, the newest first, each with its order. Two statements."""
    first = Made.objects.select_related("order").order_by("position")
    rows = Making.objects.filter(recurring=recurring_id).prefetch_related(Prefetch("rows", first, to_attr="all_rows"))
    return list(rows.order_by("-pk")[:many])


def failing(actor: Actor, *, at: datetime) -> list[Any]:
    """What did not come though it should have: the template's name and its id. For whom it belongs to, and who may mend it. One statement."""
    rows = Recurring.objects.filter(seen_by(actor, "template__"), state=Recurring.State.ACTIVE).exclude(failing="")
    if actor.kind != "system" and not actor.granted("automation.edit"):
        rows = rows.filter(Q(owner_id=actor.id) | Q(template__owner_id=actor.id))
    return list(rows.filter(last_at__gte=at - timedelta(days=30)).order_by("-last_at").values_list("pk", "template__name")[:3])
