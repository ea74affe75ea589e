"""What people ask for beside the goods: when, where to leave it, what to write. By the words such wishes are made of."""

import re

WISH = re.compile(
    r"尽快|快点|抓紧|加急|急用|急需|着急|早点|发货|送货|送到前|派送|配送|不要[发放打送]|别[发放打送走用]|勿|放(?:在)?(?:门|"
    r"前台|驿站|快递柜|丰巢|保安|物业|传达)|门卫代?收?$|代收点|"
    r"发票|抬头|税号|包装(?:好|严|精|仔|结|扎)|包好|包严|包结实|仔细|轻拿|轻放|易碎|礼盒包装|礼品袋|贺卡|卡片|留言|写上|"
    r"写[“\"']|祝|生日|送人|送礼|礼物|周[一二三四五六日末]|工作日|上午|下午|晚上|"
    r"中午|前送|后送|[点號号日天]前|打电话|电话联系|提前联系|来电|联系我|加微信|换货|退货|不要[小辣香葱糖]|要新鲜|新鲜的|"
    r"日期(?:新|要)|挑(?:大|好|新)|颜色随机|随机|缺货|没货|"
    r"发(?:顺丰|圆通|中通|韵达|申通|邮政|京东|德邦|EMS|极兔)|走(?:顺丰|圆通|中通|韵达|申通|邮政|京东|德邦)|用(?:顺丰|圆通|"
    r"中通|韵达|申通|邮政|京东|德邦)|顺丰(?:到付)?$|到付|自提|保密|匿名|隐私|"
    r"不用|不需要|只(?:能|在)|务必|一定要|千万|记得|注意|please|asap|leave|deliver|gift|fragile|invoice",
    re.IGNORECASE,
)


def looks(text: str) -> bool:
    """Is it a wish?"""
    return WISH.search(text) is not None
