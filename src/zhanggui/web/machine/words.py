"""What each job is called, by people."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

JOBS: Mapping[str, str | Promise] = {
    "orders.review_placed": _("审核新单"),
    "orders.review_restored": _("审核恢复的单"),
    "orders.review_submitted": _("审核提交的单"),
    "orders.review_those_that_waited": _("到货后重审缺货单"),
    "orders.review_again": _("重审改过的单"),
    "tracking.follow_shipped": _("开始跟踪发出的包裹"),
    "tracking.hand_over": _("把发出的包裹告诉快递"),
    "tracking.complete_due": _("到期自动完成订单"),
    "tracking.poll_carriers": _("向快递查物流"),
    "channels.run_import": _("导入文件"),
    "channels.forget_uploads": _("清掉过期的上传文件"),
    "fulfilment.give_back": _("向快递退单号"),
    "fulfilment.settle_waybills": _("追问没回音的单号"),
    "ops.back_up": _("定时备份"),
    "ops.back_up_asked": _("手动备份"),
    "ops.try_again": _("试还原备份"),
    "ops.know_the_tables": _("更新数据库统计"),
    "ops.seal_the_book": _("封存操作日志"),
    "accounts.send_link": _("寄重设密码的链接"),
    "accounts.forget_sessions": _("清掉过期的登录"),
    "ops.do_nothing": _("测速"),
}


def of(name: str) -> str | Promise:
    """A job of a plugin nobody here knows is called by its own name."""
    return JOBS.get(name, name)
