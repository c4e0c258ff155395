"""Options that several commands share, and those of `leafcut run`, which has the most."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, Optional

import typer

from orchestrator.cli import completion

Repo = Annotated[Path, typer.Option("--repo", "-C", help="The target repository.")]
Base = Annotated[str, typer.Option(help="The revision to start from.")]
Params = Annotated[
    Optional[list[str]], typer.Option("--param", help="A parameter, name=value. Repeatable.")
]
Include = Annotated[
    Optional[list[str]], typer.Option(help="Only files that match this glob. Repeatable.")
]
Exclude = Annotated[
    Optional[list[str]], typer.Option(help="No files that match this glob. Repeatable.")
]
TrustTarget = Annotated[
    bool,
    typer.Option(
        "--trust-target",
        help="Use the target's own playbooks, and its config file's checks.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Watch = Annotated[
    bool, typer.Option("--watch", help="See and steer it on one screen; leave at any time.")
]
_THE_RUN = "The run; when left out, the newest of the repository here."


def run_argument(callback: Callable[..., str | None] | None = None) -> Any:
    """Return how a run is named behind a command; `callback` may have it from elsewhere."""
    return typer.Argument(
        metavar="RUN", help=_THE_RUN, autocompletion=completion.run, callback=callback
    )


RunName = Annotated[Optional[str], run_argument()]
RunOption = Annotated[
    Optional[str], typer.Option("--run", help=_THE_RUN, autocompletion=completion.run)
]
Sandbox = Annotated[
    Literal["auto", "docker", "bubblewrap", "local"] | None,
    typer.Option(help="Where commands run; auto unless it is set elsewhere (leafcut config)."),
]
Image = Annotated[
    Optional[str],
    typer.Option(help="The image that holds the target's tools, instead of the playbook's own."),
]
UnsafeLocal = Annotated[
    bool,
    typer.Option("--unsafe-local", help="Let language models work with --sandbox local."),
]
Model = Annotated[
    str, typer.Option(help="The language model that agents ask, instead of their own.")
]
Secrets = Annotated[
    Optional[list[str]],
    typer.Option(
        "--secret",
        metavar="NAME[=@FILE]",
        help="A key for an agent's model, from the environment or a file. Repeatable.",
    ),
]
Redis = Annotated[
    str,
    typer.Option(
        "--redis",
        metavar="URL",
        help="The Redis server that learnings travel over: redis://, rediss:// or unix://. Its "
        "password is the secret LEAFCUT_REDIS_PASSWORD.",
    ),
]
LearningsScope = Annotated[
    Literal["run", "playbook"] | None,
    typer.Option(
        "--learnings-scope", help="Who may learn from this run: itself, or its playbook's runs."
    ),
]
Jobs = Annotated[Optional[int], typer.Option("-j", "--jobs", min=1, help="Attempts at once.")]

Agents = Annotated[
    Optional[list[str]],
    typer.Option(
        "--agent",
        help="Agents to use instead of the playbook's, by name or folder.",
        autocompletion=completion.agent,
    ),
]
PlansPlaybook = Annotated[
    Optional[str],
    typer.Option(
        "--playbook",
        help="Where the playbook of a plan.json lies.",
        autocompletion=completion.playbook,
    ),
]
Checks = Annotated[
    Optional[list[str]],
    typer.Option(
        "--check", help="One more check, NAME[:REPORT]=COMMAND; runs at landing. Repeatable."
    ),
]
Verify = Annotated[
    Literal["commit", "head"] | None,
    typer.Option(help="Check each landed commit, or a batch's last one only."),
]
MaxTasks = Annotated[Optional[int], typer.Option(min=1, help="Start no more tasks than this.")]
Budget = Annotated[
    Optional[float], typer.Option(min=0, help="Spend no more than this, in US dollars.")
]
Learnings = Annotated[
    Literal["none", "transcripts", "file", "shared", "messages"] | None,
    typer.Option(help="What attempts share, instead of what the playbook says."),
]
Sample = Annotated[
    Optional[int],
    typer.Option(min=1, help="Run this many tasks that represent the plan, then wait."),
]
Trial = Annotated[
    bool, typer.Option("--trial", help="The sample runs on the base and does not land.")
]
Checkpoints = Annotated[
    Optional[list[str]],
    typer.Option(
        "--checkpoint",
        help="Wait for a person at scaffold, layer or before_publish. Repeatable.",
        autocompletion=completion.checkpoint,
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Plan, show, and stop.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
NoInput = Annotated[bool, typer.Option("--no-input", help="Never ask.")]
RepoUrl = Annotated[
    Optional[str],
    typer.Option(help="The repository on GitHub; the target's remote origin by default."),
]
