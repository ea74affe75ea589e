"""What a person is told of a problem with an address: a sentence, and the next step."""

from django.utils.translation import gettext_lazy as _

from zhanggui.customers.places.checking import Problem
from zhanggui.kernel.errors import Text

WORDS: dict[str, tuple[Text, Text]] = {
    "no-name": (_("没有收件人姓名。"), _("填写收件人。")),
    "no-phone": (_("没有电话。"), _("填写手机、座机或虚拟号。")),
    "bad-phone": (_("不像电话号码。"), _("核对号码；虚拟号写成 18412345678-123。")),
    "masked-phone": (_("是打码的号码，不能用来打面单。"), _("从平台取完整号码或虚拟号。")),
    "no-province": (_("没有省份。"), _("选择省份。")),
    "no-city": (_("没有城市。"), _("选择城市。")),
    "no-district": (_("没有区县。"), _("能确定就补上，派送更准。")),
    "no-street": (_("没有详细地址。"), _("填写街道和门牌。")),
    "no-postcode": (_("没有邮编。"), _("填写邮编，寄往境外要用。")),
    "bad-postcode": (_("邮编的位数不对。"), _("核对邮编。")),
    "city-elsewhere": (_("{given}属于{lies_in}，不属于{not_in}。"), _("核对省份和城市。")),
    "district-elsewhere": (_("{given}属于{lies_in}，不属于{not_in}。"), _("核对城市和区县。")),
    "former-name": (_("{given}现在叫{lies_in}。"), _("可以改成现在的名字；不改也能送到。")),
}


def sentence(problem: Problem) -> str:
    """One sentence about a problem of ``places.checking``."""
    return str(WORDS[problem.code][0]).format_map(problem.facts)


def fix(problem: Problem) -> str:
    """The next step."""
    return str(WORDS[problem.code][1])
