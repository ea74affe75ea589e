"""Making orders from a template: how many, when, for whom; a look at what would become of each; then, once, all of them."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.journal import reaches
from zhanggui.kernel import clock, masking
from zhanggui.kernel.errors import Refused, refusals
from zhanggui.orders import drawing
from zhanggui.orders.commands import copies, making
from zhanggui.orders.drawing import Drawn, Wish
from zhanggui.orders.models import Made, Making, Order
from zhanggui.orders.reading import rights
from zhanggui.orders.reading import templates as reading
from zhanggui.orders.refusals import TooManyAtOnce
from zhanggui.web.frame import counts
from zhanggui.web.frame.ids import ids_in
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.orders import batches, template_wishes, words
from zhanggui.web.orders.template_wishes import Asked, UseForm


@dataclass(frozen=True)
class Row:
    """One order as it would be: who, masked; what it comes to; what is against it, or what review would stop it for. ``twin`` is the row
    of the table before it that says exactly the same."""

    number: int
    name: str
    phone: str
    region: str
    drawn: Drawn
    doubts: str
    twin: int = 0

    @property
    def against(self) -> Refused | None:
        return self.drawn.against[0] if self.drawn.against else None


def _row(number: int, drawn: Drawn, wish: Wish) -> Row:
    person = drawn.order.person if drawn.order else wish.person
    doubts = _("、").join(str(words.PROBLEMS.get(code, code)) for code in drawn.doubts)
    if person is None:
        return Row(number, "", "", "", drawn, doubts)
    region = words.region(person.province, person.city)
    return Row(number, masking.name(person.name), masking.phone(person.phone) if person.phone else "", region, drawn, doubts)


@require_http_methods(["GET", "POST"])
def use(request: Request, template_id: int) -> HttpResponse:
    """The form; what would be made of it; and, once it was looked at, the making."""
    actor, at = request.actor, request.at
    template = reading.one(template_id, by=actor)
    data = request.POST.copy() if request.method == "POST" else None
    trouble: Refused | None = None
    if data is not None and (file := request.FILES.get("file")) is not None:
        try:
            if (file.size or 0) > template_wishes.MOST_BYTES:
                raise TooManyAtOnce(many=file.size or 0, most=template_wishes.MOST_BYTES)
            data["table"] = template_wishes.table_of(file.read(), file.name or "")
        except Refused as refused:
            trouble = refused
    known = drawing.ground(template)
    if data is not None:
        # Rows that come back to be put right bring nothing but themselves.
        for name, value in UseForm(known=known, today=clock.day_of(at)).initial.items():
            data.setdefault(name, str(value))
    form = UseForm(data, known=known, today=clock.day_of(at))
    do = request.POST.get("do", "look")
    facts: dict[str, Any] = {
        "template": template, "form": form, "key": request.POST.get("key") or uuid.uuid4().hex, "trouble": trouble,
        "prices": rights.sees_prices(actor), "most": drawing.MOST,
    }  # fmt: skip
    if data is None or trouble is not None or do == "back" or not form.is_valid():
        bad = data is not None and do != "back" and (trouble is not None or bool(form.errors))
        return render(request, "orders/template_use.html", facts, status=422 if bad else 200)
    asked = template_wishes.asked(form, at=at)
    if len(asked.wishes) > drawing.MOST or not asked.wishes:
        facts["trouble"] = TooManyAtOnce(many=len(asked.table.rows) if asked.table else 0, most=drawing.MOST)
        return render(request, "orders/template_use.html", facts, status=422)
    submits = form.cleaned_data["begins"] == "submit"
    drawn = drawing.draw(drawing.ground(template, asked.wishes, reach=actor.reach), asked.wishes, submits=submits, at=at)
    seal = seal_of(drawn)
    if do == "make" and request.POST.get("seen") == seal:
        made = making.make(template.pk, asked.wishes, key=str(facts["key"]), submits=submits, rows=asked.numbers, by=actor, at=at)
        counts.forget()
        return _made(request, made, asked)
    facts |= {**_looked(drawn, asked), "seal": seal, "moved": do == "make", "carried": carried(form)}
    return render(request, "orders/template_look.html", facts)


def carried(form: UseForm) -> list[tuple[str, str]]:
    """What was typed, to come back with the next sending. The gaps, the pieces and the table stand beside it."""
    names = ("many", "placed", "ship_by", "begins", "whose", "name", "phone", "address", "like")
    return [(name, str(form.data.get(name, ""))) for name in names]


def seal_of(drawn: Sequence[Drawn]) -> str:
    """What was looked at, told again: another price or a retired SKU since then, and it is looked at anew."""
    said = [(one.order.total_minor, one.pieces, one.doubts) if one.order else [each.code for each in one.against] for one in drawn]
    return hashlib.blake2b(repr(said).encode(), digest_size=12).hexdigest()


def _looked(drawn: Sequence[Drawn], asked: Asked) -> dict[str, Any]:
    numbers = asked.numbers or range(1, len(drawn) + 1)
    twins = asked.twins()
    rows = [
        replace(_row(number, one, wish), twin=twins.get(number, 0)) for number, one, wish in zip(numbers, drawn, asked.wishes, strict=False)
    ]
    good = [one for one in drawn if one.order]
    return {
        "rows": sorted(rows, key=lambda row: (row.against is None, not row.doubts and not row.twin, row.number)),
        "twins": sum(bool(row.twin) for row in rows),
        "good": len(good), "bad": len(drawn) - len(good), "doubtful": sum(bool(one.doubts) for one in drawn),
        "pieces": sum(one.pieces for one in good), "total_minor": sum(one.order.total_minor for one in good if one.order),
        "unused": asked.unused, "of_table": asked.table is not None,
    }  # fmt: skip


def _made(request: Request, made: making.Result, asked: Asked) -> HttpResponse:
    """To what was made; where rows stayed out, they are here still, to be put right."""
    done = reading.making(made.making_id, by=request.actor)
    if made.fresh and made.orders:
        _said(request, done)
    left = asked.left({row.position for row in reading.rows_of(done.pk) if row.order_id is None}) if made.refused else ""
    if left:
        return shown(request, done, left=left)
    return HttpResponseRedirect(reverse("orders:making", args=[done.pk]))


def _said(request: Request, done: Making) -> None:
    n, out = done.made, done.refused
    note = ngettext("%(n)s 行没有做", "%(n)s 行没有做", out) % {"n": out} if out else ""
    say(
        request, ngettext("做好了 %(n)s 单", "做好了 %(n)s 单", n) % {"n": n}, note=note, undo=reverse("orders:making_back", args=[done.pk])
    )  # fmt: skip


@require_GET
def one(request: Request, making_id: int) -> HttpResponse:
    """What was made at one time, order by order, and what was not and why."""
    return shown(request, reading.making(making_id, by=request.actor))


def shown(request: Request, done: Making, left: str = "") -> HttpResponse:
    rows = [(row, why(row)) for row in reading.rows_of(done.pk)]
    moved = sum(row.order is not None and row.order.stage not in (*making.UNMOVED, "cancelled") for row, _said_ in rows)
    still = sum(row.order is not None and row.order.stage in making.UNMOVED for row, _said_ in rows)
    mine = done.by_id == request.actor.id or request.actor.granted("order.cancel")
    facts = {
        "making": done, "rows": rows, "left": left, "back": still if mine else 0, "moved": moved, "prices": rights.sees_prices(request.actor),
        "persons": rights.sees_recipient(request.actor),
    }  # fmt: skip
    return render(request, "orders/making.html", facts)


def why(row: Made) -> tuple[str, str]:
    """The sentence and the fix of a row that was not made."""
    if not row.code:
        return "", ""
    kind = refusals().get(row.code)
    refused = kind(**row.facts) if kind else None
    return (refused.sentence, refused.advice) if refused else (row.code, "")


@require_POST
def back(request: Request, making_id: int) -> HttpResponse:
    """Take back what was made, as far as nothing of it moved."""
    batch = making.take_back(making_id, by=request.actor, at=request.at)
    n, left = len(batch.done), len(batch.refused)
    note = ngettext("%(n)s 单已经往前走了，没有撤", "%(n)s 单已经往前走了，没有撤", left) % {"n": left} if left else ""
    say(request, ngettext("撤回了 %(n)s 单", "撤回了 %(n)s 单", n) % {"n": n}, note=note)
    counts.forget()
    return batches.changed(request)


@require_http_methods(["GET", "POST"])
def copy(request: Request) -> HttpResponse:
    """The chosen orders once more: how often, as drafts or handed in, with their notes or without."""
    actor = request.actor
    asked = request.POST.getlist("ids") if request.method == "POST" else request.GET.get("ids", "").split(",")
    ids = list(dict.fromkeys(ids_in(asked)))[: drawing.MOST]
    reaches.within(actor.reach, "order", ids)
    seen = rights.stages_seen(actor)
    orders = list(Order.objects.filter(pk__in=ids, **({"stage__in": seen} if seen else {})).select_related("shop").order_by("pk"))
    if not orders:
        return HttpResponseRedirect(reverse("orders:list"))
    said = request.POST.get("times", "1").strip()
    times = int(said) if said.isdecimal() and len(said) < 4 else 0
    most = drawing.MOST // len(orders)
    facts = {
        "orders": orders[:20], "more": max(len(orders) - 20, 0), "ids": [order.pk for order in orders], "n": len(orders), "most": most,
        "times": said, "key": request.POST.get("key") or uuid.uuid4().hex, "prices": rights.sees_prices(actor), "error": "",
        "begins": request.POST.get("begins", "draft"), "notes": request.method == "GET" or bool(request.POST.get("notes")),
    }  # fmt: skip
    if request.method == "POST":
        if not 1 <= times <= most:
            facts["error"] = _("写 1 到 %s 的整数。") % most
            return render(request, "orders/copy.html", facts, status=422)
        made = copies.copy(
            [order.pk for order in orders], key=str(facts["key"]), times=times, submits=facts["begins"] == "submit",
            keeps_notes=bool(facts["notes"]), by=actor, at=request.at,
        )  # fmt: skip
        counts.forget()
        done = reading.making(made.making_id, by=actor)
        if made.fresh and made.orders:
            _said(request, done)
        if len(made.orders) == 1 and not made.refused:
            return HttpResponseRedirect(reverse("orders:detail", args=[next(iter(made.orders.values()))]))
        return HttpResponseRedirect(reverse("orders:making", args=[made.making_id]))
    return render(request, "orders/copy.html", facts)

