"""Threads that wait for room."""

from threading import Event, Lock

import pytest

from orchestrator.adapters.executor import BoundedPool
from tests.support.waiting import until


class Counted:
    """A call that lasts until `over`, and how many of it go on."""

    def __init__(self) -> None:
        self.over = Event()
        self.at_once = 0
        self.most = 0
        self._lock = Lock()

    def __call__(self, said: int) -> int:
        with self._lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        self.over.wait(30)
        with self._lock:
            self.at_once -= 1
        return said


def test_no_more_calls_go_on_than_the_bound_allows_and_all_are_answered() -> None:
    call = Counted()
    with BoundedPool(lambda: 2, 64) as pool:
        asked = [pool.submit(call, at) for at in range(7)]
        until(lambda: call.at_once == 2, "two go on")
        call.over.set()
        assert [one.result() for one in asked] == list(range(7))
    assert call.most == 2


def test_a_bound_that_rises_lets_more_calls_go_on() -> None:
    call, most = Counted(), [1]
    first = Event()
    with BoundedPool(lambda: most[0], 64) as pool:
        pool.submit(first.wait, 30)
        asked = [pool.submit(call, at) for at in range(3)]
        most[0] = 3
        first.set()
        until(lambda: call.at_once == 3, "three go on")
        call.over.set()
        assert [one.result() for one in asked] == [0, 1, 2]


def test_a_call_that_raises_makes_room_and_tells_who_asked() -> None:
    def fail() -> None:
        raise ValueError

    with BoundedPool(lambda: 1, 64) as pool:
        failed, done = pool.submit(fail), pool.submit(str, 7)
        with pytest.raises(ValueError, match=r"^$"):
            failed.result()
        assert done.result() == "7"
