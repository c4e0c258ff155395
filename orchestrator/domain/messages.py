"""The words that commits carry."""

from collections.abc import Mapping

from orchestrator.domain.expressions import Value, for_text
from orchestrator.domain.plan import Task
from orchestrator.domain.playbook import Commit, Playbook

RUN = "Leafcut-Run"
TASK = "Leafcut-Task"
AGENT = "Leafcut-Agent"
REVERTS = "Leafcut-Reverts"


def task_values(task: Task) -> dict[str, Value]:
    """Return what expressions may say about a task."""
    return {"task.id": task.id, "task.title": task.title, "task.files": task.files}


def playbook_values(
    playbook: Playbook, folder: str, params: Mapping[str, Value], python: str
) -> dict[str, Value]:
    """Return what expressions may say whatever the task; `folder` is where the playbook lies."""
    return {
        "playbook.name": playbook.name,
        "playbook.title": playbook.title,
        "playbook.dir": folder,
        "python": python,
        **{f"params.{name}": value for name, value in params.items()},
    }


def candidate_message(run: str, task: Task, number: int, agent: str) -> str:
    """Return the message of a change set's commit, which no person reviews."""
    return f"Attempt {number} of {task.id}\n\n{_trailers(run, task, agent)}\n"


def landed_message(
    commit: Commit, task: Task, values: Mapping[str, Value], *, run: str, agent: str, author: str
) -> str:
    """Return the message of a landed commit; `author` is `Name <mail>` for the sign-off."""
    text = for_text(commit.message, {**values, **task_values(task)}).strip()
    signoff = f"Signed-off-by: {author}\n" if commit.signoff else ""
    return f"{text}\n\n{_trailers(run, task, agent)}\n{signoff}"


def revert_message(message: str, commit: str) -> str:
    """Return the message of a commit that takes a landed one back."""
    subject, trailers = message.partition("\n")[0], message.strip().rpartition("\n\n")[2]
    kept = [line for line in trailers.split("\n") if line.startswith("Leafcut-")]
    lines = "\n".join([*kept, f"{REVERTS}: {commit}"])
    return f'Revert "{subject}"\n\nThe checks were red at the end of the run with it.\n\n{lines}\n'


def _trailers(run: str, task: Task, agent: str) -> str:
    # An agent may be named by its folder, and no path of the machine belongs into a commit.
    name = agent.rstrip("/").rpartition("/")[2]
    return f"{RUN}: {run}\n{TASK}: {task.id}\n{AGENT}: {name}"
