"""A playbook's fixture, laid out to be played."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestrator.errors import InvalidInputError


@contextmanager
def laid_out(playbook: Path) -> Iterator[tuple[Path, Path]]:
    """Give a copy of the playbook's fixture/before and an empty folder beside it, for a while.

    Raises:
        InvalidInputError: the playbook has no fixture.
    """
    for side in ("before", "after"):
        if not (playbook / "fixture" / side).is_dir():
            raise InvalidInputError(
                f"there is no folder {playbook / 'fixture' / side}",
                hint="write one; playbooks that came with the package have theirs in its sources",
            )
    with TemporaryDirectory(prefix="leafcut-fixture-") as temporary:
        tree, scratch = Path(temporary, "tree"), Path(temporary, "scratch")
        shutil.copytree(playbook / "fixture" / "before", tree)
        scratch.mkdir()
        yield tree.resolve(), scratch.resolve()
