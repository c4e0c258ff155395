"""From what a person asks for to a plan.

Heavy adapters are imported where they are built: planning is to cost little beside what it reads.
"""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.adapters import temporary
from orchestrator.adapters.git.checkouts import Checkouts
from orchestrator.adapters.git.target import Target
from orchestrator.adapters.library import playbooks
from orchestrator.adapters.library.playbooks import LoadedPlaybook
from orchestrator.domain.config import Config
from orchestrator.domain.plan import Plan
from orchestrator.domain.planning import Heading
from orchestrator.domain.playbook import ParamValue
from orchestrator.domain.requires import Requirement, requirement
from orchestrator.domain.settings import SandboxChoice
from orchestrator.errors import InvalidInputError, UsageError
from orchestrator.wiring.imports import import_graphs
from orchestrator.wiring.library import find_playbook_for, values_of
from orchestrator.wiring.places import places

if TYPE_CHECKING:
    from orchestrator.application.find import Finder
    from orchestrator.application.plan import Find
    from orchestrator.ports.sandbox import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What `leafcut plan` and `leafcut run` are asked for.

    `trust_target` lets a playbook of the target repository itself be used. `sandbox` and `image`
    are those of the run, which the playbook's `find` command runs in, too.
    """

    playbook: str
    repository: Path
    base: str = "HEAD"
    params: Sequence[str] = ()
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    find: bool = True
    trust_target: bool = False
    sandbox: SandboxChoice = "auto"
    image: str = ""

    def under(self, chosen: Config) -> "PlanRequest":
        """Return the request with what settings say of it."""
        return replace(
            self,
            exclude=chosen.exclude or (),
            sandbox=chosen.sandbox or "auto",
            image=chosen.image or "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan with what it was made from; `uncommitted` lists what it does not see.

    `requires` is what the target says of the Python that it supports.
    """

    plan: Plan
    loaded: LoadedPlaybook
    target: Target
    uncommitted: Sequence[str]
    requires: Requirement | None


def make_plan(request: PlanRequest, around: "Callable[[Find], Find] | None" = None) -> Planned:
    """Plan a playbook on a repository; `around` may put something about the playbook's find."""
    from orchestrator.application.plan import Planner

    target = Target.open(request.repository)
    base = target.resolve(request.base)
    loaded = find_playbook_for(request.playbook, target, base, trust=request.trust_target)
    requires = requirement(lambda file: target.read(base, file))
    params = playbooks.parameters(loaded.playbook, request.params, requires)
    heading = Heading(
        playbook=loaded.playbook.name,
        playbook_digest=loaded.digest,
        params=params,
        repository=str(target.root),
        base=base,
    )
    with ExitStack() as stack:
        scratch = temporary.make_folder()
        stack.callback(shutil.rmtree, scratch, ignore_errors=True)
        find, kept = _planning_find(stack, loaded, params, request) if request.find else (None, {})
        planner = Planner(
            export=Checkouts(target.git_directory, places().cache / "checkouts"),
            imports=import_graphs(loaded.playbook.graph),
            find=around(find) if around and find else find,
            scratch=scratch,
            remembered=kept,
        )
        aside = stack.enter_context(ThreadPoolExecutor(1))
        uncommitted = aside.submit(target.uncommitted)
        plan = planner.plan(loaded.playbook, heading, request.include, request.exclude)
        return Planned(
            plan=plan,
            loaded=loaded,
            target=target,
            uncommitted=uncommitted.result(),
            requires=requires,
        )


def _planning_find(
    stack: ExitStack,
    loaded: LoadedPlaybook,
    params: Mapping[str, ParamValue],
    request: PlanRequest,
) -> "tuple[Finder, dict[str, tuple[int, ...]]]":
    from orchestrator.adapters.find_cache import remembered
    from orchestrator.adapters.sandbox.choose import choose
    from orchestrator.adapters.sandbox.local import LocalSandbox
    from orchestrator.application.find import Finder
    from orchestrator.domain.planning import fingerprint
    from orchestrator.wiring.images import images_of_run
    from orchestrator.wiring.sandboxes import interpreter

    sandbox: Sandbox = LocalSandbox()
    if loaded.playbook.find.run:
        image = images_of_run(loaded, (), request.sandbox, request.image).environment
        sandbox = choose("auto", image=image)
    stack.callback(sandbox.close)
    key = fingerprint(loaded.digest, params)
    kept = stack.enter_context(remembered(places().cache / "find" / f"{key}.json"))
    finder = Finder(
        find=loaded.playbook.find,
        values=values_of(loaded.playbook, loaded.folder, params, interpreter(sandbox)),
        sandbox=sandbox,
        readable=(loaded.folder,),
        workers=os.cpu_count() or 1,
    )
    return finder, kept


def load_plan(
    path: Path, repository: Path, *, playbook: str | None = None, trust_target: bool = False
) -> Planned:
    """Read a plan that was written before, for the repository that it is to run on.

    Its playbook is looked up by name, unless `playbook` says where it lies.

    Raises:
        InvalidInputError: it is no plan, or its base is not in the repository.
        UsageError: the playbook has changed since.
    """
    from orchestrator.adapters import plan_file

    plan = plan_file.load(path)
    target = Target.open(repository)
    try:
        target.resolve(plan.base)
    except InvalidInputError as error:
        raise InvalidInputError(
            f"{path} was made for commit {plan.base[:12]}, which {target.root} does not have",
            hint=f"leafcut plan {plan.playbook} --repo {target.root}",
        ) from error
    head = target.resolve("HEAD")
    if head != plan.base:
        raise InvalidInputError(
            f"{path} was made for commit {plan.base[:12]}, but HEAD is at {head[:12]}",
            hint=f"git checkout {plan.base[:12]}, or plan anew",
        )
    name = playbook or plan.playbook
    try:
        loaded = find_playbook_for(name, target, plan.base, trust=trust_target)
    except UsageError as error:
        hint = error.hint if playbook else "say where it lies with --playbook"
        raise UsageError(error.message, hint=hint) from error
    if loaded.digest != plan.playbook_digest:
        raise UsageError(
            f"playbook {name} is not, or no longer, the one that {path} was made with",
            hint="plan anew, or say where that one lies with --playbook",
        )
    return Planned(
        plan=plan,
        loaded=loaded,
        target=target,
        uncommitted=target.uncommitted(),
        requires=requirement(lambda file: target.read(plan.base, file)),
    )
