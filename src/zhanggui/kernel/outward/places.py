"""Where a typed address leads, and whether we may go there. Pure: no name is looked up here, nothing is sent.

One rule stands above the others: what is checked is what is connected to. The address is taken apart once, here, and only
the parts are used from then on; no other reader of addresses gets to understand it differently.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal
from urllib.parse import quote, urlsplit

import idna

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST = 2048
USUAL = {"https": 443, "http": 80}
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# A last label of digits, or of 0x and hexadecimal ones, makes a browser and inet_aton read the whole as a number.
NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Names that never mean a machine outside, whatever the resolver says.
INSIDE = (
    "localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "onion", "test", "invalid",
)  # fmt: skip

CLOSED: Sequence[Network] = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8",            # this network
        "10.0.0.0/8",           # private
        "100.64.0.0/10",        # behind a provider's NAT
        "127.0.0.0/8",          # this machine
        "169.254.0.0/16",       # link-local, where clouds keep their secrets
        "172.16.0.0/12",        # private
        "192.0.0.0/24",         # protocol assignments
        "192.0.2.0/24",         # documentation
        "192.31.196.0/24",      # AS112
        "192.52.193.0/24",      # AMT
        "192.88.99.0/24",       # 6to4 relays
        "192.168.0.0/16",       # private
        "192.175.48.0/24",      # AS112
        "198.18.0.0/15",        # benchmarking
        "198.51.100.0/24",      # documentation
        "203.0.113.0/24",       # documentation
        "224.0.0.0/4",          # multicast
        "240.0.0.0/4",          # reserved, and broadcast
        "2001::/23",            # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",        # documentation
        "2002::/16",            # 6to4
        "2620:4f:8000::/48",    # AS112
        "3ffe::/16",            # the 6bone of old
        "3fff::/20",            # documentation
    )
)  # fmt: skip
# Of IPv6 only this part is handed out to the world; loopback, link-local, unique local and multicast lie outside it.
WORLD = IPv6Network("2000::/3")
# Addresses that carry one of IPv4 in their last 32 bits and lead to it.
CARRIERS = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
ISATAP = (0x00005EFE, 0x02005EFE)


class Forbidden(Exception):
    """We do not go there. ``code`` says why: ``too-long unreadable not-https userinfo port host odd-address inside
    closed-address no-address``."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Rules:
    """What the server's settings allow beyond the rule: ``http``, more ``ports``, ``private`` nets."""

    http: bool = False
    ports: frozenset[int] = frozenset((443, 8443))
    private: tuple[Network, ...] = ()


@dataclass(frozen=True)
class Place:
    """An address taken apart. ``host`` is a name in ASCII or an address in its one usual form; ``target`` is path and query."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    target: str
    literal: Address | None

    @property
    def authority(self) -> str:
        """As the Host header names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == USUAL[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def rules(*, http: bool, ports: Iterable[int], private: Iterable[str]) -> Rules:
    """The rules with what a server's settings add. Raises ValueError for a net that is none."""
    more = frozenset(ports) | (frozenset((80,)) if http else frozenset())
    return Rules(http, Rules.ports | more, tuple(ip_network(net) for net in private))


def place(url: str, rules: Rules) -> Place:
    """Take an address apart and say whether one could go there at all; a name's addresses are judged by ``choose``.

    Raises Forbidden.
    """
    if len(url) > LONGEST:
        raise Forbidden("too-long")
    # Readers of addresses disagree about these, and urlsplit drops some without a word.
    if any(sign <= " " or sign == "\x7f" or sign.isspace() or sign == "\\" for sign in url):
        raise Forbidden("unreadable")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Forbidden("unreadable") from error
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not rules.http):
        raise Forbidden("not-https")
    scheme: Literal["http", "https"] = "http" if parts.scheme == "http" else "https"
    if "@" in parts.netloc:
        raise Forbidden("userinfo")
    host, literal = _host(parts.netloc, parts.hostname or "", rules)
    chosen = USUAL[scheme] if port is None else port
    if chosen not in rules.ports:
        raise Forbidden("port")
    if literal is not None and not open_to_us(literal, rules):
        raise Forbidden("closed-address")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/?%:@!$&()*+,;=~-._[]')}" if parts.query else ""
    return Place(scheme, host, chosen, f"{path}{query}", literal)


def _host(netloc: str, said: str, rules: Rules) -> tuple[str, Address | None]:
    """The host in its one form, and the address where it is one."""
    if not said or "%" in said:
        raise Forbidden("host")
    if netloc.startswith("["):
        try:
            six = IPv6Address(said)
        except ValueError as error:
            raise Forbidden("host") from error
        return str(six), six
    if "[" in netloc or ":" in said:
        raise Forbidden("host")
    try:
        name = idna.encode(said, uts46=True, std3_rules=False).decode() if not said.isascii() else said
    except (idna.IDNAError, UnicodeError) as error:
        raise Forbidden("host") from error
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise Forbidden("host")
    if NUMERIC.fullmatch(labels[-1]):
        try:
            four = IPv4Address(name)
        except ValueError as error:
            # 127.1, 0x7f.1, 017700000001, 2130706433: all are addresses to some, and nobody writes them in good faith.
            raise Forbidden("odd-address") from error
        return str(four), four
    inside = len(labels) == 1 or any(name == end or name.endswith(f".{end}") for end in INSIDE)
    if inside and not rules.private:
        raise Forbidden("inside")
    return name, None


def open_to_us(address: Address, rules: Rules) -> bool:
    """Whether this one address may be connected to."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if any(address in net for net in CARRIERS):
            return open_to_us(IPv4Address(int(address) & 0xFFFFFFFF), rules)
    if any(address in net for net in rules.private if net.version == address.version):
        return True
    if any(address in net for net in CLOSED if net.version == address.version):
        return False
    if isinstance(address, IPv6Address):
        return address in WORLD and (int(address) >> 32) & 0xFFFFFFFF not in ISATAP and address.is_global
    return address.is_global


def choose(found: Iterable[str], rules: Rules) -> list[Address]:
    """The addresses a name was resolved to, if we may go to every one of them. Raises Forbidden."""
    try:
        addresses = list(dict.fromkeys(ip_address(each) for each in found))
    except ValueError as error:
        raise Forbidden("closed-address") from error
    if not addresses:
        raise Forbidden("no-address")
    if not all(open_to_us(address, rules) for address in addresses):
        raise Forbidden("closed-address")
    return addresses
