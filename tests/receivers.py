"""Real servers on this machine that misbehave on purpose: what the world may answer."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


@dataclass
class Heard:
    """One request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes
    sni: str = ""


@dataclass
class Receiver:
    """A listening socket with a mind of its own. ``act`` is called with each request and the line to answer on."""

    act: Callable[[Heard, socket.socket], None]
    port: int
    heard: list[Heard] = field(default_factory=list)
    connections: int = 0

    def url(self, host: str = "127.0.0.1", path: str = "/in", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


def answer(status: int, body: bytes = b"", *headers: str) -> Callable[[Heard, socket.socket], None]:
    """Answer with this, at once."""
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers))

    def act(request: Heard, line: socket.socket) -> None:
        line.sendall(f"{head}\r\n".encode() + body)

    return act


def drip(*, head: bytes = b"", every_s: float = 0.05) -> Callable[[Heard, socket.socket], None]:
    """``head`` at once, then one byte at a time, for ever."""

    def act(request: Heard, line: socket.socket) -> None:
        line.sendall(head)
        while True:
            line.sendall(b"x")
            time.sleep(every_s)

    return act


def flood(request: Heard, line: socket.socket) -> None:
    """A good answer that never ends, as fast as it goes."""
    line.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while True:
        line.sendall(b"y" * 65536)


def silence(request: Heard, line: socket.socket) -> None:
    """Hear all, say nothing."""
    time.sleep(30)


def garbage(request: Heard, line: socket.socket) -> None:
    line.sendall(b"\x00\xff\x13 what is this \r\n\r\n")


def hang_up(request: Heard, line: socket.socket) -> None:
    """Hear all and go."""


@contextmanager
def receiver(
    act: Callable[[Heard, socket.socket], None], *, tls: ssl.SSLContext | None = None, at: tuple[str, int] = ("127.0.0.1", 0)
) -> Iterator[Receiver]:
    """Listen on loopback until the block ends."""
    listening = socket.create_server(at)
    found = Receiver(act, listening.getsockname()[1])

    def serve(plain: socket.socket) -> None:
        with suppress(OSError), plain:
            names: list[str] = []
            if tls is not None:
                tls.sni_callback = lambda line, name, context: names.append(name or "")
            with tls.wrap_socket(plain, server_side=True) if tls is not None else plain as line:
                request = _read(line)
                if request is not None:
                    request.sni = names[-1] if names else ""
                    found.heard.append(request)
                    found.act(request, line)

    def loop() -> None:
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                found.connections += 1
                threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    try:
        yield found
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _read(line: socket.socket) -> Heard | None:
    line.settimeout(20)
    said = b""
    while b"\r\n\r\n" not in said:
        piece = line.recv(65536)
        if not piece:
            return None
        said += piece
    head, _, body = said.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += line.recv(65536)
    return Heard(first, headers, body)


def certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(a server's context for ``names``, the context of one who believes it)."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    alternatives: list[x509.GeneralName] = []
    for name in names:
        with suppress(ValueError):
            alternatives.append(x509.IPAddress(ipaddress.ip_address(name)))
            continue
        alternatives.append(x509.DNSName(name))
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    believing = ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())
    return server, believing
