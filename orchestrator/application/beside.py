"""What lies beside the tree of an attempt: notes, the last verdict, what was told and said."""

import glob
import json
import re
from dataclasses import asdict
from os import SEEK_END
from pathlib import Path
from secrets import token_hex
from typing import Literal, TypeAlias

from orchestrator.application.live import Live
from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.redaction import RedactedStream
from orchestrator.domain.verdict import Verdict
from orchestrator.ports.agent import AgentReport
from orchestrator.ports.repository import Worktree

PERSONS_NOTE = "from-a-person.txt"
"""The file in an attempt's notes that holds what a person wants its agent to know."""
OPEN = 0o755
"""The mode of an attempt's folder of notes."""

Kind: TypeAlias = Literal["log", "live", "prompt"]
_SAID: tuple[Kind, ...] = ("log", "live")


def environment(spec: AttemptSpec, worktree: Worktree, notes: Path) -> dict[str, str]:
    """Lay out what an attempt is told, and return the variables that say where; see the port."""
    folder = notes / spec.task.id
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(OPEN)  # an agent may have closed it to everybody
    environment = {"LEAFCUT_NOTES": str(folder)}
    if spec.note:
        _leave_note(folder / PERSONS_NOTE, spec.note)
    if spec.last_verdict is not None:
        path = worktree.scratch / "verdict.json"
        path.write_text(json.dumps(_verdict_document(spec.last_verdict)), encoding="utf-8")
        environment["LEAFCUT_VERDICT"] = str(path)
    return environment


def _leave_note(path: Path, note: str) -> None:
    """Write a note where an agent may have left anything: no link of its own is followed.

    A folder in its place may be nested too deep to be removed by its path, so it is put aside.
    """
    if path.is_dir() and not path.is_symlink():
        path.rename(path.with_name(f"{path.name}.{token_hex(4)}"))
    path.unlink(missing_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(note + "\n")


def _verdict_document(verdict: Verdict) -> dict[str, object]:
    return {
        "schema": 1,
        "accepted": verdict.accepted,
        "failures": [asdict(failure) for failure in verdict.reasons],
        "output": {check.check: check.output for check in verdict.checks if not check.green},
    }


def keep_prompt(spec: AttemptSpec, prompt: str, folder: Path) -> None:
    """Keep what the agent is told."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file_name(spec.task.id, spec.number, trial=spec.trial)}.prompt"
    path.write_bytes(prompt.encode("utf-8", "surrogateescape"))


def live(spec: AttemptSpec, folder: Path, redacted: RedactedStream) -> Live:
    """Return what keeps what the agent says while it says it, till `keep_transcript` does."""
    name = file_name(spec.task.id, spec.number, trial=spec.trial)
    return Live(folder / f"{name}.live", redacted)


def keep_transcript(spec: AttemptSpec, report: AgentReport, folder: Path) -> str:
    """Keep what the agent said, and return the name of the file; "" when it said nothing."""
    name = file_name(spec.task.id, spec.number, trial=spec.trial)
    folder.mkdir(parents=True, exist_ok=True)
    if report.transcript:
        staged = folder / f".{name}.log.new"
        staged.write_bytes(report.transcript)
        staged.replace(folder / f"{name}.log")
    (folder / f"{name}.live").unlink(missing_ok=True)
    return f"{name}.log" if report.transcript else ""


def said_so_far(folder: Path, task: str, number: int, *, trial: bool = False) -> tuple[bytes, bool]:
    """Return what the agent of an attempt has said, and whether that is only what it said so far.

    Then it is whole lines of the agent's output, without its errors. It is all there is, too, of an
    attempt whose process died: whether somebody works at it, the journal and the run's lock know.
    """
    content, so_far, _ = said_lately(folder, task, number, trial=trial)
    return content, so_far


def said_lately(
    folder: Path, task: str, number: int, *, trial: bool = False, most: int | None = None
) -> tuple[bytes, bool, int]:
    """Return the same from its end, `most` bytes at most, and how many bytes stand before.

    It begins with a whole line, unless one line is all that there is room for.
    """
    name = file_name(task, number, trial=trial)
    for kind in ("log", "live", "log"):  # the one is there before the other goes
        try:
            content, before = _end(folder / f"{name}.{kind}", most)
        except FileNotFoundError:
            continue
        if kind == "log":
            return content, False, before
        return content[: content.rfind(b"\n") + 1], True, before
    return b"", False, 0


def _end(path: Path, most: int | None) -> tuple[bytes, int]:
    """Return the last lines of a file, and how many bytes stand before them."""
    with path.open("rb") as file:
        start = 0 if most is None else max(0, file.seek(0, SEEK_END) - most)
        file.seek(start)
        content = file.read()
    whole = content.find(b"\n") + 1 if start else 0
    if whole == len(content):
        whole = 0
    return content[whole:], start + whole


def attempts_heard(folder: Path, task: str) -> list[tuple[int, bool]]:
    """Return the number and trial of each attempt at a task whose agent has said anything yet."""
    return sorted({attempt for kind in _SAID for _, attempt in kept(folder, task, kind)})


def kept(folder: Path, task: str, kind: Kind) -> list[tuple[Path, tuple[int, bool]]]:
    """Return what was kept of a task's attempts, each file with its number and trial, in order.

    A `log` is what the agent said, `live` what it has said so far, a `prompt` what it was told.
    """
    name = re.compile(rf"{re.escape(task)}-(trial-)?(\d+)\.{kind}")
    named = ((name.fullmatch(path.name), path) for path in folder.glob(f"{glob.escape(task)}-*"))
    found = [(path, (int(match[2]), bool(match[1]))) for match, path in named if match]
    return sorted(found, key=lambda one: one[1])


def file_name(task: str, number: int, *, trial: bool) -> str:
    """Return what the files of an attempt are called, without their kinds."""
    return f"{task}-{'trial-' if trial else ''}{number}"
