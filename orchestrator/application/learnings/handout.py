"""What others learned as a file beside the tree, for agents that call no tools.

`$LEAFCUT_LEARNINGS` names it. It lies in a folder of its own: a sandbox shows folders, and sees a
file that is replaced in one. The agent may do with that folder what it likes, so it is reached by
its descriptor alone, and what cannot be written is left out.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread

from orchestrator.application.learnings.sharing import Exchange
from orchestrator.domain.learnings.quoted import DATA, quoted
from orchestrator.domain.learnings.room import characters

VARIABLE = "LEAFCUT_LEARNINGS"
NAME = "learnings.md"
LARGEST = 32 * 1024
"""How many characters it has at most."""
EVERY_S = 0.5
"""How often the board is looked at, in seconds."""


@contextmanager
def handout(exchange: Exchange, scratch: Path) -> Iterator[dict[str, str]]:
    """Keep the file up to date and hand out the variable that names it; none if nothing is shared.

    It has the lessons that the attempt was given, then trusted ones for its files.
    """
    if "learnings" not in exchange.shop.learnings.exchanges:
        yield {}
        return
    folder = scratch / "learnings"
    folder.mkdir()
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    over = Event()
    try:
        text = _text(exchange)
        _replace(opened, text)
        thread = Thread(
            target=_refresh, args=(exchange, opened, text, over.wait), name="leafcut-learnings"
        )
        thread.start()
        try:
            yield {VARIABLE: str(folder / NAME)}
        finally:
            over.set()
            thread.join()
    finally:
        os.close(opened)


def _refresh(exchange: Exchange, folder: int, text: str, wait: Callable[[float], bool]) -> None:
    seen = exchange.shop.board.standings
    while not wait(EVERY_S):
        now = exchange.shop.board.standings
        if now == seen:
            continue
        seen = now
        if (new := _text(exchange)) != text:
            text = new
            _replace(folder, text)


def _text(exchange: Exchange) -> str:
    """Return as many whole lessons as `max_tokens` and the bound of the file have room for."""
    most = min(LARGEST, characters(exchange.shop.learnings.max_tokens))
    text = f"# What others have learned\n\n{DATA}\n"
    for one in (*exchange.given(), *exchange.trusted()):
        more = f"\n{quoted([one])}\n"
        if len(text) + len(more) > most:
            break
        text += more
    return text


def _replace(folder: int, text: str) -> None:
    """Put the file into the folder, all at once."""
    staged = f".{token_hex(8)}"
    with suppress(OSError):  # the agent has made the folder unfit; it is its own loss
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(staged, flags, 0o644, dir_fd=folder), "wb") as file:
            file.write(text.encode("utf-8", "replace"))
        os.replace(staged, NAME, src_dir_fd=folder, dst_dir_fd=folder)
