"""The words people put before a value, and how far it goes: 收货人：… 电话：… Address: …"""

import re
from typing import NamedTuple

from zhanggui.customers.pasting.kinds import LABEL, NOISE
from zhanggui.customers.pasting.sheet import Sheet

WORDS = {
    "name": "收货人姓名 收件人姓名 收货人名称 收货人 收件人 收货姓名 收件姓名 联系人姓名 联系人 真实姓名 "
    "姓名 名字 签收人 收件 收货 ship to|recipient|receiver|consignee|contact name|full name|name|attn|to",
    # Who buys is mostly who receives, and often only what a shop calls them.
    "buyer": "客户姓名 客户名称 顾客姓名 客户 买家 顾客",
    "nick": "买家昵称 旺旺昵称 微信昵称 会员昵称 淘宝昵称 昵称 网名 微信名 会员名 用户名 淘宝名 旺旺名 旺旺号 旺旺id 旺旺 买家id 客户id "
    "买家账号 买家旺旺 淘宝id 淘宝号 账号 wangwang|nickname|user name|username|user id",
    "phone": "收货人手机 收件人手机 收货人电话 收件人电话 手机号码 联系手机 联系电话 联系方式 收货电话 收件电话 电话号码 备用电话 "
    "手机号 电话 手机 座机 固话 mobile phone|phone number|mobile|phone|tel|cell",
    "address": "收货人地址 收件人地址 收货详细地址 收货地址 收件地址 详细地址 送货地址 邮寄地址 街道地址 配送地址 寄送地址 联系地址 "
    "具体地址 街道乡镇 乡镇街道 街道 乡镇 门牌号 门牌 小区 地址 delivery address|shipping address|address line 1|address|addr|add",
    "region": "所在地区 所在省市 所在地 省份 省 城市 区县 省市区县 省市区 收货地区 地区 region|province|city|district",
    "note": "买家留言 买家备注 客户备注 卖家备注 订单备注 特别说明 特殊要求 备注信息 备注 留言 附言 说明 要求 注 "
    "remarks|remark|notes|note|memo|p\\.?s\\.?",
    "number": "订单编号 订单号码 订单号 交易号 平台单号 平台订单号 order number|order no\\.?|order id|order #|order",
    "goods": "商品名称 商品信息 商品明细 购买商品 订购商品 所购商品 购买产品 商品 货品 产品 宝贝 货号 款号 编码 下单 订购 购买 "
    "items|item|goods|product|sku|order items",
    "quantity": "购买数量 订购数量 数量 件数 quantity|qty",
    "spec": "商品规格 规格型号 规格 颜色分类 颜色 尺码 尺寸 型号 款式 color|colour|size|spec",
    "postcode": "邮政编码 邮编 postal code|postcode|zip code|zip",
    "payment": "付款方式 支付方式 结算方式 付款 支付 payment method|payment|paid by",
    "sender": "寄件人 发件人 寄件 发件 from",
    "sendernumber": "寄件电话 发件电话 寄件人电话 发件人电话 寄件地址 寄件人地址 发件人地址 发件地址",
}
# These may stand without a colon, the value right behind them.
PLAIN = (
    "收货人姓名|收件人姓名|收货人|收件人|联系人|真实姓名|姓名|手机号码|手机号|联系电话|联系方式|电话|手机|收货地址|收件地址|"
    "详细地址|所在地区|地址|备注|买家留言|留言|订单编号|订单号|邮编"
)


def _longest() -> dict[str, str]:
    found = {}
    for kind, given in WORDS.items():
        for word in re.split(r" (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) |\|", given):
            found[word.replace("\\", "").replace(".?", "")] = kind
    return found


KIND_OF = _longest()
_ALL = "|".join(re.escape(word) for word in sorted(KIND_OF, key=len, reverse=True))
COLON = re.compile(
    (
        rf"(?<![A-Za-z实已应需预待])(?:我的|你的|您的|新|\d[.、)])?[\[【(]?(?P<word>{_ALL})(?:\d|一|二|\(.{{1,8}}?\))?[\]】)]?\s{{0,4}}(?::|"
        rf"=)[ \t]*"
    ),
    re.IGNORECASE,
)
BARE = re.compile(
    rf"(?:^|(?<=[\n\s,;|。]))[\[【]?(?P<word>{PLAIN})[\]】]?(?:[ \t]+|[\[【]|(?=\n)|(?<=[\]】])|(?=[\u4e00-\u9fffA-Z\d+]))"
    r"|(?m:^)(?P<english>name|recipient|phone|mobile|tel|address)(?=[ \t])",
    re.IGNORECASE,
)


# 电话 before figures and 地址 before a place need no gap at all.
JOINED = re.compile(
    r"(?<=[\u4e00-\u9fff])(?P<word>联系电话|电话|手机号码|手机号|手机)(?=\s*\+?[01]\d{2})|(?<=\d)(?P<word2>收货地址|地址|"
    r"收货人|收件人|姓名)(?=[\u4e00-\u9fff])"
)


FIGURES = ("phone", "postcode", "number")
FIGURES_NEXT = re.compile(r"[^\u4e00-\u9fff\n]|\n?(?:[是为]|$|[^\u4e00-\u9fff])|\s*\n")


CHANGES = re.compile(r"(?:已经?|都|又|需要?|要|得)?(?:有?[变换改误]|不|错|等|稍|晚点|待|另|[写填打发留搞弄]错)")


class Zone(NamedTuple):
    """What follows a label: up to the next label, or the end of its line."""

    kind: str
    start: int
    end: int


def find(sheet: Sheet) -> list[Zone]:
    """The labelled stretches, in order; the labels themselves are claimed."""
    text = sheet.text
    marks: dict[int, tuple[int, str]] = {}
    for match in COLON.finditer(text):
        marks[match.start()] = (match.end(), KIND_OF[match["word"].lower()])
    covered = [(start, end) for start, (end, _) in marks.items()]
    for pattern in (BARE, JOINED):
        for match in pattern.finditer(text):
            kind = KIND_OF[(match[1] or match[2]).lower()]
            if kind == "address" and CHANGES.match(text, match.end()):
                # 地址换成…: talk, and no label.
                continue
            # 手机支架 is no label: what follows must be of its kind.
            fits = kind not in FIGURES or FIGURES_NEXT.match(text, match.end())
            if fits and not any(start < match.end() and match.start() < end for start, end in covered):
                marks[match.start()] = (match.end(), kind)
    zones = []
    order = sorted(marks)
    for nth, start in enumerate(order):
        begin, kind = marks[start]
        following = order[nth + 1] if nth + 1 < len(order) else len(text)
        line_end = text.find("\n", begin)
        if line_end != -1 and not text[begin:line_end].strip():
            # The value stands on the next line.
            begin = line_end + 1
            line_end = text.find("\n", begin)
        end = min(following, line_end if line_end != -1 else len(text))
        if begin < following:
            zones.append(Zone(kind, begin, max(end, begin)))
        if not any(sheet.claims[start : marks[start][0]]):
            sheet.claim(start, marks[start][0], LABEL)
    return zones


CHAT = re.compile(
    r"(?P<who>[^\s:,路街号省市区][^:,路街号省市区]{0,19}?) {1,4}(?:(?:20\d\d[-/年.])?\d{1,2}[-/月.]\d{1,2}日? ?|昨天 ?|今天 "
    r"?|前天 ?|(?:星期|周). ?)?"
    r"(?:上午|下午|晚上|中午|凌晨|早上|AM|PM)? ?\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)? ?:?(?=\s|$)"
)
CLOCK = re.compile(
    r"[\[【(]?(?:20\d\d[-/年.]\d{1,2}[-/月.]\d{1,2}日? ?)?(?:上午|下午|晚上|中午)?\d{1,2}:\d\d(?::\d\d)?[\]】)]? "
    r"{0,4}(?:(?P<who>[^:,\d]{1,16}?) ?(?::|$))?"
)
FRAME = re.compile(
    r"-{2,}[^\n]{0,24}-{2,}|\[(?:图片|表情|微笑|玫瑰|抱拳|强|OK|呲牙|捂脸|位置|语音|视频|转发|链接)\]|「|」|^>+", re.MULTILINE
)


def chat(sheet: Sheet) -> tuple[str, int, int]:
    """Lines a chat window puts before what was said: who spoke, and when. Claimed; the nickname is given back."""
    spoke = ("", 0, 0)
    start = 0
    for line in sheet.text.split("\n"):
        begin, end = start + len(line) - len(line.lstrip()), start + len(line.rstrip())
        start += len(line) + 1
        match = ":" in line and (CHAT.match(sheet.text, begin, end) or CLOCK.match(sheet.text, begin, end))
        if match:
            sheet.claim(match.start(), match.end(), NOISE)
            if match["who"] and not spoke[0]:
                spoke = (match["who"].strip(), match.start("who"), match.end("who"))
    for match in FRAME.finditer(sheet.text):
        if not any(sheet.claims[match.start() : match.end()]):
            sheet.claim(match.start(), match.end(), NOISE)
    return spoke
