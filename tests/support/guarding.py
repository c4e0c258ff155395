"""Files before and after, held against the guards with the real reader."""

from collections.abc import Mapping
from typing import Any

from orchestrator.adapters.sources.reader import read_facts
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.guards import Examined, examine
from orchestrator.domain.playbook import Guards
from orchestrator.domain.verdict import Failure


def failures(
    before: Mapping[str, str], after: Mapping[str, str | None], **guards: Any
) -> tuple[Failure, ...]:
    """Return everything that speaks against leading from one to the other; None deletes."""
    base = {path: text.encode() for path, text in before.items()}
    changes = [
        FileChange(path, "100644", None if text is None else text.encode())
        for path, text in sorted(after.items())
        if text is None or base.get(path) != text.encode()
    ]
    options = {"max_changed_lines": 0, "allow_new_files": ("**",), "allow_deleted": ("**",)}
    case = Examined(
        changes=ChangeSet(tuple(changes)),
        task_files=tuple(before),
        guards=Guards(**{**options, **guards}),
        read=base.get,
        facts=read_facts,
        residue_before=1,
        residue_after=0,
    )
    return examine(case)


def told(
    before: Mapping[str, str], after: Mapping[str, str | None], **guards: Any
) -> list[tuple[str, str, int]]:
    """Return guard, rule and line of everything that speaks against it."""
    found = failures(before, after, **guards)
    return [(one.check.removeprefix("guard:"), one.rule, one.line) for one in found]
