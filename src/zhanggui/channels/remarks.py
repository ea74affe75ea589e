"""What is worth saying of a whole file that comes in all the same."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhanggui.channels.reading.cells import normal
from zhanggui.channels.reading.fields import known_words
from zhanggui.channels.reading.matching import settled
from zhanggui.channels.taking import Taking


def of(taking: Taking) -> list[str]:
    """One sentence each, in the order of how much it matters."""
    notes: dict[str, int] = taking.table.notes
    said = []
    if taking.table.kind == "html" and (suffix := Path(taking.names[0]).suffix.lower()) in (".xls", ".xlsx", ".xlsm"):
        said.append(_("这个文件的名字是 {suffix}，里面其实是网页表格（HTML），照里面的读了。").format(suffix=suffix))
    if hidden := notes.get("hidden_rows"):
        said.append(_("有 {n} 行是隐藏的。").format(n=hidden))
    if hidden := notes.get("hidden_columns"):
        said.append(_("有 {n} 列是隐藏的，照样读了。").format(n=hidden))
    if hidden := notes.get("hidden_sheets"):
        said.append(_("有 {n} 张工作表是隐藏的，没有读。").format(n=hidden))
    if formulas := notes.get("formulas"):
        left = taking.choices.formulas == "leave"
        said.append((_("有 {n} 个公式，没有用。") if left else _("有 {n} 个公式，用了它们保存的结果。")).format(n=formulas))
    if notes.get("macros"):
        said.append(_("文件里有宏，没有运行，也不会保存。"))
    if notes.get("foreign"):
        said.append(_("文件里有外部链接、图片或嵌入的对象，没有打开，也没有联网。"))
    if strange := strangers(taking):
        said.append(_("没用到的列：{names}").format(names="、".join(strange[:20])))
    return said


def strangers(taking: Taking) -> list[str]:
    """Columns that are not read, as the file calls them; what is read of them stays in the uploaded file."""
    header: Any = taking.table.header
    if taking.format.code == "generic":
        used = set(settled(header, taking.options.mapping).values())
        return [word[:20] for at, word in enumerate(header) if word and at not in used]
    return [word[:20] for word in header if word and normal(word) not in known_words()]
