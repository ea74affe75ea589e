"""A line that breaks while a file is on its way: nothing of it is taken for the whole, and sent again it is one import."""

import re
import socket
import time

import pytest

from tests.crash.open_shop import Open, shop
from tests.crash.visitor import TOKEN

__all__ = ["shop"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(200), pytest.mark.xdist_group("crash"), pytest.mark.one_leg]
ROWS = 3000
EDGE = b"----edge-of-a-part"


def body(shop_id: str) -> bytes:
    """What a browser sends for the file: no row of it is short, so that a part of it could be taken for the whole."""
    rows = [f"U{nth},S{nth % 9},1,10.00,林晓{nth},139{nth:08d},浙江省,杭州市,西湖区,文三路 {nth} 号,2026-03-08 14:31:12" for nth in range(ROWS)]
    text = "\n".join(["订单号,商品编码,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间", *rows])
    fields = {"csrfmiddlewaretoken": TOKEN, "kind": "orders", "shop": shop_id}
    parts = [f'--{EDGE.decode()}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    head = f'--{EDGE.decode()}\r\nContent-Disposition: form-data; name="file"; filename="orders.csv"\r\nContent-Type: text/csv\r\n\r\n'
    return b"".join([*parts, head.encode(), text.encode(), b"\r\n--", EDGE, b"--\r\n"])


def sent(shop: Open, whole: bytes, upto: int, *, bravely: bool = False) -> bytes:
    """The first ``upto`` bytes of it, and then the line breaks: politely, or (``bravely``) with a reset. What was answered."""
    head = (
        f"POST /imports/new/ HTTP/1.1\r\nHost: 127.0.0.1:{shop.port}\r\nCookie: {shop.visitor.cookie}; csrftoken={TOKEN}\r\n"
        f"Content-Type: multipart/form-data; boundary={EDGE.decode()}\r\nContent-Length: {len(whole)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", shop.port), timeout=60) as line:
        line.sendall(head.encode() + whole[:upto])
        if bravely:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            return b""
        if upto < len(whole):
            line.shutdown(socket.SHUT_WR)
        heard = b""
        try:
            while piece := line.recv(65536):
                heard += piece
        except ConnectionResetError:
            pass
        return heard


def kept(shop: Open) -> int:
    return sum(1 for path in (shop.ground.data / "uploads").rglob("*") if path.is_file())


@pytest.mark.capability("I-08")
def test_a_file_cut_off_on_its_way_is_nothing_and_sent_again_one_import(shop: Open) -> None:
    _, page = shop.visitor.ask("GET", "/imports/new/")
    found = re.search(rb'<option value="(\d+)"', page)
    assert found, page[:500]
    whole, before = body(found.group(1).decode()), kept(shop)
    for part in (0.1, 0.5, 0.9):
        assert b" 302 " not in sent(shop, whole, int(len(whole) * part))[:20]
        sent(shop, whole, int(len(whole) * part), bravely=True)
    # All of the file, and only the last edge of the form is missing, or half of it.
    for short in (len(EDGE) + 8, 12, 6):
        assert b" 302 " not in sent(shop, whole, len(whole) - short)[:20]
    time.sleep(0.5)
    _, after = shop.visitor.ask("GET", "/imports/")
    assert kept(shop) == before
    assert b"orders.csv" not in after

    answer = sent(shop, whole, len(whole))
    assert answer.startswith(b"HTTP/1.1 302"), answer[:300]
    where = re.search(rb"[Ll]ocation: (/imports/look/[^\r]+)", answer)
    assert where, answer[:600]
    look = where.group(1).decode()
    status, page = shop.visitor.ask("GET", look)
    assert (status, b"3,000" in page) == (200, True), (status, page[-3000:].decode())
    status, _ = shop.visitor.ask("POST", f"{look}start/", {})
    assert status == 302
    deadline = time.monotonic() + 60
    while True:
        _, page = shop.visitor.ask("GET", "/imports/")
        # The rail beside it counts the same orders, once they are reviewed.
        listed = page[page.find(b"<main") :]
        # Beside the file the house began with, it is the only one.
        if listed.count(b">3,000<") == 2 and listed.count(b'class="no"') == 2:
            break
        assert time.monotonic() < deadline, listed.decode()[:3000]
        time.sleep(0.5)
