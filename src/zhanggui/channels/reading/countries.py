"""Country names as order files write them, to ISO 3166-1 codes."""

from zhanggui.channels.reading.cells import normal

_NAMES: dict[str, tuple[str, ...]] = {
    "AE": ("United Arab Emirates", "阿联酋"), "AR": ("Argentina", "阿根廷"), "AT": ("Austria", "奥地利"),
    "AU": ("Australia", "澳大利亚"), "BE": ("Belgium", "比利时"), "BG": ("Bulgaria", "保加利亚"), "BH": ("Bahrain", "巴林"),
    "BR": ("Brazil", "巴西"), "CA": ("Canada", "加拿大"), "CH": ("Switzerland", "瑞士"), "CL": ("Chile", "智利"),
    "CN": ("China", "中国", "中国大陆", "PRC"), "CO": ("Colombia", "哥伦比亚"), "CY": ("Cyprus", "塞浦路斯"),
    "CZ": ("Czech Republic", "Czechia", "捷克"), "DE": ("Germany", "德国"), "DK": ("Denmark", "丹麦"),
    "EE": ("Estonia", "爱沙尼亚"), "EG": ("Egypt", "埃及"), "ES": ("Spain", "西班牙"), "FI": ("Finland", "芬兰"),
    "FR": ("France", "法国"), "GB": ("United Kingdom", "Great Britain", "UK", "England", "Channel Islands UK", "英国"),
    "GR": ("Greece", "希腊"), "HK": ("Hong Kong", "香港", "中国香港", "香港特别行政区"), "HR": ("Croatia", "克罗地亚"),
    "HU": ("Hungary", "匈牙利"), "ID": ("Indonesia", "印度尼西亚", "印尼"), "IE": ("Ireland", "EIRE", "爱尔兰"),
    "IL": ("Israel", "以色列"), "IN": ("India", "印度"), "IS": ("Iceland", "冰岛"), "IT": ("Italy", "意大利"),
    "JE": ("Jersey", "泽西岛"), "JP": ("Japan", "日本"), "KH": ("Cambodia", "柬埔寨"),
    "KR": ("South Korea", "Korea", "Republic of Korea", "韩国"), "KZ": ("Kazakhstan", "哈萨克斯坦"),
    "LB": ("Lebanon", "黎巴嫩"), "LT": ("Lithuania", "立陶宛"), "LU": ("Luxembourg", "卢森堡"),
    "LV": ("Latvia", "拉脱维亚"), "MM": ("Myanmar", "缅甸"), "MO": ("Macau", "Macao", "澳门", "中国澳门", "澳门特别行政区"),
    "MT": ("Malta", "马耳他"), "MX": ("Mexico", "墨西哥"), "MY": ("Malaysia", "马来西亚"), "NG": ("Nigeria", "尼日利亚"),
    "NL": ("Netherlands", "Holland", "荷兰"), "NO": ("Norway", "挪威"), "NZ": ("New Zealand", "新西兰"),
    "PE": ("Peru", "秘鲁"), "PH": ("Philippines", "菲律宾"), "PK": ("Pakistan", "巴基斯坦"), "PL": ("Poland", "波兰"),
    "PT": ("Portugal", "葡萄牙"), "QA": ("Qatar", "卡塔尔"), "RO": ("Romania", "罗马尼亚"),
    "RU": ("Russia", "Russian Federation", "俄罗斯"), "SA": ("Saudi Arabia", "沙特阿拉伯"), "SE": ("Sweden", "瑞典"),
    "SG": ("Singapore", "新加坡"), "SI": ("Slovenia", "斯洛文尼亚"), "SK": ("Slovakia", "斯洛伐克"),
    "TH": ("Thailand", "泰国"), "TR": ("Turkey", "Türkiye", "土耳其"), "TW": ("Taiwan", "台湾", "中国台湾", "台湾省"),
    "UA": ("Ukraine", "乌克兰"), "US": ("United States", "USA", "United States of America", "U.S.A.", "美国"),
    "VN": ("Vietnam", "Viet Nam", "越南"), "ZA": ("South Africa", "RSA", "南非"),
}
_CODES = {normal(name): code for code, names in _NAMES.items() for name in (code, *names)}


def country_of(words: str) -> str | None:
    """The ISO code of a country's name or code, or ``None``."""
    return _CODES.get(normal(words))
