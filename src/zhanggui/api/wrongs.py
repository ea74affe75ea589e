"""What is wrong with one place of what was sent, in the house's own sentences: the reader of bodies speaks English only."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.kernel.errors import Text

# By the kind the reader calls it; in braces what it says of it.
SAYS: Mapping[str, Text] = {
    "missing": gettext_lazy("少了这一项。"),
    "extra_forbidden": gettext_lazy("这里没有这一项。"),
    "string_type": gettext_lazy("要是文字。"),
    "string_unicode": gettext_lazy("有读不出的字符。"),
    "string_too_long": gettext_lazy("最多 {max_length} 个字。"),
    "string_too_short": gettext_lazy("至少 {min_length} 个字。"),
    "string_pattern_mismatch": gettext_lazy("样子不对，要合乎 {pattern}。"),
    "int_type": gettext_lazy("要是整数。"),
    "int_parsing": gettext_lazy("要是整数。"),
    "int_from_float": gettext_lazy("要是整数，不带小数。"),
    "int_parsing_size": gettext_lazy("数字太大了。"),
    "bool_type": gettext_lazy("要是 true 或 false。"),
    "bool_parsing": gettext_lazy("要是 true 或 false。"),
    "greater_than_equal": gettext_lazy("不能小于 {ge}。"),
    "less_than_equal": gettext_lazy("不能大于 {le}。"),
    "list_type": gettext_lazy("要是列表。"),
    "tuple_type": gettext_lazy("要是列表。"),
    "too_short": gettext_lazy("至少 {min_length} 项。"),
    "too_long": gettext_lazy("最多 {max_length} 项。"),
    "dict_type": gettext_lazy("要是对象。"),
    "model_type": gettext_lazy("要是对象。"),
    "model_attributes_type": gettext_lazy("要是对象。"),
    "none_required": gettext_lazy("要是 null。"),
    "literal_error": gettext_lazy("只能是 {expected} 里的一个。"),
    "enum": gettext_lazy("只能是 {expected} 里的一个。"),
    "datetime_type": gettext_lazy("要是时间，例如 2026-10-20T02:00:00Z。"),
    "datetime_parsing": gettext_lazy("要是时间，例如 2026-10-20T02:00:00Z。"),
    "datetime_from_date_parsing": gettext_lazy("要是时间，例如 2026-10-20T02:00:00Z。"),
    "datetime_object_invalid": gettext_lazy("要是时间，例如 2026-10-20T02:00:00Z。"),
    "timezone_aware": gettext_lazy("时间要带时区，例如 2026-10-20T02:00:00Z。"),
    "moment_range": gettext_lazy("时间要在 {first} 年到 {last} 年之间。"),
    "id_digits": gettext_lazy("编号是一串数字，写成文字。"),
    "id_range": gettext_lazy("编号从 1 到 2^63 - 1。"),
}
WHERE = re.compile(r"at line (\d+) column (\d+)")


class Unread(ValueError):
    """A body that is JSON and yet cannot be taken: it says why itself."""


def said(kind: str, facts: Mapping[str, Any]) -> str:
    """One sentence on a place that is wrong in this way."""
    known = SAYS.get(kind)
    if known is None:
        return _("这一项不对（{kind}）。").format(kind=kind)
    return str(known).format_map({name: chosen(value) for name, value in facts.items()})


def chosen(value: Any) -> Any:
    """``'a', 'b' or 'c'`` without its English."""
    return value.replace(" or ", ", ") if isinstance(value, str) else value


def unread(error: Exception) -> str:
    """Why a body is no JSON: where reading stopped."""
    if isinstance(error, Unread):
        return str(error)
    found = WHERE.search(str(error))
    if found is None:
        return _("读不下去")
    return _("第 {line} 行第 {column} 个字符处读不下去").format(line=found[1], column=found[2])
