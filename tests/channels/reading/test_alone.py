"""A file that asks for an address gets none: nobody listening hears of it, and the process that reads it could not call if it would."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import zhanggui
from tests.data.bad_input import writing
from tests.data.bad_input.writing import SHEET, book, row, rows
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.choose import known_by
from zhanggui.channels.reading.errors import BadXml
from zhanggui.channels.reading.limits import WEB
from zhanggui.channels.reading.opening import open_table

ROOT = str(Path(zhanggui.__file__).parents[1])


class Listener:
    """Somebody on this machine who notes every connection."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.at = f"http://127.0.0.1:{self.door.getsockname()[1]}/x"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                line, _who = self.door.accept()
            except OSError:
                return
            self.heard.append(line.recv(100))
            line.sendall(b"HTTP/1.0 200 OK\r\n\r\n1")
            line.close()

    def called(self) -> None:
        """Somebody does call: so the listener hears who does."""
        with socket.create_connection(self.door.getsockname()) as line:
            line.sendall(b"GET /control HTTP/1.0\r\n\r\n")
            assert line.recv(100)


@pytest.fixture
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    one.door.close()


def opened(content: bytes, name: str) -> list[object]:
    table = open_table(content, limits=WEB, knows=known_by(()), name=name, choices=Choices(kind="as-is"))
    return [cells for _at, cells in table.rows()]


@pytest.mark.one_leg
@pytest.mark.capability("I-08")
def test_a_file_that_names_an_address_calls_nobody(listener: Listener) -> None:
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{listener.at}">]>'.encode()
    outside = f'<!DOCTYPE x SYSTEM "{listener.at}">'.encode()
    for declared in (entity, outside):
        for part in (SHEET, "xl/workbook.xml", "xl/styles.xml"):
            evil = writing.changed(book(rows(2)), part, b"?>", b"?>" + declared)
            with pytest.raises(BadXml):
                opened(evil, "orders.xlsx")
    link = (
        f'<Relationships xmlns="{writing.PACKAGE}/relationships"><Relationship Id="rId1" Type="{writing.OFFICE}/externalLinkPath" '
        f'Target="{listener.at}" TargetMode="External"/></Relationships>'
    ).encode()
    beside = {"xl/externalLinks/externalLink1.xml": b"<externalLink/>", "xl/externalLinks/_rels/externalLink1.xml.rels": link}
    assert len(opened(book(rows(2), extra=beside), "orders.xlsx")) == 2
    cells = "".join(f"<td>{cell}</td>" for cell in row(1))
    head = "".join(f"<td>{word}</td>" for word in writing.HEADER)
    page = (
        f'<html><head><base href="{listener.at}"><link rel="stylesheet" href="{listener.at}"><script src="{listener.at}"></script></head>'
        f'<body><img src="{listener.at}"><table><tr>{head}</tr><tr>{cells}</tr></table></body></html>'
    )
    assert len(opened(page.encode(), "orders.xls")) == 1
    assert listener.heard == []
    listener.called()
    assert listener.heard == [b"GET /control HTTP/1.0\r\n\r\n"]


TRIES = """
import sys, json
sys.path.insert(0, sys.argv[1])
from zhanggui.channels.reading.apart import main
import os, socket
def tried(what):
    try:
        what()
    except OSError as error:
        return error.errno
    return 0
call = lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2])), 2).close()
before = tried(call)
main.bound({"memory_bytes": 1 << 30, "cpu_s": 20, "unpacked_bytes": 1 << 20})
print(json.dumps([before, tried(call), tried(socket.socketpair), tried(lambda: os.execv("/bin/true", ["true"]))]))
"""


@pytest.mark.one_leg
@pytest.mark.capability("I-08")
def test_the_process_that_reads_gets_no_socket_and_starts_no_program(listener: Listener) -> None:
    port = str(listener.door.getsockname()[1])
    said = subprocess.run([sys.executable, "-I", "-c", TRIES, ROOT, port], capture_output=True, text=True, timeout=30, check=True)
    # Nothing kept it from calling before it was bound; then the kernel did (EPERM).
    assert said.stdout == "[0, 1, 1, 1]\n", said.stderr
    assert len(listener.heard) == 1
