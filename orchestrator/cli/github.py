"""`leafcut github`: what the Action and its workflows call. Their shell decides nothing."""

import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from orchestrator.cli import options

if TYPE_CHECKING:
    from orchestrator.adapters.runs import RunFolder

github_app = typer.Typer(
    name="github",
    help="What the GitHub Action and its workflows call.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

WAITING = 6
INCOMPLETE = 3
GOES_ON = frozenset({0, INCOMPLETE, WAITING})
"""The exit codes of a run after which the step is green: what has landed is worth reviewing."""


@github_app.command("run")
def run() -> None:
    """Start a run, or go on with one that the input `state` keeps.

    Inputs are the variables LEAFCUT_INPUT_*. Writes outputs, the step summary, annotations, what
    going on takes, and a bundle of what has landed.
    """
    from orchestrator.domain.actions import ask

    inputs = ask.inputs_of(os.environ)
    with _said_plainly():
        words = _words(inputs)
        bundling = ask.is_on({"publish": "true", **inputs}, "publish")
    place = Path(os.environ.get("RUNNER_TEMP") or ".").absolute() / "leafcut-out"
    code = _unheeded(words)
    folder = _newest()
    if folder is None:
        _outputs({"exit-code": code, "state": "nothing" if code == 0 else "failed"})
        raise typer.Exit(code)
    bundle = place / "bundle"
    made = _bundled(folder, bundle) if code in GOES_ON and bundling else ""
    state = _state(folder)
    note = _what_next(state, os.environ.get("GITHUB_RUN_ID", ""))
    _summarise(folder, note)
    outputs = {
        "run": folder.name,
        "state": state,
        "exit-code": code,
        "landed": _status(folder)["counts"]["landed"],
        "bundle": bundle if made else "",
        "digest": made,
        "kept": _kept(folder, place / "state" / "state.tar.gz"),
    }
    _outputs(outputs)
    if code not in GOES_ON:
        raise typer.Exit(code)


def _words(inputs: Mapping[str, str]) -> list[str]:
    """Return the words of the command: `resume` where there is something to go on with."""
    from orchestrator.domain.actions import ask

    target = inputs.get("repository", ".")
    kept = _restored(Path(inputs["state"]), target) if inputs.get("state") else None
    if kept is None:
        chosen = (ask.playbook_of(inputs), f"--repo={target}", *ask.options_of(inputs))
        return ["run", *chosen, "--yes", "--no-input"]
    if ask.is_on(inputs, "approve"):
        code = _unheeded(["approve", kept])
        if code:
            raise typer.Exit(code)
    secret = [word for word in ask.options_of(inputs) if word.startswith("--secret=")]
    return ["resume", kept, *secret]


def _restored(file: Path, target: str) -> str | None:
    from orchestrator.adapters.git.target import Target
    from orchestrator.adapters.state import restore
    from orchestrator.wiring.places import run_store

    if not file.is_file():
        return None
    store = run_store()
    store.root.mkdir(parents=True, exist_ok=True)
    return restore(file, store.root, Target.open(Path(target)).root)


def _kept(folder: "RunFolder", file: Path) -> Path:
    from orchestrator.adapters.state import keep

    keep(folder, file)
    return file


def _newest() -> "RunFolder | None":
    from orchestrator.wiring.places import run_store

    return next(iter(run_store().all()), None)


def _bundled(folder: "RunFolder", bundle: Path) -> str:
    """Make a bundle where something has landed and may be published; return its digest."""
    import hashlib

    if not _may_publish(folder) or not _status(folder)["counts"]["landed"]:
        return ""
    if _unheeded(["prs", str(folder.root), "bundle", str(bundle)]):
        return ""
    return hashlib.sha256((bundle / "slices.json").read_bytes()).hexdigest()


def _may_publish(folder: "RunFolder") -> bool:
    from orchestrator.domain.checkpoints import may_publish
    from orchestrator.wiring.runs import opened
    from orchestrator.wiring.steering import obey

    obey(folder)
    with opened(str(folder.root)) as there:
        return may_publish(there.run)


def _state(folder: "RunFolder") -> str:
    """Return where a run stands; one that is done and may not be published yet waits."""
    state = str(_status(folder)["state"])
    return "waiting" if state == "done" and not _may_publish(folder) else state


def _unheeded(words: Sequence[str]) -> int:
    """Run one of our own commands, in whose output no runner looks for commands of its own.

    A file's name or a check's words may be what GitHub takes for a workflow command.
    """
    with _no_commands():
        return _done(words)


def _done(words: Sequence[str]) -> int:
    from click import ClickException

    from orchestrator.cli.app import app
    from orchestrator.errors import LeafcutError

    try:
        done = app(list(words), standalone_mode=False)
    except LeafcutError as error:
        hint = f"\n  → {error.hint}" if error.hint else ""
        typer.echo(f"leafcut: {error.message}{hint}", err=True)
        return error.exit_code
    except ClickException as error:
        error.show()
        return error.exit_code
    return done if isinstance(done, int) else 0


@contextmanager
def _no_commands() -> Iterator[None]:
    """https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands."""
    word = secrets.token_hex(16)
    typer.echo(f"::stop-commands::{word}")
    sys.stdout.flush()
    try:
        yield
    finally:
        sys.stderr.flush()
        typer.echo(f"::{word}::")
        sys.stdout.flush()


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn what is wrong with an input into a usage error."""
    from orchestrator.errors import UsageError

    try:
        yield
    except ValueError as error:
        raise UsageError(str(error), hint="docs/github-action.md") from error


@github_app.command("summary")
def summary(run_name: options.RunName = None) -> None:
    """Write a run's page into the summary, and annotations.

    Without GITHUB_STEP_SUMMARY the page goes to stdout.
    """
    from orchestrator.cli.which import which
    from orchestrator.wiring.places import run_store

    _summarise(run_store().open(which(run_name)), "")


def _summarise(folder: "RunFolder", note: str) -> None:
    from orchestrator.domain.actions.summary import LONGEST, annotations
    from orchestrator.domain.actions.summary import summary as page_of
    from orchestrator.wiring.runs import opened

    file = os.environ.get("GITHUB_STEP_SUMMARY", "")
    status = _status(folder)
    there_already = Path(file).stat().st_size if file and Path(file).is_file() else 0
    with opened(str(folder.root)) as there:
        text = page_of(status, there.run.by_id, note, LONGEST - there_already)
    _show_page(text)
    if file:
        for one in annotations(status):
            typer.echo(one.command())


def _status(folder: "RunFolder") -> dict[str, Any]:
    from orchestrator.adapters.clock import SystemClock
    from orchestrator.application.report import status_document
    from orchestrator.wiring.runs import opened

    with opened(str(folder.root)) as there:
        now = SystemClock().now()
        return status_document(there.run, there.recorded, now, alive=folder.busy())


def _what_next(state: object, workflow_run: str) -> str:
    if state != "waiting":
        return ""
    how = f"comment `/leafcut approve {workflow_run}`" if workflow_run else "`leafcut approve`"
    return f"**It waits for a person.** To let it go on: {how}."


@github_app.command("comment")
def comment() -> None:
    """Say what a comment asks for, if its author may ask.

    Writes the outputs allowed, action, playbook, run-id, commit, and one for each input.
    """
    from orchestrator.domain.actions import ask
    from orchestrator.wiring.actions import gate

    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    found = gate(event, os.environ)
    if found.asked is None:
        _warn(found.why)
        _outputs({"allowed": "false"})
        return
    asked = found.asked
    told = {
        "allowed": "true",
        "action": asked.action,
        "playbook": asked.playbook,
        "run-id": asked.run_id,
        "commit": found.commit,
    }
    wanted = dict(asked.inputs)
    _outputs({**told, **{name: wanted.get(name, "") for name in sorted(ask.BY_COMMENT)}})
    typer.echo(f"{asked.action}, for {found.who}, at {found.commit[:12]}", err=True)


def _warn(why: str) -> None:
    from orchestrator.domain.actions.summary import Annotation

    if why:
        typer.echo(Annotation("warning", "Leafcut", why).command())


@github_app.command("publish")
def publish() -> None:
    """Look at a bundle, or publish it; all by the environment. See the Action of that name."""
    from orchestrator.domain.actions import ask
    from orchestrator.domain.actions.summary import published_page

    with _said_plainly():
        words = ask.publish_words(ask.inputs_of(os.environ))
    url = f"{os.environ.get('GITHUB_SERVER_URL', '')}/{os.environ.get('GITHUB_REPOSITORY', '')}"
    if "--forge=github" in words and "--check" not in words:
        words = (*words, f"--repo-url={url}")
    with _no_commands():
        done, said = _asked_of_ourselves(words)
    if done:
        raise typer.Exit(done)
    told = json.loads(said)
    _outputs({"digest": told["digest"]})
    if told["published"]:
        _show_page(published_page(told))


@github_app.command("verify")
def verify() -> None:
    """Compare a pull request's commits with their receipts; all by the environment."""
    from orchestrator.domain.actions import ask

    with _said_plainly():
        words = ask.verify_words(ask.inputs_of(os.environ))
    raise typer.Exit(_unheeded(words))


def _asked_of_ourselves(words: Sequence[str]) -> tuple[int, str]:
    """Run one of our own commands in this process; return its exit code and what it printed."""
    from contextlib import redirect_stdout
    from io import StringIO

    said = StringIO()
    with redirect_stdout(said):
        code = _done(words)
    return code, said.getvalue()


def _show_page(text: str) -> None:
    file = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if not file:
        typer.echo(text, nl=False)
        return
    with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as out:
        out.write(text)


def _outputs(values: Mapping[str, object]) -> None:
    """Write a step's outputs; no value can end its own block, or be several outputs."""
    file = os.environ.get("GITHUB_OUTPUT", "")
    lines = []
    for name, value in values.items():
        end = secrets.token_hex(16)
        lines.append(f"{name}<<{end}\n{value}\n{end}\n")
    if not file:
        typer.echo("".join(f"{name}={value}\n" for name, value in values.items()), nl=False)
        return
    with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as out:
        out.write("".join(lines))
