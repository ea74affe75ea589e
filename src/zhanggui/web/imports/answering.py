"""What a file asks, answered as the last time where it was answered before: shown as such, and changed like any other answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from zhanggui.channels import looks, queries, uploads
from zhanggui.channels.reading import asking
from zhanggui.channels.reading.asking import Asked, Offer
from zhanggui.channels.taking import digest_of
from zhanggui.channels.uploads import Look
from zhanggui.kernel.errors import Text
from zhanggui.web.frame.request import Request
from zhanggui.web.imports import drafts
from zhanggui.web.imports.drafts import Draft


@dataclass(frozen=True)
class Answer:
    """One answer in force that the page does not ask again: what it is about, and what was said; ``recalled`` is from the last time."""

    about: Text
    says: Text
    recalled: bool


def asked_of(question: Asked) -> dict[str, Any]:
    """The question as a form. Of header rows the likeliest is chosen already; of anything else, nothing is."""
    of_header = question.key == "header_row"
    field = "header_row" if of_header else f"choose-{question.key}"
    return {"field": field, "answers": question.answers, "more": question.more, "likely": question.answers[0][0] if of_header else ""}


def recalled(draft: Draft, wanted: Collection[str], *, at: datetime) -> Draft | None:
    """The draft with the answers of the last time to what is asked now; None where there are none. What a person said here, and
    what was recalled once, is never recalled over it."""
    open_to = [key for key in wanted if key not in draft.said and key not in draft.recalled]
    if not open_to:
        return None
    digest = looks.once(draft.path, ("digest",), lambda: _digest_of(draft), shop_id=draft.shop_id, at=at)
    before = uploads.remembered(digest, header_of(draft, at=at), kind=draft.kind, shop_id=draft.shop_id)
    found = {key: before[key] for key in open_to if before.get(key)}
    if not found:
        return None
    row = found.pop("header_row", "")
    said = {**draft.choices, **found}
    known = [*draft.recalled, *found, *(["header_row"] if row else [])]
    return replace(draft, choices=said, recalled=known, header_row=int(row) if row.isdecimal() else draft.header_row)


def matched(draft: Draft, *, at: datetime) -> Draft | None:
    """The draft with its columns matched as the last time a file of this shop had these headings; None where nobody matched them
    yet. What another shop means by a word is not taken over unseen."""
    header = header_of(draft, at=at) if not draft.mapping and "mapping" not in draft.said else []
    known = queries.saved_mapping(draft.kind, uploads.header_digest(header), draft.shop_id) if header else None
    if known is None or known.shop_id != draft.shop_id:
        return None
    return replace(draft, mapping=dict(known.mapping), format="generic", recalled=[*draft.recalled, "mapping"])


def header_of(draft: Draft, *, at: datetime) -> Sequence[str]:
    def read() -> list[str]:
        return uploads.header_of(
            draft.content, draft.name, kind=draft.kind, choices=draft.choices, header_row=draft.header_row, sheet=draft.sheet
        )

    return looks.once(draft.path, ("header", *draft.read_so), read, shop_id=draft.shop_id, at=at)


def _digest_of(draft: Draft) -> str:
    companion = draft.companion
    return digest_of(draft.content, *([] if companion is None else [companion]))[0]


def kept(request: Request, token: str, draft: Draft, seen: Look) -> Draft:
    """The draft, noting what it still waits for."""
    waits = [offer.key for offer in seen.offers if offer.needed and not offer.chosen]
    if waits != draft.unanswered:
        draft = replace(draft, unanswered=waits)
        drafts.change(request, token, draft)
    return draft


def asked_first(offers: Sequence[Offer]) -> tuple[list[Offer], list[Offer]]:
    """(what needs an answer before anything comes in, what may be chosen)."""
    return [one for one in offers if one.needed], [one for one in offers if not one.needed]


def in_force(draft: Draft, offers: Sequence[Offer]) -> list[Answer]:
    """Every answer in force: those to questions that were asked before the look, and those recalled."""
    words = {key: dict(ways) for key, ways in asking.WAYS.items()}
    offered = {offer.key for offer in offers}
    found = [
        Answer(asking.ANSWERED[key], words.get(key, {}).get(value, value), key in draft.recalled)
        for key, value in draft.choices.items()
        if key in asking.ANSWERED and (key not in offered or key in draft.recalled)
    ]
    if "header_row" in draft.recalled and draft.header_row is not None:
        found.append(Answer(asking.ANSWERED["header_row"], str(draft.header_row), recalled=True))
    return found


def afresh(draft: Draft) -> Draft:
    """Nothing chosen any more, and nothing recalled: everything is asked again."""
    return replace(draft, choices={}, header_row=None, said=sorted({*draft.said, *draft.choices, "header_row", *asking.KEYS}), recalled=[])
