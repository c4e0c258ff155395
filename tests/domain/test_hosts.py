"""Which places and addresses a setup may reach."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.hosts import (
    HostRule,
    Place,
    is_named,
    not_named,
    not_public,
    place_of,
    private_addresses,
    proxy_environment,
    reachable,
    rules_of,
)

LABELS = st.from_regex(r"[a-z]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True)
NAMES = st.lists(LABELS, min_size=2, max_size=4).map(".".join)
PORTS = st.integers(1, 65535)
ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))


def written(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    return f"[{address}]" if address.version == 6 else str(address)


@given(NAMES, PORTS, NAMES, PORTS)
def test_a_name_opens_itself_at_its_port_alone(
    name: str, port: int, other: str, another: int
) -> None:
    rules = rules_of([f"{name}:{port}"])
    assert is_named(rules, place_of(f"{name.upper()}.:{port}"))
    assert is_named(rules, Place(other, another)) == ((other, another) == (name, port))


@given(NAMES, PORTS)
def test_without_a_port_a_name_opens_the_usual_two(name: str, port: int) -> None:
    assert is_named(rules_of([name]), Place(name, port)) == (port in {80, 443})


@given(NAMES, LABELS, LABELS)
def test_a_star_opens_what_is_below_and_neither_the_name_nor_what_ends_like_it(
    name: str, label: str, more: str
) -> None:
    rules = rules_of([f"*.{name}"])
    assert is_named(rules, Place(f"{label}.{name}", 443))
    assert is_named(rules, Place(f"{more}.{label}.{name}", 443))
    assert not is_named(rules, Place(name, 443))
    assert not is_named(rules, Place(f"{label}{name}", 443))
    assert not is_named(rules, Place(f"{label}.{name}.{more}x", 443))


@given(ADDRESSES, PORTS)
def test_an_address_is_connected_when_it_is_public_or_named_itself(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int
) -> None:
    by_name = rules_of(["example.org"])
    if reachable(by_name, port, [str(address)]):
        assert address.is_global
        assert not address.is_multicast
    named = rules_of(["example.org", f"{written(address)}:{port}"])
    assert reachable(named, port, [str(address)]) == (str(address),)
    assert is_named(named, place_of(f"{written(address)}:{port}"))
    other_port = port % 65535 + 1
    assert reachable(named, other_port, [str(address)]) == reachable(
        by_name, other_port, [str(address)]
    )


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.1", "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "224.0.0.1"),
        *("240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1"),
        *("::ffff:169.254.169.254", "fe80::1", "fe80::1%eth0", "fec0::1", "fd00:ec2::254"),
        *("ff02::1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2001:db8::1"),
    ],
)
def test_no_name_leads_to_what_is_not_public(address: str) -> None:
    assert reachable(rules_of(["example.org"]), 443, [address]) == ()


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f::1", "64:ff9b::5db8:d70e", "::ffff:93.184.215.14"]
)
def test_names_lead_to_public_addresses(address: str) -> None:
    assert reachable(rules_of(["example.org"]), 443, ["10.0.0.1", address]) == (address,)


@given(st.text(max_size=30))
def test_what_is_read_is_written_the_same(text: str) -> None:
    try:
        place = place_of(text, 443)
    except ValueError:
        return
    assert place_of(str(place)) == place
    assert rules_of([str(place)]) == (HostRule(place.host, (place.port,)),)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "*", "*.", "*.*", "*.*.example.org", "a.*.org", "*example.org", ".example.org"),
        *("example.org:", "example.org:0", "example.org:65536", "example.org:https", "a..b"),
        *("https://example.org", "example.org/x", "u@example.org", "exämple.org", "-a.org"),
        *("127.1", "0x7f.1", "2130706433", "1.2.3.256", "*.1", "*.127.0.0.1", "*.[::1]", "::1"),
        *("[::1", "[fe80::1%eth0]", "[1.2.3.4]", "a b", "a\nb", "\u212a.org", "a.org:\u0663"),
        f"{'a' * 64}.org",
    ],
)
def test_what_is_no_host_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="is") as caught:
        rules_of(["example.org", text])
    assert str(caught.value).startswith(repr(text))


def test_what_opens_more_than_the_internet_is_found() -> None:
    rules = rules_of(["example.org", "*.example.org", "93.184.215.14", "127.0.0.1:1", "[::1]"])
    assert private_addresses(rules) == ("127.0.0.1", "::1")


def test_programs_go_to_the_proxy_but_for_their_own_loopback() -> None:
    told = proxy_environment("http://p", rules_of(["example.org", "127.0.0.1:8000"]))
    assert told["https_proxy"] == told["HTTPS_PROXY"] == told["http_proxy"] == "http://p"
    assert told["NO_PROXY"] == told["no_proxy"] == "localhost,::1"
    assert "127.0.0.1" in proxy_environment("http://p", rules_of(["example.org"]))["NO_PROXY"]


def test_people_are_told_what_was_wanted() -> None:
    place = Place("example.org", 443)
    assert not_named(place) == (
        "setup wanted to reach example.org:443, which setup.hosts does not name"
    )
    assert "which leads to 10.0.0.1, an address that is not" in not_public(place, ["10.0.0.1"])
    assert not_named(Place("::1", 80)).startswith("setup wanted to reach [::1]:80,")
