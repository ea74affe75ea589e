"""Orders that come by themselves: which there are, their rhythm, what came of them, and the bell when one could not."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.kernel import clock, paging
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused, Wanting, refusals
from zhanggui.orders.commands import recurring
from zhanggui.orders.models import Making, Recurring, Template
from zhanggui.orders.reading import templates as reading
from zhanggui.orders.rules import recurrence
from zhanggui.orders.rules.recurrence import Rhythm
from zhanggui.web.frame import counts, notices
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.gate import comes
from zhanggui.web.frame.notices import Notice
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.orders import template_use

WEEKDAYS = (
    ("0", pgettext_lazy("weekday", "一")), ("1", pgettext_lazy("weekday", "二")), ("2", pgettext_lazy("weekday", "三")),
    ("3", pgettext_lazy("weekday", "四")), ("4", pgettext_lazy("weekday", "五")), ("5", pgettext_lazy("weekday", "六")),
    ("6", pgettext_lazy("weekday", "日")),
)  # fmt: skip
AHEAD = 4


class RhythmForm(forms.Form):
    """How often, at what time, from when and until when."""

    every = forms.ChoiceField(
        label=gettext_lazy("多久一次"), widget=forms.RadioSelect,
        choices=[
            ("day", gettext_lazy("每天")), ("week", gettext_lazy("每周，在这几天")), ("month", gettext_lazy("每月，在这一天")),
            ("days", gettext_lazy("每隔几天")),
        ],
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(label=gettext_lazy("周几"), required=False, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple)
    month_day = forms.IntegerField(
        label=gettext_lazy("几号"), required=False, min_value=1, max_value=31, help_text=gettext_lazy("没有 31 号的月份，在最后一天。"),
        widget=forms.NumberInput(attrs={"class": "input"}),
    )  # fmt: skip
    step = forms.IntegerField(
        label=gettext_lazy("隔几天"), required=False, min_value=1, max_value=366, widget=forms.NumberInput(attrs={"class": "input"})
    )
    clock_time = forms.TimeField(label=gettext_lazy("几点"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    starts_on = forms.DateField(label=gettext_lazy("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=gettext_lazy("到哪天止"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("空着就一直下，直到暂停。"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("every") == "week" and not said.get("weekdays"):
            self.add_error("weekdays", _("至少选一天。"))
        if said.get("every") == "month" and not said.get("month_day") and "month_day" not in self.errors:
            self.add_error("month_day", _("写 1 到 31。"))
        if said.get("every") == "days" and not said.get("step") and "step" not in self.errors:
            self.add_error("step", _("写隔几天。"))
        if said.get("ends_on") and said.get("starts_on") and said["ends_on"] < said["starts_on"]:
            self.add_error("ends_on", _("要在开始那天或以后。"))
        return said

    def rhythm(self) -> Rhythm:
        said = self.cleaned_data
        days = tuple(sorted(int(day) for day in said["weekdays"]))
        return Rhythm(said["every"], said["clock_time"], said["starts_on"], said["ends_on"], days, said["month_day"] or 1, said["step"] or 1)


def says(row: Recurring) -> str:
    """``每周一、周四 09:00``."""
    clock_time = f"{row.clock_time:%H:%M}"
    if row.every == recurrence.WEEK:
        words = dict(WEEKDAYS)
        days = _("、").join(_("周%s") % words[str(day)] for day in row.weekdays)
        return _("每%(days)s %(time)s") % {"days": days, "time": clock_time}
    if row.every == recurrence.MONTH:
        return _("每月 %(day)s 号 %(time)s") % {"day": row.month_day, "time": clock_time}
    if row.every == recurrence.DAYS:
        return _("每 %(n)s 天 %(time)s") % {"n": row.step, "time": clock_time}
    return _("每天 %s") % clock_time


def failed(row: Recurring) -> tuple[str, str]:
    """Why the last one could not be placed, and what to do about it."""
    kind = refusals().get(row.failing)
    return (kind(**row.failing_facts).sentence, kind(**row.failing_facts).advice) if kind else (row.failing, "")


@require_GET
def index(request: Request) -> HttpResponse:
    """Everything that comes by itself, what comes next first."""
    page = paging.page(reading.all_recurring(request.actor).order_by(), "next_at", cursor=request.GET.get("cursor", ""))
    rows = [(row, says(row), failed(row) if row.failing else None) for row in page.rows]
    return render(request, "orders/recurring_list.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
def new(request: Request, template_id: int) -> HttpResponse:
    """Let orders come from this template by themselves."""
    template = reading.one(template_id, by=request.actor)
    local = timezone.localtime(request.at, clock.company_zone())
    start = {"every": "day", "clock_time": "09:00", "starts_on": local.date(), "month_day": local.day, "step": 2}
    form = RhythmForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = recurring.begin(template.pk, form.rhythm(), by=request.actor, at=request.at)
        except Wanting:
            raise
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            say(request, _("定好了，到时自动下单"))
            return HttpResponseRedirect(reverse("orders:recurring_one", args=[made]))
    return _page(request, form, template, None)


@require_http_methods(["GET", "POST"])
def one(request: Request, recurring_id: int) -> HttpResponse:
    """One of them: when it comes next, what came of it, and its rhythm to change."""
    row = reading.recurring(recurring_id, by=request.actor)
    told = {
        "every": row.every, "weekdays": [str(day) for day in row.weekdays], "month_day": row.month_day, "step": row.step,
        "clock_time": row.clock_time, "starts_on": row.starts_on, "ends_on": row.ends_on,
    }  # fmt: skip
    form = RhythmForm(request.POST or None, initial=told)
    if request.method == "POST" and form.is_valid():
        try:
            recurring.change(row.pk, form.rhythm(), by=request.actor, at=request.at)
        except Wanting:
            raise
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            say(request, _("改好了"))
            return HttpResponseRedirect(reverse("orders:recurring_one", args=[row.pk]))
    return _page(request, form, row.template, row)


def _page(request: Request, form: RhythmForm, template: Template, row: Recurring | None) -> HttpResponse:
    facts: dict[str, Any] = {
        "form": form, "template": template, "row": row, "may_edit": comes(request.actor, "orders:recurring_new"), "key": uuid.uuid4().hex,
        "zone": clock.company_zone().key,
    }  # fmt: skip
    if row is not None:
        facts |= {
            "says": says(row), "failed": failed(row) if row.failing else None, "ahead": ahead(row),
            "runs": [(run, *_ran(run)) for run in reading.runs(row.pk)],
        }  # fmt: skip
    return render(request, "orders/recurring.html", facts, status=422 if form.errors else 200)


def _ran(run: Making) -> tuple[Any, tuple[str, str]]:
    """The order of a run, or why there is none."""
    first = next(iter(run.all_rows), None)  # type: ignore[attr-defined]
    return (first.order, template_use.why(first)) if first is not None else (None, ("", ""))


def ahead(row: Recurring) -> list[datetime]:
    """The next slots, the first of them first."""
    found: list[datetime] = []
    due = row.next_at if row.state == Recurring.State.ACTIVE else None
    while due is not None and len(found) < AHEAD:
        found.append(due)
        due = recurrence.next_after(recurring.rhythm_of(row), due, clock.company_zone())
    return found


@require_POST
def act(request: Request, recurring_id: int) -> HttpResponse:
    """Pause it, let it run again, leave the next one out, or place one now."""
    do, by, at = request.POST.get("do", ""), request.actor, request.at
    if do == "pause":
        recurring.pause(recurring_id, by=by, at=at)
        say(request, _("暂停了，不会再自动下单"))
    elif do == "resume":
        recurring.resume(recurring_id, by=by, at=at)
        say(request, _("接着跑了"), note=_("暂停期间错过的不补。"))
    elif do == "skip":
        slot = parse_datetime(request.POST.get("slot", ""))
        if slot is not None:
            recurring.skip(recurring_id, slot_at=slot, by=by, at=at)
            say(request, _("下一次跳过了"))
    elif do == "now":
        made = recurring.run_now(recurring_id, key=request.POST.get("key", "") or uuid.uuid4().hex, by=by, at=at)
        counts.forget()
        if made.orders:
            say(request, _("下好了一单"), undo=reverse("orders:making_back", args=[made.making_id]))
        else:
            say(request, _("没有做成，原因在下面"), tone="warn")
    else:
        return HttpResponse(status=400)
    return HttpResponseRedirect(reverse("orders:recurring_one", args=[recurring_id]))


@notices.source
def orders_that_did_not_come(actor: Actor, at: datetime) -> Sequence[Notice]:
    """Whom it belongs to, and who may mend it, hear of it until one comes again."""
    if not actor.granted("order.create"):
        return ()
    return [
        Notice("bad", _("「%s」到时间没能自动下单，看看为什么") % name, address("orders:recurring_one", pk))
        for pk, name in reading.failing(actor, at=at)
    ]
