"""What the words mean that states are called by, each in a few words."""

from collections.abc import Mapping

from orchestrator.domain.lifecycle import TaskState

STATE_MEANINGS: Mapping[TaskState, str] = {
    "pending": "waits for tasks that it depends on",
    "ready": "could start, and waits for a slot",
    "held": "a person keeps it from starting",
    "working": "an agent is at it",
    "checking": "what the agent made is judged",
    "parked": "its agent has met a limit, and waits till that is over",
    "queued": "accepted, and waits to land",
    "landed": "a commit on the integration branch; this is final",
    "unchanged": "nothing was left to do",
    "failed": "no agent could get it accepted",
    "blocked": "a task that it depends on has failed",
    "skipped": "a person left it out",
}
RUN_MEANINGS: Mapping[str, str] = {
    "running": "a process works on it",
    "paused": "no attempt starts until a person lets it go on",
    "waiting": "it needs a person: a checkpoint, or tasks on hold",
    "stopped": "nobody works on it; it can be gone on with",
    "incomplete": "it is over, and some of it is not done",
    "done": "it is over, and all of it is done",
}
