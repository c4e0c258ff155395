"""The proxy for setups, asked over real sockets."""

import socket
import stat
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from orchestrator.adapters.hosts import Bounds, HostProxy
from orchestrator.domain.hosts import rules_of
from tests.support.site import NAME, Site, site


class Names:
    """A name server: every name leads to the addresses given, in turn; `asked` is what was."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        assert port
        self.asked.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    files = tmp_path_factory.mktemp("files")
    (files / "a.txt").write_text("a\n")
    (files / "big").write_bytes(b"x" * 3_000_000)
    with site(tmp_path_factory.mktemp("made"), files) as served:
        yield served


@contextmanager
def proxy(*hosts: str, **options: Any) -> Iterator[HostProxy]:
    with HostProxy(rules_of(hosts), **options) as opened:
        yield opened


def connected(opened: HostProxy) -> socket.socket:
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(20)
    link.connect(str(opened.address.socket))
    return link


def everything(link: socket.socket) -> bytes:
    said = b""
    while data := link.recv(1 << 16):
        said += data
    return said


def ask(opened: HostProxy, *lines: str) -> bytes:
    """Send a head and return all that comes back."""
    with connected(opened) as link:
        link.sendall("\r\n".join([*lines, "", ""]).encode())
        return everything(link)


def tunnel(opened: HostProxy, place: str) -> socket.socket:
    link = connected(opened)
    link.sendall(f"CONNECT {place} HTTP/1.1\r\n\r\n".encode())
    assert link.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
    return link


def test_only_this_user_finds_it_and_nothing_is_left() -> None:
    before = threading.active_count()
    with proxy("example.org") as opened:
        path = opened.address.socket
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not path.parent.exists()
    assert threading.active_count() == before


def test_a_plain_request_is_passed_on_to_the_host_that_was_checked(there: Site) -> None:
    names = Names(["127.0.0.1"])
    with proxy(f"{NAME}:{there.http}", f"127.0.0.1:{there.http}", resolve=names) as opened:
        got = ask(
            opened,
            f"GET http://{NAME}:{there.http}/a.txt HTTP/1.1",
            "Host: other.example.org",
            "Proxy-Connection: keep-alive",
        )
    assert got.startswith(b"HTTP/1.1 200 ")
    assert got.endswith(b"\r\n\r\na\n")
    assert there.seen[-1] == (f"{NAME}:{there.http}", "/a.txt")
    assert names.asked == [NAME]
    assert opened.troubles == ()


def test_a_tunnel_carries_whatever_is_said_in_it(there: Site) -> None:
    with (
        proxy(f"127.0.0.1:{there.http}") as opened,
        tunnel(opened, f"127.0.0.1:{there.http}") as link,
    ):
        link.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert len(everything(link)) > 3_000_000


@pytest.mark.parametrize("place", ["other.example.org:443", f"{NAME}:22", "10.0.0.1:443"])
def test_what_is_not_named_is_refused_and_told_once(place: str) -> None:
    names = Names(["93.184.215.14"])
    with proxy(NAME, resolve=names) as opened:
        for _ in range(2):
            got = ask(opened, f"CONNECT {place} HTTP/1.1", f"Host: {place}")
            assert got.startswith(b"HTTP/1.1 403 ")
            assert b"which setup.hosts does not name" in got
        plain = ask(opened, f"GET http://{place}/ HTTP/1.1")
        assert plain.startswith(b"HTTP/1.1 403 ")
    told = f"setup wanted to reach {place}, which setup.hosts does not name"
    assert opened.troubles == (told,)
    assert names.asked == []


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "192.168.0.1"]
)
def test_a_name_that_leads_to_a_private_address_is_refused(there: Site, address: str) -> None:
    with proxy(f"{NAME}:{there.http}", resolve=Names([address])) as opened:
        got = ask(opened, f"CONNECT {NAME}:{there.http} HTTP/1.1")
    assert got.startswith(b"HTTP/1.1 403 ")
    assert f"which leads to {address}, an address that is not public" in opened.troubles[0]


def test_a_name_is_resolved_once_and_its_second_answer_is_never_used(there: Site) -> None:
    """Rebinding: the first answer is what is connected, though the second would lead elsewhere."""
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    rules = (f"{NAME}:{there.http}", f"127.0.0.1:{there.http}")
    with proxy(*rules, resolve=names) as opened:
        with tunnel(opened, f"{NAME}:{there.http}") as link:
            assert names.asked == [NAME]
            link.sendall(b"GET /a.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert everything(link).endswith(b"a\n")
        assert ask(opened, f"CONNECT {NAME}:{there.http} HTTP/1.1").startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    "line",
    [
        *("GET / HTTP/1.1", "GET https://example.org/ HTTP/1.1", "CONNECT example.org HTTP/1.1"),
        *(
            "CONNECT 127.1:80 HTTP/1.1",
            "CONNECT 2130706433:80 HTTP/1.1",
            "nonsense",
            "PRI * HTTP/2",
        ),
        *(
            "GET http://u:p@example.org/ HTTP/1.1",
            f"GET http://example.org/{'a' * 70_000} HTTP/1.1",
        ),
    ],
)
def test_what_no_proxy_answers_is_refused(line: str) -> None:
    with proxy("example.org", resolve=Names(["127.0.0.1"])) as opened:
        assert ask(opened, line).startswith(b"HTTP/1.1 400 ")
    assert opened.troubles == ()


def test_who_cannot_be_reached_is_told_to_the_client() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError(f"{host} {port} is not known")

    with proxy(NAME, resolve=unknown) as opened:
        got = ask(opened, f"CONNECT {NAME}:443 HTTP/1.1")
    assert got.startswith(b"HTTP/1.1 502 ")
    assert b"is not known" in got


def test_bytes_are_bounded_over_all_connections(there: Site) -> None:
    place = f"127.0.0.1:{there.http}"
    with proxy(place, bounds=Bounds(total=1_000_000)) as opened:
        assert len(ask(opened, f"GET http://{place}/big HTTP/1.1")) < 1_000_000
        assert ask(opened, f"GET http://{place}/a.txt HTTP/1.1").startswith(b"HTTP/1.1 403 ")
    assert opened.troubles == ("setup moved more than 1,000,000 bytes",)


def test_what_is_sent_counts_too(there: Site) -> None:
    place = f"127.0.0.1:{there.http}"
    with proxy(place, bounds=Bounds(total=100_000)) as opened, tunnel(opened, place) as link:
        with suppress(ConnectionError):
            link.sendall(b"x" * 10_000_000)
        with suppress(ConnectionError):
            assert everything(link) == b""
    assert opened.troubles == ("setup moved more than 100,000 bytes",)


def test_connections_at_once_are_bounded(there: Site) -> None:
    place = f"127.0.0.1:{there.http}"
    with proxy(place, bounds=Bounds(connections=2)) as opened:
        with tunnel(opened, place), tunnel(opened, place), suppress(ConnectionError):
            assert ask(opened, f"CONNECT {place} HTTP/1.1").startswith(b"HTTP/1.1 403 ")
        deadline = time.monotonic() + 10
        got = b""
        while not got.endswith(b"a\n") and time.monotonic() < deadline:
            with suppress(ConnectionError):
                got = ask(opened, f"GET http://{place}/a.txt HTTP/1.1")
        assert got.endswith(b"a\n")
    assert opened.troubles == ("setup opened more than 2 connections at once",)


def test_a_silent_connection_is_cut(there: Site) -> None:
    place = f"127.0.0.1:{there.http}"
    began = time.monotonic()
    with proxy(place, bounds=Bounds(idle_s=0.3, patience_s=0.3)) as opened:
        with tunnel(opened, place) as link:
            assert everything(link) == b""
        with connected(opened) as link:
            assert everything(link).startswith(b"HTTP/1.1 502 ")
    assert time.monotonic() - began < 10


def test_all_is_cut_at_the_end(there: Site) -> None:
    place = f"127.0.0.1:{there.http}"
    with proxy(place) as opened:
        link = tunnel(opened, place)
        stuck = connected(opened)
        flooded = tunnel(opened, place)
        flooded.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
        began = time.monotonic()
    assert time.monotonic() - began < 5
    for one in (link, stuck, flooded):
        with one, suppress(ConnectionError):
            everything(one)


def test_few_troubles_are_kept() -> None:
    with proxy("example.org") as opened:
        for n in range(30):
            ask(opened, f"CONNECT n{n}.example.org:443 HTTP/1.1")
    assert len(opened.troubles) == 20
