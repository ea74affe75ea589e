"""Is it a person's name? By surname, title and shape; a stranger's answer is a grade, not a yes."""

import re

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史"
    "陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路"
    "游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲"
    "虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈"
    "晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
)
RARE = frozenset("和全应明南原海花强平计国相门云容来都公利但元衣信居干由幸时单官平阳连路成向文方白高关包商")
COMPOUND = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "南宫",
    "端木",
    "百里",
    "轩辕",
    "独孤",
    "宇文",
    "长孙",
    "澹台",
    "呼延",
)
# The characters that names of other tongues are written in.
SOUNDS = frozenset(
    "扎西多吉卓玛次仁旦增格桑央金巴特尔乌兰其娜阿古达木苏日德勒买提江丽热依汗尼加措平罗布顿珠曲拉姆德吉白措旺堆洛桑朝鲁图雅萨仁高娃那斯琴敖恩和毕力呼毛仙努尔古孜帕提曼艾力克木合迪牛吉岩玉香"
)
TITLE = re.compile(
    r"^(?P<who>[\u4e00-\u9fff]{1,4}?)(?:先生|女士|小姐|老师|老板娘?|总|经理|阿姨|叔叔|大姐|大哥|姐|哥|医生|太太|师傅|同学|"
    r"主任|店长|妈妈|奶奶|爷爷|院长|校长|教授|律师|工|会计|掌柜)$"
)
NICK = re.compile(r"^(?:小|老|阿|大)[\u4e00-\u9fff]{1,2}$")
FAR = re.compile(r"^[\u4e00-\u9fff]{1,8}[·•・.‧][\u4e00-\u9fff]{1,10}(?:[·•・.‧][\u4e00-\u9fff]{1,10})?$")
LATIN = re.compile(r"^[A-Z][A-Za-z'’-]*[a-z](?: [A-Z][A-Za-z'’.-]*){0,3}$")
PINYIN = re.compile(r"^[a-z]{2,}(?: [a-z]{2,}){1,2}$")
CHINESE = re.compile(r"^[\u4e00-\u9fff]+$")
# Words that begin like a name, and are none.
NONE = re.compile(
    r"颜色|[黄白金蓝银紫红绿黑灰粉棕橙米杏]色|方便|马上|周[一二三四五六日末]|时间|单[价独号]|包[装邮裹]|高[档级]|常温|安全|"
    r"成[都人]|明[天早晚]|海鲜|花[茶生]|平[时安]|南[边门北瓜]|"
    r"强烈|文件|武汉|江苏|杭州|宁波|和平|连锁|路口|门[口卫]|国[内庆]|元旦|都[要是可]|来[自一两三]|方[形式]|白[天酒茶]|"
    r"金[额属]|温[馨州]|何时|易碎|易[坏烂]|关[于门注]|全[部新]|应[付该]|应急|"
    r"向[日上]|党参|查[收看]|谢谢|多谢|感谢|麻烦|麻烦您|费用|计[价划]|相[关册]|信[息封用]|普通|干[净果货]|时候|官[方网]|"
    r"万分|石榴|梅干|柳[橙丁]|白菜|黄瓜|黄桃|米[饭面粉]|麦片|龙[井虾眼]|毛[巾衣尖]|"
    r"马克|方巾|毛毯|毛笔|羊[毛肉绒]|牛[奶肉油仔轧]|石斛|苏打|燕[麦窝]|鲜[花奶肉]|商品|货|款|收件|收货|地址|电话|手机|姓名|"
    r"备注|快递|订单|付款|顺丰|圆通|中通|韵达|申通|邮政|京东|安能|德邦|"
    r"你好|您好|在吗|好的|可以|同上|亲|项目|车厘|车载|单品|单肩|双肩|衣服|裤|鞋|宝贝|广东|广西|云南|云吞|房间|华为|荣耀|"
    r"小米|小号|大号|大码|小码|中号|大份|小份|大箱|小箱|大盒|小盒|大瓶|"
    r"大红|小时|老[地样客]|大概|大门|小区|大家|小心|阿胶|尽快|贺卡|贺词|柴[火鸡]|包括|解释|安排|成交|管道|支持|支付|转账|"
    r"现金|微信|公司|公寓|强调|施工|席梦|景德|纪念|童[装鞋]|"
    r"女装|男装|女款|男款|红枣|黑枣|红茶|绿茶|简单|简易|温水|项链|石头|白糖|红糖|冷[藏冻链]|时尚|路由|左右|左手|右手|许愿|"
    r"苗条|宁可|任[意何一选]|程序|司机|和气"
)
ENDS = re.compile(r"[号室楼幢栋座层弄巷路街道镇乡村组厦寓苑件箱盒瓶袋包套双条只台斤罐元块色码款装味]$")


# Around a name: 我是…, 找…, …收.
SELF = re.compile(r"^(?:我是|我叫|我|叫|是|收货人|收件人|新客户|老客户|客户|找|联系|交给|转交|给)(?=[\u4e00-\u9fff]{2,4}$)")
TAKES = re.compile(r"(?:\(?(?:亲?收|启)\)?|\((?:先生|女士|小姐)\)?)$")


def bare(text: str) -> tuple[int, int]:
    """Where the name itself begins and ends: without 我是 and 收."""
    start, end = 0, len(text)
    lead = SELF.match(text)
    if lead and grade(text) < 3:
        start = lead.end()
    tail = TAKES.search(text)
    if tail and tail.start() - start >= 2:
        end = tail.start()
    return start, end


def grade(text: str) -> int:
    """3: a name; 2: likely; 1: it could be; 0: none."""
    if not text or len(text) > 40 or any(letter.isdigit() for letter in text):
        return 0
    if CHINESE.match(text):
        return _chinese(text)
    if FAR.match(text):
        return 3
    if LATIN.match(text):
        return 2 if " " in text else 1
    return 1 if PINYIN.match(text) else 0


def _chinese(text: str) -> int:
    if NONE.match(text):
        return 0
    title = TITLE.match(text)
    if title:
        who = title["who"]
        if who[0] in SURNAMES or who[:2] in COMPOUND:
            return 3
        return 2 if len(text) >= 2 else 0
    if len(text) in (2, 3, 4) and text[:2] in COMPOUND and len(text) > 2:
        return 3
    if 3 <= len(text) <= 7 and set(text) <= SOUNDS:
        return 2
    if len(text) > 4 or len(text) < 2:
        return 0
    if NICK.match(text):
        return 2
    if ENDS.search(text):
        return 1 if len(text) <= 3 and text[0] in SURNAMES and text[-1] in "路道元装村组楼栋苑镇乡" else 0
    if text[0] not in SURNAMES:
        return 1
    if len(text) == 4:
        return 2 if text[1] in SURNAMES else 1
    return 2 if text[0] in RARE else 3
