"""WeChat Pay v3 behind the port."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from zhanggui.gateways.wechatpay import wire
from zhanggui.payments.port import Account, Answer, Asked, Entry, Notice

KEY_BYTES = 32


class WechatPay:
    """What WeChat Pay tells of payments to one merchant number."""

    code, title, method = "wechatpay", "微信支付", "微信支付"
    asks = (
        Asked("mchid", "商户号"), Asked("api_v3_key", "APIv3 密钥（32 位）"), Asked("serial", "平台证书序列号，或公钥 ID"),
        Asked("public_key", "平台证书，或微信支付公钥", long=True),
    )  # fmt: skip
    heard, refused = Answer(204, ""), Answer(401, '{"code":"FAIL","message":"refused"}', "application/json")

    def wrong(self, account: Account) -> str:
        said = account.settings
        if not said.get("mchid", "").isdecimal():
            return "mchid"
        if len(said.get("api_v3_key", "").encode()) != KEY_BYTES:
            return "api_v3_key"
        if not said.get("serial"):
            return "serial"
        try:
            wire.public_key(said.get("public_key", ""))
        except ValueError:
            return "public_key"
        return ""

    def notice(self, account: Account, headers: Mapping[str, str], body: bytes, at: datetime) -> Notice:
        said = account.settings
        wire.checked(headers, body, wire.public_key(said["public_key"]), said["serial"], at)
        event, resource = wire.resource_of(body)
        return wire.notice_of(event, wire.opened(resource, said["api_v3_key"].encode()), said["mchid"])

    def statement(self, data: bytes) -> Sequence[Entry]:
        return wire.lines_of(data)


GATEWAY = WechatPay()
