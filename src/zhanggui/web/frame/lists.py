"""What every list needs: tabs with counts, the filters that are on, which columns, where to export."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from zhanggui.web.frame.words import CAP

Text = str | Promise
PAGING = ("cursor", "open")


@dataclass(frozen=True)
class Tab:
    """One tab; ``count`` None shows no figure, or that nobody knows it where it is ``open``. ``wide`` tabs go where there is little
    room."""

    key: str
    label: Text
    count: int | None = None
    tone: str = ""
    wide: bool = False
    href: str = ""
    current: bool = False
    open: bool = False


@dataclass(frozen=True)
class Chip:
    """A filter that is on; ``href`` is the list without it."""

    label: Text
    value: str
    href: str


@dataclass(frozen=True)
class Column:
    """A column of a list. ``width`` is a class of ground.css, ``wide`` gives way beside an open drawer. ``fixed`` is never hidden,
    ``first`` stays where it is, ``extra`` is shown only to who asks for it."""

    key: str
    label: Text
    width: str = ""
    wide: bool = False
    num: bool = False
    fixed: bool = False
    first: bool = False
    extra: bool = False
    sort: str = ""
    href: str = ""
    sorted: str = ""

    @property
    def css(self) -> str:
        return " ".join(part for part, on in ((self.width, True), ("wide", self.wide), ("num", self.num)) if on and part)


@dataclass(frozen=True)
class Listing:
    """Everything around the rows: hand it to the template as ``listing``."""

    name: str
    tabs: Sequence[Tab] = ()
    chips: Sequence[Chip] = ()
    columns: Sequence[Column] = ()
    every_column: Sequence[Column] = ()
    exports: Sequence[tuple[Text, str]] = ()
    clear_href: str = ""
    shown: frozenset[str] = field(default_factory=frozenset)
    movable: bool = False


def listing(
    request: HttpRequest,
    name: str,
    *,
    tabs: Sequence[Tab] = (),
    tab: str = "",
    form: forms.BaseForm | None = None,
    columns: Sequence[Column] = (),
    sort: str = "",
    exports: Sequence[tuple[Text, str]] = (),
    movable: bool = False,
) -> Listing:
    """Put a list together. ``tab`` and ``sort`` are those in force; ``form`` is the bound filter form.

    ``exports`` are (words, address) pairs; the question of the list is added to each address. ``movable``: its rows are drawn
    column by column, so that a person may put them in their own order.
    """
    here = chosen(request, name, columns)
    if not movable:
        here = [column.key for column in columns if column.key in here]
    known = {column.key: column for column in columns}
    query = without(request.GET, *PAGING)
    return Listing(
        name=name,
        tabs=[_tab(request, one, tab) for one in tabs],
        chips=chips(request, form) if form is not None else (),
        columns=[_sortable(request, known[key], sort) for key in here],
        every_column=[*(known[key] for key in here), *(column for column in columns if column.key not in here)],
        exports=[(label, _with(address, query)) for label, address in exports],
        clear_href=_href(request, without(request.GET, *PAGING, *(form.fields if form is not None else ()))),
        shown=frozenset(here),
        movable=movable,
    )


def _with(address: str, query: QueryDict) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query.urlencode()}" if query else address


def astray(request: HttpRequest, tabs: Collection[str]) -> HttpResponse | None:
    """To the list's own first tab when the address names a tab it does not have; the rest of the question stays."""
    tab = request.GET.get("tab", "")
    if not tab or tab in tabs:
        return None
    query = without(request.GET, "tab", *PAGING)
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)


def count_up_to(rows: models.QuerySet[Any], cap: int = CAP) -> int:
    """How many rows, counted no further than ``cap`` + 1: two milliseconds where the whole would take a hundred."""
    return rows.order_by()[: cap + 1].count()


def chips(request: HttpRequest, form: forms.BaseForm) -> list[Chip]:
    """The filters that are on, each with the address of the list without it. A field named ``q`` too."""
    if not form.is_valid():
        return []
    found = []
    for name, bound in form.fields.items():
        value = form.cleaned_data.get(name)
        if value in (None, "", [], False) or isinstance(bound.widget, forms.HiddenInput):
            continue
        found.append(Chip(bound.label or name, _said(bound, value), _href(request, without(request.GET, name, *PAGING))))
    return found


def _said(bound: forms.Field, value: Any) -> str:
    options = getattr(bound, "choices", None)
    if options is not None and not isinstance(value, models.Model):
        words = {str(key): str(label) for key, label in options if not isinstance(label, list | tuple)}
        many = value if isinstance(value, list | tuple) else [value]
        return _("、").join(words.get(str(one), str(one)) for one in many)
    if isinstance(value, models.QuerySet):
        return _("、").join(str(one) for one in value)
    text = "" if value is True else str(value)
    return f"{text[:24]}…" if len(text) > 25 else text


def without(query: QueryDict, *names: str) -> QueryDict:
    """The question without some of its parts."""
    rest = query.copy()
    for name in names:
        rest.pop(name, None)
    return rest


def query_string(request: HttpRequest, **changes: str | None) -> str:
    """The question with some parts changed (None: left out), beginning with ``?``; paging starts again."""
    rest = without(request.GET, *PAGING)
    for name, value in changes.items():
        if value is None:
            rest.pop(name, None)
        else:
            rest[name] = value
    return f"?{rest.urlencode()}" if rest else "?"


def chosen(request: HttpRequest, name: str, columns: Sequence[Column]) -> list[str]:
    """Which columns this screen shows, in their order, as its cookie says: ``!no.goods.who`` names them; without the mark it
    names those it hides."""
    told = request.COOKIES.get(f"cols_{name}", "")
    if not told.startswith("!"):
        hidden = set(told.split("."))
        return [column.key for column in columns if column.fixed or not (column.extra or column.key in hidden)]
    known = {column.key: column for column in columns}
    wanted = [key for key in dict.fromkeys(told[1:].split(".")) if key in known]
    first = [column.key for column in columns if column.first]
    left_out = [column.key for column in columns if column.fixed and not column.first and column.key not in wanted]
    return [*first, *(key for key in wanted if key not in first), *left_out]


def arranged(keys: Sequence[str], shown: Collection[str], *, up: str = "", down: str = "") -> str:
    """The cookie for ``keys`` in this order, of which those ``shown`` are; one of them moved ``up`` or ``down`` among these."""
    order = [key for key in dict.fromkeys(keys) if key in shown]
    for key, way in ((up, -1), (down, 1)):
        if key in order:
            at = order.index(key)
            to = min(max(at + way, 0), len(order) - 1)
            order.insert(to, order.pop(at))
    return f"!{'.'.join(order[:60])}"


def _tab(request: HttpRequest, tab: Tab, current: str) -> Tab:
    href = tab.href or query_string(request, tab=tab.key or None)
    return Tab(tab.key, tab.label, tab.count, tab.tone, tab.wide, href, tab.key == current, tab.open)


def _sortable(request: HttpRequest, column: Column, sort: str) -> Column:
    if not column.sort:
        return column
    up, down = column.sort.lstrip("-"), f"-{column.sort.lstrip('-')}"
    turned = {up: down, down: up}.get(sort, column.sort)
    way = {up: "ascending", down: "descending"}.get(sort, "")
    facts = {**column.__dict__, "href": query_string(request, sort=turned), "sorted": way}
    return Column(**facts)


def _href(request: HttpRequest, query: QueryDict) -> str:
    return f"{request.path}?{query.urlencode()}" if query else request.path
