"""The parts a page is made of. Built in: no template loads them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms, template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from zhanggui.fulfilment import states as fulfilment
from zhanggui.kernel import clock
from zhanggui.kernel.paging import Page
from zhanggui.orders import states as orders
from zhanggui.web.frame import addresses, words

register = template.Library()
# The place of a count, with the measure word, one character, that Chinese puts after it.
COUNTER = re.compile(r"\s*\{n\}\s*([\u3400-\u9fff]?)\s*")

# How each stage of a life sounds.
STAGE_TONES: Mapping[str, Mapping[str, str]] = {
    "order": {
        orders.DRAFT: "quiet",
        orders.PENDING_PAYMENT: "quiet",
        orders.PENDING_REVIEW: "info",
        orders.APPROVED: "good",
        orders.FULFILLING: "going",
        orders.SHIPPED: "good",
        orders.DELIVERED: "good",
        orders.COMPLETED: "good",
        orders.CANCELLED: "quiet",
    },
    "wave": {
        fulfilment.OPEN: "info",
        fulfilment.PICKING: "going",
        fulfilment.PICKED: "going",
        fulfilment.DONE: "good",
        fulfilment.CANCELLED: "quiet",
    },
    "parcel": {
        fulfilment.WAITING: "going",
        fulfilment.PACKING: "going",
        fulfilment.PACKED: "info",
        fulfilment.SHIPPED: "good",
        fulfilment.VOIDED: "quiet",
    },
}
STAGE_WORDS: Mapping[str, Mapping[str, str]] = {
    "order": orders.WORD,
    "wave": fulfilment.WAVE_WORD,
    "parcel": fulfilment.PARCEL_WORD,
}


def _at(context: Context) -> datetime:
    moment = context.get("at")
    return moment if isinstance(moment, datetime) else clock.now()


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A mark from the sprite; it says nothing by itself, so words or an aria-label stand beside it."""
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" {extra}" if extra else "",
        static("zhanggui/icons.svg"),
        name,
    )


@register.simple_tag
def pic(name: str = "pbox", src: str = "", alt: str = "") -> SafeString:
    """The picture of goods, or the drawing of a box where there is none."""
    if src:
        return format_html('<span class="pic"><img src="{}" alt="{}" loading="lazy"></span>', src, alt)
    return format_html(
        '<span class="pic"><svg aria-hidden="true"><use href="{}#{}"/></svg></span>', static("zhanggui/icons.svg"), name
    )


@register.simple_tag
def tone(name: str, word: Any, extra: str = "") -> SafeString:
    """A state: its mark and its word. ``name`` is quiet, info, going, good, warn or bad."""
    return format_html('<span class="tone{}" data-tone="{}">{}</span>', f" {extra}" if extra else "", name, word)


@register.simple_tag
def chip(name: str, word: Any, title: str = "") -> SafeString:
    """A reason, in the wash of its tone."""
    return format_html(
        '<span class="chip" data-tone="{}"{}>{}</span>', name, format_html(' title="{}"', title) if title else "", word
    )


@register.simple_tag
def stage(kind: str, code: str) -> SafeString:
    """The stage of an ``order``, a ``wave`` or a ``parcel``."""
    return tone(STAGE_TONES[kind].get(code, "quiet"), _(STAGE_WORDS[kind].get(code, code)))


@register.filter
def stage_word(code: str, kind: str = "order") -> str:
    return _(STAGE_WORDS[kind].get(code, code))


@register.simple_tag
def money(minor: int | None, currency: str = "CNY", whole: bool = False) -> str:
    """``¥1,234.50``; nothing for None."""
    return "" if minor is None else words.money(int(minor), currency or "CNY", whole=whole)


@register.simple_tag
def qty(value: float | int | None, unit: str = "") -> str:
    """``1,204`` or ``1,204 件``; nothing for None."""
    if value is None:
        return ""
    return f"{words.number(value)} {unit}" if unit else words.number(value)


@register.simple_tag
def capped(value: int | None) -> str:
    """A count taken only up to its cap: ``10,000+``."""
    return "" if value is None else words.capped(value)


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None, form: str = "when") -> SafeString | str:
    """``3 分前`` or ``今天 11:54``, the exact moment as hint. ``form="point"`` always names the hour."""
    if moment is None:
        return ""
    said = words.point(moment, _at(context)) if form == "point" else words.when(moment, _at(context))
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), words.exact(moment), said)


@register.simple_tag(takes_context=True)
def countdown(context: Context, moment: datetime | None) -> SafeString | str:
    """``剩 38 分`` or ``超时 26 分``, coloured only when it presses."""
    if moment is None:
        return ""
    said, pressing = words.countdown(moment, _at(context))
    return format_html(
        '<time class="{}" datetime="{}" title="{}">{}</time>', pressing, moment.isoformat(), words.exact(moment), said
    )


@register.simple_tag
def span(seconds: float | None) -> str:
    """How long: ``1 时 12 分``."""
    return "" if seconds is None else words.span(seconds)


@register.simple_tag
def from_mark(shop: Any) -> SafeString:
    """The one-letter mark of a shop, its name as hint."""
    name = str(getattr(shop, "name", shop))
    mark = getattr(shop, "mark", "") or name[:1]
    return format_html('<span class="from" title="{0}" aria-hidden="true">{1}</span><span class="sr">{0}</span>', name, mark)


@register.simple_tag
def number(text: Any) -> SafeString:
    """A number people copy: monospace, copied by a click on the mark beside it."""
    return format_html(
        '<span class="copies"><span class="mono">{0}</span>'
        '<button type="button" class="btn plain mini" data-copy="{0}" aria-label="{1}">{2}</button></span>',
        text,
        _("复制 %s") % text,
        icon("copy"),
    )


@register.simple_tag
def field(bound: forms.BoundField, hint: Any = "", wide: bool = False) -> SafeString:
    """One question of a form: label above, help and error below, tied together for those who listen."""
    widget = bound.field.widget
    ticks = isinstance(widget, forms.CheckboxInput)
    helps, error_id, help_id = hint or bound.help_text, f"{bound.auto_id}-error", f"{bound.auto_id}-help"
    told = " ".join(part for part, there in ((error_id, bound.errors), (help_id, helps)) if there)
    attrs: dict[str, Any] = {}
    if not ticks and not isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        attrs["class"] = f"input {widget.attrs.get('class', '')}".strip()
    if told:
        attrs["aria-describedby"] = told
    if bound.errors:
        attrs["aria-invalid"] = "true"
    control = bound.as_widget(attrs=attrs)
    optional = "" if bound.field.required or ticks else format_html(' <span class="note">{}</span>', _("选填"))
    label = format_html('<label for="{}">{}{}</label>', bound.id_for_label, bound.label, optional)
    if ticks:
        label = format_html('<label class="row">{}{}</label>', control, bound.label)
        control = mark_safe("")
    below = format_html('<span class="note" id="{}">{}</span>', help_id, helps) if helps else mark_safe("")
    errors = format_html_join("", "{}", ((message,) for message in bound.errors))
    if bound.errors:
        below = format_html('<span class="error" id="{}">{}<span>{}</span></span>{}', error_id, icon("warn"), errors, below)
    return format_html('<div class="field{}">{}{}{}</div>', " wide-field" if wide else "", label, control, below)


def uncounted(says: str) -> str:
    """The sentence before anybody counted: ``审核通过 {n} 单`` → ``审核通过``, ``Approve {n} orders`` → ``Approve orders``."""
    text = COUNTER.sub(lambda found: "" if found[1] else " ", says).strip()
    return text[:1].upper() + text[1:]


@register.simple_tag
def verb(
    says: Any,
    n: int | None = None,
    *,
    one: Any = "",
    name: str = "verb",
    value: str = "",
    key: str = "",
    key_says: Any = "",
    kind: str = "",
    can: str = "",
    reason: Any = "",
    formaction: str = "",
    mark: str = "",
) -> SafeString:
    """A button: a verb with its object, ``审核通过 {n} 单``.

    ``one`` is the sentence for one where the language has another. ``can`` names what a chosen row must allow to be
    counted: the batch bar keeps ``{n}`` true. ``key_says`` is how the map of keys names it.
    ``kind`` adds ``primary``, ``danger``, ``plain`` or ``big``.
    A ``reason`` makes it a button that cannot be pressed, and says why beside it.
    """
    many = str(says)
    text = uncounted(many) if n is None else (str(one) if one and n == 1 else many).replace("{n}", words.number(n))
    bits: list[tuple[str, Any]] = [("type", "submit"), ("class", f"btn {kind}".strip())]
    if reason or n == 0:
        bits.append(("aria-disabled", "true"))
    if value:
        bits += [("name", name), ("value", value)]
    if formaction:
        bits.append(("formaction", formaction))
    if key:
        bits.append(("data-key", key))
    if key and key_says:
        bits.append(("data-key-says", key_says))
    if can:
        bits += [("data-can", can), ("data-says", many)]
        if one:
            bits.append(("data-one", one))
    attrs = format_html_join("", ' {}="{}"', ((a, conditional_escape(b)) for a, b in bits))
    shown_key = format_html(" <kbd>{}</kbd>", key) if key else ""
    drawn = icon(mark) if mark else ""
    why = format_html('<span class="note why">{}</span>', reason) if reason else ""
    return format_html('<button{}>{}<span class="says">{}</span>{}</button>{}', attrs, drawn, text, shown_key, why)


@register.simple_tag
def address(name: str, *args: Any, **query: str) -> str:
    """``{% address "orders:list" tab="held" as href %}``; empty while that area has no address."""
    return addresses.address(name, *args, **query)


@register.inclusion_tag("frame/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Back and on, by cursor; the other questions of the address stay."""
    return {"page": page, "request": context.get("request")}


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping|get:key``; None where it is absent."""
    return mapping.get(key) if hasattr(mapping, "get") else None
