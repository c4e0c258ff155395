"""How a given Redis server is reached: URLs, passwords, TLS, and rights that are just enough."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice, repeat
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from time import sleep

import pytest
from redis.exceptions import NoPermissionError

from orchestrator.adapters.bus.address import address_of
from orchestrator.adapters.bus.connect import connected, require
from orchestrator.adapters.bus.redis import RedisBus
from orchestrator.adapters.bus.server import packaged
from orchestrator.errors import MissingRequirementError, UsageError
from orchestrator.ports.bus import MAX_TRIES, BusLostError, Letter
from tests.support import redis_server
from tests.support.redis_server import GivenServer
from tests.support.site import make_certificate

PAGE = Path(__file__).parents[2] / "docs" / "redis.md"


@pytest.fixture(scope="module", params=["redis-server", *filter(None, [packaged()])])
def given(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GivenServer]:
    """Give a server of this machine, then the oldest that will do."""
    with redis_server.given(tmp_path_factory.mktemp("redis"), request.param) as server:
        yield server


def use_all(bus: RedisBus) -> None:
    """Call everything that a bus can do, dead letters among it."""
    assert bus.epoch()
    bus.publish("run/r/learnings", [Letter("1", "{}")], keep=10)
    for _ in range(MAX_TRIES + 1):
        found = bus.receive("run/r/learnings", "g", "c", timeout_s=0.01)
    assert found == []
    assert bus.dead("run/r/learnings") == [Letter("1", "{}")]
    bus.publish("run/r/learnings", [Letter("2", "{}")], keep=10)
    (one,) = bus.receive("run/r/learnings", "g", "c", timeout_s=0.01)
    bus.acknowledge("run/r/learnings", "g", [one.position])
    assert len(bus.read("run/r/learnings")) == 2


def test_a_url_says_where_and_who_and_nothing_secret() -> None:
    address = address_of("rediss://ada@h.example.org:6380/3?prefix=team&ssl_ca_certs=/ca.pem")
    assert address.prefix == "team"
    assert address.options == {
        "host": "h.example.org",
        "port": 6380,
        "db": 3,
        "username": "ada",
        "ssl": True,
        "ssl_ca_certs": "/ca.pem",
    }
    unix = address_of("unix:///run/a%20b.sock?db=2")
    assert unix.options == {"unix_socket_path": "/run/a b.sock", "db": 2, "username": None}
    assert address_of("redis://h").options["port"] == 6379


ANSWERS = (b":1\r\n", b"$-1\r\n", b"*0\r\n", b"+OK\r\n", b":abc\r\n", b"*zz\r\n", b"HTTP/1.1\r\n")
ODD = (*ANSWERS, b"*1\r\n" * 5000, b"-READONLY You can't\r\n", b"")


@pytest.mark.parametrize("answer", ODD, ids=range(len(ODD)))
def test_a_server_that_answers_anything_at_all_is_a_lost_bus(answer: bytes) -> None:
    with talking(repeat(answer)) as url, closing(connected(url)) as bus:
        for _ in range(2):
            with pytest.raises(BusLostError):
                bus.epoch()
            with pytest.raises(BusLostError):
                bus.receive("c", "g", "me", timeout_s=0.01)


def test_a_server_that_never_comes_to_an_end_is_a_lost_bus() -> None:
    def drops() -> Iterator[bytes]:
        yield b"$99999999\r\n"
        while True:
            sleep(0.05)
            yield b"x"

    with talking(drops()) as url:
        bus = RedisBus(connected(url).client, longest_call_s=0.5)
        with closing(bus), pytest.raises(BusLostError):
            bus.epoch()


@contextmanager
def talking(answers: Iterable[bytes]) -> Iterator[str]:
    """Have a server that says one after the other, whatever it hears; an empty one is silence."""

    class Answer(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                self.request.recv(4096)
                for one in answers if one_by_one else islice(answers, 20):
                    self.request.sendall(one)

    one_by_one = not isinstance(answers, repeat)
    with ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = True
        server.block_on_close = False
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"
        server.shutdown()


@pytest.mark.parametrize(
    "url",
    [
        "redis://:hunter2hunter2@h",
        "rediss://ada:hunter2hunter2@h/0",
        "redis://h?password=hunter2hunter2",
        "rediss://h?ssl_cert_reqs=none",
        "rediss://h?ssl_check_hostname=false",
        "redis://h?ssl_ca_certs=/ca.pem",
        "redis://h/one",
        "redis://h:port",
        "http://h",
        "h:6379",
    ],
)
def test_what_is_no_url_without_a_secret_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        address_of(url)
    assert caught.value.hint
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"


def test_the_wrong_password_is_told_and_kept(given: GivenServer) -> None:
    with pytest.raises(MissingRequirementError) as caught:
        require(given.url, "not-the-password")
    assert given.url in caught.value.message
    assert "LEAFCUT_REDIS_PASSWORD" in caught.value.hint
    assert "not-the-password" not in caught.value.message
    require(given.url, given.password)


def test_the_rights_of_the_documentation_are_enough(given: GivenServer) -> None:
    (line,) = [line for line in PAGE.read_text().splitlines() if line.startswith("ACL SETUSER")]
    given.ask(*line.replace("PASSWORD", "another-password").split())
    bus = connected(given.url.replace("//", "//leafcut@"), "another-password")
    use_all(RedisBus(bus.client, claim_after_s=0.0))
    with pytest.raises(NoPermissionError):
        bus.client.get("somebody-elses")
    with pytest.raises(NoPermissionError):
        bus.client.flushall()
    with pytest.raises(BusLostError, match="permissions"):
        RedisBus(bus.client, prefix="other").epoch()
    bus.close()


def test_what_somebody_else_wrote_is_handed_on_as_it_is(given: GivenServer) -> None:
    bus = RedisBus(connected(given.url, given.password).client, prefix="odd")
    given.ask("XADD", "odd:c", "*", "field", b"\xff\xfe")
    given.ask("XADD", "odd:c", "*", "key", "k", "body", b"\xff")
    found = [one.letter for one in bus.receive("c", "g", "x", timeout_s=0.1)]
    assert found == [Letter("", ""), Letter("k", "\ufffd")]
    given.ask("SET", "odd:string", "no stream")
    with pytest.raises(BusLostError, match="WRONGTYPE"):
        bus.receive("string", "g", "x", timeout_s=0.1)
    bus.close()


def test_another_epoch_follows_a_flush_and_a_restart(given: GivenServer) -> None:
    bus = connected(given.url, given.password)
    epochs = [bus.epoch()]
    given.ask("FLUSHALL")
    epochs.append(bus.epoch())
    given.kill()
    with pytest.raises(BusLostError):
        bus.epoch()
    given.start()
    epochs.append(bus.epoch())
    assert len(set(epochs)) == 3
    bus.close()


def test_groups_are_made_anew_from_the_oldest_letter_after_a_flush(given: GivenServer) -> None:
    bus = connected(given.url, given.password)
    bus.publish("c", [Letter("1", "{}")], keep=10)
    assert len(bus.receive("c", "g", "x", timeout_s=0.1)) == 1
    given.ask("FLUSHALL")
    bus.publish("c", [Letter("1", "{}"), Letter("2", "{}")], keep=10)
    assert [one.letter.key for one in bus.receive("c", "g", "x", timeout_s=0.1)] == ["1", "2"]
    bus.close()


def test_tls_is_checked(tmp_path: Path) -> None:
    key, certificate = make_certificate(tmp_path)
    port = redis_server.free_port()
    options = (
        *("--tls-port", str(port), "--tls-auth-clients", "no"),
        *("--tls-cert-file", str(certificate), "--tls-key-file", str(key)),
    )
    with redis_server.given(tmp_path / "redis", options=options) as server:
        url = f"rediss://127.0.0.1:{port}/0"
        bus = connected(f"{url}?ssl_ca_certs={certificate}", server.password)
        use_all(RedisBus(bus.client, claim_after_s=0.0))
        bus.close()
        with pytest.raises(MissingRequirementError, match="certificate"):
            require(url, server.password)
        elsewhere = f"rediss://localhost:{port}/0?ssl_ca_certs={certificate}"
        with pytest.raises(MissingRequirementError, match="localhost"):
            require(elsewhere, server.password)
