"""The list of what waits, one of them in the drawer, and the word that settles it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zhanggui.journal import approvals
from zhanggui.journal.models import Approval
from zhanggui.kernel import paging
from zhanggui.kernel.errors import NotFound
from zhanggui.web.approvals import watch
from zhanggui.web.frame import asked as words
from zhanggui.web.frame import counts, lists, notices
from zhanggui.web.frame.lists import Column, Tab
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say

TABS = ("waiting", "mine", "decided")
COLUMNS = (
    Column("what", gettext_lazy("要做的事"), fixed=True),
    Column("who", gettext_lazy("谁提的"), "w-120"),
    Column("when", gettext_lazy("什么时候"), "w-120", wide=True),
    Column("state", gettext_lazy("现在"), "w-164", fixed=True),
)
STATES = {
    "done": gettext_lazy("做了"),
    "declined": gettext_lazy("没有同意"),
    "withdrawn": gettext_lazy("收回了"),
    "expired": gettext_lazy("过期了，没有做"),
    "failed": gettext_lazy("没有做成"),
}


class Filter(forms.Form):
    """The question of the list: which right, whose asking, how it ended."""

    right = forms.ChoiceField(label=gettext_lazy("权限"), required=False)
    who = forms.ChoiceField(label=gettext_lazy("谁提的"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("结果"), required=False, choices=[("", ""), *STATES.items()])

    def __init__(self, asked: Any, rows: QuerySet[Approval], *, ended: bool) -> None:
        super().__init__(asked)
        known = list(rows.order_by().values_list("needs", "asker_id", "asker_name").distinct()[:200])
        self.rights = sorted({needs for needs, _id, _name in known})
        self.people = sorted({(str(id_), name) for _needs, id_, name in known}, key=lambda one: one[1])
        self._offer("right", [(code, words.right(code)) for code in self.rights])
        self._offer("who", self.people)
        if not ended:
            del self.fields["state"]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", ""), *choices]

    def narrows(self) -> dict[str, bool]:
        """Which questions there is anything to choose for; empty where there is none."""
        found = {
            "right": len(self.rights) > 1 or bool(self.data.get("right")),
            "who": len(self.people) > 1 or bool(self.data.get("who")),
            "state": "state" in self.fields and bool(self.rights),
        }
        return {name: True for name, offered in found.items() if offered}

    def narrow(self, rows: QuerySet[Approval]) -> QuerySet[Approval]:
        said = self.cleaned_data if self.is_valid() else {}
        asked = {"needs": said.get("right"), "asker_id": said.get("who"), "state": said.get("state")}
        return rows.filter(**{name: value for name, value in asked.items() if value})


@require_GET
def index(request: Request) -> HttpResponse:
    """Three tabs: what waits for one's word, what one asked for, what has ended."""
    return lists.astray(request, TABS) or page(request)


def page(request: Request, *, tab: str = "", status: int = 200, **more: Any) -> HttpResponse:
    actor, at = request.actor, request.at
    rows: Mapping[str, QuerySet[Approval]] = {
        "waiting": approvals.theirs_to_settle(actor, at=at),
        "mine": approvals.asked_by(actor.id),
        "decided": approvals.settled_for(actor),
    }
    tab = tab or request.GET.get("tab", "")
    tab = tab if tab in TABS else "waiting"
    form = Filter(request.GET, rows[tab], ended=tab == "decided")
    found = paging.page(form.narrow(rows[tab]), "id" if tab == "waiting" else "-id", cursor=request.GET.get("cursor", ""))
    here = reverse("approvals:list")
    now = counts.of(actor, ["approvals", "approvals_alone"], at=at)
    tabs = [
        Tab("waiting", _("等我同意"), now["approvals"], tone="warn", href=here),
        Tab(
            "mine",
            _("我提的"),
            approvals.asked_by(actor.id).filter(state__in=Approval.OPEN, expires_at__gt=at).count(),
            href=f"{here}?tab=mine",
        ),
        Tab("decided", _("有结果的"), href=f"{here}?tab=decided"),
    ]
    if actor.granted("people.manage"):
        tabs.append(Tab("limits", _("限额"), href=reverse("approvals:limits")))
    alone = approvals.alone_and_waiting(actor, at=at)[: watch.SHOWN] if now["approvals_alone"] else []
    # Of one's own nobody needs to be told whose it is.
    columns = [column for column in COLUMNS if tab != "mine" or column.key != "who"]
    facts = {
        "page": found,
        "rows": words.every(found.rows, actor, at=at),
        "alone": words.every(alone, actor, at=at),
        "tab": tab,
        "form": form,
        "states": STATES,
        "narrows": form.narrows(),
        "listing": lists.listing(request, "approvals", tabs=tabs, tab=tab, form=form, columns=columns),
        **more,
    }
    return render(request, "approvals/list.html", facts, status=status)


@require_GET
def detail(request: Request, approval_id: int) -> HttpResponse:
    """What it would change, who wants it and why; and the buttons for whoever may press them."""
    row = Approval.objects.filter(pk=approval_id).first()
    if row is None or not approvals.may_see(row, request.actor):
        raise NotFound(what=_("这件事"))
    card = {
        "one": words.every([row], request.actor, at=request.at)[0],
        "lines": approvals.lines(row),
        "open": row.state in Approval.OPEN,
    }
    if request.htmx and request.htmx.target == "drawer":
        return render(request, "approvals/one.html", {"card": card})
    # Beside it stands the list it is on.
    tab = "decided" if row.state not in Approval.OPEN else "mine" if row.asker_id == request.actor.id else "waiting"
    return page(request, tab=tab, card=card)


@require_POST
def act(request: Request, approval_id: int, verb: str) -> HttpResponse:
    """Agree, decline with a word, or take back."""
    word = request.POST.get("word", "")
    if verb == "agree":
        row = approvals.agree(approval_id, word=word, by=request.actor, at=request.at)
        note = (
            _("%s 可以去做了，二十四小时内，限一次") % row.asker_name if row.state == Approval.State.READY else words.about(row)
        )
        say(request, _("同意了"), note=note)
    elif verb == "decline":
        row = approvals.decline(approval_id, word=word, by=request.actor, at=request.at)
        say(request, _("没有同意，什么都没有做"), note=words.about(row))
    elif verb == "withdraw":
        row = approvals.withdraw(approval_id, by=request.actor, at=request.at)
        say(request, _("收回了，什么都没有做"), note=words.about(row))
    else:
        raise NotFound(what=verb)
    counts.forget()
    notices.forget()
    return redirect(reverse("approvals:list") + ("?tab=mine" if verb == "withdraw" else ""))
