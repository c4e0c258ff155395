"""The server: real sockets, one thread a connection."""

import threading
from collections import defaultdict
from collections.abc import Mapping
from http.server import ThreadingHTTPServer
from typing import Self

from tests.support.llm import tools
from tests.support.llm.conversation import Conversation
from tests.support.llm.handler import Handler
from tests.support.llm.record import Record
from tests.support.llm.script import Answer, Answering, Script, Trouble

_POLL_S = 0.01


class ScriptedModel:
    """A context manager; within it the model answers at `url`, after `latency_s` each time.

    `records` are the requests in the order in which they were answered; `faults` say what a script
    asked for in vain: a test that ends with one has not tested what it meant to. `headers` are
    those of each answer.
    """

    def __init__(
        self,
        *scripts: Script,
        latency_s: float = 0.0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take the scripts: that whose marker comes first in a prompt is followed."""
        self._scripts = scripts
        self._met: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._lock = threading.Lock()
        handler = type("BoundHandler", (Handler,), {"model": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.latency_s = latency_s
        self.headers = dict(headers or {})
        self.closing = threading.Event()
        self.records: list[Record] = []
        self.faults: list[str] = []

    @property
    def url(self) -> str:
        """Where it listens, with no path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        """Begin to answer."""
        threading.Thread(target=self._server.serve_forever, args=(_POLL_S,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def keep(self, record: Record) -> None:
        """Take down a request."""
        with self._lock:
            self.records.append(record)

    def asked(self, marker: str) -> list[Record]:
        """Return the requests that followed the script of `marker`."""
        with self._lock:
            return [record for record in self.records if record.script == marker]

    def script(self, asked: Conversation) -> Script | None:
        """Return the script of a conversation; what asks for no more than a title has none."""
        if not asked.offers:
            return None
        found = [(asked.prompt.find(one.marker), one) for one in self._scripts]
        return min((pair for pair in found if pair[0] >= 0), key=_place, default=(0, None))[1]

    def answer(self, asked: Conversation, key: str) -> Answering:
        """Return what to say, or what goes wrong."""
        script = self.script(asked)
        if script is None:
            return self._aside(asked)
        trouble = self._trouble(script, asked.calls)
        if trouble and trouble.manner != "stall":
            return trouble
        if trouble:
            self.closing.wait(trouble.delay_s)
        turn = script.play(asked.prompt).turn(asked.calls)
        try:
            return tools.answer(turn, asked, key, script.tokens)
        except tools.NotOfferedError as error:
            self.faults.append(f"{script.marker}: {error}")
            return Trouble(status=400)

    def _trouble(self, script: Script, turn: int) -> Trouble | None:
        with self._lock:
            met = self._met[script.marker]
            place = script.trouble(turn, met)
            if place is None:
                return None
            met[place] += 1
            return script.troubles[place]

    def _aside(self, asked: Conversation) -> Answer:
        if asked.offers:
            self.faults.append(f"no script for a prompt that ends in {asked.prompt[-200:]!r}")
        return Answer(text=tools.shaped(asked.shape))


def _place(pair: tuple[int, Script]) -> int:
    return pair[0]
