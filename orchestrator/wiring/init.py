"""A first look at a target repository: nothing of it is run, nothing in it is changed."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from orchestrator.adapters import doctor, target_config
from orchestrator.adapters.git.looking import Look
from orchestrator.adapters.git.target import Target
from orchestrator.adapters.sandbox.choose import choose
from orchestrator.application.proposing.hasty import HastyFind, OutOfTimeError
from orchestrator.application.proposing.proposal import Proposal, Prospect
from orchestrator.domain.detection.detect import (
    TEST_HEAD,
    Detected,
    detect,
    manifests_of,
    some_tests,
)
from orchestrator.domain.detection.propose import checks, with_checks
from orchestrator.domain.plan import NO_OCCURRENCE
from orchestrator.errors import InvalidInputError, LeafcutError
from orchestrator.wiring.library import all_playbooks
from orchestrator.wiring.places import agent_shelves
from orchestrator.wiring.planning import PlanRequest, make_plan

PATIENCE_S = 20.0
"""How long one playbook may look for its occurrences, in seconds."""
MOST_JOBS = 4
"""Attempts at once that are proposed at most; a person raises it who knows the machine."""

Told = Callable[[str, int, int], None]
"""Is told which playbook has looked at how many of how many files."""


def detected_at(repository: Path) -> Detected:
    """Return what the files of a repository's HEAD show.

    Raises:
        InvalidInputError: there is no repository, or it has no commit.
    """
    target = Target.open(repository)
    return _detected(target, target.resolve("HEAD"))


def proposed(repository: Path, told: Told) -> Proposal:
    """Look at a repository and propose.

    Raises:
        InvalidInputError: there is no repository, it has no commit, or its config file is broken.
    """
    target = Target.open(repository)
    commit = target.resolve("HEAD")
    before = None if target.bare else target_config.read(target.root)
    detected = _detected(target, commit)
    after = _after(target, before, detected)
    return Proposal(
        target=str(target.root),
        commit=commit,
        detected=detected,
        prospects=tuple(_prospects(repository, told)),
        sandbox=_sandbox(),
        agents=doctor.agents(agent_shelves()).says,
        config="" if target.bare else str(target_config.place(target.root)),
        before=before,
        after=after,
    )


def write(proposal: Proposal) -> Path:
    """Write the proposed config file; what it said before stays in it."""
    return target_config.write(Path(proposal.target), proposal.after, before=proposal.before)


def _detected(target: Target, commit: str) -> Detected:
    look = Look.at(target.git_directory, commit)
    paths = list(look.nodes)
    texts, unread = look.texts(manifests_of(paths))
    tests, also_unread = look.texts(some_tests(paths), TEST_HEAD)
    return detect(paths, texts, tests, {**unread, **also_unread})


def _after(target: Target, before: str | None, detected: Detected) -> str:
    """Return the config file as it would be; a bare repository has no place for one."""
    if target.bare:
        return ""
    try:
        return with_checks(before or "", checks(detected), min(MOST_JOBS, os.cpu_count() or 1))
    except ValueError as error:
        path = target_config.place(target.root)
        raise InvalidInputError(f"{path}: {error}", hint="mend it; it was left as it is") from error


def _sandbox() -> str:
    with closing(choose("auto")) as sandbox:
        return sandbox.name


def _prospects(repository: Path, told: Told) -> Iterator[Prospect]:
    for name, source, loaded in all_playbooks():
        if source == "built in" and not isinstance(loaded, LeafcutError):
            yield _prospect(name, loaded.playbook.title, repository, told)


def _prospect(name: str, title: str, repository: Path, told: Told) -> Prospect:
    hasty = partial(HastyFind, patience_s=PATIENCE_S, now=time.monotonic)
    told(name, 0, 0)
    try:
        plan = make_plan(
            PlanRequest(playbook=name, repository=repository),
            around=lambda find: hasty(find=find, progress=partial(told, name)),
        ).plan
    except OutOfTimeError as cut:
        found = sum(len(lines) for lines in cut.found.values())
        return Prospect(
            playbook=name, title=title, occurrences=found, looked_at=cut.looked_at, files=cut.files
        )
    except LeafcutError as error:
        return Prospect(playbook=name, title=title, problem=error.message)
    files = sum(len(task.files) for task in plan.tasks)
    files += sum(one.reason == NO_OCCURRENCE for one in plan.untouched)
    return Prospect(
        playbook=name,
        title=title,
        occurrences=sum(task.occurrences for task in plan.tasks),
        tasks=len(plan.tasks),
        looked_at=files,
        files=files,
    )
