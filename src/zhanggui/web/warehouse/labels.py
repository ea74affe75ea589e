"""Numbers from carriers and labels on paper, for a wave, for a carrier's pile, or for chosen parcels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from zhanggui.carriers import queries as carriers
from zhanggui.carriers.refusals import NumberMisshapen
from zhanggui.carriers.rules import waybills
from zhanggui.fulfilment import queries, reaching, states
from zhanggui.fulfilment.commands import parcels
from zhanggui.fulfilment.models import Parcel, Waybill
from zhanggui.fulfilment.refusals import CarrierAway, NoLabels
from zhanggui.journal import reaches
from zhanggui.kernel.errors import NotFound, Refused
from zhanggui.web.frame import counts
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.warehouse import outcomes
from zhanggui.web.warehouse.forms import NumberForm
from zhanggui.web.warehouse.waves import LIVE, pdf

# So many parcels are asked for in one go; between two goes the page says how far it is.
A_GO = 40


@dataclass(frozen=True)
class Pile:
    """Parcels to ask numbers for: where the question came from, and where to go back."""

    name: str
    query: str
    back: str
    rows: QuerySet[Parcel]


def pile(request: Request, facts: Any) -> Pile:
    """The parcels a question names: ``wave``, ``carrier`` or ``ids``."""
    reach = request.actor.reach
    rows = Parcel.objects.filter(reaching.of(reach), stage__in=LIVE).exclude(
        pk__in=Waybill.objects.filter(state__in=Waybill.LIVE).values("parcel_id")
    )
    wave, carrier = facts.get("wave", ""), facts.get("carrier", "")
    if wave.isdigit():
        reaches.within(reach, "wave", int(wave))
        back = reverse("warehouse:wave", args=[wave])
        return Pile(_("波次"), f"wave={wave}", back, rows.filter(wave_id=int(wave)))
    if carrier.isdigit():
        back = f"{reverse('warehouse:shipping')}?carrier={carrier}"
        return Pile(_("快递"), f"carrier={carrier}", back, rows.filter(carrier_id=int(carrier), stage=states.PACKED))
    ids = outcomes.ids_of(facts.getlist("ids"))
    reaches.within(reach, "parcel", ids)
    query = "&".join(f"ids={id_}" for id_ in ids)
    found = rows.filter(pk__in=ids) if ids else rows.filter(stage=states.PACKED)
    return Pile(_("包裹"), query, reverse("warehouse:shipping"), found)


@require_http_methods(["GET", "POST"])
def get(request: Request) -> HttpResponse:
    """Get waybill numbers, so many at a time: the page asks on by itself until all are done, or with its button."""
    request.actor.require("waybill.get")
    asked = request.POST if request.method == "POST" else request.GET
    chosen = pile(request, asked)
    after = int(asked["after"]) if asked.get("after", "").isdigit() else 0
    carrier_id = int(asked["with"]) if asked.get("with", "").isdigit() else None
    waiting = chosen.rows.filter(pk__gt=after).order_by("pk")
    facts: dict[str, Any] = {"pile": chosen, "ids": asked.getlist("ids"), "with": carrier_id, "carriers": who_books()}
    if request.method == "GET":
        many = waiting.count()
        if not many:
            say(request, _("都有单号了，没有要取的"), tone="info")
            return HttpResponseRedirect(chosen.back)
        return render(request, "warehouse/labels.html", {**facts, "left": many, "total": many, "done": 0, "after": 0})
    go = list(waiting.values_list("pk", flat=True)[:A_GO])
    batch = parcels.label(go, carrier_id=carrier_id, by=request.actor, at=request.at)
    counts.forget()
    done = _number(asked.get("done")) + len(go)
    left = chosen.rows.filter(pk__gt=go[-1]).count() if go else 0
    facts |= {
        "left": left,
        "total": done + left,
        "done": done,
        "after": go[-1] if go else after,
        # A carrier that cannot be reached is not asked forty times more by itself.
        "away": bool(go)
        and len(batch.refused) == len(go)
        and {why["code"] for why in batch.refused.values()} == {CarrierAway.code},
        "got": _number(asked.get("got")) + len(batch.done),
        "results": results(go, batch.done, outcomes.told("", batch).left),
    }
    template = "warehouse/labels_go.html" if request.htmx else "warehouse/labels.html"
    return render(request, template, facts)


def _number(text: Any) -> int:
    return int(text) if isinstance(text, str) and text.isdigit() else 0


def who_books() -> list[Any]:
    """The carriers whose numbers, and so whose labels, come from this house."""
    return [one for one in carriers.enabled() if (courier := carriers.courier_of(one)) is not None and "book" in courier.can]


@dataclass(frozen=True)
class Result:
    """What became of one parcel's question."""

    parcel: Parcel
    number: str
    left: outcomes.Left | None


def results(asked: Sequence[int], done: Sequence[int], left: Sequence[outcomes.Left]) -> list[Result]:
    """Each parcel asked for, in order: its number, or why there is none. Two statements."""
    why = {one.id: one for one in left}
    rows = queries.with_waybills(Parcel.objects.filter(pk__in=asked).select_related("order").order_by("pk"))
    got = set(done)
    return [Result(row, row.live[0].number if row.pk in got and row.live else "", why.get(row.pk)) for row in rows]  # type: ignore[attr-defined]


@require_POST
def paper(request: Request) -> HttpResponse:
    """Labels to print, 100×150: of a wave those not printed yet, or of chosen parcels. Those without a number are left out."""
    wave = request.POST.get("wave", "")
    again = request.POST.get("again") == "1"
    rows = Waybill.objects.filter(state=Waybill.State.ISSUED)
    if wave.isdigit():
        reaches.within(request.actor.reach, "wave", int(wave))
        rows = rows.filter(parcel__wave_id=int(wave), parcel__stage__in=LIVE)
        rows = rows if again else rows.filter(prints=0)
    else:
        chosen = outcomes.ids_of(request.POST.getlist("ids"))
        reaches.within(request.actor.reach, "parcel", chosen)
        rows = rows.filter(parcel_id__in=chosen)
    ids = list(rows.order_by("parcel__slot", "parcel_id").values_list("parcel_id", flat=True))
    if not ids:
        raise NoLabels
    return pdf(parcels.labels_pdf(ids, by=request.actor, at=request.at), "labels")


@require_POST
def slips(request: Request) -> HttpResponse:
    """Packing slips, one a parcel."""
    ids = outcomes.ids_of(request.POST.getlist("ids"))
    wave = request.POST.get("wave", "")
    if wave.isdigit():
        reaches.within(request.actor.reach, "wave", int(wave))
        ids = list(Parcel.objects.filter(wave_id=int(wave), stage__in=LIVE).order_by("slot").values_list("pk", flat=True))
    if not ids:
        raise NotFound(what=_("包裹"))
    return pdf(parcels.slips_pdf(ids, by=request.actor, at=request.at), "slips")


@require_http_methods(["GET", "POST"])
def by_hand(request: Request, parcel_id: int) -> HttpResponse:
    """Type a number: checked against the carrier's shape and every number there is."""
    request.actor.require("waybill.get")
    mine = Parcel.objects.filter(reaching.of(request.actor.reach))
    parcel = get_object_or_404(mine.select_related("order", "carrier"), pk=parcel_id)
    in_use = carriers.enabled()
    form = NumberForm(request.POST or None, carriers=in_use, initial={"carrier": parcel.carrier_id})
    if request.method == "POST" and form.is_valid():
        batch = parcels.assign(
            {parcel.pk: form.cleaned_data["number"]}, carrier_id=form.cleaned_data["carrier"].pk, by=request.actor, at=request.at
        )
        if batch.done:
            say(request, _("%(parcel)s 的单号记下了") % {"parcel": parcel.number})
            return redirect("warehouse:shipping")
        form.add_error("number", _no(batch.refused[parcel.pk], form.cleaned_data["number"]))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "warehouse/number.html", {"parcel": parcel, "form": form}, status=status)


def _no(why: dict[str, Any], typed: str) -> str:
    """The refusal, and whose number it looks like."""
    refusal: Refused = outcomes.sentence(why)
    if isinstance(refusal, NumberMisshapen):
        fitting = carriers.carriers_for(waybills.plain(typed))
        if fitting:
            return _("%(says)s 它像 %(carriers)s 的，换一家试试。") % {
                "says": refusal.sentence,
                "carriers": _("、").join(one.name for one in fitting),
            }
    return str(refusal)


@require_POST
def give_up(request: Request) -> HttpResponse:
    """Void the numbers of chosen parcels: the carrier is told, another may be asked for."""
    batch = parcels.give_up(outcomes.ids_of(request.POST.getlist("ids")), by=request.actor, at=request.at)
    if batch.done:
        text = ngettext("作废了 %(n)d 个单号", "作废了 %(n)d 个单号", len(batch.done)) % {"n": len(batch.done)}
        say(request, text, note=_("已经印出来的面单记得撕掉"))
    outcomes.keep(request, _("没有作废"), batch)
    counts.forget()
    return redirect("warehouse:shipping")
