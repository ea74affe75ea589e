"""Today put into words: tiles, comparisons, the next hand for each pressing order, the first steps of a shop."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.kernel.actor import Actor
from zhanggui.orders import states
from zhanggui.orders.checks.reasons import REASONS
from zhanggui.orders.models import Order
from zhanggui.orders.reading import rights
from zhanggui.web.frame import words
from zhanggui.web.frame.addresses import address
from zhanggui.web.home.figures import Day, Step, Work, beginnings

Text = str | Promise


@dataclass(frozen=True)
class Tile:
    """One figure of what waits. ``how`` says how it is counted, ``note`` what stands behind it."""

    label: Text
    count: int
    href: str
    how: Text
    tone: str = ""
    note: str = ""


def tiles(actor: Actor, now: Work, reasons: list[tuple[str, int]], *, at: datetime) -> list[Tile]:
    """What waits, in the order an order goes; what the actor may not see is left out."""
    waits = _("最久等了 %s") % words.span((at - now.oldest_review_at).total_seconds()) if now.oldest_review_at else ""
    held = " · ".join(f"{reason_word(code)} {words.number(n)}" for code, n in reasons)
    stuck = dict(reasons).get("out-of-stock", 0)
    every = (
        ("order.view", Tile(_("待审核"), now.review, _desk(actor), _("阶段是「待审核」的单，含被拦下的"), note=waits)),
        (
            "order.view",
            Tile(_("异常"), now.held, address("orders:list", tab="held"), _("还没发出、有拦截原因没处理的单"), "bad", held),
        ),
        ("order.view", Tile(_("待配货"), now.to_wave, _waves(actor), _("审核通过、还没进波次的单"))),
        ("warehouse.work", Tile(_("待拣货"), now.picking, address("warehouse:picking"), _("波次没拣齐的包裹"))),
        ("warehouse.work", Tile(_("待打包"), now.packing, address("warehouse:packing"), _("波次拣齐了、还没封箱的包裹"))),
        ("parcel.ship", Tile(_("待发货"), now.shipping, address("warehouse:shipping"), _("封好箱、还没交给快递的包裹"))),
        ("tracking.view", Tile(_("运输中"), now.moving, address("tracking:board"), _("快递已揽收、还没签收的包裹"))),
        (
            "stock.view",
            Tile(
                _("缺货 SKU"),
                now.short,
                _lacking(actor),
                _("被「缺货」拦下的单里，不够数的 SKU"),
                "warn",
                _("压着 %s 单") % words.number(stuck) if stuck else "",
            ),
        ),
    )
    return [tile for needs, tile in every if actor.can(needs)]


def _desk(actor: Actor) -> str:
    return (address("review:desk") if actor.can("order.review") else "") or address("orders:list", tab=states.PENDING_REVIEW)


def _waves(actor: Actor) -> str:
    return (address("warehouse:waves") if actor.can("warehouse.work") else "") or address("orders:list", tab=states.APPROVED)


def _lacking(actor: Actor) -> str:
    """The orders held for want of stock; the stock itself for those who see an order only once it is approved."""
    seen = rights.stages_seen(actor)
    sees = actor.can("order.view") and (seen is None or states.PENDING_REVIEW in seen)
    return (address("orders:list", tab="short") if sees else "") or address("stock:list", tab="short")


def reason_word(code: str) -> str:
    reason = REASONS.get(code)
    return _(reason.zh) if reason else code


@dataclass(frozen=True)
class Press:
    """A pressing order and what to do with it next; ``open`` leads to the order itself."""

    order: Order
    why: str
    verb: str
    href: str
    open: str


def presses(actor: Actor, orders: list[Order]) -> list[Press]:
    return [_press(actor, order) for order in orders]


def _press(actor: Actor, order: Order) -> Press:
    codes: list[str] = getattr(order, "reasons", [])
    why = _("、").join(reason_word(code) for code in codes)
    if order.stage == states.PENDING_REVIEW and actor.can("order.review"):
        verb, href = (_("处理拦截") if codes else _("去审核")), address("review:desk", order=str(order.pk))
    elif order.stage == states.APPROVED and actor.can("warehouse.work"):
        verb, href = _("排进波次"), address("warehouse:waves")
    else:
        verb, href = _("看这一单"), ""
    return Press(order, why, verb, href or detail(order), detail(order))


def detail(order: Order) -> str:
    try_both = (address("orders:detail", order.pk), address("orders:list", q=order.number))
    return next((found for found in try_both if found), "")


@dataclass(frozen=True)
class Figure:
    """A figure of today beside yesterday's at the same minute."""

    label: Text
    text: str
    against: str
    tone: str
    how: Text
    href: str


def figures(day: Day, *, prices: bool) -> list[Figure]:
    """Orders, money, average and handed over; without the money for those who may not see prices."""
    today, was, currency = day.today, day.yesterday, day.currency
    asked = address("orders:list", tab="all", placed="today")
    found = [_figure(_("下单"), today.orders, was.orders, words.number, _("今天 0:00 起下的单，含后来取消的"), asked)]
    if prices:

        def whole(minor: int) -> str:
            return words.money(minor, currency, whole=True)

        def exact(minor: int) -> str:
            return words.money(minor, currency)

        paid = _("今天下的单已付的钱，还没扣退款")
        if day.others:
            paid = _("%(how)s；只算 %(main)s，另有 %(others)s") % {
                "how": paid,
                "main": currency,
                "others": _("、").join(day.others),
            }
        found.append(_figure(_("实付"), today.paid_minor, was.paid_minor, whole, paid, asked))
        found.append(_figure(_("客单价"), today.average_minor, was.average_minor, exact, _("实付除以下单数"), asked))
    found.append(
        _figure(
            _("已发出"),
            today.shipped,
            was.shipped,
            words.number,
            _("今天交给快递的单"),
            address("orders:list", tab="all", shipped="today"),
        )
    )
    return found


def _figure(label: str, now: int, was: int, said: words.Say, how: str, href: str) -> Figure:
    if not was:
        against, tone = (_("昨天此刻还没有") if now else _("昨天此刻也没有")), "quiet"
    elif now == was:
        against, tone = _("和昨天此刻一样"), "quiet"
    else:
        share = words.percent((now - was) / was)
        sign = "+" if now > was else ""
        words_of = _("多 %(by)s") if now > was else _("少 %(by)s")
        against, tone = f"{words_of % {'by': said(abs(now - was))}} · {sign}{share}", "good" if now > was else "quiet"
    return Figure(label, said(now), against, tone, how, href)


STEPS: dict[str, tuple[Text, str, Text]] = {
    "review": (gettext_lazy("审核"), "review:desk", gettext_lazy("从进系统算起")),
    "to_wave": (gettext_lazy("配货"), "warehouse:waves", gettext_lazy("从审核通过算起")),
    "picking": (gettext_lazy("拣货"), "warehouse:picking", gettext_lazy("从进波次算起")),
    "packing": (gettext_lazy("打包"), "warehouse:packing", gettext_lazy("从拣齐算起")),
    "shipping": (gettext_lazy("交接"), "warehouse:shipping", gettext_lazy("从封箱算起")),
}


@dataclass(frozen=True)
class Stuck:
    """A step of the path: how many wait there, how long the middle one has, and its bar out of 100."""

    label: Text
    count: int
    href: str
    bar: int
    wait: str
    how: Text
    slowest: bool


def stuck(steps: list[Step]) -> list[Stuck]:
    most = max((step.count for step in steps), default=0)
    slow = max((step.wait_s or 0 for step in steps), default=0)
    found = []
    for step in steps:
        label, name, how = STEPS[step.code]
        bar = round(100 * step.count / most) if most else 0
        wait = words.span(step.wait_s) if step.wait_s is not None else ""
        found.append(Stuck(label, step.count, address(name), bar, wait, how, bool(slow) and step.wait_s == slow))
    return found


@dataclass(frozen=True)
class Todo:
    done: bool
    label: Text
    href: str
    note: Text


def todos(actor: Actor) -> list[Todo]:
    """The first steps of a shop, ticked by what is really in the books; none once all are done or for those who cannot."""
    if actor.id is None or not actor.can("settings"):
        return []
    done = beginnings(actor.id)
    found = [
        Todo(done["goods"], _("录入商品"), address("goods:list"), _("手填或从表格导入")),
        Todo(done["stocked"], _("给商品入库"), address("stock:list"), _("有数才能占用")),
        Todo(done["ordered"], _("导入第一批订单"), address("imports:list"), _("平台导出的表直接用")),
        Todo(done["reviewed"], _("审核通过第一单"), address("review:desk"), _("有问题的会写明为什么")),
        Todo(done["waved"], _("下第一个波次"), address("warehouse:waves"), _("把能一起拣的放一起")),
        Todo(done["shipped"], _("交出第一个包裹"), address("warehouse:shipping"), _("取号、贴单、交给快递")),
    ]
    if all(todo.done for todo in found):
        return []
    # Offered, not asked: it never holds the list open.
    return [*found, Todo(done["guarded"], _("开启两步验证"), address("mfa_index"), _("密码被人知道了也进不来"))]
