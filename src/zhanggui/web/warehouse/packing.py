"""The packing bench: a box is scanned, every piece into it, and it is closed; the screen answers in colour and sound."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from zhanggui.catalog import queries as catalog
from zhanggui.catalog.models import Sku
from zhanggui.fulfilment import queries, reaching, states
from zhanggui.fulfilment.bench import Answer, Bench, BenchLine
from zhanggui.fulfilment.commands import packing
from zhanggui.fulfilment.models import Parcel, Scan
from zhanggui.fulfilment.refusals import NoSuchParcel, NotPicked, OrderStopped
from zhanggui.journal.book import Batch, together
from zhanggui.kernel.errors import Refused, Wanting
from zhanggui.orders.checks.reasons import REASONS
from zhanggui.web.frame import counts
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.warehouse import heard, outcomes, unpicked

SHOWN = 60
# A number this short is a weight, where one is asked for: no code of goods or carriers is.
GRAMS_DIGITS = 6


@dataclass(frozen=True)
class Wrong:
    """A piece that does not belong: what was scanned, what this box wants instead, and in what they differ."""

    kind: str
    code: str
    sku: Sku | None
    wants: BenchLine | None

    @property
    def scanned(self) -> tuple[str, str]:
        """(what differs, the rest) of what was scanned."""
        if self.sku is None:
            return self.code, ""
        return _told(self.sku.name, self.sku.spec, self.wants.name if self.wants else "")

    @property
    def wanted(self) -> tuple[str, str]:
        if self.wants is None:
            return "", ""
        return _told(self.wants.name, self.wants.spec, self.sku.name if self.sku else "")


def _told(name: str, spec: str, other: str) -> tuple[str, str]:
    """Of the same name the spec tells them apart; of another name the name does."""
    return (spec, name) if name == other and spec else (name, spec)


@require_GET
def index(request: Request) -> HttpResponse:
    """Which boxes wait, and the place to scan one."""
    request.actor.require("warehouse.work")
    return _start(request)


def _start(request: Request, *, refusal: Refused | None = None, code: str = "", answer: str = "") -> HttpResponse:
    reach = request.actor.reach
    rows = Parcel.objects.filter(stage__in=(states.PACKING, states.WAITING), wave__stage__in=(states.PICKED, states.DONE))
    rows = rows.filter(reaching.of(reach))
    waiting = list(
        rows.select_related("order", "wave", "carrier").order_by("-stage", "order__ship_by", "slot", "id")[: SHOWN + 1]
    )
    facts = {
        "waiting": waiting[:SHOWN],
        "more": len(waiting) > SHOWN,
        "today": queries.packing_today(request.actor.name, at=request.at),
        "refusal": refusal,
        "stopped": isinstance(refusal, OrderStopped),
        "reasons": _reasons(refusal.facts.get("reasons", ())) if refusal else [],
        "lack": unpicked.lack(queries.find_parcel(code, reach=reach) or 0) if isinstance(refusal, NotPicked) else None,
        "code": code,
        "now": queries.counts(reach=reach),
    }
    template = "warehouse/pack_start_body.html" if request.htmx and answer else "warehouse/pack_start.html"
    made = render(request, template, facts, status=409 if refusal and not request.htmx else 200)
    if answer:
        made["X-Station"] = answer
    return made


def _reasons(codes: Any) -> list[str]:
    return [_(REASONS[code].zh) if code in REASONS else str(code) for code in codes]


@require_POST
def open_box(request: Request) -> HttpResponse:
    """A parcel's, an order's or a waybill's number: its box is opened on this bench."""
    code = request.POST.get("code", "")
    try:
        found = packing.open(code, by=request.actor, at=request.at)
    except Wanting:
        raise
    except Refused as refusal:
        return _start(request, refusal=refusal, code=code[:64], answer="stop" if isinstance(refusal, OrderStopped) else "wrong")
    return _send_to(request, found.parcel_id)


def _send_to(request: Request, parcel_id: int) -> HttpResponse:
    address = reverse("warehouse:bench", args=[parcel_id])
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = address
        answer["X-Station"] = "right"
        return answer
    return redirect(address)


@require_GET
def bench(request: Request, parcel_id: int) -> HttpResponse:
    """One box: what is in, what is missing. A box nobody opened waits at the start for its scan: looking opens nothing."""
    request.actor.require("warehouse.work")
    found = queries.bench(parcel_id, reach=request.actor.reach)
    if found.stage == states.WAITING:
        early = found.wave_stage in unpicked.UNPICKED
        return _start(request, code=found.number, refusal=NotPicked(wave=found.wave_number) if early else None)
    packing.require_here(found)
    return _show(request, found, whole=True)


def _show(
    request: Request,
    box: Bench,
    *,
    answer: str = "",
    wrong: Wrong | None = None,
    refusal: Refused | None = None,
    last: BenchLine | None = None,
    whole: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The bench as it stands. Besides the box itself three statements: the parcel, the last scan, today's count."""
    parcel = (
        Parcel.objects.filter(pk=box.parcel_id)
        .select_related("carrier", "order__recipient", "order__shop")
        .annotate(reckoned_g=Sum(F("lines__pieces") * F("lines__sku__weight_g")))
        .get()
    )
    closed = box.stage == states.PACKED and not _unweighed(box)
    scanned = (
        Scan.objects.filter(parcel_id=box.parcel_id, right=True, undone_at=None)
        .order_by("-id")
        .select_related("line__sku")
        .first()
    )
    full = box.left == 0
    facts: dict[str, Any] = {
        "box": box,
        "parcel": parcel,
        "packed": box.pieces - box.left,
        "closed": closed,
        "weighing": full and _unweighed(box),
        "tail": box.waybill[-4:],
        "last": last,
        "scanned": scanned,
        "today": queries.packing_today(request.actor.name, at=request.at),
        "expects": expects(box) if not closed and not full else None,
        "wrong": wrong,
        "answer": answer,
        "refusal": refusal,
        "reasons": _reasons(box.reasons),
        "may_force": request.actor.can(packing.FORCE),
        "may_label": request.actor.can("waybill.get"),
    }
    template = "warehouse/bench.html" if whole or not request.htmx else "warehouse/bench_body.html"
    made = render(request, template, facts, status=status)
    if answer:
        made["X-Station"] = answer
    return made


def _unweighed(box: Bench) -> bool:
    return box.must_weigh and not box.weight_g


def expects(box: Bench) -> dict[str, Any] | None:
    """What is right, for the screen to judge before we answer; where one code has two lines, we judge alone."""
    codes: dict[str, int] = {}
    twice: set[str] = set()
    for line in box.lines:
        for code in {line.sku, line.barcode} - {""}:
            if codes.setdefault(code, line.line_id) != line.line_id:
                twice.add(code)
    if twice:
        return None
    return {"codes": codes, "lines": {str(line.line_id): {"left": line.left} for line in box.lines}}


@require_POST
def scan(request: Request, parcel_id: int) -> HttpResponse:
    """One beep. Of a box that is closed it means the next box."""
    actor, at = request.actor, request.at
    code, uid = request.POST.get("code", "").strip(), request.POST.get("uid", "")
    actor.require("warehouse.work")
    before = queries.bench(parcel_id, reach=request.actor.reach)
    if before.left == 0 and _unweighed(before) and code.isdigit() and len(code) <= GRAMS_DIGITS:
        return _weigh(request, before, int(code), uid)
    if before.stage == states.PACKED:
        return _after_closed(request, before, code, uid)
    if not code:
        return redirect("warehouse:bench", parcel_id)
    # The same box scanned again, or the next one: not goods.
    if not _is_goods(before, code) and queries.find_parcel(code, reach=actor.reach) not in (None, parcel_id):
        return open_box(request)

    def beeped() -> tuple[Answer, Batch | None]:
        found = packing.scan(parcel_id, code, uid or f"typed-{parcel_id}-{at.timestamp():.6f}", by=actor, at=at)
        whole = not found.left and not before.must_weigh and found.kind not in ("wrong", "extra", "undone")
        return found, packing.close([parcel_id], by=actor, at=at) if whole else None

    found, closed = together(beeped)
    box = _after(before, found)
    if found.kind in ("wrong", "extra"):
        return _show(request, box, answer="wrong", wrong=_wrong(box, found, code))
    if closed is None:
        return _show(request, box, answer="right", last=found.line)
    return _sealed(request, box, closed, uid)


def _weigh(request: Request, box: Bench, weight_g: int, uid: str) -> HttpResponse:
    """A scale that types, or a person who does: the number is grams, and closes the box."""
    if box.stage != states.PACKED:
        return _seal(request, box, uid, weight_g=weight_g)
    packing.weigh({box.parcel_id: weight_g}, by=request.actor, at=request.at)
    heard.keep("pack", uid, "done")
    return _show(request, box._replace(weight_g=weight_g), answer="done")


def _is_goods(box: Bench, code: str) -> bool:
    return any(code in (line.sku, line.barcode) for line in box.lines)


def _after(box: Bench, found: Answer) -> Bench:
    """The box with what the answer changed in it; nothing is asked again."""
    line = found.line
    if found.kind != "right" or line is None:
        return box
    return box._replace(stage=states.PACKING, lines=tuple(line if one.line_id == line.line_id else one for one in box.lines))


def _after_closed(request: Request, box: Bench, code: str, uid: str) -> HttpResponse:
    """A late second telling of the beep that closed it is done; any other code is the next box."""
    if heard.before("pack", uid) == "done" or not code:
        return _show(request, box, answer="done")
    try:
        found = packing.open(code, by=request.actor, at=request.at)
    except NoSuchParcel as refusal:
        if _is_goods(box, code):
            return _show(request, box, answer="wrong", wrong=Wrong("closed", code, None, None))
        return _show(request, box, answer="wrong", refusal=refusal)
    except OrderStopped as refusal:
        return _show(request, box, answer="stop", refusal=refusal)
    except Wanting:
        raise
    except Refused as refusal:
        return _start(request, refusal=refusal, code=code[:64], answer="wrong")
    return _send_to(request, found.parcel_id)


def _wrong(box: Bench, found: Answer, code: str) -> Wrong:
    """What was scanned, beside the line of this box that is most like it."""
    skus = catalog.by_scan(code)
    sku = skus[0] if skus else None
    if found.kind == "extra":
        return Wrong("extra", code, sku, found.line)
    wants = sorted(found.expected, key=lambda line: (sku is None or line.name != sku.name, line.line_id))
    return Wrong("wrong", code, sku, wants[0] if wants else None)


def _seal(request: Request, box: Bench, uid: str = "", *, weight_g: int | None = None, force: bool = False) -> HttpResponse:
    weights = {box.parcel_id: weight_g} if weight_g else None
    batch = packing.close([box.parcel_id], weights=weights, force=force, by=request.actor, at=request.at)
    return _sealed(request, box, batch, uid, weight_g=weight_g)


def _sealed(request: Request, box: Bench, batch: Batch, uid: str, *, weight_g: int | None = None) -> HttpResponse:
    """What closing it came to."""
    if batch.refused:
        refusal = outcomes.sentence(batch.refused[box.parcel_id])
        return _show(request, queries.bench(box.parcel_id, reach=request.actor.reach), answer="wrong", refusal=refusal)
    heard.keep("pack", uid, "done")
    counts.forget()
    packed = tuple(line._replace(packed=line.pieces) for line in box.lines)
    return _show(request, box._replace(stage=states.PACKED, weight_g=weight_g or box.weight_g, lines=packed), answer="done")


@require_POST
def undo(request: Request, parcel_id: int) -> HttpResponse:
    """Take the last right scan back; a box that it closed is opened again."""
    actor, at = request.actor, request.at
    found = queries.bench(parcel_id, reach=request.actor.reach)
    last = Scan.objects.filter(parcel_id=parcel_id, right=True, undone_at=None).order_by("-id").first()

    def taken_out() -> Answer | None:
        if found.stage == states.PACKED:
            packing.reopen([parcel_id], by=actor, at=at)
        return packing.undo_scan(last.uid, by=actor, at=at) if last is not None else None

    answer = together(taken_out)
    counts.forget()
    if answer is None or last is None:
        say(request, _("没有可以撤回的扫描"), tone="info")
    else:
        name = answer.line.name if answer.line else last.code
        say(request, _("撤回了 %s") % name, tone="info", note=_("把它拿出来"))
    return redirect("warehouse:bench", parcel_id)


@require_POST
def close(request: Request, parcel_id: int) -> HttpResponse:
    """Close without the scans that are missing, for those who may: the book says who vouched."""
    request.actor.require(packing.FORCE)
    box = queries.bench(parcel_id, reach=request.actor.reach)
    answer = _seal(request, box, force=True)
    if answer.headers.get("X-Station") != "done":
        return answer
    if box.left:
        text = ngettext("%(n)d 件没扫，记在您名下", "%(n)d 件没扫，记在您名下", box.left) % {"n": box.left}
        say(request, text, tone="warn")
    return redirect("warehouse:bench", parcel_id)
