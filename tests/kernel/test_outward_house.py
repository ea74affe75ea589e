"""Nobody in the house speaks to the world past the one careful line, but those listed here with their reason."""

import ast
from pathlib import Path

SRC = Path(__file__).parent.parent.parent / "src" / "zhanggui"
SPEAKING = {
    "httpx", "requests", "aiohttp", "urllib3", "socket", "ssl", "smtplib", "ftplib", "telnetlib", "imaplib", "poplib", "xmlrpc", "asyncio", "pycurl",
    "paramiko", "http.client", "urllib.request",
}  # fmt: skip

REASONS = {
    "kernel/outward/line.py": "the careful line itself",
    "couriers/sandbox/client.py": "speaks to the practice courier on this machine alone, and refuses any other address in its settings",
    "couriers/sandbox/running.py": "asks the practice courier beside it, on loopback, whether it is up",
    "couriers/sandbox/server.py": "listens; it connects to nobody",
    "cli/running.py": "tries whether a port is free to listen on",
    "ops/bench_api.py": "measures its own server, on loopback",
    "ops/bench_lists.py": "measures its own server, on loopback",
    "ops/benching.py": "the machine's name, for the figures measured on it",
    "journal/jobs.py": "the machine's name, for the worker's",
    "channels/commands/imports.py": "the machine's name, for whose import it is",
}


def spoken(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name in SPEAKING or name.split(".")[0] in SPEAKING}


def test_whoever_could_speak_to_the_world_is_listed_with_a_reason() -> None:
    able = {str(path.relative_to(SRC)) for path in SRC.rglob("*.py") if spoken(path)}
    assert not able - set(REASONS), able - set(REASONS)
