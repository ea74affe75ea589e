"""Is it a person's name? By surname, title and shape; a stranger's answer is a grade, not a yes."""

import re

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史"
    "陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路"
    "游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲"
    "虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈"
    "晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
    # What follows is rarer, and a word of its own besides.
    "赖傅常洪兴水昌凤酆贝粱咎经诸钮滑荀羿汲邴糜松弓牧隗山宓蓬郗仰秋暴钭韶蓟怀从鄂咸籍能苍双莘贡扶堵宰郦璩濮寿别充习宦鱼慎庾终暨步弘广禄殳沃蔚越夔厍訾养须巢蒯"
    "红益桓督缑郈有琴归墨谯年闪撒折逄揣凡腊撖苻郄召木旷呙代侬招税庹逢闰甯郇腾种泮竺迮钦才兀玄么买拜者俄罕藤妥"
)
# Surnames too, and more often another word.
SELDOM = frozenset(
    "兴水昌凤酆贝粱咎经诸钮滑荀羿汲邴糜松弓牧隗山宓蓬郗仰秋暴钭韶蓟怀从鄂咸籍能苍双莘贡扶堵宰郦璩濮寿别充习宦鱼慎庾终暨步弘广禄殳沃蔚越夔厍訾养须巢蒯"
    "红益桓督缑郈有琴归墨谯年闪撒折逄揣凡腊撖苻郄召木旷呙代侬招税庹逢闰甯郇腾种泮竺迮钦才兀玄么买拜者俄罕藤妥"
)
# What given names are mostly written with: of each hundred characters in them some ninety-five.
GIVEN = frozenset(
    "伟芳娜敏静秀英丽强磊洋艳勇军杰娟涛明超霞平刚桂兰华玉萍红玲芬燕彬鹏浩凯婷雪琳佳欣怡梓涵子轩宇浩然博文雨泽晨昊天俊熙嘉思远诗雅梦琪可心语桐若曦一诺依芮瑶晓慧颖洁璐薇露茜菲倩妍"
    "婧媛瑞祥志国建民卫东海波斌辉峰林森鑫淼焱垚龙虎豹飞翔腾达兴旺福寿禄康宁安泰和顺德仁义礼智信忠孝廉正清廷良善诚贤才学成功业荣光耀宗祖承继先启元亨利贞乾坤山川江河湖田土石金银铜铁"
    "木水火春夏秋冬梅菊竹松柏柳杨桃杏莲荷花草香蓉芸芝芷苗茹莉莎蕾薰兰蕙萱葵蓓蕊艺苑若英茵荔茗蔚菁菡蕴凤凰鸾鹤燕莺雁鸿鹏雀云霄雷电虹霓霖霏露霜雯震晴阳旭昕昱晖晗晟昌晶晏晔暄曙曜曼星"
    "月日朝夕明亮朗灿炜烨煜煌熠炳焕琛琦琳琅琼瑾瑜璇珍珠珊珂玥玟珏瑛瑗璟璧玺莹冰凌寒清泉源洁淑涵润泓浚淳渊漪潇澜瀚沛沁汐洲津洪涌滨溪沐波清澄滢鸣啸咏歌唱诵书画琴棋墨翰章斐彦彬彪"
    "健壮勤奋劲毅坚恒强胜武威豪雄勋猛刚决定庆喜欢乐悦怡愉恬愿望希祈盼念思忆恋爱情意惠慈恩惜怀宽宏弘大小中少长幼伯仲叔季孟元初新永久常青年代世纪万千百双三四五六七八九十丁甲乙丙佩佑"
    "保伦传俪俏伊仪俐倪倩伶修伯佐任仙以会全公关冠同名向吉君品哲唯善喻园固圣城培基堂墨增士声夫奇奎好妙姗姝姣娇娅娥婉婵嫣嫦嫔媚妮姿娴婕妃妤季安宗定宜宝实家容宾密富察尚尧展岚岩岳峻崇巍州"
    "帆帅师帝常广庭康开强弦彤彩征律得微徽心志怀恺悟慕成才扬承振捷摇放敬敦文方旋昂昆易春景智有权来杉材村杭枫柔柯栋树梁楠榕槐樱欢殿毓水汉沙泊泰洛济浦浪涓淇添湘湛源滔潮焰照熊牧独猛玄率玲"
    "珑理瑰甜生田申画登白百皓盈盛真知砚硕磊祥祯祺禄禹秋科秦穆立童端竞笑笛策筠简箫粲紫红纯纲纹绍绘绣维绮绿缘美群羽翎翠耕聪育胤自至舒航良艾芊芙茂茵荃莺菱萌葆蓝蕴行衡裕襄西观言训诗诚谊谦"
    "豪贝贞贤贵赋赞超越路轶辰运进远连逸道遥邦郁都采里重野金钊钧钦钰铃铎铭锋锐锦镇镜长门闯闻阔际陆隆雁雪霁青静非音韬韵项顺颂领频颜风飒馥馨香骁骄骏高魁鲁鸽麒麟麦黎默齐"
    "菊荣妹娣弟姐娃囡嫂婆娘根栓柱锁喜财发富贵长久有余满仓狗牛马羊虎兔招来引换从再连玖珠妞宝贝毛皮蛋豆点朵丫琰铖昀骞旻翊奕弈霆赫瑄潼沅桉玮璨瑀珩衍屹翰湉苒芃槿娆隽蔓薏禾苏柠橙墨筱"
)
RARE = SELDOM | frozenset("和全应明南原海花强平计国相门云容来都公利但元衣信居干由幸时单官平阳连路成向文方白高关包商")
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
    "闾丘", "东郭", "西门", "申屠", "公冶", "濮阳", "万俟", "闻人", "赫连", "太史", "拓跋", "钟离", "鲜于", "仲孙", "淳于",
    "第五", "梁丘", "左丘", "东门", "百里", "谷梁", "宰父", "夹谷", "公羊", "单于", "太叔", "南门", "呼延", "完颜", "耶律", "纳兰",
    "叶赫", "那拉", "爱新", "陈林", "张简", "范姜",
)
# The characters that names of other tongues are written in.
SOUNDS = frozenset(
    "扎西多吉卓玛次仁旦增格桑央金巴特尔乌兰其娜阿古达木苏日德勒买提江丽热依汗尼加措平罗布顿珠曲拉姆德吉白措旺堆洛桑朝鲁图雅萨仁高娃那斯琴敖恩和毕力呼毛仙努尔古孜帕提曼艾力克木合迪牛吉岩玉香"
)
TITLE = re.compile(
    r"^(?P<who>[\u4e00-\u9fff]{1,4}?)(?:先生|女士|小姐|老师|老板娘?|总|经理|阿姨|叔叔|大姐|大哥|姐|哥|医生|太太|师傅|同学|"
    r"主任|店长|妈妈|妈咪|麻麻|[妈爸爹娘叔姨婶嫂伯弟妹姑爷婆嬷导]|爸爸|奶奶|爷爷|外婆|外公|姥姥|姥爷|姐姐|哥哥|妹妹|弟弟|"
    r"[院校处科局村班社厂站行所队组部会学团]长|书记|教授|律师|工|会计|掌柜|助理|总监|经理|教练|博士|护士|医师|同志|师[兄姐弟妹傅]|"
    r"女王|美女|帅哥|姑娘|公子|夫人|司机|老大)$"
)
NICK = re.compile(r"^(?:小|老|阿|大)[\u4e00-\u9fff]{1,2}$")
FAR = re.compile(r"^[\u4e00-\u9fff]{1,8}[·•・.‧][\u4e00-\u9fff]{1,10}(?:[·•・.‧][\u4e00-\u9fff]{1,10})?$")
LATIN = re.compile(r"^[A-Z][A-Za-z'’-]*[a-z](?: [A-Z][A-Za-z'’.-]*){0,3}$")
# 王 五, 欧阳 静, 罗 伟强: blanks that only make names as long as one another.
SPACED = re.compile(
    rf"(?<![^\s,;:。|/()（）])(?:[{''.join(sorted(SURNAMES))}]|{'|'.join(COMPOUND)}) {{1,4}}[\u4e00-\u9fff]{{1,2}}(?![^\s,;:。|/()\d+])"
)
PINYIN = re.compile(r"^[a-z]{2,}(?: [a-z]{2,}){1,2}$")
CHINESE = re.compile(r"^[\u4e00-\u9fff]+$")
# Words that begin like a name, and are none.
NONE = re.compile(
    r"(?:北京|天津|上海|重庆|河北|山西|辽宁|黑龙江|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|陕西|甘肃|青海|新疆|西藏|宁夏)(?:[省市]|$)|颜色|[黄白金蓝银紫红绿黑灰粉棕橙米杏]色|方便|马上|周[一二三四五六日末]|时间|单[价独号]|包[装邮裹]|高[档级]|常温|安全|"
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
SELF = re.compile(r"^(?:麻烦|请|帮忙?|帮我)*(?:我是|我叫|我|叫|是|[寄发送邮带]给|快递给|"
    r"收货人|收件人|新客户|老客户|客户|找|联系|交给|转交|给|还是|仍是|[改换][成为]|现在[是叫]?)(?=[\u4e00-\u9fff]{2,4}$)")
# 李红要2箱苹果.
ASKS = re.compile(r"(?:想要|要|需要|想买|买|订|下单|拍了?)$")
TAKES = re.compile(r"(?:\(?(?:亲?收|启|(?<=[\u4e00-\u9fff]{3})寄)\)?|\((?:先生|女士|小姐)\)?)$")


def bare(text: str) -> tuple[int, int]:
    """Where the name itself begins and ends: without 我是 and 收."""
    start, end = 0, len(text)
    asks = ASKS.search(text)
    if asks and grade(text[: asks.start()]) >= 2:
        text, end = text[: asks.start()], asks.start()
    lead = SELF.match(text)
    if lead and grade(text) < 3:
        start = lead.end()
    tail = TAKES.search(text)
    if tail and tail.start() - start >= 2:
        end = tail.start()
    return start, end


def joined(text: str) -> str:
    """王 五 is called 王五."""
    return "".join(text.split()) if SPACED.fullmatch(text) else text


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
    like = likeness(text)
    if text[0] in RARE:
        return 3 if like == 1 and len(text) == 3 and text[0] in SELDOM else 2
    return 3 if like else 2


def likeness(text: str) -> float:
    """How much of what follows the surname is written as given names mostly are: 0 to 1."""
    given = text[2:] if text[:2] in COMPOUND and len(text) > 2 else text[1:]
    return sum(letter in GIVEN for letter in given) / max(1, len(given))
