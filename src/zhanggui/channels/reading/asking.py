"""A file that can be read in more than one way asks, and says nothing came in until somebody chose."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.errors import Unreadable
from zhanggui.kernel.errors import Refused, Text

Answers = tuple[tuple[str, Text], ...]
LEAVE = "leave"


class Asked(Unreadable):
    """``key`` names the choice, ``answers`` what may be said: (value, in words). ``facts`` have ``choose``, for the command line."""

    key: ClassVar[str] = ""
    ways: ClassVar[Answers] = ()
    more: ClassVar[Text] = ""
    fix = _("选一种读法再看；命令行加 --choose {choose}。")

    def __init__(self, answers: Answers = (), **facts: Any) -> None:
        self.answers = answers or self.ways
        said = "|".join(value for value, _words in self.answers)
        super().__init__(**{**facts, "choose": f"{self.key}={said}"})


class AskKind(Asked):
    """``facts``: suffix, seems, and ``reads``, which kind it would be read as."""

    code, key = "ASK_KIND", "kind"
    says = _("这个文件的名字是 {suffix}，里面其实是{seems}。")
    more = _("照里面的读就行；也可以用 Excel 打开，另存为 .xlsx 再传。")
    ways = (("as-is", _("按里面的内容读")),)

    def __init__(self, answers: Answers = (), *, reads: str = "", **facts: Any) -> None:
        super().__init__(answers or ((("as-is", format_lazy(_("按 {kind} 读"), kind=reads)),) if reads else ()), reads=reads, **facts)


class AskUnpack(Asked):
    """``facts``: name."""

    code, key = "ASK_UNPACK", "unpack"
    says = _("这是压缩包，里面有一个文件：{name}。")
    ways = (("one", _("解开它，读里面这个文件")),)


class AskEncoding(Asked):
    code, key = "ASK_ENCODING", "encoding"
    says = _("这份文件用的是哪种文字编码，看不出来。")


class AskDelimiter(Asked):
    """``facts``: mark."""

    code, key = "ASK_DELIMITER", "delimiter"
    says = _("各列好像是用全角的「{mark}」分开的。")

    def __init__(self, answers: Answers = (), *, mark: str, **facts: Any) -> None:
        super().__init__(answers or ((mark, format_lazy(_("用「{mark}」分列"), mark=mark)),), mark=mark, **facts)


class AskQuotes(Asked):
    """``facts``: row."""

    code, key = "ASK_QUOTES", "quotes"
    says = _("第 {row} 行的单元格中间有多余的双引号。")
    ways = (("plain", _("把双引号当普通字读")),)


class AskHeader(Asked):
    """``facts``: row (the one that looks most like it)."""

    code, key = "ASK_HEADER", "header_row"
    says = _("表头好像在第 {row} 行，上下还有别的字。")


class AskFormulas(Asked):
    """``facts``: many."""

    code, key = "ASK_FORMULAS", "formulas"
    says = _("表里有 {many} 个公式。公式的结果是上次保存时算的，可能已经过时。")
    ways = (("take", _("用保存的结果")), (LEAVE, _("不用，含公式的行不导入")))


class AskDates(Asked):
    code, key = "ASK_DATES", "dates"
    says = _("有的日期分不清月和日，像 03/04/2026 这样。")
    ways = (("dmy", _("日在前：3 月 4 日写成 04/03")), ("mdy", _("月在前：3 月 4 日写成 03/04")), (LEAVE, _("这些行不导入")))


class AskSerials(Asked):
    code, key = "ASK_SERIALS", "serials"
    says = _("有的日期只是一个数字，像是表格软件的日期序号。")
    ways = (("1900", _("按 Excel 的序号读（1900 年起）")), ("1904", _("按旧版 Mac 的序号读（1904 年起）")), (LEAVE, _("这些行不导入")))


# What turned a row away, and the question that would let it in. The first two are put before anything is written; the others
# are offered, for leaving the rows out is a good answer too.
_BEFORE: Mapping[Code, type[Asked]] = {Code.DATE_ORDER: AskDates, Code.DATE_SERIAL: AskSerials}


@dataclass(frozen=True)
class Offer:
    """Another way to read what was turned away, or what the file does not say. ``chosen`` is the answer in force; one that is
    ``needed`` has none until somebody gives it. ``detail`` is what it is about."""

    key: str
    says: Text
    answers: Answers
    chosen: str
    needed: bool = False
    detail: str = ""


_OFFERED: Mapping[Code, tuple[str, Text, Answers]] = {
    Code.ORDER_NO_BLANK: ("fill", _("有的行没有订单号"), (("", _("不导入这些行")), ("down", _("算作上面那一单的")))),
    Code.HIDDEN_ROW: ("hidden", _("有的行在表格里是隐藏的"), (("", _("不导入这些行")), ("take", _("和别的行一样导入")))),
    Code.SAME_ROW_TWICE: ("repeats", _("有的行和同一单的另一行一模一样"), (("", _("是重复粘贴，只算一次")), ("add", _("真要这么多，加在一起")))),
    Code.AMOUNTS_DIFFER: ("amounts", _("同一单各行的金额不一样"), (("", _("不导入这些单")), ("sum", _("是每行自己的，加起来")))),
    Code.SKU_MANGLED: ("sku_numbers", _("有的商品编码存成了数字"), (("", _("不导入这些行")), ("take", _("就用这个数字作编码")))),
}

PAYMENT: tuple[Text, Answers] = (
    _("这份文件没有一列写明付没付款。这些单："), (("unpaid", _("都还没付款")), ("paid", _("都付清了")), ("cod", _("都是货到付款")))
)
GOODS: tuple[Text, Answers] = (
    _("有的商品编码不在商品里。含它们的单："),
    (("", _("先收下，审单时由人对上商品")), ("create", _("按表里的名称新建商品")), ("reject", _("不导入这些单"))),
)
NUMBERS: tuple[Text, Answers] = (
    _("这份表没有订单号？"), (("row", _("每行是一单")), ("person", _("同一个收件人连着的几行是一单")))
)
EXTRAS: tuple[Text, Answers] = (
    _("有的列掌柜用不上。里面的字："), (("", _("不带进订单，只留在原文件里")), ("note", _("连列名记进卖家备注")))
)

WAYS: Mapping[str, Answers] = {
    **{each.key: each.ways for each in (AskKind, AskUnpack, AskQuotes, AskFormulas, AskDates, AskSerials)},
    **{key: answers[1:] for key, _says, answers in _OFFERED.values()},
    "numbers": NUMBERS[1], "payment": PAYMENT[1], "goods": GOODS[1][1:], "extras": EXTRAS[1][1:],
}


KEYS = (*WAYS, "encoding", "delimiter")
# What an answer is about, where it stands beside the others that are in force.
ANSWERED: Mapping[str, Text] = {
    "kind": _("里面是什么"), "unpack": _("压缩包"), "encoding": _("文字编码"), "delimiter": _("分列的符号"), "quotes": _("多余的双引号"),
    "formulas": _("公式"), "dates": _("日期的月和日"), "serials": _("写成数字的日期"), "header_row": _("表头"), "numbers": _("订单号"),
    "fill": _("没有订单号的行"),
    "hidden": _("隐藏的行"), "repeats": _("一模一样的行"), "amounts": _("各行不一样的金额"),
    "sku_numbers": _("存成数字的编码"), "payment": _("付款"), "goods": _("没有的商品"),
    "extras": _("没用到的列"),
}
# What a file must be asked before its header is known is a matter of that file alone.
OF_COLUMNS = (
    "numbers", "quotes", "formulas", "dates", "serials", "fill", "hidden", "repeats", "amounts", "sku_numbers", "payment", "goods", "extras",
)  # fmt: skip


class UnknownChoice(Refused):
    """``facts``: choice, known."""

    code = "unknown-choice"
    says = _("没有「{choice}」这种读法。")
    fix = _("可用的有：{known}。")
    status = 422


def checked(said: Mapping[str, str]) -> dict[str, str]:
    """Choices as somebody typed them. Raises UnknownChoice."""
    for key, value in said.items():
        if key in ("encoding", "delimiter"):
            continue
        if value not in {answer for answer, _words in WAYS.get(key, ())}:
            known = "、".join(f"{name}={way}" for name, ways in WAYS.items() for way, _words in ways)
            raise UnknownChoice(choice=f"{key}={value}"[:60], known=known)
    return dict(said)


def about_problems(codes: Collection[str], choices: Choices) -> None:
    """Before anything is written: what turned rows away and one answer for the whole file would mend. Raises Asked."""
    for code, question in _BEFORE.items():
        if code in codes and not getattr(choices, question.key):
            raise question()


def offers(codes: Collection[str], choices: Choices) -> list[Offer]:
    """Other ways to read what was turned away, and those in force."""
    found = []
    for code, (key, says, answers) in _OFFERED.items():
        chosen = getattr(choices, key)
        if code in codes or chosen:
            found.append(Offer(key, says, answers, chosen))
    return found


def about_table(table: Any, choices: Choices) -> None:
    """What a table's own look raises: where its header is, and whether saved results of formulas count. Raises Asked."""
    if choices.header_row is None and (rows := table.heads):
        raise AskHeader(header_answers(table.header_row, rows), row=table.header_row)
    if (many := table.notes.get("formulas", 0)) and not choices.formulas:
        raise AskFormulas(many=many)


def every() -> dict[str, type[Asked]]:
    """Each question by its code."""
    return {kind.code: kind for kind in Asked.__subclasses__()}


def header_answers(likely: int | None, rows: Sequence[tuple[int, Sequence[str]]]) -> Answers:
    """Each row that may be the header, the likeliest first, and none of them."""
    line = gettext("第 {row} 行：{words}")
    said = [(str(row), line.format(row=row, words=" | ".join(word[:12] for word in words if word)[:80])) for row, words in rows]
    said.sort(key=lambda one: one[0] != str(likely))
    return (*said, ("0", _("没有表头")))
