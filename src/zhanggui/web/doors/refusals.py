"""Why a page of a form is shown again instead of placing an order."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class FormBusy(Refused):
    code = "form-busy"
    says = _("这会儿下单的太多了，这一单还没有下。")
    fix = _("您填的都还在，过几分钟再提交一次。")
    status = 429


class FormOld(Refused):
    code = "form-old"
    says = _("这一页打开太久了，还没有下单。")
    fix = _("您填的都还在：看一下现在的价格，再提交一次。")
    status = 422


class FormAsks(Refused):
    code = "form-asks"
    says = _("还差一步：请回答下面的问题，说明是人在填。")
    fix = _("您填的都还在。")
    status = 422
