"""Tasks as people name them: by id, by the unique beginning of one, or by a file."""

from orchestrator.domain.run import Run


def tasks_named(run: Run, name: str) -> tuple[str, ...]:
    """Return the tasks that `name` can mean, sorted; exactly one when it is clear."""
    if name in run.by_id:
        return (name,)
    holding = sorted(task.id for task in run.by_id.values() if name in task.files)
    return tuple(holding or sorted(task for task in run.by_id if name and task.startswith(name)))
