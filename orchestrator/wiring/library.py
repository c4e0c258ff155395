"""Playbooks by name or path, and their fixtures played."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.adapters.git.checkouts import Checkouts
from orchestrator.adapters.git.target import Target
from orchestrator.adapters.library import playbooks
from orchestrator.adapters.library.playbooks import LoadedPlaybook, Shelf
from orchestrator.domain.expressions import Value
from orchestrator.domain.messages import playbook_values, task_values
from orchestrator.domain.plan import STAGES, Task
from orchestrator.domain.playbook import ParamValue, Playbook
from orchestrator.domain.staging import playbook_at
from orchestrator.errors import LeafcutError
from orchestrator.wiring.imports import import_graphs
from orchestrator.wiring.places import agent_shelves, places, shelves

if TYPE_CHECKING:
    from orchestrator.application.fixture import Played
    from orchestrator.ports.agent import AgentReport


def find_playbook(name: str) -> LoadedPlaybook:
    """Return a playbook by path or name."""
    return playbooks.find(name, shelves(), agent_shelves())


def find_playbook_for(name: str, target: Target, base: str, *, trust: bool) -> LoadedPlaybook:
    """Return a playbook by path or name; a name that no other has may be the target's own.

    The target's own is read from `base` and needs `trust`, now or earlier.
    """
    from orchestrator.adapters.library.trust import (
        SOURCE,
        TrustStore,
        playbooks_in,
        refuse_overreach,
    )

    if playbooks.is_folder(name) or name in dict(playbooks.on_shelves(shelves())):
        return find_playbook(name)
    tree = Checkouts(target.git_directory, places().cache / "checkouts").prepare(base)
    own = Shelf(SOURCE, playbooks_in(tree))
    loaded = playbooks.find(name, (*shelves(), own), agent_shelves())
    refuse_overreach(loaded)
    TrustStore(places().state.parent / "trusted.json").require(loaded, target.root, given=trust)
    return loaded


def all_playbooks() -> Iterator[tuple[str, str, LoadedPlaybook | LeafcutError]]:
    """Yield each playbook that can be named: its name, whose it is, and what it is or its fault."""
    for name, shelf in playbooks.on_shelves(shelves()):
        try:
            yield name, shelf.source, find_playbook(name)
        except LeafcutError as error:
            yield name, shelf.source, error


def play_fixture(name: str, given: Sequence[str]) -> "Played":
    """Play a playbook's fixture in a temporary folder; without a codemod, look at what is to do."""
    from orchestrator.adapters.library.fixtures import laid_out
    from orchestrator.adapters.sandbox.choose import choose
    from orchestrator.application.find import Finder
    from orchestrator.application.fixture import Folder, foresee, play
    from orchestrator.application.plan import Planner
    from orchestrator.wiring.agents import build_codemod

    loaded = find_playbook(name)
    playbook = loaded.playbook
    values = values_of(playbook, loaded.folder, playbooks.parameters(playbook, given))
    after = loaded.folder / "fixture" / "after"
    with laid_out(loaded.folder) as (tree, scratch), closing(choose("auto")) as sandbox:

        def planner(of: Path) -> Planner:
            return Planner(
                export=Folder(of),
                imports=import_graphs(playbook.graph),
                find=Finder(
                    find=playbook.find, values=values, sandbox=sandbox, readable=(loaded.folder,)
                ),
                scratch=scratch,
            )

        if playbook.codemod is None and "codemod" not in playbook.agents:
            return foresee(playbook, planner(tree), planner(after), tree)
        agents = {
            stage: build_codemod(playbook_at(stage, playbook), (loaded.folder,)) for stage in STAGES
        }

        def apply(task: Task) -> "AgentReport":
            own = {**values, **task_values(task)}
            agent = agents[task.stage]
            return agent.apply(task, tree, scratch, sandbox, own, {"LEAFCUT_NOTES": str(scratch)})

        return play(playbook, planner(tree), apply, tree, after)


def values_of(
    playbook: Playbook,
    folder: Path,
    params: Mapping[str, ParamValue],
    python: str = sys.executable,
) -> dict[str, Value]:
    """Return what the playbook's expressions may say whatever the task."""
    return playbook_values(playbook, str(folder), params, python)
