"""What every bus does: in memory, on Leafcut's own server, on a given one, on Valkey."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from secrets import token_hex

import pytest

from orchestrator.adapters.bus.connect import connected
from orchestrator.adapters.bus.memory import MemoryBus
from orchestrator.adapters.bus.redis import RedisBus
from orchestrator.adapters.bus.server import PrivateServer, packaged
from orchestrator.ports.bus import MAX_TRIES, Bus, Letter
from tests.support import redis_server

Make = Callable[[float], Bus]
"""Makes a bus whose letters are claimed after so many seconds."""
KINDS = [
    *("memory", "private", "given"),
    *(["packaged"] if packaged() else []),  # it has no wheel for every Python
    *(["valkey"] if shutil.which("valkey-server") else []),  # no package in every Debian
]


@pytest.fixture(scope="module", params=KINDS)
def make(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Make]:
    folder = tmp_path_factory.mktemp(request.param)
    with ExitStack() as stack:
        if request.param == "memory":
            yield MemoryBus
        elif request.param in {"private", "packaged"}:
            program = packaged() if request.param == "packaged" else None
            private = PrivateServer(program or redis_server.program(), folder / "bus")
            yield redis_bus(stack.enter_context(private).bus)
        else:
            name = "valkey-server" if request.param == "valkey" else "redis-server"
            given = stack.enter_context(redis_server.given(folder / "given", name))
            yield redis_bus(lambda: connected(given.url, given.password))


def redis_bus(connect: Callable[[], RedisBus]) -> Make:
    """Give each test a prefix of its own on the server."""

    def made(claim_after_s: float) -> Bus:
        plain = connect()
        return RedisBus(plain.client, prefix=token_hex(4), claim_after_s=claim_after_s)

    return made


@pytest.fixture
def bus(make: Make) -> Iterator[Bus]:
    made = make(60.0)
    yield made
    made.close()


@pytest.fixture
def impatient(make: Make) -> Iterator[Bus]:
    made = make(0.0)
    yield made
    made.close()


def letters(*keys: str) -> list[Letter]:
    return [Letter(key, f'{{"said": "{key} ünï"}}') for key in keys]


def keys(bus: Bus, channel: str = "c", group: str = "g", consumer: str = "x") -> list[str]:
    return [one.letter.key for one in bus.receive(channel, group, consumer, timeout_s=0.05)]


def test_letters_come_in_order_and_as_they_were(bus: Bus) -> None:
    bus.publish("c", letters("1", "2"), keep=100)
    bus.publish("c", letters("3"), keep=100)
    assert [one.letter for one in bus.read("c")] == letters("1", "2", "3")
    assert [one.letter for one in bus.receive("c", "g", "x", timeout_s=1)] == letters("1", "2", "3")


def test_each_letter_goes_to_one_consumer_of_a_group_and_to_every_group(bus: Bus) -> None:
    bus.publish("c", letters("1", "2", "3"), keep=100)
    first = bus.receive("c", "g", "x", timeout_s=1, most=2)
    assert [one.letter.key for one in first] == ["1", "2"]
    assert keys(bus, consumer="y") == ["3"]
    assert keys(bus, consumer="x") == []
    assert keys(bus, group="other") == ["1", "2", "3"]


def test_channels_know_nothing_of_each_other(bus: Bus) -> None:
    bus.publish("run/a/learnings", letters("1"), keep=100)
    assert bus.read("run/b/learnings") == []
    assert keys(bus, channel="run/b/learnings") == []


def test_reading_goes_on_behind_a_position(bus: Bus) -> None:
    bus.publish("c", letters("1", "2", "3"), keep=100)
    first, *_ = bus.read("c", most=1)
    assert [one.letter.key for one in bus.read("c", first.position)] == ["2", "3"]


def test_a_reader_that_waits_gets_what_is_published_meanwhile(bus: Bus) -> None:
    assert keys(bus) == []
    later = threading.Timer(0.1, lambda: bus.publish("c", letters("1"), keep=100))
    later.start()
    found = bus.receive("c", "g", "x", timeout_s=0.9)
    later.join()
    assert [one.letter.key for one in found] == ["1"]


def test_what_is_acknowledged_never_comes_again(impatient: Bus) -> None:
    impatient.publish("c", letters("1"), keep=100)
    (one,) = impatient.receive("c", "g", "x", timeout_s=1)
    impatient.acknowledge("c", "g", [one.position])
    impatient.acknowledge("c", "g", [one.position])
    assert keys(impatient) == []


def test_what_a_consumer_never_finished_goes_to_another_with_its_tries(impatient: Bus) -> None:
    impatient.publish("c", letters("1"), keep=100)
    tries = [
        one.tries
        for consumer in ("dead", "y", "z")
        for one in impatient.receive("c", "g", consumer, timeout_s=0.05)
    ]
    assert tries == [1, 2, 3]


def test_nothing_is_claimed_from_a_consumer_that_still_has_time(bus: Bus) -> None:
    bus.publish("c", letters("1"), keep=100)
    assert keys(bus, consumer="slow") == ["1"]
    assert keys(bus, consumer="y") == []


def test_all_that_a_dead_consumer_had_is_claimed_however_much_it_was(impatient: Bus) -> None:
    wanted = [f"{n:03}" for n in range(250)]
    impatient.publish("c", letters(*wanted), keep=1000)
    assert len(impatient.receive("c", "g", "dead", timeout_s=1, most=250)) == 250
    claimed: list[str] = []
    for _ in range(3):
        found = impatient.receive("c", "g", "y", timeout_s=0.05, most=100)
        claimed += [one.letter.key for one in found]
        impatient.acknowledge("c", "g", [one.position for one in found])
    assert claimed == wanted
    assert keys(impatient) == []


def test_a_letter_that_nobody_can_finish_goes_to_the_dead_ones(impatient: Bus) -> None:
    impatient.publish("c", letters("bad"), keep=100)
    seen = [keys(impatient) for _ in range(MAX_TRIES + 2)]
    assert seen == [["bad"]] * MAX_TRIES + [[], []]
    assert impatient.dead("c") == letters("bad")
    impatient.publish("c", letters("good"), keep=100)
    assert keys(impatient) == ["good"]
    assert impatient.dead("other") == []


def test_about_the_last_letters_are_kept_and_the_rest_harms_nobody(impatient: Bus) -> None:
    impatient.publish("c", letters("first"), keep=5000)
    assert keys(impatient) == ["first"]
    wanted = [f"{n:04}" for n in range(2000)]
    impatient.publish("c", letters(*wanted), keep=100)
    kept = [one.letter.key for one in impatient.read("c", most=5000)]
    assert 100 <= len(kept) <= 400
    assert kept == wanted[-len(kept) :]
    assert keys(impatient) != []


def test_the_epoch_stays_while_nothing_is_forgotten(bus: Bus) -> None:
    before = bus.epoch()
    bus.publish("c", letters("1"), keep=100)
    assert bus.epoch() == before
    assert before


def test_waiting_has_an_end(bus: Bus) -> None:
    began = time.monotonic()
    assert bus.receive("c", "g", "x", timeout_s=0.1) == []
    assert time.monotonic() - began < 30
