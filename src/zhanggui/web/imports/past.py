"""Imports that were and the one that runs: totals that add up, the rows that stayed out, the way back for them, and for all of it."""

from typing import Any
from urllib.parse import quote

from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zhanggui.channels import accounting, formats, handing_out, queries, reaching
from zhanggui.channels import rejects as rejected
from zhanggui.channels.commands import imports, undoing
from zhanggui.channels.models import Import
from zhanggui.channels.refusals import GoodsStay, StockStays
from zhanggui.kernel import paging
from zhanggui.kernel.actor import Actor
from zhanggui.orders.commands import put_back
from zhanggui.orders.commands.renew import BY_HAND, PARTS
from zhanggui.web.frame import lists, say
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.lists import Tab
from zhanggui.web.frame.request import Request
from zhanggui.web.imports import allowed
from zhanggui.web.imports.forms import KINDS, ListForm

TONES = {"waiting": "info", "running": "going", "done": "good", "cancelled": "quiet", "refused": "bad"}
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN, STAYED = 100, 50
CHANGED_SINCE = {
    "contents": gettext_lazy("商品和金额"), "payment": gettext_lazy("付款"), "notes": gettext_lazy("留言和备注"), "address": gettext_lazy("收货信息"),
}


# Each tab: its word, what it shows, its tone.
TABS = {
    "": (gettext_lazy("全部"), Q(), ""),
    "going": (gettext_lazy("进行中"), Q(state__in=("waiting", "running")), "going"),
    "rejects": (gettext_lazy("有没收的"), Q(rows_rejected__gt=0), "warn"),
    "refused": (gettext_lazy("整份拒收"), Q(state="refused"), "bad"),
    "undone": (gettext_lazy("撤销过"), Q(undo_asked_at__isnull=False), ""),
}


@require_GET
def index(request: Request) -> HttpResponse:
    """Every import, newest first; by what became of it, what is in it and whose it is."""
    kinds = allowed.require(request.actor)
    elsewhere = lists.astray(request, tuple(TABS))
    if elsewhere is not None:
        return elsewhere
    tab = request.GET.get("tab", "")
    form = ListForm(request.GET, kinds=kinds, reach=request.actor.reach)
    every = Import.objects.filter(reaching.of(request.actor.reach), kind__in=kinds)
    rows = every.filter(form.narrowed())
    numbers = rows.aggregate(**{key or "all": Count("pk", filter=asked) for key, (_word, asked, _tone) in TABS.items()})
    tabs = [Tab(key, word, numbers[key or "all"], tone) for key, (word, _asked, tone) in TABS.items()]
    page = paging.page(rows.select_related("shop").filter(TABS[tab][1]), "-id", cursor=request.GET.get("cursor", ""))
    words = dict(KINDS)
    facts = {
        "page": page,
        "rows": [(row, words[row.kind], tone_of(row)) for row in page.rows],
        "kinds": [(kind, words[kind]) for kind in kinds],
        "listing": lists.listing(request, "imports", tabs=tabs, tab=tab, form=form),
        "form": form,
        "search": form.cleaned_data.get("q", ""),
        "any": bool(page.rows) or every.exists(),
    }
    return render(request, "imports/list.html", facts)


@require_GET
def detail(request: Request, import_id: int) -> HttpResponse:
    """How far it is while it runs, how it went when it is over. The page asks again by itself until then."""
    row = _row(request, import_id)
    going = queries.progress(import_id)
    facts: dict[str, Any] = {
        "row": row,
        "going": going,
        "tone": tone_of(row),
        "stalled": row.state == Import.State.RUNNING and row.alive_at is not None and request.at - row.alive_at > imports.SILENT,
        "kind": dict(KINDS)[row.kind],
        "format": next((str(each.title) for each in formats.formats(row.kind) if each.code == row.format), ""),
        "items": {"orders": _("单"), "goods": _("种商品"), "stock": _("处")}[row.kind],
        "left_s": queries.seconds_left(row, at=request.at),
    }
    if going.over:
        facts |= _back(row, request.actor) | {
            "rejects": list(rejected.shown(import_id, SHOWN)) if row.rows_rejected else [],
            "more_rejects": max(row.rows_rejected - SHOWN, 0),
            "noted": rejected.noted_alike(import_id, SHOWN) if row.rows_noted or row.rows_updated or queries.after_an_undo(row) else [],
            "orders_href": f"{address('orders:list')}?tab=all&batch={row.pk}",
            "brought": row.orders_created + row.orders_updated,
            "kept": bool(row.path),
            "may_take": handing_out.may_take(row, request.actor),
            "files": accounting.parts_of(row),
        }
    part = request.htmx and request.htmx.target == "import"
    return render(request, "imports/one_part.html" if part else "imports/one.html", facts)


def tone_of(row: Import) -> str:
    """One that was taken back is neither good nor bad any more."""
    return "quiet" if row.undo_ended_at is not None else TONES[row.state]


def _back(row: Import, actor: Actor) -> dict[str, Any]:
    """What may be said and done of taking it back."""
    if row.kind != Import.Kind.ORDERS:
        refusal = (StockStays if row.kind == Import.Kind.STOCK else GoodsStay)(number=row.number)
        return {"stays": refusal} if row.rows_ok else {}
    asked, puts = row.undo_asked_at is not None, queries.to_put_back(row.pk)
    if not row.orders_created and not puts and not asked:
        return {"only_updated": bool(row.orders_updated)}
    would = queries.undoing(row.pk)
    may = not asked and actor.granted("import.undo", takes=("nothing-shipped",))
    return {
        "would": would,
        "puts": puts,
        "stands": max(row.orders_updated - puts, 0),
        "left_alone": [(order, _why_left(why, fields)) for order, why, fields in queries.left_alone(row.pk, STAYED)] if asked else [],
        "left_open": not asked and bool(row.undo_by_name),
        "undoing": asked and row.undo_ended_at is None,
        "goods_stay": bool(row.options.get("create_goods") or row.options.get("choices", {}).get("goods") == "create"),
        "may_undo": may and not (would.out and actor.narrowed("import.undo")),
        "for_owner": may and would.out and bool(actor.narrowed("import.undo")),
        "stayed": queries.stayed(row.pk, STAYED) if row.undo_ended_at is not None else [],
    }


def _why_left(why: str, fields: list[str]) -> str:
    """Why an order was not put back."""
    if why == put_back.CHANGED:
        parts = dict.fromkeys(field if field in PARTS else BY_HAND.get(field, "") for field in fields)
        return _("后来又改过：{fields}").format(fields=_("、").join(str(CHANGED_SINCE.get(part, _("别的"))) for part in parts))
    return {
        put_back.FURTHER: _("已经在发货、发出或取消了"),
        put_back.NEEDS_UNREVIEW: _("已经审核通过，变回去要先反审核"),
    }.get(why, _("原来的样子已经按规定删除"))


def _row(request: Request, import_id: int) -> Import:
    mine = Import.objects.select_related("shop").filter(reaching.of(request.actor.reach))
    return get_object_or_404(mine.filter(kind__in=allowed.require(request.actor)), pk=import_id)


@require_POST
def cancel(request: Request, import_id: int) -> HttpResponse:
    """Stop it: what came in stays, the rest stays out."""
    row = _row(request, import_id)
    imports.cancel(row.pk, by=request.actor, at=request.at)
    say.say(request, _("已停下导入 %s") % row.number, note=_("已经导入的留着，没导入的没有动"))
    return HttpResponseRedirect(reverse("imports:detail", args=[import_id]))


@require_POST
def undo(request: Request, import_id: int) -> HttpResponse:
    """Take back what it brought, as far as that has gone no further."""
    row = _row(request, import_id)
    if undoing.ask_for(row.pk, reason=request.POST.get("why", "").strip(), by=request.actor, at=request.at):
        say.say(request, _("正在撤销导入 %s") % row.number)
    else:
        say.say(request, _("导入 %s 已经撤销过了") % row.number, tone="warn")
    return HttpResponseRedirect(reverse("imports:detail", args=[import_id]))


@require_GET
def rejects(request: Request, import_id: int) -> HttpResponse:
    """The rows that stayed out, as they were, with the reason and the fix beside each; of the details with ``?of=details``.
    It holds personal data again: for who brought the file or may take such data out, and the book says who did. ``?of=notes`` is
    everything that is said of any row, and none of what stands in it."""
    row = _row(request, import_id)
    if request.GET.get("of") == "notes":
        return _as_csv(*rejected.notes_file(row.pk))
    companion = request.GET.get("of") == "details"
    if companion and not row.companion_name:
        raise Http404("details")
    return _as_csv(*handing_out.rejects_taken(row.pk, companion=companion, by=request.actor, at=request.at))


def _as_csv(name: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


@require_GET
def template(request: Request, kind: str, language: str) -> HttpResponse:
    """The workbook to fill in, in Chinese or English."""
    allowed.require(request.actor)
    if kind not in dict(KINDS) or language not in ("zh", "en"):
        raise Http404(kind)
    content = formats.template(kind, language)
    if content is None:
        raise Http404(kind)
    answer = HttpResponse(content, content_type=KIND)
    answer["Content-Disposition"] = f'attachment; filename="zhanggui-{kind}-{language}.xlsx"'
    return answer
