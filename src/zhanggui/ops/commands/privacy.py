"""What a person may ask of the house, and who may let their data out: each act bounded, agreed to and written down."""

import io
import json
import zipfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rustpy_xlsxwriter import FastExcel

from zhanggui.channels.jobs import forget, gone_by
from zhanggui.channels.models import Import, ImportBefore
from zhanggui.customers.commands import erasing
from zhanggui.customers.models import Recipient
from zhanggui.journal.book import ask, command, tell
from zhanggui.journal.events import task
from zhanggui.journal.marks import Second
from zhanggui.journal.phrases import PHRASES, Line, first_of, line
from zhanggui.kernel import clock, masking
from zhanggui.kernel.actor import Actor
from zhanggui.ops.backups import making
from zhanggui.ops.events import PersonSearched, PersonTaken
from zhanggui.ops.privacy import erased_list, holdings, retention
from zhanggui.ops.privacy.holdings import Held
from zhanggui.ops.privacy.refusals import NobodyFound, NotWhatWasFound
from zhanggui.orders.commands import entry
from zhanggui.orders.models import Order

SALT = "ops.privacy.found"
# An import that takes its file in is waited for so long at a time.
LOOKS_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Stays:
    """A file that holds the person and cannot go yet: the import it is of, its name, and the day it is gone at the latest."""

    number: str
    file: str
    gone_by: str


@dataclass(frozen=True)
class Receipt:
    """What became of a wish to be erased. ``digest`` is the proof that stands in the book; the rest says what stays and why:
    ``waiting`` are files of imports that have not ended, and go when they have; or are needed while the person is."""

    erased: int
    digest: str
    orders: int
    on_the_way: int
    kept: int
    files: int
    backups: int
    waiting: list[Stays] = field(default_factory=list)


def sign(held: Held, *, by: Actor) -> str:
    """What was found, as the verbs below ask to see it again: they touch nothing that ``by`` did not find. The same finding is
    signed the same, so that what a second person agreed to is known again."""
    return signing.Signer(salt=SALT).sign_object([by.id, held.ids, sorted(row.pk for row in held.uploads)])


def files_found(recipient_ids: list[int], found: str, *, by: Actor) -> list[int]:
    """The imports found along with exactly these recipients. Raises NotWhatWasFound."""
    try:
        who, ids, files = signing.Signer(salt=SALT).unsign_object(found)
    except (signing.BadSignature, ValueError) as error:
        raise NotWhatWasFound from error
    if who != by.id or sorted(ids) != sorted(recipient_ids):
        raise NotWhatWasFound
    return [int(pk) for pk in files]


@command(needs="customer.erase", marks="S")
def find(text: str, *, by: Actor, at: datetime) -> Held:
    """What is held of whoever has this phone, name or order number. The book notes how much, never whom."""
    held = holdings.found(text)
    tell([PersonSearched(0, len(held.recipients))], by=by, at=at)
    return held


PHRASES["import.file"] = gettext_lazy("导入 · {number} · {name}")


def _says(recipient_ids: Sequence[int], *, found: str, by: Actor, **_more: object) -> dict[str, object]:
    """How many, and who: their masks and the numbers of their orders; with them the files they stand in. Raises NotWhatWasFound."""
    files = files_found(list(recipient_ids), found, by=by)
    numbers: dict[int, list[str]] = defaultdict(list)
    for recipient_id, number in Order.objects.filter(recipient__in=recipient_ids).order_by("pk").values_list("recipient_id", "number"):
        numbers[recipient_id].append(number)
    people = Recipient.objects.filter(pk__in=recipient_ids).order_by("pk").values_list("pk", "masked_name", "masked_phone")
    lines: list[Line] = [" · ".join(filter(None, [name, phone, *numbers[pk][:3]])) for pk, name, phone in people]
    kept = Import.objects.filter(pk__in=files).order_by("pk").values_list("number", "file_name")
    lines += [line("import.file", number=number, name=masking.masked(name)) for number, name in kept]
    return {"many": len(recipient_ids), "lines": first_of(lines)}


def _receipt(receipt: Receipt) -> dict[str, object]:
    """The receipt as it is kept for whoever asked: figures, the digest and the files that stay."""
    return asdict(receipt)


@command(
    needs="export.plain", over="recipient", marks="SRA",
    second=Second(gettext_lazy("导出查到的人的全部信息，明文（{many} 位收件人）"), facts=_says, answers=True),
)  # fmt: skip
def hand_out(recipient_ids: list[int], *, found: str, by: Actor, at: datetime) -> bytes:
    """A zip with everything held of these recipients, as JSON and as a workbook. ``found`` is what ``sign`` said of the finding.

    Raises NotWhatWasFound, NobodyFound.
    """
    files_found(recipient_ids, found, by=by)
    held = holdings.of(list(Recipient.objects.filter(pk__in=recipient_ids[: holdings.MOST]).order_by("pk")))
    if not held.recipients:
        raise NobodyFound
    orders = Counter(order.recipient_id for order in held.orders)
    tell([PersonTaken(pk, orders[pk]) for pk in held.ids], by=by, at=at)
    facts = holdings.told(held)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("person.json", json.dumps(facts, ensure_ascii=False, indent=1))
        file.writestr("person.xlsx", workbook(facts["orders"]))
    return out.getvalue()


def workbook(orders: list[dict[str, object]]) -> bytes:
    rows = []
    for order in orders:
        who = order["recipient"]
        assert isinstance(who, dict)
        goods = order["goods"]
        assert isinstance(goods, list)
        flat = {
            _("订单号"): order["number"], _("店铺"): order["shop"], _("平台单号"): order["platform_no"], _("下单时间"): order["placed_at"],
            _("收件人"): who.get("name", ""), _("电话"): who.get("phone", ""), _("备用电话"): who.get("phone2", ""),
            _("地址"): " ".join(filter(None, (str(who.get(part, "")) for part in ("province", "city", "district", "street")))),
            _("账号"): who.get("account", ""), _("商品"): "; ".join(map(str, goods)), _("买家留言"): order["buyer_note"],
            _("卖家备注"): order["seller_note"], _("运单号"): order["waybill"],
        }  # fmt: skip
        rows.append({name: safe(str(value)) for name, value in flat.items()})
    file = io.BytesIO()
    FastExcel(file).format(bold_headers=True).freeze(row=1).sheet(_("订单"), rows or [{_("订单号"): ""}]).save()
    return file.getvalue()


def safe(value: str) -> str:
    """A cell no spreadsheet runs."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) else value


@command(
    needs="customer.erase",
    over="recipient",
    second=Second(gettext_lazy("删除查到的人的个人信息（{many} 位收件人）"), facts=_says, outcome=_receipt),
)
def erase(recipient_ids: list[int], *, found: str, by: Actor, at: datetime) -> Receipt:
    """Erase whom a finding found everywhere: the sealed data, their and our words beside their orders, the uploaded files that hold them.

    Orders stay with masks and figures, as the accounts need them; what is on its way or kept for a reason stays until then;
    backups let them go with their own time, and a restored one is brought up to the list. ``found`` is what ``sign`` said of the
    finding. Raises NotWhatWasFound, NobodyFound.
    """
    files = files_found(recipient_ids, found, by=by)
    held = holdings.of(list(Recipient.objects.filter(pk__in=recipient_ids[: holdings.MOST]).order_by("pk")))
    # Those found before, in whose rows the person stands though none became an order, and those of their orders.
    uploads = list(Import.objects.filter(pk__in={*files, *(row.pk for row in held.uploads)}).exclude(path="").order_by("pk"))
    if not held.recipients and not uploads:
        raise NobodyFound
    done = erasing.erase(held.going, cause=erasing.ASKED, by=by, at=at)
    retention.quieten(done.ids, at=at, ours=True)
    if done.ids:
        entry.throw_away([row.pk for row in held.drafts])
        gone = [order.pk for order in held.orders if order.recipient_id in done.ids]
        ImportBefore.objects.filter(order_id__in=gone).exclude(sealed=None).update(sealed=None)
    # While somebody is kept for a reason or something is on its way, and nobody went, their files are needed as well.
    go = bool(done.ids) or not (held.kept or held.on_the_way)
    if done.ids or (go and uploads):
        ask(forget_files, [row.pk for row in uploads if go], at=at)
    ended = [row for row in uploads if go and row.ended_at is not None]
    waiting = [Stays(row.number, row.file_name, f"{clock.day_of(gone_by(row))}") for row in uploads if row not in ended]
    return Receipt(
        len(done.ids), done.digest, len(held.orders), held.on_the_way, held.kept, len(ended), len(held.backups), waiting
    )


@task(lane="slow")
def forget_files(items: Sequence[int], *, at: datetime) -> None:
    """Somebody asked to be erased: the uploaded files of these imports go before their time, of those that have not ended as soon
    as they have; and the list beside the backups names who they were."""
    erased_list.write(making.folder())
    going = []
    for row in Import.objects.filter(pk__in=items).exclude(path=""):
        if row.ended_at is None:
            going.append(row.pk)
        else:
            forget(row)
    if going:
        ask(forget_files, going, at=at, run_at=at + LOOKS_AGAIN)
