"""What lies beside the tree of an attempt: notes, the last verdict, what was told and said."""

import glob
import json
import re
from dataclasses import asdict
from pathlib import Path
from secrets import token_hex
from typing import Literal

from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.verdict import Verdict
from orchestrator.ports.agent import AgentReport
from orchestrator.ports.repository import Worktree

PERSONS_NOTE = "from-a-person.txt"
"""The file in an attempt's notes that holds what a person wants its agent to know."""
OPEN = 0o755
"""The mode of an attempt's folder of notes."""


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


def keep_transcript(spec: AttemptSpec, report: AgentReport, folder: Path) -> str:
    """Keep what the agent was told and what it said; return the name of the latter's file."""
    name = f"{spec.task.id}-{'trial-' if spec.trial else ''}{spec.number}"
    folder.mkdir(parents=True, exist_ok=True)
    if report.prompt:
        (folder / f"{name}.prompt").write_bytes(report.prompt.encode("utf-8", "surrogateescape"))
    if not report.transcript:
        return ""
    (folder / f"{name}.log").write_bytes(report.transcript)
    return f"{name}.log"


def kept(
    folder: Path, task: str, kind: Literal["log", "prompt"]
) -> list[tuple[Path, tuple[int, bool]]]:
    """Return what `keep_transcript` kept of a task, each file with its number and trial, in order.

    A `log` is what the agent said, a `prompt` what it was told.
    """
    name = re.compile(rf"{re.escape(task)}-(trial-)?(\d+)\.{kind}")
    named = ((name.fullmatch(path.name), path) for path in folder.glob(f"{glob.escape(task)}-*"))
    found = [(path, (int(match[2]), bool(match[1]))) for match, path in named if match]
    return sorted(found, key=lambda one: one[1])
