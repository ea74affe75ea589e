"""Imports that were and the one that runs: totals that add up, the rows that stayed out, the way back for them."""

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.channels import accounting, formats, handing_out, queries, reaching
from zhanggui.channels import rejects as rejected
from zhanggui.channels.commands import imports
from zhanggui.channels.models import Import
from zhanggui.kernel import paging
from zhanggui.web.frame import say
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.request import Request
from zhanggui.web.imports import allowed
from zhanggui.web.imports.forms import KINDS

TONES = {"waiting": "info", "running": "going", "done": "good", "cancelled": "quiet", "refused": "bad"}
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100


@require_GET
def index(request: Request) -> HttpResponse:
    """Every import, newest first."""
    kinds = allowed.require(request.actor)
    rows = Import.objects.select_related("shop").filter(reaching.of(request.actor.reach), kind__in=kinds)
    page = paging.page(rows, "-id", cursor=request.GET.get("cursor", ""))
    words = dict(KINDS)
    facts = {"page": page, "rows": [(row, words[row.kind], TONES[row.state]) for row in page.rows], "kinds": kinds}
    return render(request, "imports/list.html", facts)


@require_GET
def detail(request: Request, import_id: int) -> HttpResponse:
    """How far it is while it runs, how it went when it is over. The page asks again by itself until then."""
    row = _row(request, import_id)
    going = queries.progress(import_id)
    facts: dict[str, Any] = {
        "row": row,
        "going": going,
        "tone": TONES[row.state],
        "kind": dict(KINDS)[row.kind],
        "format": next((str(each.title) for each in formats.formats(row.kind) if each.code == row.format), ""),
        "items": {"orders": _("单"), "goods": _("种商品"), "stock": _("处")}[row.kind],
    }
    if going.over:
        facts |= {
            "rejects": list(rejected.shown(import_id, SHOWN)) if row.rows_rejected else [],
            "more_rejects": max(row.rows_rejected - SHOWN, 0),
            "orders_href": f"{address('orders:list')}?tab=all&batch={row.pk}",
            "kept": bool(row.path),
            "may_take": handing_out.may_take(row, request.actor),
            "files": accounting.parts_of(row),
        }
    part = request.htmx and request.htmx.target == "import"
    return render(request, "imports/one_part.html" if part else "imports/one.html", facts)


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


@require_GET
def rejects(request: Request, import_id: int) -> HttpResponse:
    """The rows that stayed out, as they were, with the reason and the fix beside each; of the details with ``?of=details``.
    It holds personal data again: for who brought the file or may take such data out, and the book says who did."""
    row = _row(request, import_id)
    companion = request.GET.get("of") == "details"
    if companion and not row.companion_name:
        raise Http404("details")
    name, content = handing_out.rejects_taken(row.pk, companion=companion, by=request.actor, at=request.at)
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
