"""Rules as they are kept: plain JSON, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhanggui.orders.ruling.rule import Condition, Does, Gift


def conditions_kept(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    return [
        {"field": one.field, "op": one.op, "values": list(one.values), **({"names": list(one.names)} if one.names else {})}
        for one in conditions
    ]


def conditions_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:
    return tuple(Condition(one["field"], one["op"], tuple(one["values"]), tuple(one.get("names", ()))) for one in kept)


def does_kept(does: Does) -> dict[str, Any]:
    """Only what it does."""
    told: dict[str, Any] = {}
    if does.waives:
        told["waives"] = list(does.waives)
    for name in ("hold", "finance"):
        if (note := getattr(does, name)) is not None:
            told[name] = note
    if does.flag:
        told["flag"] = does.flag
    for name in ("category", "warehouse", "carrier", "gift"):
        if (thing := getattr(does, name)) is not None:
            told[name] = list(thing)
    if does.tags:
        told["tags"] = [list(tag) for tag in does.tags]
    return told


def does_of(kept: Mapping[str, Any]) -> Does:
    named = {name: (kept[name][0], kept[name][1]) for name in ("category", "warehouse", "carrier") if name in kept}
    gift = Gift(*kept["gift"]) if "gift" in kept else None
    tags = tuple((pk, name) for pk, name in kept.get("tags", ()))
    return Does(tuple(kept.get("waives", ())), kept.get("hold"), kept.get("finance"), flag=kept.get("flag", ""), gift=gift, tags=tags, **named)
