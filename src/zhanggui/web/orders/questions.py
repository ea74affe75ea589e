"""What a request asks of the order list, as its actor may ask it: the orders that answer, a page of them, all that match."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from zhanggui.channels.models import ImportRow
from zhanggui.fulfilment import asked as by_parcels
from zhanggui.kernel import clock, paging
from zhanggui.kernel.paging import Page
from zhanggui.orders.models import Order
from zhanggui.orders.reading import asked as asking
from zhanggui.orders.reading import rights
from zhanggui.orders.reading.asked import Asked, Narrowed
from zhanggui.orders.reading.finding import meant
from zhanggui.orders.reading.offered import Offered
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import seeking
from zhanggui.web.orders.forms import FilterForm

LIVE = (*asking.BOUNDED, *by_parcels.TABS)


@dataclass(frozen=True)
class Question:
    """What this request asks, as its actor may ask it."""

    form: FilterForm
    asked: Asked
    sort: str

    def rows(self, request: Request, **changes: Any) -> QuerySet[Order]:
        wanted = replace(self.asked, **changes) if changes else self.asked
        return self._brought(asking.orders(wanted, **self._with(request)))

    def page(self, request: Request) -> Page[Order]:
        """One page of this tab, its rows no more than their ids."""
        found = asking.to_page(self.asked, self.sort, **self._with(request))
        rows = self._brought(found.rows).only("pk", self.sort.lstrip("-"))
        # Of what one import brought the whole is looked through: it is never more than a file holds.
        within = None if self.batch else found.within
        cursor = request.GET.get("cursor", "")
        return paging.page(rows, self.sort, cursor=cursor, apart=found.apart, few=found.few, within=within, far=asking.FAR)

    def _with(self, request: Request) -> dict[str, Any]:
        elsewhere = by_parcels.named_by(self.asked.q) if self.asked.q else None
        return {"at": request.at, "more": by_parcels.TABS, "found_elsewhere": elsewhere, "narrowed": self._narrowed}

    def _brought(self, rows: QuerySet[Order]) -> QuerySet[Order]:
        if not self.batch:
            return rows
        came = [self.came] if self.came else ["ok", "upd"]
        return rows.filter(pk__in=ImportRow.objects.filter(of=self.batch, outcome__in=came).values("subject_id"))

    @cached_property
    def _narrowed(self) -> Narrowed:
        return asking.narrowing(self.asked, by_parcels.filters(self.asked))

    @property
    def filtered(self) -> bool:
        """Something else than a tab is asked for."""
        asked = self.asked
        return (
            asked != Asked(tab=asked.tab, stages=asked.stages, persons=asked.persons, reach=asked.reach) or self.batch is not None
        )

    @property
    def walked(self) -> bool:
        """Nothing but a look at each order tells whether it answers."""
        asked = self.asked
        return self._narrowed.open and self.batch is None and asked.shop_ids is None and asked.reach.shops is None

    @property
    def few(self) -> bool:
        """One of the filters names the few orders that answer."""
        return self._narrowed.few

    @cached_property
    def found_few(self) -> bool:
        """The words asked name the few orders that answer. One statement where there are words."""
        q = self.asked.q
        return bool(q) and not meant(q, persons=self.asked.persons, found_elsewhere=by_parcels.named_by(q)).wide

    @property
    def open(self) -> bool:
        """Nobody knows how many answer."""
        return self._narrowed.open

    @property
    def key(self) -> tuple[Asked, int | None, str]:
        """What the figures depend on, whichever tab is looked at."""
        return replace(self.asked, tab=""), self.batch, self.came

    @property
    def batch(self) -> int | None:
        """The import whose orders are asked for."""
        return self.form.cleaned_data.get("batch")

    @property
    def came(self) -> str:
        """Of these the ones it made, updated or found here; all it made and updated where it is not said."""
        return self.form.cleaned_data.get("came") or ""


def question(request: Request) -> Question:
    return question_of(request, request.GET)


def question_of(request: Request, query: QueryDict, offered: Offered | None = None) -> Question:
    """The same of any address of the list. ``offered``: what there is to choose from, where it was asked for already. Words that the
    address only names a key of are looked up, and shown in the field they were typed into."""
    if key := query.get(seeking.PARAMETER):
        query = query.copy()
        query["q"] = seeking.words_of(request, key) or ""
    if query is request.GET or key:
        request.searched = str(query.get("q", ""))
    form = FilterForm(query, today=clock.day_of(request.at), reach=request.actor.reach, offered=offered)
    asked = form.asked(stages=rights.stages_seen(request.actor), persons=rights.sees_recipient(request.actor))
    # Each has an index that gives the rows in this order: a page of a million costs what a page of ten does.
    usual = "ship_by" if asked.tab in LIVE else "-placed_at" if asked.tab == "all" else "-ship_by"
    return Question(form, asked, form.cleaned_data.get("sort") or usual)
