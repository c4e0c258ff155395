"""Where a run waits for a person: which checkpoint stands before which task.

The checkpoints are `sample` (nothing but the sample before it), `scaffold` (nothing but the
scaffold), `layer` (after each layer, approved as `layer:0`, `layer:1`, …) and `before_publish`,
which stands before `leafcut prs create` and before no task.
"""

from collections.abc import Iterator

from orchestrator.domain.lifecycle import ENDED, SATISFYING
from orchestrator.domain.run import Run

LAYER = "layer:"


def startable(run: Run) -> Iterator[str]:
    """Return the ready tasks that no checkpoint stands before, most urgent first."""
    if _sample_first(run):
        ready = {task for task in run.sample if run.tasks[task].state == "ready"}
        yield from (task for _, task in sorted(_key(run, task) for task in ready))
        return
    for _, task in run.ready:
        if not _withheld_by(run, task):
            yield task


def standing(run: Run) -> str:
    """Return the checkpoint that stands before a task which could go on otherwise; empty if none.

    After a sample it stands as long as any other task has not been done.
    """
    if _waits_after_sample(run) and any(
        status.state not in SATISFYING
        for task, status in run.tasks.items()
        if run.trial or task not in run.sample
    ):
        return "sample"
    names = (_withheld_by(run, task) for _, task in run.ready)
    return next((name for name in names if name), "")


def to_approve(run: Run) -> str:
    """Return the checkpoint that a person can approve now; empty if none."""
    return standing(run) or (
        "before_publish"
        if "before_publish" in run.policy.checkpoints and "before_publish" not in run.approved
        else ""
    )


def may_publish(run: Run) -> bool:
    """Say whether slices may be published."""
    return "before_publish" not in run.policy.checkpoints or "before_publish" in run.approved


def in_trial(run: Run) -> bool:
    """Say whether trials of the sample are still to be made or under way."""
    trial = run.trial
    return trial is not None and bool(trial.ready or trial.under_way or trial.counts["parked"])


def _waits_after_sample(run: Run) -> bool:
    return bool(run.sample) and "sample" in run.policy.checkpoints and "sample" not in run.approved


def _sample_first(run: Run) -> bool:
    """Say whether nothing but the sample may start."""
    if not run.sample or run.trial or "sample" in run.approved:
        return False
    return "sample" in run.policy.checkpoints or any(
        run.tasks[task].state not in ENDED for task in run.sample
    )


def _withheld_by(run: Run, task: str) -> str:
    """Return the checkpoint before a ready task; empty if none stands there."""
    if _waits_after_sample(run) and (run.trial or task not in run.sample):
        return "sample"
    names = run.policy.checkpoints
    one = run.by_id[task]
    if "scaffold" in names and "scaffold" not in run.approved and _builds_on_scaffold(run, task):
        return "scaffold"
    if "layer" in names and one.layer > _approved_layers(run):
        return f"{LAYER}{one.layer - 1}"
    return ""


def _builds_on_scaffold(run: Run, task: str) -> bool:
    return run.has_scaffold and run.by_id[task].stage != "scaffold"


def _approved_layers(run: Run) -> int:
    """Return the deepest layer whose tasks may start."""
    approved = [int(name.removeprefix(LAYER)) for name in run.approved if name.startswith(LAYER)]
    return 1 + max(approved, default=-1)


def _key(run: Run, task: str) -> tuple[float, str]:
    return (-run.by_id[task].priority, task)
