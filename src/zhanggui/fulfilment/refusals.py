"""Why the warehouse says no: one class a code; a batch names the code and the facts."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.journal.book import Batch
from zhanggui.kernel.errors import NotFound, Refused


def refuse(batch: Batch, ids: Iterable[int], why: type[Refused], **facts: Any) -> None:
    """Note in ``batch`` that these were left out, and why."""
    batch.refuse(ids, why.code, **facts)


class Staged(Refused):
    """A refusal that names a stage by its word. ``facts``: stage, and what else the sentence names."""

    @property
    def sentence(self) -> str:
        """The stage's word too is in the reader's language."""
        word = gettext(stage) if (stage := str(self.facts.get("stage", ""))) else ""
        return str(self.says).format_map(defaultdict(str, self.facts, stage=word))


class NothingToPlan(Refused):
    code = "nothing-to-plan"
    says = _("没有可以排波次的订单。")
    fix = _("订单审核通过、没有被拦下，才会出现在这里。")


class NotWaiting(Refused):
    """``facts``: none. The order is held, not approved, elsewhere, or already in a wave."""

    code = "not-waiting"
    says = _("这张订单现在不能排波次。")
    fix = _("看它是否被拦下、未审核，或已在别的波次里。")


class WaveElsewhere(Staged):
    """``facts``: number, stage."""

    code = "wave-elsewhere"
    says = _("波次 {number} 现在是「{stage}」，做不了这一步。")
    fix = _("刷新看看它走到哪了。")


class PickDone(Refused):
    code = "pick-done"
    says = _("这一站已经拣过了。")
    fix = _("拣错了就先撤回这一站。")


class PickTooMany(Refused):
    """``facts``: asked, said."""

    code = "pick-too-many"
    says = _("这一站只要 {asked} 件，报了 {said} 件。")
    fix = _("多拿的放回库位。")
    status = 422


class PickUnderWay(Refused):
    code = "packing-began"
    says = _("这个波次已经开始打包，不能再撤回拣货。")
    fix = _("把整张订单从波次里撤出来。")


class NoSuchParcel(NotFound):
    """``facts``: what (the code that was scanned)."""

    code = "no-such-parcel"
    says = _("{what} 不是待打包的包裹、订单或运单。")
    fix = _("核对单号；订单要先排进波次。")


class NotPicked(Refused):
    """``facts``: wave."""

    code = "not-picked"
    says = _("波次 {wave} 还没拣齐，不能打包。")
    fix = _("先把剩下的几站拣完，或报「不够」。")


class OrderStopped(Refused):
    """``facts``: order, reasons (codes)."""

    code = "order-stopped"
    says = _("订单 {order} 被拦下了，不要发。")
    fix = _("把货放到一边，等处理完拦截原因。")


class ParcelElsewhere(Staged):
    """``facts``: parcel, stage."""

    code = "parcel-elsewhere"
    says = _("包裹 {parcel} 现在是「{stage}」，做不了这一步。")
    fix = _("刷新看看它走到哪了。")


class NotAllScanned(Refused):
    """``facts``: parcel, missing: [{"sku", "name", "pieces"}], pieces (how many in all)."""

    code = "not-all-scanned"
    says = _("包裹 {parcel} 还差 {pieces} 件没扫。")
    fix = _("扫完再封箱；确实齐了，请有权限的人强制验货。")


class MustScan(Refused):
    """``facts``: parcel."""

    code = "must-scan"
    says = _("这个仓库要逐件扫描，包裹 {parcel} 不能整箱通过。")
    fix = _("在打包台逐件扫，或请有权限的人强制验货。")
    status = 403


class NotWeighed(Refused):
    """``facts``: parcel."""

    code = "not-weighed"
    says = _("包裹 {parcel} 还没称重。")
    fix = _("先称重再发货。")


class BadWeight(Refused):
    """``facts``: weight_g."""

    code = "bad-weight"
    says = _("重量要在 1 到 100,000 克之间，现在是 {weight_g}。")
    status = 422


class NoCarrier(Refused):
    """``facts``: parcel."""

    code = "no-carrier"
    says = _("包裹 {parcel} 没有可用的快递。")
    fix = _("在「设置 · 快递」里启用一家并设为默认。")


class ByHandOnly(Refused):
    """``facts``: parcel, carrier."""

    code = "by-hand-only"
    says = _("{carrier} 没有接上电子面单。")
    fix = _("手工填写运单号，或换一家快递。")


class SenderIncomplete(Refused):
    """``facts``: warehouse."""

    code = "sender-incomplete"
    says = _("仓库 {warehouse} 的寄件人没有填全。")
    fix = _("在「设置 · 仓库」里补全姓名、电话和地址。")


class RecipientClosed(Refused):
    """``facts``: parcel."""

    code = "recipient-closed"
    says = _("包裹 {parcel} 的收件人没有明文，取不了号。")
    fix = _("用平台的电子面单打单后，把运单号填进来。")


class WaybillUnsettled(Refused):
    """``facts``: parcel."""

    code = "waybill-unsettled"
    says = _("包裹 {parcel} 取过号，快递还没说清有没有成功。")
    fix = _("一分钟后会自动核实；在此之前不会再取，免得取两个号。")


class WaybillRefusedByCarrier(Refused):
    """``facts``: parcel, carrier, code_said, words."""

    code = "waybill-refused"
    says = _("{carrier} 没给包裹 {parcel} 单号：{words}")
    fix = _("按快递的说法改好，再取一次。")


class CarrierAway(Refused):
    """``facts``: parcel, carrier. Nothing was asked, so nothing can have been booked."""

    code = "carrier-away"
    says = _("连不上 {carrier}，包裹 {parcel} 没有取号。")
    fix = _("过几分钟再取一次；急的先手填单号。")


class HasWaybill(Refused):
    """``facts``: parcel, number."""

    code = "has-waybill"
    says = _("包裹 {parcel} 已经有运单号 {number}。")
    fix = _("先作废原来的号，再填新的。")


class NumberUsed(Refused):
    """``facts``: number."""

    code = "number-used"
    says = _("运单号 {number} 已经用在别的包裹上。")
    fix = _("核对单号。")


class NoWaybill(Refused):
    """``facts``: parcel."""

    code = "no-waybill"
    says = _("包裹 {parcel} 还没有运单号。")
    fix = _("先取号或手工填写运单号。")


class NoLabels(Refused):
    code = "no-labels"
    says = _("没有要打印的面单。")
    fix = _("没有单号的先取号；印过的，在波次的「更多」里再印。")


class NotPacked(Staged):
    """``facts``: parcel, stage."""

    code = "not-packed"
    says = _("包裹 {parcel} 还是「{stage}」，没有封箱。")
    fix = _("先打包封箱，再发货。")


class AlreadyShipped(Refused):
    """``facts``: parcel."""

    code = "already-shipped"
    says = _("包裹 {parcel} 已经发走了。")


class NothingToUndo(Refused):
    code = "nothing-to-undo"
    says = _("这一扫已经撤回，或没有扫成功。")
