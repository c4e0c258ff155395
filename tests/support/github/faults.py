"""What goes wrong on command: wrong answers, lost answers, slow ones."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.github.answers import Answer, saying
from tests.support.github.limits import secondary


@dataclass
class Fault:
    """What happens to the next `times` requests that match, after `skip` that go well.

    `instead` is answered and nothing is done. With `drop`, the connection breaks off: "before"
    anything is done, or "after" the effect took place.
    """

    method: str
    path: re.Pattern[str]
    times: int = 1
    skip: int = 0
    instead: Answer | None = None
    drop: str = ""
    seconds: float = 0.0

    def meets(self, method: str, path: str) -> bool:
        """Return whether it is about such a request."""
        return self.times > 0 and self.method in {method, "*"} and bool(self.path.search(path))


@dataclass
class Faults:
    """The faults to come; a path is a regular expression, a method may be `*`."""

    waiting: list[Fault] = field(default_factory=list)

    def answer(
        self,
        method: str,
        path: str,
        status: int,
        message: str = "Server Error",
        *,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        **how: int,
    ) -> None:
        """Answer so, and do nothing; `times` and `skip` as in `Fault`."""
        said = saying(status, message).body if body is None else body
        self._add(method, path, instead=Answer(status, said, headers or {}), **how)

    def secondary_limit(
        self, method: str, path: str, retry_after: int | None = 1, **how: int
    ) -> None:
        """Answer that the secondary limit is exceeded."""
        self._add(method, path, instead=secondary(retry_after), **how)

    def drop(self, method: str, path: str, *, after_effect: bool = True, **how: int) -> None:
        """Break the connection off, by default when all is done and only the answer is missing."""
        self._add(method, path, drop="after" if after_effect else "before", **how)

    def slow(self, method: str, path: str, seconds: float, **how: int) -> None:
        """Wait before anything is done."""
        self._add(method, path, seconds=seconds, **how)

    def clear(self) -> None:
        """Let all go well again."""
        self.waiting.clear()

    def _add(self, method: str, path: str, **what: Any) -> None:
        self.waiting.append(Fault(method=method, path=re.compile(path), **what))

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault of this request, and count it."""
        for fault in self.waiting:
            if fault.meets(method, path):
                if fault.skip > 0:
                    fault.skip -= 1
                    return None
                fault.times -= 1
                return fault
        return None
