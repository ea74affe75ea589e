"""Why a payment failed, in plain words: what gateways call it, what it means, and what to do."""

from collections.abc import Mapping
from typing import NamedTuple


class Cause(NamedTuple):
    """``zh`` says what happened, ``fix`` what to tell the buyer."""

    code: str
    zh: str
    fix: str


CAUSES: Mapping[str, Cause] = {
    cause.code: cause
    for cause in (
        Cause("balance", "余额不足", "请买家充值，或换一张卡、换一种付款方式"),
        Cause("limit", "超过了限额", "请买家换一张卡，或分几笔付"),
        Cause("cancelled", "买家没有付完就退出了", "问问买家还要不要，把付款链接再发一次"),
        Cause("timeout", "超时没有付", "延长付款期限，请买家再付一次"),
        Cause("password", "密码错了太多次", "请买家过一会儿再付，或换一种付款方式"),
        Cause("card", "银行卡不能用", "请买家换一张卡，或换一种付款方式"),
        Cause("risk", "支付平台怕有风险，拦下了", "请买家联系支付平台，或换一种付款方式"),
        Cause("account", "买家的支付账号不能用", "请买家换一个账号，或换一种付款方式"),
        Cause("busy", "支付平台忙", "过几分钟再付"),
        Cause("other", "没有付成", "请买家再付一次；还不行就换一种付款方式"),
    )
}
# What Alipay and WeChat Pay call it, as their own documents write the codes.
CODES: Mapping[str, str] = {
    "ACQ.BUYER_BALANCE_NOT_ENOUGH": "balance",
    "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH": "balance",
    "NOTENOUGH": "balance",
    "NOT_ENOUGH": "balance",
    "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR": "limit",
    "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR": "limit",
    "ACQ.BEYOND_PAY_RESTRICTION": "limit",
    "ACQ.TOTAL_FEE_EXCEED": "limit",
    "BANKERROR": "card",
    "CARD_ERROR": "card",
    "ACQ.ERROR_BALANCE_PAYMENT_DISABLE": "account",
    "ACQ.BUYER_ENABLE_STATUS_FORBID": "account",
    "ACCOUNTERROR": "account",
    "ACCOUNT_ERROR": "account",
    "USERPAYING": "password",
    "ACQ.PAYMENT_FAIL": "other",
    "ACQ.PAYMENT_REQUEST_HAS_RISK": "risk",
    "RULELIMIT": "risk",
    "RULE_LIMIT": "risk",
    "ACQ.TRADE_HAS_CLOSE": "timeout",
    "TRADE_CLOSED": "timeout",
    "CLOSED": "timeout",
    "ORDERCLOSED": "timeout",
    "REVOKED": "cancelled",
    "ACQ.SYSTEM_ERROR": "busy",
    "SYSTEMERROR": "busy",
    "SYSTEM_ERROR": "busy",
    "PAYERROR": "other",
}


def cause_of(code: str) -> Cause:
    """What a gateway's code, or one of our own words, means."""
    said = code.strip()
    return CAUSES.get(said) or CAUSES[CODES.get(said.upper(), "other")]
