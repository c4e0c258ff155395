"""Slices cut by a process of their own, so that the screen that asks for them stays quick.

Cutting reads the whole journal anew: of 10,000 tasks that takes seconds of processor, which a
thread would take from the thread that answers keys.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TypeAlias

from orchestrator.adapters.runs import RunFolder
from orchestrator.application.watching.slices import SliceRow
from orchestrator.errors import LeafcutError
from orchestrator.wiring.processes import how_it_ended

_ASKING = "--asking"


_Answer: TypeAlias = tuple[Sequence[SliceRow] | None, str, str]
"""The rows; or why there are none, and what to do about it."""


def slices_apart(folder: RunFolder, asking: bool) -> Sequence[SliceRow]:  # noqa: FBT001 - as called
    """Return what `slices_of` returns. The process ends with this one, however that ends.

    Raises:
        LeafcutError: as `slices_of` raises it, or the process ended before it had an answer.
    """
    words = [str(folder.root), *([_ASKING] if asking else [])]
    with _held() as held:
        ended = subprocess.run(  # noqa: S603 - this very program
            [sys.executable, "-P", "-m", __name__, *words],
            stdin=held,
            capture_output=True,
            check=False,
        )
    if ended.returncode:
        last = ended.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        how = how_it_ended(ended.returncode)
        raise LeafcutError(f"the process that was to cut the slices {how}: {last or 'no word'}")
    answer: _Answer = pickle.loads(ended.stdout)  # noqa: S301 - this program's; names may be no UTF-8
    rows, fault, hint = answer
    if rows is None:
        raise LeafcutError(fault, hint=hint)
    return rows


@contextmanager
def _held() -> Iterator[int]:
    """Give something to read that has its end when this process has."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(reading)
        os.close(writing)


def _answer(root: str, *options: str) -> _Answer:
    from orchestrator.wiring.slice_rows import slices_of

    try:
        return slices_of(RunFolder(Path(root)), _ASKING in options), "", ""
    except LeafcutError as error:
        return None, error.message, error.hint


def _end_with_whoever_asked() -> None:
    os.read(0, 1)  # a thread that waits in sys.stdin would not let the interpreter end
    os._exit(1)


if __name__ == "__main__":
    Thread(target=_end_with_whoever_asked, daemon=True).start()
    sys.stdout.buffer.write(pickle.dumps(_answer(*sys.argv[1:])))
