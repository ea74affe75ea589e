"""Rules of review as a merchant writes them: made, changed, switched, put in order, dropped."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, Model

from zhanggui.carriers.models import Carrier
from zhanggui.catalog.models import Sku
from zhanggui.customers.notes import masked
from zhanggui.journal.book import command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import rulebook
from zhanggui.orders.commands import tuning
from zhanggui.orders.events import RuleChanged
from zhanggui.orders.models import Category, Shop, Tag
from zhanggui.orders.models import Rule as Row
from zhanggui.orders.ruling.kept import conditions_kept, does_kept
from zhanggui.orders.ruling.rule import MOST_RULES, Condition, Does, Gift, Rule, wrong
from zhanggui.orders.ruling_refusals import BadRule, RuleKnown, TooManyRules
from zhanggui.stock.models import Warehouse


@command(needs="settings")
def make(rule: Rule, *, enabled: bool = True, by: Actor, at: datetime) -> int:
    """Add a rule, behind the others. Orders that wait are reviewed again by it. Returns its id.

    Raises BadRule, RuleKnown, TooManyRules.
    """
    said = _sound(rule, but=None)
    if Row.objects.filter(archived_at=None).count() >= MOST_RULES:
        raise TooManyRules(most=MOST_RULES)
    last = Row.objects.aggregate(last=Max("place"))["last"] or 0
    row = Row.objects.create(**_columns(said), place=last + 1, enabled=enabled, made_at=at, changed_at=at)
    _told(row, "made", by=by, at=at)
    if enabled:
        tuning.look_again(None, at=at)
    return row.pk


@command(needs="settings")
def change(rule_id: int, rule: Rule, *, by: Actor, at: datetime) -> int:
    """Let it say this instead: a new version, which meets every order that waits anew. What the one before did stays, but for what it
    holds: that is let go, and held again where the new one says so. Returns the version; saying the same changes nothing.

    Raises NotFound, BadRule, RuleKnown.
    """
    row = _row(rule_id)
    said = _columns(_sound(rule, but=rule_id))
    if all(getattr(row, name) == value for name, value in said.items()):
        return row.version
    for name, value in said.items():
        setattr(row, name, value)
    row.version, row.changed_at = row.version + 1, at
    row.save()
    _told(row, "changed", by=by, at=at)
    if row.enabled:
        tuning.look_again(None, at=at)
    return row.version


@command(needs="settings")
def switch(rule_id: int, on: bool, *, by: Actor, at: datetime) -> int:
    """Let it look, or not. One switched off lets go what it holds. Orders that wait are reviewed again; returns how many. Raises
    NotFound."""
    row = _row(rule_id)
    if row.enabled is on:
        return 0
    row.enabled, row.changed_at = on, at
    row.save(update_fields=["enabled", "changed_at"])
    _told(row, "on" if on else "off", by=by, at=at)
    return tuning.look_again(None, at=at)


@command(needs="settings")
def arrange(rule_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Ask them in this order from the next review on; those not named come after."""
    known = list(Row.objects.filter(archived_at=None).order_by("place", "pk").values_list("pk", flat=True))
    wanted = [pk for pk in dict.fromkeys(rule_ids) if pk in known]
    order = [*wanted, *(pk for pk in known if pk not in wanted)]
    if order != known:
        db.execute_many("UPDATE orders_rule SET place = %s WHERE id = %s", [(nth, pk) for nth, pk in enumerate(order, 1)])
        tell([RuleChanged(order[0], "moved")], by=by, at=at, facts={order[0]: {"order": order}})


@command(needs="settings")
def drop(rule_id: int, *, by: Actor, at: datetime) -> int:
    """Take it out for good: what it holds is let go, what it did stays readable. Orders that wait are reviewed again; returns how
    many. Raises NotFound."""
    row = _row(rule_id)
    row.archived_at, row.enabled, was_on = at, False, row.enabled
    row.save(update_fields=["archived_at", "enabled"])
    _told(row, "dropped", by=by, at=at)
    return tuning.look_again(None, at=at) if was_on else 0


def checked(rule: Rule) -> Rule:
    """The rule as it would be kept: words tidied, things by the names they have now. Raises BadRule."""
    tidy = _tidy(rule)
    for each in wrong(tidy, frozenset(rulebook.soft())):
        raise BadRule(place=each.place, why=each.why)
    return tidy._replace(conditions=_conditions(tidy.conditions), does=_does(tidy.does))


def _sound(rule: Rule, *, but: int | None) -> Rule:
    said = checked(rule)
    others = Row.objects.filter(archived_at=None, name=said.name)
    if (others if but is None else others.exclude(pk=but)).exists():
        raise RuleKnown(rule=said.name)
    return said


def _tidy(rule: Rule) -> Rule:
    """No phone stands in what goes into the book, and no word twice."""
    does = rule.does
    notes: dict[str, Any] = {name: masked(note.strip()) for name in ("hold", "finance") if (note := getattr(does, name)) is not None}
    conditions = tuple(
        one._replace(values=tuple(dict.fromkeys(value.strip() if isinstance(value, str) else value for value in one.values)))
        if one.op not in ("within", "at_least", "at_most")
        else one
        for one in rule.conditions
    )
    return rule._replace(name=masked(" ".join(rule.name.split())), conditions=conditions, does=does._replace(**notes))


def _conditions(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """Those that name things by their ids get the names too. At most one statement a kind of thing."""
    tables: dict[str, type[Model]] = {"shop": Shop, "category": Category, "tags": Tag}
    found: list[Condition] = []
    for nth, one in enumerate(conditions):
        if one.field in tables and one.values:
            names = _names(tables[one.field], one.values)
            if len(names) < len(one.values):
                raise BadRule(place=f"condition.{nth}", why="gone")
            one = one._replace(names=tuple(names[value] for value in one.values))
        found.append(one)
    return tuple(found)


def _does(does: Does) -> Does:
    tables: dict[str, type[Model]] = {"category": Category, "warehouse": Warehouse, "carrier": Carrier}
    named: dict[str, Any] = {}
    for name, table in tables.items():
        thing = getattr(does, name)
        if thing is not None:
            names = _names(table, [thing[0]])
            if not names:
                raise BadRule(place=name, why="gone")
            named[name] = (thing[0], names[thing[0]])
    if does.tags:
        called = _names(Tag, [tag for tag, _name in does.tags])
        if len(called) < len({tag for tag, _name in does.tags}):
            raise BadRule(place="tags", why="gone")
        named["tags"] = tuple((tag, called[tag]) for tag in dict.fromkeys(tag for tag, _name in does.tags))
    if does.gift is not None:
        sku = Sku.objects.filter(pk=does.gift.sku_id, retired_at=None).first()
        if sku is None:
            raise BadRule(place="gift", why="gone")
        named["gift"] = Gift(sku.pk, sku.code, does.gift.pieces)
    return does._replace(**named)


def _names(table: Any, ids: Iterable[Any]) -> dict[Any, str]:
    return dict(table.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def _columns(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name, "joined": rule.joined, "stop": rule.stop, "conditions": conditions_kept(rule.conditions),
        "does": does_kept(rule.does),
    }  # fmt: skip


def _row(rule_id: int) -> Row:
    row = Row.objects.filter(pk=rule_id, archived_at=None).first()
    if row is None:
        raise NotFound(what=rule_id)
    return row


def _told(row: Row, how: str, *, by: Actor, at: datetime) -> None:
    said = {
        "name": row.name, "version": row.version, "enabled": row.enabled, "joined": row.joined, "stop": row.stop,
        "conditions": row.conditions, "does": row.does,
    }  # fmt: skip
    tell([RuleChanged(row.pk, how)], by=by, at=at, facts={row.pk: said})
