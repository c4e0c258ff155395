"""New playbooks from a person's answers."""

from pathlib import Path

from orchestrator.adapters.library.agents import agent_names, load_agent
from orchestrator.adapters.library.draft import Draft, write
from orchestrator.application.proposing.answers import Answers, problem
from orchestrator.domain.detection.propose import checks
from orchestrator.errors import LeafcutError, UsageError
from orchestrator.wiring.init import detected_at
from orchestrator.wiring.library import find_playbook, play_fixture
from orchestrator.wiring.places import agent_shelves


def wrong(field: str, answers: Answers) -> str:
    """Return what is wrong with one field of the answers, "" when nothing is."""
    if field == "agent" and answers.who == "agent" and answers.agent not in thinking_agents():
        return f"there is no agent {answers.agent!r}: {', '.join(thinking_agents())}"
    return problem(field, answers, Draft())


def thinking_agents() -> list[str]:
    """Return the names of the agents with a language model."""
    shelves = agent_shelves()
    return [one for one in sorted(agent_names(shelves)) if load_agent(one, shelves).spec.thinks]


def seen_in(repository: Path) -> tuple[str, tuple[str, ...]]:
    """Return the first language of a repository and the checks to use there, if there is one."""
    try:
        detected = detected_at(repository)
    except LeafcutError:
        return "", ()
    proposed = tuple(one.on_command_line for one in checks(detected))
    return next(iter(detected.languages), ""), proposed


def written(answers: Answers, parent: Path) -> Path:
    """Write the playbook of the answers and return its folder; it is valid and its fixture passes.

    Raises:
        UsageError: it is not, or something is in its place; nothing was written.
    """
    return write(answers, parent, _tried)


def _tried(staged: Path) -> None:
    """See that what was staged is a playbook that does what was said."""
    try:
        find_playbook(str(staged))
        played = play_fixture(str(staged), ())
    except LeafcutError as error:
        raise UsageError(f"nothing was written: {error.message}", hint=error.hint) from error
    if played.differences:
        lines = "\n".join(played.differences)
        raise UsageError(f"nothing was written: it does not do what was said\n{lines}")
