"""A file looked at before it is taken in: what it is, how it would be read, what would become of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhanggui.channels import formats, looks, uploads
from zhanggui.channels.reading import asking, header, numbering
from zhanggui.channels.reading.asking import Asked
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.choose import known_by
from zhanggui.channels.reading.errors import DiskFull, HeadersMissing, HeadersUnknown
from zhanggui.channels.reading.fields import first_words
from zhanggui.channels.reading.limits import WEB
from zhanggui.channels.reading.matching import propose, unsure
from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.refusals import DetailsAlone, OtherKind, SeveralSheets
from zhanggui.channels.taking import as_kept
from zhanggui.channels.uploads import Look
from zhanggui.journal import reaches
from zhanggui.kernel.errors import Refused, Text
from zhanggui.orders import reaching
from zhanggui.orders.models import Shop
from zhanggui.orders.queries import default_shop
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.imports import allowed, answering, columns, drafts
from zhanggui.web.imports.drafts import Draft, UploadGone
from zhanggui.web.imports.forms import UploadForm

SHOWN, SURE = 100, 85


@require_http_methods(["GET", "POST"])
def upload(request: Request) -> HttpResponse:
    """The drop zone. A file that is good enough to look at leads to the look."""
    kinds = allowed.require(request.actor)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, kinds=kinds, reach=request.actor.reach)
        if form.is_valid():
            said = form.cleaned_data
            files = [(one.name, one.read()) for one in said["file"]]
            try:
                token = drafts.keep(request, files, kind=said["kind"], shop_id=said["shop"] if said["kind"] == "orders" else None)
            except DiskFull as full:
                form.add_error("file", str(full))
            else:
                return HttpResponseRedirect(reverse("imports:look", args=[token]))
    else:
        begin = default_shop(request.actor)
        form = UploadForm(initial={"kind": request.GET.get("kind", kinds[0])}, kinds=kinds, reach=request.actor.reach, begin=begin)
    facts = {"form": form, "kinds": kinds, "shops": Shop.objects.filter(reaching.shop_rows(request.actor.reach), enabled=True).exists()}
    return render(request, "imports/upload.html", facts, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def look(request: Request, token: str) -> HttpResponse:
    """What was recognised and what would happen; a change of it is kept, and looked at again. One that is gone leads to the list."""
    allowed.require(request.actor)
    try:
        draft = drafts.of(request, token)
    except UploadGone as gone:
        return _to_the_list(request, gone)
    asked = columns.said_in(request.POST) if request.method == "POST" else None
    # What is said of columns and cannot be is told beside them; nothing of it is kept.
    wrong = asked is not None and bool(columns.twice(asked) or columns.missing(asked.values(), uploads.NEEDED))
    if request.method == "POST" and not wrong:
        drafts.change(request, token, chosen(request, draft))
        return HttpResponseRedirect(reverse("imports:look", args=[token]))
    may_update = draft.kind == "orders" and request.actor.granted("order.edit")
    facts: dict[str, Any] = {"draft": draft, "token": token, "shop": _shop(request, draft), "may_update": may_update}
    try:
        draft, seen = looked(request, token, draft)
        facts["draft"] = draft = answering.kept(request, token, draft, seen)
    except Refused as refusal:
        facts["draft"] = draft = drafts.of(request, token)
        # A file refused as a whole is no error of the page: it says why, and what may be changed.
        known = [(each.code, each.title) for each in formats.formats(draft.kind)]
        told = as_kept(refusal)  # what was taken for a header may be somebody's row
        facts |= {"says": told.sentence, "fix": told.advice, "formats": known}
        if isinstance(refusal, Asked):
            facts["question"] = answering.asked_of(refusal)
        elif isinstance(refusal, SeveralSheets):
            facts["sheets"] = refusal.names
        elif not isinstance(refusal, DetailsAlone | OtherKind):  # no column matched by hand would mend those
            facts |= by_hand(request, draft, asked if wrong else None)
            facts["headless"] = isinstance(refusal, HeadersUnknown) and draft.header_row is None and draft.kind == "orders"
        return render(request, "imports/unreadable.html", facts, status=422)
    facts |= around(draft, seen, asked if wrong else None)
    return render(request, "imports/look.html", facts, status=422 if wrong else 200)


def looked(request: Request, token: str, draft: Draft) -> tuple[Draft, Look]:
    """The look; what it asks and was answered the last time is answered so. Raises whatever refuses the file, or what nobody
    answered yet; the draft kept is the one that was looked at."""
    while True:
        try:
            seen = seen_through(request, draft)
        except Asked as question:
            again = answering.recalled(draft, [question.key], at=request.at)
            if again is None:
                raise
        except (HeadersUnknown, HeadersMissing):
            again = answering.recalled(draft, ["numbers"], at=request.at) or answering.matched(draft, at=request.at)
            if again is None:
                raise
        else:
            again = answering.recalled(draft, [offer.key for offer in seen.offers if not offer.chosen], at=request.at)
            if again is None:
                return draft, seen
        draft = again
        drafts.change(request, token, draft)


def _to_the_list(request: Request, gone: UploadGone) -> HttpResponse:
    """The way back from an import just started, or its button pressed twice, is no error."""
    say(request, gone.sentence, tone="warn", note=gone.advice)
    return HttpResponseRedirect(reverse("imports:list"))


def _shop(request: Request, draft: Draft) -> Shop | None:
    """Whose orders the file holds. Raises NotFound for a shop that is no longer theirs."""
    reaches.within(request.actor.reach, "shop", draft.shop_id)
    return Shop.objects.filter(pk=draft.shop_id).first() if draft.shop_id is not None else None


def seen_through(request: Request, draft: Draft) -> Look:
    """The look, or what refuses the file; of a large one what was found a moment ago, where nothing changed since."""

    def read() -> Look:
        return uploads.look(
            draft.content,
            draft.name,
            kind=draft.kind,
            companion=draft.companion,
            companion_name=draft.companion_name,
            shop_id=draft.shop_id,
            format=draft.format,
            mapping=draft.mapping or None,
            header_row=draft.header_row,
            sheet=draft.sheet,
            choices=draft.choices,
            create_goods=draft.create_goods,
            update=draft.update,
            strict=draft.strict,
            by=request.actor,
        )

    by = request.actor
    asked = ("look", draft.kind, draft.shop_id, by.id, by.role, by.reach, *draft.taken_so)
    return looks.once(draft.path, asked, read, shop_id=draft.shop_id, at=request.at)


def by_hand(request: Request, draft: Draft, asked: Mapping[int, str] | None = None) -> dict[str, Any]:
    """The columns of a file nobody recognised, to be matched by a person; nothing where not even a table was found."""
    if draft.kind != "orders":
        return {}
    try:
        words, rows = looks.once(
            draft.path, ("columns", *draft.read_so), lambda: _columns(draft), shop_id=draft.shop_id, at=request.at
        )
    except Refused:
        return {}
    if draft.header_row is None and header.like_a_row(words):
        return {}  # a row of somebody's order, not names of columns
    # What speaks for itself is matched already: a person only says what is left.
    proposed = propose(words)
    said = draft.mapping or {field: match.header for field, match in proposed.items()}
    guessed = [] if draft.mapping else unsure(proposed)
    shown = uploads.tasted(rows, words, said)
    return {"headers": [word for word in words if word], **_matched(words, shown, said, guessed, asked)}


def _columns(draft: Draft) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header of a file and a taste of its first rows. Raises whatever refuses it."""
    choices = Choices.of(draft.choices, draft.header_row)
    knows = known_by(formats.formats(draft.kind))
    table = open_table(draft.content, limits=WEB, knows=knows, name=draft.name, choices=choices, sheet=draft.sheet)
    return list(table.header), uploads.preview_of(table)


def _matched(
    words: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], mapping: Mapping[str, str], guessed: Collection[str],
    asked: Mapping[int, str] | None,
) -> dict[str, Any]:  # fmt: skip
    """Every column with what it is taken for, and what the file must have that none of them is."""
    fields = mapping.keys() if asked is None else asked.values()
    usual, seldom = columns.choices()
    return {
        "columns": columns.of(words, rows, mapping, guessed, asked), "lacking": columns.missing(fields, uploads.NEEDED),
        "numbers": _numbers(words) if "order_no" not in fields else None,
        "usual": usual, "seldom": seldom, "needed": uploads.NEEDED, "guessed": guessed,
    }  # fmt: skip


def _numbers(words: Sequence[str]) -> tuple[Text, asking.Answers]:
    """The question, with the answers this table can be read by."""
    says, answers = asking.NUMBERS
    return says, answers if numbering.names_receivers(words) else answers[:1]


def around(draft: Draft, seen: Look, asked: Mapping[int, str] | None = None) -> dict[str, Any]:
    """The look as the page says it."""
    sure = {code: score for code, _title, score in seen.ranked}
    known = sorted(formats.formats(draft.kind), key=lambda each: -sure.get(each.code, 0))
    every = [(each.code, each.title, likely(each.code, sure.get(each.code, 0))) for each in known]
    first, others = answering.asked_first(seen.offers)
    # As many rows as the import shows afterwards, each with all that is wrong with it.
    leading = [at for at, one in enumerate(seen.problems) if one.leads]
    shown = seen.problems[: leading[SHOWN]] if len(leading) > SHOWN else seen.problems
    return {
        **(_matched(seen.header, seen.preview, seen.mapping, seen.unsure, asked) if seen.mapped else {}),
        "asked_first": first,
        "others": others,
        "answers": answering.in_force(draft, seen.offers),
        "preview": seen.preview,
        "seen": seen,
        "generic": seen.format_code == "generic",
        "formats": every,
        "problems": shown,
        "more_problems": seen.totals.rows_rejected - sum(one.leads for one in shown),
        "warnings": seen.alike[:SHOWN],
        "changed": seen.changed,
        "items": {"orders": _("订单"), "goods": _("商品"), "stock": _("库位")}[draft.kind],
    }


def likely(code: str, score: int) -> str:
    """How well a file fits a format, as one would say it; nothing of what any table fits."""
    if not score or code == "generic":
        return ""
    return _("列名都对得上") if score >= SURE else _("有些列对得上")


def chosen(request: Request, draft: Draft) -> Draft:
    """The draft with what this form says. A part the form does not have stays as it is."""
    post = request.POST
    if "format" in post:
        fresh = post["format"] != draft.format
        draft = replace(draft, format=post["format"][:40], mapping={} if fresh else draft.mapping)
    if "header_row" in post:
        row = post["header_row"].strip()
        draft = replace(draft, header_row=int(row) if row.isdecimal() and int(row) <= 200 else None, said=_said(draft, "header_row"))
    if post.get("sheet"):
        draft = replace(draft, sheet=post["sheet"][:200], header_row=None)
    said = {key: post[f"choose-{key}"] for key in asking.KEYS if f"choose-{key}" in post}
    if said:
        choices = {key: value[:40] for key, value in {**draft.choices, **said}.items() if value}
        recalled = [key for key in draft.recalled if said.get(key, draft.choices.get(key)) == draft.choices.get(key)]
        draft = replace(draft, choices=choices, said=_said(draft, *said), recalled=recalled)
        if "goods" in said:
            draft = replace(draft, create_goods=False)
    if "afresh" in post:
        draft = answering.afresh(draft)
    if "mapping" in post:
        draft = replace(draft, format="generic")
        said = {name.removeprefix("map-"): str(value) for name, value in post.items() if name.startswith("map-") and value}
        if (asked := columns.said_in(post)) is not None:
            # No column of ours is looked for among those that somebody said are not to be read.
            words = answering.header_of(draft, at=request.at)
            said = dict.fromkeys(first_words(), "") | {field: words[at] for at, field in asked.items() if field and at < len(words)}
        known = [key for key in draft.recalled if key != "mapping"]
        draft = replace(draft, mapping=said, said=_said(draft, "mapping"), recalled=known)
    if "options" in post:
        draft = replace(
            draft, strict="strict" in post, create_goods="create_goods" in post, draft="draft" in post, update="update" in post
        )
    return draft


def _said(draft: Draft, *keys: str) -> list[str]:
    return list(dict.fromkeys([*draft.said, *keys]))


@require_POST
def start(request: Request, token: str) -> HttpResponse:
    """Hand it to the worker. A mapping and the answers are remembered for the next file with the same columns."""
    try:
        draft = chosen(request, drafts.of(request, token))
    except UploadGone as gone:
        return _to_the_list(request, gone)
    if any(key not in draft.choices for key in draft.unanswered):
        drafts.change(request, token, draft)
        say(request, _("还没有导入：先回答上面的问题"), tone="warn")
        return HttpResponseRedirect(reverse("imports:look", args=[token]))
    options: dict[str, Any] = {"strict": draft.strict, "create_goods": draft.create_goods, "draft": draft.draft, "update": draft.update}
    if draft.header_row is not None:
        options["header_row"] = draft.header_row
    if draft.sheet:
        options["sheet"] = draft.sheet
    if draft.choices:
        options["choices"] = draft.choices
    import_id = uploads.submit(
        draft.content,
        draft.name,
        companion=draft.companion,
        companion_name=draft.companion_name,
        kind=draft.kind,
        shop_id=draft.shop_id,
        format=draft.format,
        mapping=draft.mapping,
        header=answering.header_of(draft, at=request.at) if draft.mapping or draft.choices else (),
        options=options,
        by=request.actor,
        at=request.at,
    )
    drafts.end(request, token)
    return HttpResponseRedirect(reverse("imports:detail", args=[import_id]))


@require_POST
def drop(request: Request, token: str) -> HttpResponse:
    """Give it up; nothing was written."""
    drafts.end(request, token)
    return HttpResponseRedirect(reverse("imports:new"))
