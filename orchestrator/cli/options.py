"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

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
    bool, typer.Option("--trust-target", help="Use a playbook of the target repository itself.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
RunName = Annotated[
    Optional[str],
    typer.Argument(
        metavar="RUN", help="The run; when left out, the newest of the repository here."
    ),
]
Sandbox = Annotated[
    Literal["auto", "docker", "bubblewrap", "local"], typer.Option(help="Where commands run.")
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
Jobs = Annotated[Optional[int], typer.Option("-j", "--jobs", min=1, help="Attempts at once.")]
