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
    "orders.place_recurring": _("按时下定期单"),
    "orders.chase_payments": _("催付款、到期取消没付款的单"),
    "orders.count_joinable": _("数能合并的单"),
    "orders.let_go_in_time": _("放行挂到期的单"),
    "orders.let_go_what_waited": _("放行等到了的单"),
    "orders.let_go_what_was_paid": _("放行等到钱的单"),
    "orders.let_go_what_waited_for_goods": _("放行等到货的单"),
    "orders.stop_those_of_the_blocked": _("拦下黑名单的单"),
    "orders.let_go_those_of_the_unblocked": _("放行不再在黑名单的单"),
    "orders.count_handled": _("统计多少单没经人手"),
    "orders.forget_drafts": _("清掉一个月没动的新单草稿"),
    "tracking.follow_shipped": _("开始跟踪发出的包裹"),
    "tracking.hand_over": _("把发出的包裹告诉快递"),
    "tracking.complete_due": _("到期自动完成订单"),
    "tracking.poll_carriers": _("向快递查物流"),
    "channels.run_import": _("导入文件"),
    "channels.undo_imports": _("撤销导入"),
    "channels.forget_uploads": _("清掉过期的上传文件"),
    "fulfilment.fetch": _("向快递要单号"),
    "fulfilment.give_back": _("向快递退单号"),
    "fulfilment.settle_waybills": _("追问没回音的单号"),
    "ops.back_up": _("定时备份"),
    "ops.back_up_asked": _("手动备份"),
    "ops.try_again": _("试还原备份"),
    "ops.forget_answers": _("清掉一周前回给程序的答案"),
    "ops.know_the_tables": _("更新数据库统计"),
    "ops.seal_the_book": _("封存操作日志"),
    "accounts.send_link": _("寄重设密码的链接"),
    "accounts.forget_sessions": _("清掉过期的登录"),
    "accounts.send_invitation": _("寄邀请"),
    "accounts.forget_invitations": _("清掉过期的邀请"),
    "journal.do_alone": _("十分钟到了，照做没有别人能同意的事"),
    "journal.let_expire": _("过了七天没人同意的事作废"),
    "hooks.send_waiting": _("把消息推送给外面的程序"),
    "hooks.sweep": _("补推没推出去的消息"),
    "hooks.forget_old_messages": _("清掉三十天前的推送记录"),
    "hooks.pause_those_of_who_may_no_longer": _("停掉没有权限的人建的推送"),
    "hooks.pause_those_of_a_role": _("停掉没有权限的角色建的推送"),
    "ops.forget_files": _("清掉被删除的人还在的上传文件"),
    "ops.seal_anew": _("用新密钥重新加密"),
    "ops.erase_what_is_old": _("删除到期的个人信息"),
    "ops.do_nothing": _("测速"),
}


def of(name: str) -> str | Promise:
    """A job of a plugin nobody here knows is called by its own name."""
    return JOBS.get(name, name)
