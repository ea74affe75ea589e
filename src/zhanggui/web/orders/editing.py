"""Changing one order on its page: one form, one save; and where two changed it, both are shown and nobody's words are lost."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhanggui.catalog.models import Sku
from zhanggui.journal import queries as journal
from zhanggui.journal.book import together
from zhanggui.kernel.money import written
from zhanggui.orders import paying, states
from zhanggui.orders.commands import change
from zhanggui.orders.commands.lowering import sold_after_all
from zhanggui.orders.commands.revising import EDITABLE
from zhanggui.orders.reading import rights
from zhanggui.orders.reading.detail import Whole
from zhanggui.orders.refusals import NotEditable, Overlapped
from zhanggui.orders.revisions import TO, TO_PLAIN, Revision, touched
from zhanggui.orders.standing import standing
from zhanggui.web.frame import counts, say
from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import history, one
from zhanggui.web.orders.edit_form import MINUTE, NEW_ROWS, NOTES, EditForm, shown

KEEP = "keep-"
MORE = ("discount", "freight", "payment", "payment_method", "kind", "ship_by")
# What stands for a part of the recipient says nothing to anybody: it is shown by its mask.
MASKS = {"name": "masked_name", "phone": "masked_phone", "street": "masked_street"}


@dataclass(frozen=True)
class Clash:
    """A field both wrote: what the writer saw, what somebody made of it, what the writer wants."""

    field: str
    box: str
    label: str
    was: str
    theirs: str
    mine: str
    kept: str = ""


@require_http_methods(["GET", "POST"])
def edit(request: Request, order_id: int) -> HttpResponse:
    """The form, and what becomes of it."""
    request.actor.require("order.edit")
    whole = one.found(request, order_id)
    if whole.order.stage not in EDITABLE:
        raise NotEditable(number=whole.order.number, stage=_(states.WORD[whole.order.stage]))
    if request.method == "GET":
        return _page(request, whole, _form(request, whole, None, _standing(whole)))
    was = shown(request.POST.get("was", ""))
    form = _form(request, whole, _settled(request.POST, lambda data: _form(request, whole, data, was)), was)
    if not form.is_valid():
        return _page(request, whole, form, status=422)
    return _saved(request, whole, form)


def _form(request: Request, whole: Whole, data: Any, was: Mapping[str, str]) -> EditForm:
    actor = request.actor
    priced = rights.sees_prices(actor) and actor.can("order.edit_price")
    return EditForm(data, whole, was, priced=priced, paying=actor.can("order.review"), at=request.at)


def _standing(whole: Whole) -> dict[str, str]:
    """What the page shows, with the codes of its goods beside them."""
    codes = {f"line.{each.line.pk}.code": each.line.sku.code if each.line.sku else each.line.sku_code for each in whole.lines}
    return {**standing(whole.order.pk), **codes}


def _settled(posted: QueryDict, form: Callable[..., EditForm]) -> QueryDict:
    """What was typed, with the boxes back to what they showed where somebody else's word was chosen."""
    data = posted.copy()
    theirs = [name.removeprefix(KEEP) for name in posted if name.startswith(KEEP) and posted[name] == "theirs"]
    if theirs:
        bare = form(None)
        for field in theirs:
            if _box(field) in bare.fields:
                data[_box(field)] = _as_typed(bare.fields[_box(field)].initial)
    return data


def _saved(request: Request, whole: Whole, form: EditForm) -> HttpResponse:
    order = whole.order
    text = request.POST.get("seen", "")
    said = form.revision(int(text) if text.isdecimal() and len(text) < 10 else 0)
    open_ = [field for field in request.POST.getlist("clash") if request.POST.get(KEEP + field) not in ("mine", "theirs")]
    if open_ or form.lost():
        return _merge(request, whole, form, said, open_)
    with beside(form):
        try:
            _carry_out(request, whole, said)
        except Overlapped as refusal:
            return _merge(request, whole, form, said, list(refusal.facts["fields"]))
    if form.errors:
        return _page(request, whole, form, status=422)
    counts.forget()
    after = one.found(request, order.pk)
    notes = []
    if after.order.stage == states.APPROVED and order.stage != states.APPROVED:
        notes.append(_("检查全部合格，已自动通过"))
    if held := one.kept_by_hand(after):
        notes.append(held)
    if others := _others(form.was, standing(order.pk), said, after):
        notes.append(_("别人刚改的也留着：%s") % _("、").join(others))
    changed = any(True for _each in touched(said)) or any(line.line_id is None for line in said.lines)
    say.say(request, _("改好了") if changed else _("没有要改的，什么都没有动"), note=_("；").join(notes))
    return HttpResponseRedirect(reverse("orders:detail", args=[order.pk]))


def _carry_out(request: Request, whole: Whole, said: Revision) -> None:
    sells = said.kind is not None and sold_after_all(whole.order.kind, said.kind) and request.actor.can("order.edit_price")
    verb = change.reprice if said.money or sells else change.revise
    # Refused whole: nothing of it is kept, not even that it was asked.
    together(lambda: change.refuse(verb([said], by=request.actor, at=request.at)))


def _others(was: Mapping[str, str], now: Mapping[str, str], said: Revision, whole: Whole) -> list[str]:
    """What somebody else changed since the page was shown, by its name; each once."""
    mine = {field for field, _text in touched(said)}
    changed = [field for field in now if field in was and was[field] != now[field] and field not in mine]
    # A line whose pieces one changed oneself has another discount by itself.
    mine_lines = {field.rsplit(".", 1)[0] for field in mine if field.startswith("line.")}
    changed = [field for field in changed if field.rsplit(".", 1)[0] not in mine_lines or not field.endswith(".discount")]
    return list(dict.fromkeys(_label(field, whole) for field in changed))


def _merge(request: Request, whole: Whole, form: EditForm, said: Revision, fields: list[str]) -> HttpResponse:
    """Both side by side: what only one changed is kept by itself, what both changed is chosen; the form holds all that was typed."""
    fresh = one.found(request, whole.order.pk)
    now = _standing(fresh)
    mine = dict(touched(said))
    fields = [field for field in fields if field in now]
    skus = _skus([said_.get(field, "") for field in fields if field.endswith(".sku") for said_ in (mine, form.was)])
    clashes = [
        Clash(
            field, _box(field), _label(field, fresh, whole), _written(field, form.was.get(field, ""), fresh, skus, hidden=True),
            _written(field, now[field], fresh, skus), _typed(field, said, mine.get(field, ""), fresh, skus),
            request.POST.get(KEEP + field, ""),
        )
        for field in fields
    ]  # fmt: skip
    settled = {**now, **{field: form.was.get(field, "") for field in fields}}
    facts = {
        "clashes": clashes,
        "alone": list(dict.fromkeys(_label(field, fresh, whole) for field in mine if field not in fields and field in now)),
        "others": _others(form.was, settled, said, fresh),
        "lost": form.lost(),
        "last": _last(fresh),
        "in_clash": [_box(field) for field in fields],
    }
    return _page(request, fresh, _form(request, fresh, _carried(request, form, fresh, now, mine), now), status=409, **facts)


def _carried(request: Request, form: EditForm, fresh: Whole, now: Mapping[str, str], mine: Mapping[str, str]) -> QueryDict:
    """What was typed, over what the order says now: what was not touched shows what somebody else made of it. What was typed into
    a line that is gone stands in one to be added."""
    data = request.POST.copy()
    typed = {_box(field) for field in mine}
    for name, field in _form(request, fresh, None, now).fields.items():
        if name not in typed and not name.startswith("new-"):
            data[name] = _as_typed(field.initial)
    free = [f"new-{nth}" for nth in range(NEW_ROWS) if not data.get(f"new-{nth}-sku")]
    for name, (code, pieces, note) in zip(free, form.lost(), strict=False):
        data[f"{name}-sku"], data[f"{name}-quantity"], data[f"{name}-note"] = code, pieces, note
    return data


def _as_typed(value: Any) -> str:
    """A value as its box holds it."""
    return value.strftime(MINUTE) if isinstance(value, datetime) else "" if value is None else str(value)


def _box(field: str) -> str:
    """The box of the form a field is typed into."""
    return field.replace(".", "-")


def _label(field: str, *orders: Whole) -> str:
    """A field by its name; of a line with the code of its goods."""
    first, _dot, rest = field.partition(".")
    if first == "to":
        return str(history.FIELDS.get(rest, rest))
    if first != "line":
        return str(history.FIELDS.get(first, first))
    pk, _dot, part = rest.partition(".")
    codes = {str(each.line.pk): each.line.sku_code or each.line.name for whole in orders for each in whole.lines}
    named = {"sku": "goods", "unit": "line_unit", "discount": "line_discount"}.get(part, part)
    return f"{codes.get(pk, '')} {history.FIELDS.get(named, part)}".strip()


def _skus(ids: list[str]) -> dict[str, str]:
    wanted = [int(each) for each in ids if each.isdecimal() and len(each) < 19]
    return {str(pk): code for pk, code in Sku.objects.filter(pk__in=wanted).values_list("pk", "code")} if wanted else {}


def _written(field: str, text: str, whole: Whole, skus: Mapping[str, str], *, hidden: bool = False) -> str:
    """What a field says, for people. Of the recipient the mask of now, and of what was there before nothing at all."""
    part = field.rpartition(".")[2]
    if field.startswith("to.") and part not in TO_PLAIN:
        mask = getattr(whole.order.recipient, MASKS[part], "") if part in MASKS else _("隐去了")
        return "" if hidden else mask
    if field in ("discount", "freight") or (field.startswith("line.") and part in ("unit", "discount")):
        return written(int(text or 0), whole.order.currency)
    if part == "sku" and field.startswith("line."):
        codes = {str(each.line.sku_id): each.line.sku.code for each in whole.lines if each.line.sku}
        return {**codes, **skus}.get(text, text)
    return history.said(field, text) or "–"


def _typed(field: str, said: Revision, text: str, whole: Whole, skus: Mapping[str, str]) -> str:
    """What the writer wants, as they typed it."""
    if field.startswith("to."):
        return said.to.get(field.removeprefix("to."), "")
    return _written(field, text, whole, skus)


def _last(whole: Whole) -> journal.Line | None:
    """Who changed it last, and when. One statement."""
    told = [line for line in journal.timeline("order", whole.order.pk) if line.name == "OrderChanged"]
    return told[-1] if told else None


def _page(request: Request, whole: Whole, form: EditForm, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page: what it showed goes along, so that saving knows what somebody else changed since."""
    now = form.was if status == 422 else _standing(whole)
    seen = request.POST.get("seen", "") if status == 422 else whole.order.version
    facts = {
        "whole": whole, "order": whole.order, "form": form, "rows": form.rows(), "prices": rights.sees_prices(request.actor),
        "was": json.dumps(now, ensure_ascii=False), "seen": seen,
        "to_fields": [form[f"to-{part}"] for part in TO], "more_fields": [form[name] for name in MORE if name in form.fields],
        "ways": [each for each in paying.methods() if each.on],
        "note_fields": [form[name] for name in NOTES], "last": _last(whole), **more,
    }  # fmt: skip
    return render(request, "orders/edit.html", facts, status=status)
