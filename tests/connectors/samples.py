"""How the stories here read a sample."""

from pathlib import Path
from zoneinfo import ZoneInfo

from zhanggui.channels.port import ChannelOrder, Context, FileFormat, Turned
from zhanggui.channels.reading.choose import known_by
from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.reading.table import OpenTable
from zhanggui.connectors.amazon_file.connector import FORMAT as AMAZON
from zhanggui.connectors.douyin_file.connector import FORMAT as DOUYIN
from zhanggui.connectors.generic_file.connector import FORMAT as GENERIC
from zhanggui.connectors.jd_file.connector import FORMAT as JD
from zhanggui.connectors.online_retail_file.connector import FORMAT as ONLINE_RETAIL
from zhanggui.connectors.pdd_file.connector import FORMAT as PDD
from zhanggui.connectors.shopee_file.connector import FORMAT as SHOPEE
from zhanggui.connectors.shopify_file.connector import FORMAT as SHOPIFY
from zhanggui.connectors.taobao_file.connector import FORMAT as TAOBAO
from zhanggui.connectors.template_file.connector import FORMAT as TEMPLATE

HERE = Path(__file__).parent.parent / "data" / "orders"
PLATFORMS: list[FileFormat] = [AMAZON, DOUYIN, JD, PDD, SHOPEE, SHOPIFY]
FORMATS: list[FileFormat] = [*PLATFORMS, GENERIC, ONLINE_RETAIL, TAOBAO, TEMPLATE]
CONTEXT = Context(zone=ZoneInfo("Asia/Shanghai"))


def sample(name: str) -> OpenTable:
    return open_table(HERE / name, knows=known_by(FORMATS))


def sorted_out(answers) -> tuple[dict[str, ChannelOrder], list[Turned]]:
    """The orders by number, and those turned away; every order's money adds up."""
    answers = list(answers)
    orders = {answer.platform_no: answer for answer in answers if isinstance(answer, ChannelOrder)}
    for order in orders.values():
        adds_up(order)
    return orders, [answer for answer in answers if isinstance(answer, Turned)]


def adds_up(order: ChannelOrder) -> None:
    for line in order.lines:
        assert line.quantity * line.unit_minor - line.discount_minor == line.total_minor
        assert line.discount_minor >= 0
        assert line.total_minor >= 0
    assert (
        sum(line.total_minor for line in order.lines) - order.discount_minor + order.freight_minor == order.total_minor
    )
    assert 0 <= order.paid_minor <= order.total_minor


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]
