"""The conditions that a change set is held to, as they are told to whoever makes it."""

from collections.abc import Iterator, Sequence

from orchestrator.domain.playbook import Guards


def conditions(guards: Guards, shared: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the guards' conditions in words, as the playbook has relaxed them.

    `shared` are files that every task may edit.
    """
    return tuple(_conditions(guards, shared))


def _conditions(guards: Guards, shared: Sequence[str]) -> Iterator[str]:
    yield "change only the task's own files" + _allowed(guards)
    for path in shared:
        yield f"{path} may be edited, too; nothing else is done by that"
    if guards.residue == "zero":
        yield "leave no occurrence in the task's files"
    elif guards.residue == "reduce":
        yield "leave fewer occurrences in the task's files than there are"
    if guards.max_changed_lines:
        yield f"change at most {guards.max_changed_lines} lines, added and removed ones together"
    if guards.laziness == "on":
        yield "leave no stubs, empty bodies, TODOs, left-out code, ignores or skips behind"
    if guards.test_integrity == "on":
        yield "lose, weaken and switch off no test"
    if guards.secrets == "on":
        yield "write no token and no private key into a file"
    yield "make no links out of the tree, and leave .git alone"
    yield "nothing counts but the guards and the checks: ask verify before you end"


def _allowed(guards: Guards) -> str:
    relaxed = {
        "new files": guards.allow_new_files,
        "deleted files": guards.allow_deleted,
        "moves to": guards.allow_moves,
    }
    allowed = [f"{what} {', '.join(globs)}" for what, globs in relaxed.items() if globs]
    return f"; allowed are {'; '.join(allowed)}" if allowed else ""
