"""A file that cannot come in at all, by name. Nothing of it is imported."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class Unreadable(Refused):
    """The whole file is refused; ``facts`` name the row and column where they are known."""

    code = "UNREADABLE"
    says = _("这个文件读不出来。")
    fix = _("请用 Excel 打开后另存为 .xlsx 或「CSV UTF-8」再试。")
    status = 422


class EmptyFile(Unreadable):
    code = "EMPTY_FILE"
    says = _("文件是空的。")
    fix = _("请重新导出后再试。")


class NoRows(Unreadable):
    code = "NO_ROWS"
    says = _("表头下面没有任何数据。")
    fix = _("请确认导出时选对了时间范围。")


class Encrypted(Unreadable):
    code = "ENCRYPTED"
    says = _("文件有密码保护，打不开。")
    fix = _("请在 Excel 里去掉密码，另存后再试。")


class Unsupported(Unreadable):
    """``facts``: kind."""

    code = "UNSUPPORTED"
    says = _("不支持 {kind} 文件。")
    fix = _("请另存为 .xlsx 或「CSV UTF-8」再试。")


class NotASpreadsheet(Unreadable):
    """``facts``: kind."""

    code = "NOT_A_SPREADSHEET"
    says = _("这不是表格文件（看起来是 {kind}）。")
    fix = _("请选择 .xlsx、.xls 或 .csv 文件。")


class Truncated(Unreadable):
    code = "TRUNCATED"
    says = _("文件不完整，后半部分丢了。")
    fix = _("请重新下载或导出后再试。")


class Corrupt(Unreadable):
    code = "CORRUPT"
    says = _("文件已损坏。")
    fix = _("请重新导出后再试。")


class BadArchive(Unreadable):
    code = "BAD_ARCHIVE"
    says = _("压缩包里的内容不规范，没有打开。")
    fix = _("请只压缩一个 CSV 文件，或直接上传它。")


class NestedArchive(Unreadable):
    code = "NESTED_ARCHIVE"
    says = _("压缩包里还是压缩包。")
    fix = _("请解压后直接上传表格。")


class TooManyEntries(Unreadable):
    """``facts``: most."""

    code = "TOO_MANY_ENTRIES"
    says = _("压缩包里的文件超过 {most} 个。")
    fix = _("请解压后直接上传表格。")


class TooLargeUnpacked(Unreadable):
    """``facts``: most (a size for people)."""

    code = "TOO_LARGE_UNPACKED"
    says = _("文件展开后太大（上限 {most}）。")
    fix = _("请分成几个文件导入。")


class TooManyRows(Unreadable):
    """``facts``: most."""

    code = "TOO_MANY_ROWS"
    says = _("超过 {most} 行。")
    fix = _("请按日期分成几个文件导入。")


class TooManyColumns(Unreadable):
    """``facts``: row, most."""

    code = "TOO_MANY_COLUMNS"
    says = _("第 {row} 行超过 {most} 列。")
    fix = _("请删掉多余的列后再试。")


class SparseTooWide(Unreadable):
    """``facts``: cell."""

    code = "SPARSE_TOO_WIDE"
    says = _("单元格 {cell} 离数据太远。")
    fix = _("请删掉表格外面的零散内容后另存再试。")


class BadXml(Unreadable):
    code = "BAD_XML"
    says = _("文件里有不允许的内容（外部实体）。")
    fix = _("请用 Excel 打开后另存为新的 .xlsx 再试。")


class ReaderStopped(Unreadable):
    """The reading process died or ran out of time or memory."""

    code = "READER_STOPPED"
    says = _("文件太复杂，读取时超出了时间或内存上限。")
    fix = _("请另存为「CSV UTF-8」，或分成几个文件再试。")


class DiskFull(Unreadable):
    """There is no room left where files are kept or taken apart."""

    code = "DISK_FULL"
    says = _("服务器的磁盘满了，这份文件放不下。")
    fix = _("请管理员清出空间，再传一次同一份文件；已经导入的都在，不会重复。")
    status = 507


class BadBytes(Unreadable):
    """``facts``: row, encoding."""

    code = "BAD_BYTES"
    says = _("第 {row} 行有无法识别的字符（编码 {encoding}）。")
    fix = _("请用 Excel 另存为「CSV UTF-8」后再试，不要拼接不同编码的文件。")


class UnclosedQuote(Unreadable):
    """``facts``: row."""

    code = "UNCLOSED_QUOTE"
    says = _("第 {row} 行的引号没有成对。")
    fix = _("请检查这一行的双引号，或用 Excel 另存为 .xlsx。")


class StrayQuote(Unreadable):
    """``facts``: row."""

    code = "STRAY_QUOTE"
    says = _("第 {row} 行的单元格中间有多余的双引号。")
    fix = _("请去掉多余的双引号，或用 Excel 另存为 .xlsx。")


class CellTooLong(Unreadable):
    """``facts``: row."""

    code = "CELL_TOO_LONG"
    says = _("第 {row} 行有超长的单元格。")
    fix = _("请检查这一行是否缺了引号或换行。")


class HeadersUnknown(Unreadable):
    """``facts``: headers (the first ones seen)."""

    code = "HEADERS_UNKNOWN"
    says = _("认不出这些表头：{headers}。")
    fix = _("请选择对应关系，或下载模板；若是乱码，请另存为「CSV UTF-8」。")


class HeadersMissing(Unreadable):
    """``facts``: missing, as a file would call them, between 、."""

    code = "HEADERS_MISSING"
    says = _("缺少必需的列：{missing}。")
    fix = _("请补上这些列，或在对应关系里指定。")

    @property
    def sentence(self) -> str:
        """In another language than the file's each is named in both."""
        words = str(self.facts.get("missing", "")).split("、")
        named = [word if gettext(word) == word else f"{gettext(word)} ({word})" for word in words if word]
        return str(self.says).format(missing=gettext("、").join(named))


class DuplicateHeader(Unreadable):
    """``facts``: row, header."""

    code = "DUPLICATE_HEADER"
    says = _("第 {row} 行有两列都叫「{header}」。")
    fix = _("请改名或删掉其中一列。")


class UnknownHeaderRow(Unreadable):
    """``facts``: row."""

    code = "HEADER_ROW"
    says = _("第 {row} 行不能作表头。")
    fix = _("请在前 20 行里选一行表头。")


def every() -> dict[str, type[Unreadable]]:
    """Each refusal by its code."""
    return {kind.code: kind for kind in Unreadable.__subclasses__()}
