"""Where in a playbook there is what: its commands, other texts, paths, globs and agents.

Each function yields values together with the place in playbook.yaml that a fault of theirs has.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from orchestrator.adapters.library.source import Location
from orchestrator.domain.expressions import FILES, MACHINES_OWN
from orchestrator.domain.playbook import Find, Guards, Playbook, Select
from orchestrator.domain.staging import is_glob, stages_of

COMMON = (MACHINES_OWN - FILES) | {"playbook.name", "playbook.title"}
TASK = frozenset({"task.id", "task.title", "task.files"})
SLICE = frozenset({"slice.number", "slice.count", "slice.name"})
"""What expressions may name, besides the playbook's own parameters."""


def named_agents(playbook: Playbook) -> Iterator[tuple[Location, str]]:
    """Yield every agent that is named and where it stands."""
    for at, agent in enumerate(playbook.agents):
        yield ("agents", at), agent
    for name, stage in stages_of(playbook):
        for at, agent in enumerate(stage.agents):
            yield (name, "agents", at), agent


def scripts(playbook: Playbook) -> Iterator[tuple[Location, str, AbstractSet[str]]]:
    """Yield every shell command, where it stands and what its expressions may name."""
    for location, find in finds(playbook):
        if find.run is not None:
            yield (*location, "run"), find.run, COMMON | FILES
    for at, command in enumerate(playbook.setup.run):
        yield ("setup", "run", at), command, COMMON
    if playbook.codemod is not None:
        yield ("codemod", "run"), playbook.codemod.run, COMMON | TASK | FILES
    for name, stage in stages_of(playbook):
        if stage.codemod is not None:
            yield (name, "codemod", "run"), stage.codemod.run, COMMON | TASK | FILES
    for at, check in enumerate(playbook.checks):
        yield ("checks", at, "run"), check.run, COMMON | FILES


def finds(playbook: Playbook) -> Iterator[tuple[Location, Find]]:
    """Yield every rule and where it stands."""
    yield ("find",), playbook.find
    if playbook.scaffold is not None and playbook.scaffold.find is not None:
        yield ("scaffold", "find"), playbook.scaffold.find
    for at, criterion in enumerate(playbook.exit_criteria):
        if criterion.find is not None:
            yield ("exit_criteria", at, "find"), criterion.find


def texts(playbook: Playbook) -> Iterator[tuple[Location, str, AbstractSet[str]]]:
    """Yield every text that is no command, where it stands and what its expressions may name."""
    yield ("commit", "message"), playbook.commit.message, COMMON | TASK
    yield ("pull_requests", "title"), playbook.pull_requests.title, COMMON | SLICE
    yield ("pull_requests", "body"), playbook.pull_requests.body, COMMON | SLICE


def tree_paths(playbook: Playbook) -> Iterator[tuple[Location, str]]:
    """Yield every path of the target's tree and where it stands."""
    for at, check in enumerate(playbook.checks):
        yield ("checks", at, "cwd"), check.cwd
        for n, path in enumerate(check.cache):
            yield ("checks", at, "cache", n), path
    for name, stage in stages_of(playbook):
        for at, path in enumerate(stage.files):
            if not is_glob(path):
                yield (name, "files", at), path
    for key in ("keep", "inputs"):
        for at, path in enumerate(getattr(playbook.setup, key)):
            yield ("setup", key, at), path


def glob_lists(playbook: Playbook) -> Iterator[tuple[Location, tuple[str, ...]]]:
    """Yield every list of globs and where it stands; what is no glob in a list, passes as one."""
    selects: list[tuple[Location, Select]] = [(("select",), playbook.select)]
    for at, criterion in enumerate(playbook.exit_criteria):
        if criterion.find is not None and criterion.find.select is not None:
            selects.append((("exit_criteria", at, "find", "select"), criterion.find.select))
    for location, select in selects:
        yield (*location, "include"), select.include
        yield (*location, "exclude"), select.exclude
    for place, own in guards(playbook):
        for key in ("allow_new_files", "allow_deleted", "allow_moves"):
            yield (*place, key), getattr(own, key)
    for name, stage in stages_of(playbook):
        yield (name, "files"), stage.files


def guards(playbook: Playbook) -> Iterator[tuple[Location, Guards]]:
    """Yield the guards of the whole playbook and of its stages, and where they stand."""
    yield ("guards",), playbook.guards
    for name, stage in stages_of(playbook):
        yield (name, "guards"), stage.guards
