"""The workshops of a scaffold plan's stages: their own agents, guards and residue."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from orchestrator.application.exits import Everywhere
from orchestrator.application.workshop import Scan, Workshop
from orchestrator.domain.plan import NO_OCCURRENCE, Plan, TaskStage
from orchestrator.domain.playbook import Find, Playbook
from orchestrator.domain.staging import playbook_at
from orchestrator.ports.agent import Agent


def stage_shops(
    shop: Workshop,
    playbook: Playbook,
    plan: Plan,
    finder: Callable[[Find], Scan],
    agents: Callable[[Playbook], Mapping[str, Agent]],
) -> Mapping[TaskStage, Workshop]:
    """Return the workshops of the scaffold and the teardown, none for another strategy."""
    if playbook.scaffold is None:
        return {}
    rules = [playbook.find, playbook.scaffold.find]
    left = Everywhere(
        scans=[finder(rule) for rule in rules if rule is not None],
        select=playbook.select,
        keep=playbook.setup.keep,
        unplanned=frozenset(one.file for one in plan.untouched if one.reason != NO_OCCURRENCE),
    )
    nothing = replace(left, scans=())  # a scaffold takes no occurrence away
    scans: Mapping[TaskStage, Scan] = {"scaffold": nothing, "teardown": left}
    return {
        stage: replace(
            shop,
            agents=agents(playbook_at(stage, playbook)),
            guards=playbook_at(stage, playbook).guards,
            scan=scan,
        )
        for stage, scan in scans.items()
    }
