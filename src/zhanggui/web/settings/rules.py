"""Settings of automatic review: the rules a merchant writes, written without code, tried on what was ordered lately, put in order."""

import re
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.journal.queries import Line, timeline
from zhanggui.kernel.errors import NotFound
from zhanggui.orders.commands import ruling
from zhanggui.orders.models import Rule as Stands
from zhanggui.orders.reading import ruling as reading
from zhanggui.orders.reading.ruling import DAYS, MOST_LOOKED_AT, Simulated
from zhanggui.orders.rulebook import rule_of
from zhanggui.orders.ruling.kept import conditions_of, does_of
from zhanggui.orders.ruling.rule import MOST_CONDITIONS, Rule
from zhanggui.orders.ruling_refusals import BadRule, RuleKnown
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.orders import ruling_words
from zhanggui.web.settings import rule_draft
from zhanggui.web.settings.rule_draft import Draft, Read, Row
from zhanggui.web.settings.views import page


def _says(rule: Rule) -> dict[str, Any]:
    return {"when": ruling_words.conditions(rule), "does": _("、").join(ruling_words.does(rule.does))}


@require_GET
def index(request: Request) -> HttpResponse:
    """Every rule in the order they are asked, what each says and how many orders met it; those that were dropped below."""
    request.actor.require("settings")
    facts = {
        "rows": [{"one": each, **_says(each.rule)} for each in reading.listed(at=request.at)],
        "gone": [{"one": each, **_says(each.rule)} for each in reading.listed(at=request.at, archived=True)],
        "examples": [
            {"code": code, "name": draft.name, **_says(rule_draft.read(draft).rule)} for code, draft in rule_draft.examples().items()
        ],
        "days": DAYS,
    }
    return page(request, "rules", "settings/rules.html", facts)


@require_http_methods(["GET", "POST"])
def one(request: Request, rule_id: int | None = None) -> HttpResponse:
    """A rule being written: a row more or less, tried, or kept."""
    request.actor.require("settings")
    found = _found(rule_id)
    if request.method == "GET":
        begun = rule_draft.examples().get(request.GET.get("example", ""), Draft())
        return _page(request, found, rule_draft.draft_of(rule_of(found)) if found else begun)
    if found is not None and found.archived_at is not None:
        raise NotFound(what=found.pk)
    draft, do = rule_draft.typed(request.POST), request.POST.get("do", "save")
    if do == "add":
        rows = [*draft.rows, Row()]
        return _page(request, found, replace(draft, rows=rows[:MOST_CONDITIONS]))
    if gone := re.fullmatch(r"del-([0-9]{1,2})", do):
        return _page(request, found, draft.without(int(gone[1])))
    if do == "again":
        return _page(request, found, draft)
    read = _read(found, draft)
    if do == "try":
        try:
            tried = reading.simulate(ruling.checked(read.rule), reach=request.actor.reach, at=request.at) if not read.wrong else None
        except BadRule as refusal:
            read.wrong[refusal.facts["place"]] = rule_draft.says(refusal.facts["place"], refusal.facts["why"])
            tried = None
        return _page(request, found, draft, read=read, tried=tried)
    if not read.wrong and _kept(request, found, read):
        return redirect("settings:rules")
    return _page(request, found, draft, read=read, status=422)


def _found(rule_id: int | None) -> Stands | None:
    if rule_id is None:
        return None
    found = Stands.objects.filter(pk=rule_id).first()
    if found is None:
        raise NotFound(what=rule_id)
    return found


def _read(found: Stands | None, draft: Draft) -> Read:
    """As it is tried: what says the same as the rule that stands is that version of it, what says otherwise a new one."""
    read = rule_draft.read(draft, id_=found.pk if found else 0)
    if found is not None and rule_draft.draft_of(rule_of(found)) == rule_draft.draft_of(read.rule):
        read.rule = read.rule._replace(version=found.version)
    return read


def _kept(request: Request, found: Stands | None, read: Read) -> bool:
    """Whether the rule is written now; what refuses stands beside its place."""
    try:
        if found is None:
            ruling.make(read.rule, by=request.actor, at=request.at)
        else:
            ruling.change(found.pk, read.rule, by=request.actor, at=request.at)
    except BadRule as refusal:
        read.wrong[refusal.facts["place"]] = rule_draft.says(refusal.facts["place"], refusal.facts["why"])
        return False
    except RuleKnown:
        read.wrong["name"] = rule_draft.says("name", "known")
        return False
    say(request, _("规则「%s」存好了") % read.rule.name, note=_("等着审的单正按它再看一遍") if found is None or found.enabled else "")
    return True


def _page(
    request: Request, found: Stands | None, draft: Draft, *, read: Read | None = None, tried: Simulated | None = None, status: int = 200
) -> HttpResponse:
    wrong = read.wrong if read else {}
    facts: dict[str, Any] = {
        "object": found, "draft": draft, "rows": rule_draft.asked(draft, wrong), "groups": rule_draft.groups(), "things": rule_draft.things(),
        "currencies": rule_draft.currencies(draft), "wrong": wrong, "most": MOST_CONDITIONS, "days": DAYS,
        "tried": _told(tried, read.rule) if tried and read else None, "cap": MOST_LOOKED_AT,
    }  # fmt: skip
    if found is not None:
        rule = rule_of(found)
        facts |= {
            "said": _says(rule), "lately": reading.lately(found.pk, reach=request.actor.reach),
            "history": [_step(line) for line in reversed(timeline("rule", found.pk)) if line.facts.get("how") != "moved"],
        }  # fmt: skip
    return page(request, "rules", "settings/rule.html", facts, status=status)


def _step(line: Line) -> dict[str, Any]:
    """One change of a rule: when, by whom, and what it said from then on."""
    facts = line.facts
    rule = Rule(facts["name"], conditions_of(facts["conditions"]), does_of(facts["does"]), facts["joined"], facts["stop"])
    how = {"made": _("写好"), "changed": _("改了"), "on": _("打开"), "off": _("关上"), "dropped": _("删掉")}.get(facts["how"], facts["how"])
    return {"at": line.at, "who": line.actor, "how": how, "version": facts["version"], **_says(rule)}


def _told(tried: Simulated, rule: Rule) -> dict[str, Any]:
    return {
        "one": tried,
        "by_action": [(ruling_words.ACTIONS[name], tried.by_action[name]) for name in rule.does.names],
        "by_stage": tried.by_stage.most_common(),
        "met": [(met, ruling_words.because(met.because)) for met in tried.met],
        "changes": [(each, _("、").join(str(ruling_words.ACTIONS[name]) for name in each.what)) for each in tried.changes],
    }


@require_POST
def act(request: Request, rule_id: int, verb: str) -> HttpResponse:
    """Switch it, move it, or drop it."""
    request.actor.require("settings")
    by: dict[str, Any] = {"by": request.actor, "at": request.at}
    found = _found(rule_id)
    assert found is not None
    if verb in ("on", "off"):
        again = ruling.switch(rule_id, verb == "on", **by)
        text = _("「%s」打开了") if verb == "on" else _("「%s」关了，它拦着的单放开再审")
        say(request, text % found.name, note=_again(again))
    elif verb in ("up", "down"):
        ids = list(Stands.objects.filter(archived_at=None).order_by("place", "pk").values_list("pk", flat=True))
        if rule_id in ids:
            nth = ids.index(rule_id)
            ids.insert(min(max(nth + (-1 if verb == "up" else 1), 0), len(ids) - 1), ids.pop(nth))
            ruling.arrange(ids, **by)
    elif verb == "drop":
        again = ruling.drop(rule_id, **by)
        say(request, _("「%s」删掉了，它做过的还查得到") % found.name, note=_again(again))
    else:
        raise NotFound(what=verb)
    return redirect("settings:rules")


def _again(many: int) -> str:
    return ngettext("待审核的 %(n)s 单正再审一遍", "待审核的 %(n)s 单正再审一遍", many) % {"n": many} if many else ""
