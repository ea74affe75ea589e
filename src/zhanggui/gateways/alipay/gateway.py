"""Alipay behind the port."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from zhanggui.gateways.alipay import wire
from zhanggui.payments.port import Account, Answer, Asked, Entry, Forged, Notice


class Alipay:
    """What Alipay tells of payments to one app."""

    code, title, method = "alipay", "支付宝", "支付宝"
    asks = (
        Asked("app_id", "应用 ID（APPID）"), Asked("seller_id", "商户号（PID）", optional=True), Asked("public_key", "支付宝公钥", long=True),
    )  # fmt: skip
    heard, refused = Answer(200, "success"), Answer(400, "failure")

    def wrong(self, account: Account) -> str:
        if not account.settings.get("app_id", "").isdecimal():
            return "app_id"
        try:
            wire.public_key(account.settings.get("public_key", ""))
        except ValueError:
            return "public_key"
        return ""

    def notice(self, account: Account, headers: Mapping[str, str], body: bytes, at: datetime) -> Notice:
        params = wire.params_of(body)
        wire.checked(params, wire.public_key(account.settings["public_key"]))
        # Signed for somebody: only for us it counts.
        if params.get("app_id") != account.settings["app_id"]:
            raise Forged("app_id")
        seller = account.settings.get("seller_id", "")
        if seller and params.get("seller_id", seller) != seller:
            raise Forged("seller_id")
        return wire.notice_of(params)

    def statement(self, data: bytes) -> Sequence[Entry]:
        return wire.lines_of(data)


GATEWAY = Alipay()
