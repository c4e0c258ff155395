"""Slices cut by a process of their own, so that the screen that asks for them stays quick.

Cutting reads the whole journal anew: of 10,000 tasks that takes seconds of processor, which a
thread would take from the thread that answers keys.
"""

import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from orchestrator.adapters.runs import RunFolder
from orchestrator.application.watching.slices import SliceRow
from orchestrator.errors import LeafcutError

_ASKING = "--asking"


_Answer: TypeAlias = tuple[Sequence[SliceRow], str, str]
"""The rows; or why there are none, and what to do about it."""


def slices_apart(folder: RunFolder, asking: bool) -> Sequence[SliceRow]:  # noqa: FBT001 - as called
    """Return what `slices_of` returns.

    Raises:
        LeafcutError: as `slices_of` raises it, or the process ended before it had an answer.
    """
    words = [str(folder.root), *([_ASKING] if asking else [])]
    ended = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-P", "-m", __name__, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if ended.returncode:
        last = ended.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise LeafcutError(
            f"the process that cuts the slices has ended with {ended.returncode}: {last}"
        )
    answer: _Answer = pickle.loads(ended.stdout)  # noqa: S301 - this program's; names may be no UTF-8
    rows, fault, hint = answer
    if fault:
        raise LeafcutError(fault, hint=hint)
    return rows


def _answer(root: str, *options: str) -> _Answer:
    from orchestrator.wiring.slice_rows import slices_of

    try:
        return slices_of(RunFolder(Path(root)), _ASKING in options), "", ""
    except LeafcutError as error:
        return (), error.message, error.hint


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(_answer(*sys.argv[1:])))
