"""What may be told outside: each event under its outer name, with the facts that go along and no others.

A list of what goes, not of what stays: a new event, or a new field of a known one, is told to nobody until it is written
down here. What people or carriers typed (reasons, scans, file names) never is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.actor import Actor

# Where the interface for programs shows a subject.
PATHS = {
    "order": "/api/v1/orders/{id}", "parcel": "/api/v1/parcels/{id}", "wave": "/api/v1/waves/{id}", "sku": "/api/v1/skus/{id}",
    "import": "/api/v1/imports/{id}",
}  # fmt: skip


# The right to see such a thing here: whoever made the endpoint holds it, or it is not told.
NEEDS = {
    "order": "order.view", "parcel": "tracking.view", "wave": "warehouse.work", "sku": "stock.view", "import": "import.files",
    "backup": "backup",
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """An event as the world knows it: its outer name, what it means, whose it is, the facts that go along."""

    name: str
    says: str | Promise
    subject: str
    facts: tuple[str, ...] = ()

    @property
    def needs(self) -> str:
        return NEEDS[self.subject]


OFFERS: Mapping[str, Offer] = {
    "OrderPlaced": Offer("order.placed", _("来了新单"), "order"),
    "OrderSubmitted": Offer("order.submitted", _("订单等审核"), "order"),
    "OrderHeld": Offer("order.held", _("订单被拦下"), "order", ("codes",)),
    "OrderCleared": Offer("order.cleared", _("拦下的原因没了"), "order", ("code",)),
    "OrderApproved": Offer("order.approved", _("订单通过审核"), "order"),
    "OrderUnapproved": Offer("order.unapproved", _("订单退回审核"), "order"),
    "OrderReleased": Offer("order.released", _("订单排进波次"), "order", ("wave_id",)),
    "OrderRecalled": Offer("order.recalled", _("订单从波次里撤回"), "order", ("wave_id",)),
    "OrderShipped": Offer("order.shipped", _("订单发完货"), "order", ("parcel_id",)),
    "OrderDelivered": Offer("order.delivered", _("订单签收"), "order"),
    "OrderCompleted": Offer("order.completed", _("订单完成"), "order"),
    "OrderCancelled": Offer("order.cancelled", _("订单取消"), "order"),
    "OrderRestored": Offer("order.restored", _("取消的订单又恢复"), "order"),
    "PaymentReceived": Offer("payment.received", _("订单收到钱"), "order", ("amount_minor", "late")),
    "PaymentRefunded": Offer("payment.refunded", _("订单退了钱"), "order", ("amount_minor",)),
    "PaymentFailed": Offer("payment.failed", _("买家没付成"), "order", ("cause",)),
    "PaymentReminded": Offer("payment.reminded", _("该提醒付款了"), "order", ("to",)),
    "PaymentExtended": Offer("payment.extended", _("付款期限延长了"), "order", ("due_at",)),
    "PaymentOverdue": Offer("payment.overdue", _("过了付款期限"), "order"),
    "OrderChanged": Offer("order.changed", _("订单被改过"), "order", ("fields",)),
    "ParcelMade": Offer("parcel.made", _("要打一个包裹"), "parcel", ("order_id",)),
    "ParcelPacked": Offer("parcel.packed", _("包裹打好了"), "parcel", ("order_id",)),
    "ParcelVoided": Offer("parcel.voided", _("包裹作废"), "parcel", ("order_id",)),
    "WaybillIssued": Offer("waybill.issued", _("取到面单号"), "parcel", ("order_id", "waybill")),
    "WaybillRefused": Offer("waybill.refused", _("快递没给面单号"), "parcel", ("order_id", "code")),
    "WaybillVoided": Offer("waybill.voided", _("面单作废"), "parcel", ("order_id", "waybill")),
    "ParcelShipped": Offer("parcel.shipped", _("包裹交给快递"), "parcel", ("order_id", "waybill")),
    "ParcelMoved": Offer("parcel.moved", _("包裹有新动静"), "parcel", ("order_id", "status")),
    "ParcelDelivered": Offer("parcel.delivered", _("包裹签收"), "parcel", ("order_id",)),
    "WaveReleased": Offer("wave.released", _("波次开拣"), "wave"),
    "WavePicked": Offer("wave.picked", _("波次拣完"), "wave"),
    "WaveFinished": Offer("wave.finished", _("波次发完"), "wave"),
    "WaveCancelled": Offer("wave.cancelled", _("波次取消"), "wave"),
    "StockReceived": Offer("stock.received", _("进了货"), "sku", ("warehouse_id", "pieces")),
    "StockCorrected": Offer("stock.corrected", _("盘点改了数"), "sku", ("warehouse_id", "pieces")),
    "SkuDefined": Offer("sku.defined", _("商品新建或改过"), "sku", ("fields",)),
    "ImportEnded": Offer("import.ended", _("导入做完"), "import", ("state", "rows_ok", "rows_rejected")),
    "BackupTried": Offer("backup.tried", _("备份试过还原"), "backup", ("good",)),
}
BY_NAME: Mapping[str, Offer] = {offer.name: offer for offer in OFFERS.values()}
# The message of the button that tries an address; nobody chooses it.
PING = "ping"


def names() -> Sequence[str]:
    """The outer names, in the order of a day's work."""
    return list(BY_NAME)


def heard_by(by: Actor, events: Iterable[str]) -> frozenset[str]:
    """Those of ``events`` that are about what ``by`` may see."""
    return frozenset(event for event in events if (offer := BY_NAME.get(event)) is not None and by.granted(offer.needs))


def carried(offer: Offer, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an event that go along; ids as text, as everywhere in JSON."""
    return {name: str(facts[name]) if name.endswith("_id") else facts[name] for name in offer.facts if name in facts}


def link(kind: str, subject_id: int | None, base: str) -> str:
    """Where a program reads more of the subject; empty where there is nothing to read."""
    path = PATHS.get(kind, "")
    return f"{base}{path.format(id=subject_id)}" if path and subject_id is not None else ""
