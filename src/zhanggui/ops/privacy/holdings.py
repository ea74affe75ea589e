"""What is held of one person, wherever it lies: found without opening anybody else."""

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from zhanggui.channels import keeping
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.rejects import tables_of
from zhanggui.customers import sealing
from zhanggui.customers.commands import blocking
from zhanggui.customers.models import Blocked, Recipient
from zhanggui.customers.queries import matching, persons
from zhanggui.kernel import masking
from zhanggui.kernel.errors import Refused
from zhanggui.kernel.vault import Unopened
from zhanggui.lessons.models import Lesson
from zhanggui.ops.models import Backup
from zhanggui.orders.commands import entry
from zhanggui.orders.models import Draft, Order, Template
from zhanggui.payments.models import Account

# So many recipients are one person's at most; more are a name that many share.
MOST = 1_000
OPEN = ("completed", "cancelled")
PARTS = ("name", "phone", "phone2", "province", "city", "district", "street", "postcode", "account")


@dataclass(frozen=True)
class Held:
    """Where a person is found. ``uploads`` are imports whose sealed file holds a row of theirs, ``backups`` are made since
    their first order and still kept; ``drafts`` are orders somebody is writing for them; ``many`` says that more were found than
    are listed."""

    recipients: list[Recipient] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    uploads: list[Import] = field(default_factory=list)
    backups: list[Backup] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    many: bool = False
    templates: list[Template] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        return [row.pk for row in self.recipients]

    @property
    def going(self) -> list[int]:
        """The recipients that may be erased: none of their orders is still on its way, and nobody keeps them for a reason."""
        on_the_way = {order.recipient_id for order in self.orders if order.stage not in OPEN}
        return [row.pk for row in self.recipients if row.erased_at is None and not row.kept_why and row.pk not in on_the_way]

    @property
    def on_the_way(self) -> int:
        return sum(order.stage not in OPEN for order in self.orders)

    @property
    def kept(self) -> int:
        return sum(bool(row.kept_why) for row in self.recipients)

    @property
    def erased(self) -> int:
        return sum(row.erased_at is not None for row in self.recipients)


def found(text: str) -> Held:
    """Everything of whoever has this phone (in full), name or order number. A constant number of statements, and one look
    into each uploaded file that is still kept."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return Held()
    by_number = Order.objects.filter(Q(number=text) | Q(platform_no=text)).values("recipient_id")
    rows = Recipient.objects.filter(pk__in=by_number)
    digits = masking.digits_of(text)
    who = matching(text)
    # The tail of a phone or the beginning of a name is many people, and none of them in particular.
    whole = len(digits) >= 7 or (not digits and len(sealing.normal_name(text)) > len(sealing.prefix_of(sealing.normal_name(text))))
    if who is not None and whole:
        rows = Recipient.objects.filter(who) | rows
    recipients = list(rows.distinct().order_by("pk")[: MOST + 1])
    return of(recipients[:MOST], text, many=len(recipients) > MOST)


def of(recipients: list[Recipient], text: str = "", *, many: bool = False) -> Held:
    orders = list(Order.objects.select_related("shop").filter(recipient__in=recipients).order_by("pk"))
    brought = ImportRow.objects.filter(subject_id__in=[order.pk for order in orders], of__kind="orders").values("of_id")
    imports = list(Import.objects.filter(pk__in=brought).order_by("pk"))
    begun = min((row.made_at for row in recipients), default=None)
    backups = list(Backup.objects.exclude(bytes=0).filter(made_at__gte=begun).order_by("made_at")) if begun else []
    drafts = entry.naming(words_of(recipients, text) - {""}) if recipients or text else []
    with_file = {row.pk: row for row in imports if row.path}
    if text:
        words = words_of(recipients, text)
        with_file |= {row.pk: row for row in Import.objects.exclude(path="").exclude(pk__in=with_file) if names(row, words)}
    # A template sends to a row of its own, found like any other: it goes with whom it was.
    templates = list(Template.objects.select_related("shop", "recipient").filter(recipient__in=recipients).order_by("pk"))
    return Held(
        recipients, orders, imports, list(with_file.values()), backups, drafts, many, templates, blocking.of_people(recipients, text)
    )


def words_of(recipients: list[Recipient], text: str) -> frozenset[str]:
    """What a kept file is searched for: what was typed, and the phones and whole names of whom it found. Phones are their digits."""
    said = {text}
    for who in persons(row for row in recipients if row.erased_at is None).values():
        said |= {who.phone, who.phone2, who.name}
    phones = {digits for each in said if len(digits := masking.digits_of(each)) >= 7}
    whole = {name for each in said if len(name := sealing.normal_name(each)) > len(sealing.prefix_of(name))}
    return frozenset(phones | whole | {sealing.normal_name(text)})


def names(row: Import, words: Collection[str]) -> bool:
    """Whether the kept file of an import holds one of these phones, names or numbers in a cell."""
    try:
        tables = tables_of(row, keeping.kept(row.path), keeping.kept(row.companion_path) if row.companion_path else None)
        for cell in cells(tables):
            digits = masking.digits_of(cell)
            if (len(digits) >= 7 and digits in words) or sealing.normal_name(cell) in words:
                return True
    except (OSError, Unopened, Refused):
        # Forgotten meanwhile, or a file nobody could read: it was refused then as well.
        return False
    return False


def cells(tables: Sequence[Any]) -> Iterator[str]:
    for table in tables:
        if table is not None:
            for _number, row in table.rows():
                yield from (str(getattr(cell, "raw", cell)) for cell in row if cell is not None)


def told(held: Held) -> dict[str, Any]:
    """Everything held, in plain, as it is handed to the person it belongs to."""
    plain = persons(row for row in held.recipients if row.erased_at is None)
    orders = []
    asked = dict(Account.objects.filter(order_id__in=[order.pk for order in held.orders]).values_list("order_id", "contact_note"))
    noted: dict[int, list[dict[str, str]]] = {}
    for lesson in Lesson.objects.filter(order__in=[order.pk for order in held.orders], emptied_at=None).order_by("pk"):
        words = {"at": lesson.made_at.isoformat(), "problem": lesson.problem, "cause": lesson.cause, "solution": lesson.solution}
        noted.setdefault(lesson.order_id, []).append(words)
    for order in held.orders:
        who = plain.get(order.recipient_id)
        orders.append({
            "number": order.number, "shop": order.shop.name, "platform_no": order.platform_no, "placed_at": order.placed_at.isoformat(),
            "stage": order.stage, "total_minor": order.total_minor, "currency": order.currency,
            "goods": [f"{line.name} ×{line.quantity}" for line in order.lines.all()],
            "buyer_note": (who.note if who else "") or order.buyer_note, "seller_note": order.seller_note,
            "internal_note": order.internal_note, "payment_note": asked.get(order.pk, ""), "waybill": order.waybill,
            "problems_noted": noted.get(order.pk, []),
            "recipient": {
                name: getattr(who, name) for name in PARTS
            } if who else {"name": order.recipient.masked_name, "phone": order.recipient.masked_phone, "erased": True},
        })  # fmt: skip
    kept = []
    for template in held.templates:
        to = plain.get(template.recipient_id or 0)
        kept.append({
            "name": template.name, "shop": template.shop.name, "made_at": template.made_at.isoformat(),
            "buyer_note": template.buyer_note, "seller_note": template.seller_note,
            "recipient": {name: getattr(to, name) for name in PARTS} if to else {"erased": True},
        })  # fmt: skip
    return {
        "orders": orders,
        "templates": kept,
        "imports": [{"number": row.number, "file": row.file_name, "at": row.made_at.isoformat()} for row in held.imports],
        "files_kept": [row.number for row in held.uploads],
        "drafts": [{"saved_at": row.saved_at.isoformat()} for row in held.drafts],
        "blacklist": [
            {"reason": row.reason, "by": row.by_name, "at": row.made_at.isoformat(), "lifted": row.lifted_at is not None} for row in held.blocked
        ],
        "backups": [{"made_at": row.made_at.isoformat()} for row in held.backups],
    }
