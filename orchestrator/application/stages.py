"""The files of a scaffold plan's stages: paths as they are written, globs over the base commit."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pathspec import GitIgnoreSpec

from orchestrator.application.inventory import examine, unsuitable
from orchestrator.domain.playbook import Playbook, Stage
from orchestrator.domain.staging import StageFiles, Stages, is_glob
from orchestrator.errors import InvalidInputError
from orchestrator.ports.repository import TreeEntry


def stages_of(playbook: Playbook, entries: Sequence[TreeEntry], tree: Path) -> Stages | None:
    """Return what a scaffold plan has around its migration, None for another plan.

    The teardown's globs see what the scaffold adds.

    Raises:
        InvalidInputError: a stage's globs match nothing.
    """
    scaffold, teardown = playbook.scaffold, playbook.teardown
    if scaffold is None or teardown is None:
        return None
    usable = {entry.path: entry for entry in entries if not unsuitable(entry)}
    first = resolved(scaffold, usable)
    last = resolved(teardown, {*usable, *first})
    _must_have(first, "scaffold")
    _must_have(last, "teardown")

    def described(stage: Stage, files: Sequence[str], title: str) -> StageFiles:
        lines, _ = examine(tree, [usable[file] for file in files if file in usable])
        return StageFiles(title=stage.title or title, files=tuple(files), lines=lines)

    return Stages(
        scaffold=described(scaffold, first, "set up the scaffold"),
        teardown=described(teardown, last, "tear the scaffold down"),
    )


def resolved(stage: Stage, there: Iterable[str]) -> list[str]:
    """Return a stage's files, sorted: its paths, and what of `there` its globs match."""
    globs = [file for file in stage.files if is_glob(file)]
    matching = GitIgnoreSpec.from_lines(globs).match_files(there)
    return sorted({*matching, *(file for file in stage.files if not is_glob(file))})


def _must_have(files: Sequence[str], stage: str) -> None:
    if not files:
        raise InvalidInputError(
            f"{stage}.files matches no file of the base commit",
            hint="name the files that it adds, changes or deletes",
        )
