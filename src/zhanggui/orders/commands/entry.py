"""Writing an order by hand: kept as it is typed, placed once."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.conf import settings

from zhanggui.catalog.models import Sku
from zhanggui.customers import queries as customers
from zhanggui.customers import sealing
from zhanggui.customers.notes import masked
from zhanggui.customers.sealing import Person
from zhanggui.journal.book import command
from zhanggui.journal.reaches import within
from zhanggui.kernel import clock, db, guards, masking
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import sources, states
from zhanggui.orders.commands import intake
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.flags import FLAGS
from zhanggui.orders.kinds import AFTER_SALES
from zhanggui.orders.models import Draft, Order, Shop
from zhanggui.orders.refusals import DraftChanged, NotReady, NotThisKind, NotYourPrice, PriceWithoutReason
from zhanggui.orders.sheet import MOST_MINOR, PERSON, Piece, Row, Sheet, Typed, read, typed

PURPOSE = b"orders.draft"
TAKES = ("exchange",)
# So long a draft is kept after it was last touched.
KEPT = timedelta(days=30)
# Money that is still to come keeps an order waiting.
AWAITED = ("unpaid", "partial")


class Saved(NamedTuple):
    """Which saving this was, and the order where it has become one."""

    version: int
    order_id: int | None


class Confirmed(NamedTuple):
    """The order a draft became; ``new`` is false where it had become one before."""

    order_id: int
    new: bool


def fresh_key() -> str:
    return secrets.token_hex(16)


def keep(key: str, said: Typed, sheet: Sheet, *, seen: int | None, by: Actor, at: datetime) -> Saved:
    """Keep what is being typed, every few seconds: nothing the book would want to know. ``seen`` is the version the writer saw;
    None writes over whatever is there. Raises DraftChanged when another window wrote meanwhile.
    """
    by.require("order.create", takes=TAKES)
    facts = {
        "sealed": settings.KEY_RING.seal_facts(said.facts(), PURPOSE),
        "masked_name": masking.name(said.get("name"))[:40],
        "pieces": sheet.pieces,
        "total_minor": min(max(sheet.total_minor, 0), MOST_MINOR),
        "currency": sheet.currency,
        "saved_at": at,
    }

    def kept() -> Saved:
        with db.write():
            return _kept(key, said, facts, seen=seen, by=by, at=at)

    # Two windows may begin the same draft at once: the second is tried again, and finds it there.
    return db.retried(kept)


def _kept(key: str, said: Typed, facts: dict[str, Any], *, seen: int | None, by: Actor, at: datetime) -> Saved:
    row = Draft.objects.select_for_update().filter(key=key).first()
    if row is None:
        Draft.objects.create(key=key, owner_id=by.id or 0, made_at=at, **facts)
        return Saved(1, None)
    if row.owner_id != (by.id or 0):
        raise NotFound(what=key[:6])
    if row.placed_at is not None:
        return Saved(row.version, row.order_id)
    if opened(row).facts() == said.facts():
        return Saved(row.version, None)
    if seen is not None and seen != row.version:
        raise DraftChanged
    Draft.objects.filter(pk=row.pk).update(version=row.version + 1, **facts)
    return Saved(row.version + 1, None)


def opened(row: Draft) -> Typed:
    """What its owner typed; nothing once it was placed."""
    if row.sealed is None:
        return Typed()
    facts = settings.KEY_RING.open_facts(bytes(row.sealed), PURPOSE)
    return typed(facts.get("fields", {}), facts.get("lines", []))


def naming(words: Collection[str]) -> list[Draft]:
    """Drafts in which one of these phones (their digits) or whole names stands: each is opened for it, and none shown."""
    found = []
    for row in Draft.objects.filter(placed_at=None).exclude(sealed=None).order_by("pk").iterator(200):
        said = opened(row)
        phones = {masking.digits_of(said.get(part)) for part in ("phone", "phone2")}
        if (phones | {sealing.normal_name(said.get("name"))} - {""}) & set(words) - {""}:
            found.append(row)
    return found


def throw_away(draft_ids: Sequence[int]) -> int:
    """Somebody asked to be forgotten: drafts that hold them go. Returns how many. Within the act that decides it."""
    return Draft.objects.filter(pk__in=draft_ids, placed_at=None).delete()[0]


def drop(key: str, *, by: Actor, at: datetime) -> bool:
    """Throw away a draft of one's own that has not become an order. It was nobody else's, and leaves no line in the book."""
    by.require("order.create", takes=TAKES)
    with db.write():
        return bool(Draft.objects.filter(key=key, owner_id=by.id or 0, placed_at=None).delete()[0])


def forget(*, at: datetime) -> int:
    """Let go of drafts nobody touched for a month, and of what placed ones leave behind. Returns how many."""
    with db.write():
        return Draft.objects.filter(saved_at__lt=at - KEPT).delete()[0]


@command(needs="order.create", takes=TAKES, because="why")
def confirm(key: str, *, seen: int, draft: bool = False, why: str = "", by: Actor, at: datetime) -> Confirmed:
    """Make an order of a draft of one's own, once: who asks again is told which order it has become.

    ``seen`` is the version that was looked at before saying yes: raises DraftChanged when it is another now. ``draft`` keeps the order
    out of the flow, without a claim on stock. Raises NotReady, NotYourPrice, PriceWithoutReason, NotThisKind, NotFound;
    ShopClosed; SourceClosed and SourceNotByHand for a way in that no person enters orders by.
    """
    mine = Draft.objects.filter(key=key, owner_id=by.id or 0)
    if guards.stands("entry.once"):
        # Whoever comes second waits here for the first, and finds the draft gone.
        if not mine.filter(placed_at=None, version=seen).update(placed_at=at):
            return _before(mine.first(), key)
        row = mine.get()
    else:
        row = mine.get()
        if row.placed_at is not None:
            return _before(row, key)
    said = opened(row)
    shop = Shop.objects.filter(pk=said.number("shop") or 0).first()
    sheet = read(said, pieces_of(said), currency=shop.currency if shop else "CNY")
    if shop is None or not sheet.whole:
        raise NotReady(fields=sorted(sheet.wrong))
    within(by.reach, "shop", [shop.pk])
    may_make(sheet, why=why, by=by)
    sources.require_by_hand(sheet.source)
    order_id = place(sheet, shop, draft=draft, by=by, at=at)
    mine.update(placed_at=at, order=order_id, sealed=None, masked_name="", saved_at=at)
    return Confirmed(order_id, True)


def _before(row: Draft | None, key: str) -> Confirmed:
    if row is None:
        raise NotFound(what=key[:6])
    if row.order_id is None:
        raise DraftChanged
    return Confirmed(row.order_id, False)


def may_make(sheet: Sheet, *, why: str, by: Actor) -> None:
    """Whether this person may make such an order: below the goods' price only who may change prices, with a reason where their
    grant asks for one; of a grant narrowed to exchanges only those."""
    if by.narrowed("order.create") and sheet.kind not in AFTER_SALES:
        raise NotThisKind(kind=sheet.kind)
    if not sheet.lowered or by.kind == "system":
        return
    if not by.granted("order.edit_price"):
        raise NotYourPrice(sku="、".join(code for code in sheet.lowered if code) or "—")
    if "R" in by.words("order.edit_price") and not (why or by.why).strip():
        raise PriceWithoutReason


def place(sheet: Sheet, shop: Shop, *, draft: bool, by: Actor, at: datetime) -> int:
    """The order, in the books. Its number is its own platform number, too."""
    said = sheet.said
    stage = states.PENDING_PAYMENT if sheet.payment in AWAITED else states.PENDING_REVIEW
    made = NewOrder(
        platform_no=f"new:{fresh_key()}",
        placed_at=at,
        lines=tuple(_line(row) for row in sheet.rows),
        person=person_of(said, by=by, at=at),
        currency=sheet.currency,
        discount_minor=sheet.discount_minor,
        freight_minor=sheet.freight_minor,
        total_minor=sheet.total_minor,
        paid_minor=sheet.paid_minor,
        payment=sheet.payment,
        stage=states.DRAFT if draft else stage,
        payment_method=said.get("method")[:32],
        paid_at=at if sheet.payment == "paid" else None,
        ship_by=datetime.combine(sheet.ship_on, time(23, 59, 59), clock.company_zone()) if sheet.ship_on else None,
        buyer_note=said.get("buyer_note"),
        seller_note=said.get("seller_note"),
        flag=said.get("flag") if said.get("flag") in FLAGS else "",
        kind=sheet.kind,
        ships_from=clock.day_bounds(sheet.ships_on)[0] if sheet.ships_on else None,
    )
    placed = intake.place([made], shop_id=shop.pk, source=sheet.source, by=by, at=at)
    order_id = placed.created[made.platform_no]
    number = Order.objects.values_list("number", flat=True).get(pk=order_id)
    # A shop may already have used the same text as a number of its own: then ours stays what it was placed as.
    taken = Order.objects.filter(platform_no=number, shop=shop).exists()
    more = {} if taken else {"platform_no": number}
    Order.objects.filter(pk=order_id).update(internal_note=masked(said.get("internal_note"))[:500], seen_at=at, **more)
    return order_id


def _line(row: Row) -> NewLine:
    piece = row.piece
    return NewLine(
        piece.sku_id,
        piece.code,
        piece.name,
        piece.spec,
        row.quantity,
        row.unit_minor,
        row.off_minor,
        row.total_minor,
        row.said["note"],
    )


def person_of(said: Typed, *, by: Actor, at: datetime) -> Person:
    """To whom it goes: what was typed, and what was left to a recipient who bought before. Who writes the order never sees that
    one in plain; the book notes that it was opened, and for what."""
    typed_ = {part: said.get(part) for part in PERSON if said.get(part)}
    chosen = said.number("recipient")
    if chosen is None:
        return Person(**typed_)
    within(by.reach, "recipient", [chosen])
    before = customers.opened([chosen], by=by, at=at, why="order.create").get(chosen)
    if before is None:
        raise NotFound(what=chosen)
    return before._replace(**typed_, oaid="", ciphertext="", note="")


def pieces_of(said: Typed) -> Mapping[int, Piece]:
    """The goods a sheet speaks of. One statement."""
    ids = {int(line["sku"]) for line in said.lines if line["sku"].isascii() and line["sku"].isdecimal() and len(line["sku"]) < 19}
    return {sku.pk: piece(sku) for sku in Sku.objects.filter(pk__in=ids)} if ids else {}


def piece(sku: Sku) -> Piece:
    return Piece(sku.pk, sku.code, sku.name, sku.spec, sku.price_minor, sku.cost_minor, sku.currency, sku.retired_at is not None)
