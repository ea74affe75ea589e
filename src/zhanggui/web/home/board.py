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
from zhanggui.web.frame.gate import comes, door
from zhanggui.web.home.figures import Day, Step, Work, beginnings
from zhanggui.web.orders import boxes
from zhanggui.web.orders.boxes import Box

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
    held = " · ".join(f"{reason_word(code)} {words.number(n)}" for code, n in reasons[:1])
    stuck = dict(reasons).get("out-of-stock", 0)
    # Whom a tile is for: those who see orders of its stage, or come to its page.
    every = (
        (
            _sees(actor, states.PENDING_REVIEW),
            Tile(_("待审核"), now.review, _desk(actor), _("阶段是「待审核」的单，含被拦下的"), note=waits),
        ),
        (
            comes(actor, "orders:list"),
            Tile(_("异常"), now.held, door(actor, "orders:list", tab="held"), _("还没发出、有拦截原因没处理的单"), "bad", held),
        ),
        (_sees(actor, states.APPROVED), Tile(_("待配货"), now.to_wave, _waves(actor), _("审核通过、还没进波次的单"))),
        _room(actor, "warehouse:picking", _("待拣货"), now.picking, _("波次没拣齐的包裹")),
        _room(actor, "warehouse:packing", _("待打包"), now.packing, _("波次拣齐了、还没封箱的包裹")),
        _room(actor, "warehouse:shipping", _("待发货"), now.shipping, _("封好箱、还没交给快递的包裹")),
        _room(actor, "tracking:board", _("运输中"), now.moving, _("快递已揽收、还没签收的包裹")),
        (
            comes(actor, "stock:list"),
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
    return [tile for shown, tile in every if shown]


def _room(actor: Actor, name: str, label: Text, count: int, how: Text) -> tuple[bool, Tile]:
    return comes(actor, name), Tile(label, count, door(actor, name), how)


def _sees(actor: Actor, stage: str) -> bool:
    """Whether orders of this stage are in the list of this actor."""
    seen = rights.stages_seen(actor)
    return comes(actor, "orders:list") and (seen is None or stage in seen)


def _desk(actor: Actor) -> str:
    return door(actor, "review:desk") or door(actor, "orders:list", tab=states.PENDING_REVIEW)


def _waves(actor: Actor) -> str:
    return door(actor, "warehouse:waves") or door(actor, "orders:list", tab=states.APPROVED)


def _lacking(actor: Actor) -> str:
    """The orders held for want of stock; the stock itself for those who see an order only once it is approved."""
    waiting = door(actor, "orders:list", tab="short") if _sees(actor, states.PENDING_REVIEW) else ""
    return waiting or door(actor, "stock:list", tab="short")


def reason_word(code: str) -> str:
    reason = REASONS.get(code)
    return _(reason.zh) if reason else code


@dataclass(frozen=True)
class Press:
    """A pressing order and what to do with it next; ``open`` leads to the order itself.

    ``word`` and its ``tone`` say where its box is; empty where the stage speaks for itself.
    """

    order: Order
    word: str
    tone: str
    why: str
    verb: str
    href: str
    open: str


def presses(actor: Actor, orders: list[Order]) -> list[Press]:
    """Each with its box, where the warehouse has one: one statement."""
    boxed = boxes.of([order.pk for order in orders if order.stage == states.FULFILLING])
    return [_press(actor, order, boxed.get(order.pk)) for order in orders]


# What is to be done with a box: in which words, and where.
NEXT: dict[str, tuple[Text, str]] = {
    "release": (gettext_lazy("下发波次"), "warehouse:waves"),
    "pick": (gettext_lazy("去拣货"), "warehouse:picking"),
    "pack": (gettext_lazy("去打包"), "warehouse:packing"),
    "ship": (gettext_lazy("去交接"), "warehouse:shipping"),
}


def _press(actor: Actor, order: Order, box: Box | None) -> Press:
    codes: list[str] = getattr(order, "reasons", [])
    why = _("、").join(reason_word(code) for code in codes) or (box.note if box else "")
    says, name = NEXT.get(box.step if box else "", ("", ""))
    if order.stage == states.PENDING_REVIEW and comes(actor, "review:desk"):
        verb, href = (_("处理拦截") if codes else _("去审核")), door(actor, "review:desk", order=str(order.pk))
    elif order.stage == states.APPROVED and comes(actor, "warehouse:waves"):
        verb, href = _("排进波次"), door(actor, "warehouse:waves")
    elif name and comes(actor, name):
        verb, href = str(says), door(actor, name)
    else:
        verb, href = _("看这一单"), ""
    return Press(
        order, box.word if box else "", box.tone if box else "", why, verb, href or detail(actor, order), detail(actor, order)
    )


def detail(actor: Actor, order: Order) -> str:
    return door(actor, "orders:detail", order.pk)


@dataclass(frozen=True)
class Figure:
    """A figure of today beside yesterday's at the same minute."""

    label: Text
    text: str
    against: str
    tone: str
    how: Text
    href: str


def figures(actor: Actor, day: Day) -> list[Figure]:
    """Orders, money, average and handed over; without the money for those who may not see prices."""
    today, was, currency = day.today, day.yesterday, day.currency
    asked = door(actor, "orders:list", tab="all", placed="today")
    found = [_figure(_("下单"), today.orders, was.orders, words.number, _("今天 0:00 起下的单，含后来取消的"), asked)]
    if rights.sees_prices(actor):

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
            door(actor, "orders:list", tab="all", shipped="today"),
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


# Each step's word, its page, the stage of its orders, the tab of the list that shows the same, and since when one waits.
STEPS: dict[str, tuple[Text, str, str, str, Text]] = {
    "review": (gettext_lazy("审核"), "review:desk", states.PENDING_REVIEW, states.PENDING_REVIEW, gettext_lazy("从进系统算起")),
    "to_wave": (gettext_lazy("配货"), "warehouse:waves", states.APPROVED, states.APPROVED, gettext_lazy("从审核通过算起")),
    "picking": (gettext_lazy("拣货"), "warehouse:picking", states.FULFILLING, "", gettext_lazy("从进波次算起")),
    "packing": (gettext_lazy("打包"), "warehouse:packing", states.FULFILLING, "", gettext_lazy("从拣齐算起")),
    "shipping": (gettext_lazy("交接"), "warehouse:shipping", states.FULFILLING, "to_ship", gettext_lazy("从封箱算起")),
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


def stuck(actor: Actor, steps: list[Step]) -> list[Stuck]:
    """The steps this actor works at or sees the orders of; where the page is shut to them, the list stands in."""
    mine = [step for step in steps if comes(actor, STEPS[step.code][1]) or _sees(actor, STEPS[step.code][2])]
    most = max((step.count for step in mine), default=0)
    slow = max((step.wait_s or 0 for step in mine), default=0)
    found = []
    for step in mine:
        label, name, _stage, tab, how = STEPS[step.code]
        bar = round(100 * step.count / most) if most else 0
        wait = words.span(step.wait_s) if step.wait_s is not None else ""
        href = door(actor, name) or (door(actor, "orders:list", tab=tab) if tab else "")
        found.append(Stuck(label, step.count, href, bar, wait, how, bool(slow) and step.wait_s == slow))
    return found


@dataclass(frozen=True)
class Todo:
    done: bool
    label: Text
    href: str
    note: Text


def todos(actor: Actor) -> list[Todo]:
    """The first steps of a shop, ticked by what is really in the books: all of them for whoever sets it up, their own part for
    everybody else. None once all are done, or once the list was put away."""
    if actor.id is None:
        return []
    done = beginnings(actor.id)
    sets_up = actor.granted("settings")
    if done["away"]:
        return []
    every = [
        Todo(done["shop"], _("建第一家店"), door(actor, "settings:shops"), _("订单都属于一家店")),
        Todo(done["warehouse"], _("建仓库"), door(actor, "settings:warehouses"), _("货放哪里，从哪里寄")),
        Todo(done["carrier"], _("接上快递"), door(actor, "settings:carriers"), _("没接口的手填单号")),
        Todo(done["goods"], _("录入商品"), door(actor, "goods:new" if not sets_up else "goods:list"), _("手填或从表格导入")),
        Todo(done["stocked"], _("给商品入库"), door(actor, "stock:receive" if not sets_up else "stock:list"), _("有数才能占用")),
        Todo(done["ordered"], _("导入第一批订单"), door(actor, "imports:list"), _("平台导出的表直接用")),
        Todo(done["reviewed"], _("审核通过第一单"), door(actor, "review:desk"), _("有问题的会写明为什么")),
        Todo(done["waved"], _("下第一个波次"), door(actor, "warehouse:waves"), _("把能一起拣的放一起")),
        Todo(done["shipped"], _("交出第一个包裹"), door(actor, "warehouse:shipping"), _("取号、贴单、交给快递")),
    ]
    found = every if sets_up else [todo for todo in every if todo.href]
    if all(todo.done for todo in found):
        return []
    if not sets_up:
        return found
    # Offered, not asked: they never hold the list open. No link leads where this actor may not go.
    invite = door(actor, "settings:invite")
    offered = [Todo(done["together"], _("邀请第一位同事"), invite, _("各用各的账号，谁做的都清楚"))] if invite else []
    return [*found, *offered, Todo(done["guarded"], _("开启两步验证"), door(actor, "mfa_index"), _("密码被人知道了也进不来"))]
