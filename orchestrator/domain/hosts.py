"""Which hosts a playbook's setup may reach: names, ports and addresses, decided as data.

A name is asked for by a program that nobody has looked at, and answered by a name server that
whoever owns the name controls: so both count, the name and each address that it leads to.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

ANY = ("*",)
"""What `setup.hosts` is where nobody says anything: the machine's own network."""
USUAL_PORTS = (443, 80)
LAST_PORT = 65535
LONGEST_NAME = 253

_WRITTEN = re.compile(
    r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:]+))(?::(?P<port>[0-9]{1,5}))?"
)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_RESERVED = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("168.63.129.16/32"))
"""What Python takes for public and is not: protocol assignments, of which its older versions know
a part only, and a cloud's metadata. Other metadata services are on link-local, shared or private
addresses.

https://www.rfc-editor.org/rfc/rfc6890#section-2.2.2
https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
"""
_OWN = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Place:
    """A port of a host; the name is in lower case, an address as `ipaddress` writes it."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return it as a URL has it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class HostRule:
    """A host that may be reached; `*.example.org` is all below that name, not the name itself."""

    host: str
    ports: tuple[int, ...] = USUAL_PORTS

    def names(self, place: Place) -> bool:
        """Say whether a place is meant."""
        if place.port not in self.ports:
            return False
        if self.host.startswith("*."):
            return place.host.endswith(self.host[1:])
        return place.host == self.host


def rules_of(hosts: Iterable[str]) -> tuple[HostRule, ...]:
    """Return what the texts of `setup.hosts` mean.

    Raises:
        ValueError: one of them is none; the message begins with its repr.
    """
    return tuple(map(_rule, hosts))


def place_of(text: str, port: int | None = None) -> Place:
    """Return the place of `host:port`; `port` is what counts where the text has none.

    Raises:
        ValueError: it is none.
    """
    host, written = _split(text)
    wanted = port if written is None else written
    if wanted is None:
        message = f"{text!r} has no port"
        raise ValueError(message)
    return Place(host, wanted)


def is_named(rules: Sequence[HostRule], place: Place) -> bool:
    """Say whether a place may be asked for."""
    return any(rule.names(place) for rule in rules)


def reachable(rules: Sequence[HostRule], port: int, addresses: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses of a named host that may be connected to: public or named ones."""
    known = {address: ipaddress.ip_address(address) for address in addresses}
    return tuple(
        address
        for address, value in known.items()
        if _is_public(value) or is_named(rules, Place(str(value), port))
    )


def private_addresses(rules: Sequence[HostRule]) -> tuple[str, ...]:
    """Return the addresses that rules open and that are not public."""
    named = ((rule.host, _address(rule.host)) for rule in rules)
    return tuple(host for host, address in named if address and not _is_public(address))


def proxy_environment(url: str, rules: Sequence[HostRule]) -> dict[str, str]:
    """Return the variables that lead programs to the proxy at `url`.

    A command's own loopback needs no proxy, unless a rule means the machine's.
    """
    named = {rule.host for rule in rules}
    direct = ",".join(host for host in _OWN if host not in named)
    values: Mapping[str, str] = {"HTTP_PROXY": url, "HTTPS_PROXY": url, "NO_PROXY": direct}
    # Programs read the one or the other; curl takes http_proxy in lower case only.
    return {**values, **{name.lower(): value for name, value in values.items()}}


def not_named(place: Place) -> str:
    """Say that a place is not on the list."""
    return f"setup wanted to reach {place}, which setup.hosts does not name"


def not_public(place: Place, addresses: Sequence[str]) -> str:
    """Say that a place on the list leads where the list does not."""
    told = f"setup wanted to reach {place}, which leads to {addresses[0]}"
    return f"{told}, an address that is not public and that setup.hosts does not name"


def _rule(text: str) -> HostRule:
    bare = text.removeprefix("*.")
    if text in ANY:
        message = f"{text!r} is the machine's own network and stands alone"
        raise ValueError(message)
    try:
        host, port = _split(bare)
    except ValueError as error:
        message = f"{text!r} is no host — write example.org, *.example.org or an address, and :PORT"
        raise ValueError(message) from error
    if bare != text and _address(host):
        message = f"{text!r} is no host: nothing is below an address"
        raise ValueError(message)
    return HostRule(text[: len(text) - len(bare)] + host, USUAL_PORTS if port is None else (port,))


def _split(text: str) -> tuple[str, int | None]:
    written = _WRITTEN.fullmatch(text)
    if written is None or not text.isascii():
        message = f"{text!r} is no host"
        raise ValueError(message)
    port = None if written["port"] is None else int(written["port"])
    if port is not None and not 1 <= port <= LAST_PORT:
        message = f"{port} is no port"
        raise ValueError(message)
    if written["address"]:
        return str(ipaddress.IPv6Address(written["address"])), port
    return _name(written["name"]), port


def _name(text: str) -> str:
    """Return a name or an IPv4 address as all compare it; other spellings of addresses are none."""
    name = text.lower().removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return str(ipaddress.IPv4Address(name))
    if len(name) > LONGEST_NAME or not all(map(_LABEL.fullmatch, labels)):
        message = f"{text!r} is no name of a host"
        raise ValueError(message)
    return name


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_public(address: Address) -> bool:
    """Say whether an address is one of the Internet's, and no way around that."""
    if isinstance(address, ipaddress.IPv4Address):
        reserved = address.is_multicast or any(address in network for network in _RESERVED)
        return address.is_global and not reserved
    within = _within(address)
    if within is not None:
        return _is_public(within)
    return address.is_global and address in _GLOBAL_UNICAST


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to: mapped, by 6to4 or by NAT64."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
