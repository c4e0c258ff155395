"""Threads that ask a run for something and say what came of it; the screen never waits for them.

They are daemons: a run that is slow to answer keeps nobody from leaving.
"""

from collections.abc import Callable
from threading import Thread

from textual.message_pump import MessagePump

from orchestrator.errors import LeafcutError


def aside(
    call: Callable[[], None],
    screen: MessagePump,
    failed: Callable[[str, LeafcutError], None],
    doing: str,
) -> None:
    """Make a call on a thread of its own; on the screen's, tell what it was doing where it fails.

    What the call itself has to tell, it leaves with `screen.call_later`.
    """

    def told() -> None:
        try:
            call()
        except LeafcutError as error:
            screen.call_later(failed, doing, error)

    Thread(target=told, name=f"leafcut-{doing}", daemon=True).start()
