"""What every field of an order that may be changed says now, so that two who change it can be told apart."""

from collections.abc import Sequence

from django.conf import settings

from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.customers.sealing import Person
from zhanggui.kernel.errors import NotFound
from zhanggui.orders.models import Line, Order
from zhanggui.orders.revisions import TO, TO_PLAIN, moment


def person_of(row: Recipient) -> Person:
    """The recipient in plain text, in memory only."""
    name, phone, phone2, street, account, postcode = sealing.opened(row.sealed)
    where = (row.country, row.province, row.city, row.district, postcode)
    return Person(name, phone, phone2, street, account, *where, row.oaid, row.platform_ciphertext, sealing.note_in(row.sealed))


def mark(part: str, text: str) -> str:
    """What stands for a part of the recipient where it may be seen: its name if it is a division, else a number."""
    if part in TO_PLAIN or not text:
        return text
    return str(settings.KEY_RING.token(b"was", f"{part}|{text}"))


def said_of(order: Order, lines: Sequence[Line], person: Person | None) -> dict[str, str]:
    """Field → what it says; of the recipient only where ``person`` is known."""
    said = {f"to.{part}": mark(part, getattr(person, part)) for part in TO} if person is not None else {}
    said |= {
        "discount": str(order.discount_minor), "freight": str(order.freight_minor), "payment": order.payment,
        "payment_method": order.payment_method, "buyer_note": order.buyer_note, "seller_note": order.seller_note,
        "internal_note": order.internal_note, "flag": order.flag, "kind": order.kind, "ship_by": moment(order.ship_by),
    }  # fmt: skip
    for line in lines:
        said |= {
            f"line.{line.pk}.sku": str(line.sku_id or ""), f"line.{line.pk}.quantity": str(line.quantity),
            f"line.{line.pk}.note": line.note, f"line.{line.pk}.unit": str(line.unit_minor),
            f"line.{line.pk}.discount": str(line.discount_minor),
        }  # fmt: skip
    return said


def standing(order_id: int) -> dict[str, str]:
    """The same of an order in the books. Three statements. Raises NotFound."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise NotFound(what=order_id)
    row = Recipient.objects.get(pk=order.recipient_id)
    return said_of(order, list(Line.objects.filter(order=order_id).order_by("position")), person_of(row))
