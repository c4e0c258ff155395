"""`leafcut github`: what the Action and its workflows call. Their shell decides nothing."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from orchestrator.cli import options
from orchestrator.cli.grammar import Program
from orchestrator.cli.steps import asked, done, summary_file, write_outputs, write_page

if TYPE_CHECKING:
    from orchestrator.adapters.runs import RunFolder
    from orchestrator.domain.plan import Task

github_app = Program("github", "What the GitHub Action and its workflows call.")

WAITING = 6
INCOMPLETE = 3
GOES_ON = frozenset({0, INCOMPLETE, WAITING})
"""The exit codes of a run after which the step is green: what has landed is worth reviewing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """Where a run stands: what `leafcut status --json` says of it, and its tasks."""

    folder: "RunFolder"
    status: Mapping[str, Any]
    tasks: "Mapping[str, Task]"
    may_publish: bool

    @property
    def landed(self) -> int:
        """How many tasks have landed."""
        return int(self.status["counts"]["landed"])

    @property
    def state(self) -> str:
        """The run's state; one that is done and may not be published yet waits."""
        state = str(self.status["state"])
        return "waiting" if state == "done" and not self.may_publish else state


def _standing(folder: "RunFolder") -> _Standing:
    from orchestrator.adapters.clock import SystemClock
    from orchestrator.application.report import status_document
    from orchestrator.domain.checkpoints import may_publish
    from orchestrator.wiring.runs import opened

    with opened(str(folder.root)) as there:
        now = SystemClock().now()
        return _Standing(
            folder=folder,
            status=status_document(there.run, there.recorded, now, alive=folder.busy()),
            tasks=there.run.by_id,
            may_publish=may_publish(there.run),
        )


@github_app.command("run")
def run() -> None:
    """Start a run, or go on with one that the input `state` keeps.

    Inputs are the variables LEAFCUT_INPUT_*. Writes outputs, the step summary, annotations, what
    going on takes, and a bundle of what has landed.

    Example: leafcut github run
    """
    from orchestrator.domain.actions import ask
    from orchestrator.wiring.steering import obey

    inputs = ask.inputs_of(os.environ)
    with _said_plainly():
        words = _words(inputs)
        bundling = ask.is_on({"publish": "true", **inputs}, "publish")
    place = Path(os.environ.get("RUNNER_TEMP") or ".").absolute() / "leafcut-out"
    code = done(words)
    folder = _newest()
    if folder is None:
        write_outputs({"exit-code": code, "state": "nothing" if code == 0 else "failed"})
        raise typer.Exit(code)
    obey(folder)
    there = _standing(folder)
    bundle = place / "bundle"
    digest = _bundled(there, bundle) if code in GOES_ON and bundling else ""
    _summarise(there, _what_next(there.state, os.environ.get("GITHUB_RUN_ID", "")))
    outputs = {
        "run": folder.name,
        "state": there.state,
        "exit-code": code,
        "landed": there.landed,
        "bundle": bundle if digest else "",
        "digest": digest,
        "kept": _kept(folder, place / "state" / "state.tar.gz"),
    }
    write_outputs(outputs)
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
        code = done(["approve", kept])
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


def _bundled(there: _Standing, bundle: Path) -> str:
    """Make a bundle where something has landed and may be published; return its digest."""
    if not there.may_publish or not there.landed:
        return ""
    code, said = asked(["prs", "bundle", str(bundle), str(there.folder.root), "--json"])
    return str(json.loads(said)["digest"]) if code == 0 else ""


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

    Example: leafcut github summary
    """
    from orchestrator.cli.which import which
    from orchestrator.wiring.places import run_store

    _summarise(_standing(run_store().open(which(run_name))), "")


def _summarise(there: _Standing, note: str) -> None:
    from orchestrator.domain.actions.summary import LONGEST, annotations
    from orchestrator.domain.actions.summary import summary as page_of

    file = summary_file()
    taken = file.stat().st_size if file and file.is_file() else 0
    write_page(page_of(there.status, there.tasks, note, LONGEST - taken))
    if file:
        for one in annotations(there.status):
            typer.echo(one.command())


def _what_next(state: str, workflow_run: str) -> str:
    if state != "waiting":
        return ""
    how = f"comment `/leafcut approve {workflow_run}`" if workflow_run else "`leafcut approve`"
    return f"**It waits for a person.** To let it go on: {how}."


@github_app.command("comment")
def comment() -> None:
    """Say what a comment asks for, if its author may ask.

    Writes the outputs allowed, action, playbook, run-id, commit, and one for each input.

    Example: leafcut github comment
    """
    from orchestrator.domain.actions import ask
    from orchestrator.wiring.actions import gate

    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    found = gate(event, os.environ)
    if found.asked is None:
        _warn(found.why)
        write_outputs({"allowed": "false"})
        return
    wanted = found.asked
    told = {
        "allowed": "true",
        "action": wanted.action,
        "playbook": wanted.playbook,
        "run-id": wanted.run_id,
        "commit": found.commit,
    }
    inputs = dict(wanted.inputs)
    write_outputs({**told, **{name: inputs.get(name, "") for name in sorted(ask.BY_COMMENT)}})
    typer.echo(f"{wanted.action}, for {found.who}, at {found.commit[:12]}", err=True)


def _warn(why: str) -> None:
    from orchestrator.domain.actions.summary import Annotation

    if why:
        typer.echo(Annotation("warning", "Leafcut", why).command())


@github_app.command("publish")
def publish() -> None:
    """Look at a bundle, or publish it; all by the environment. See the Action of that name.

    Example: leafcut github publish
    """
    from orchestrator.domain.actions import ask
    from orchestrator.domain.actions.summary import published_page

    with _said_plainly():
        words = ask.publish_words(ask.inputs_of(os.environ))
    url = f"{os.environ.get('GITHUB_SERVER_URL', '')}/{os.environ.get('GITHUB_REPOSITORY', '')}"
    if "--forge=github" in words and "--check" not in words:
        words = (*words, f"--repo-url={url}")
    code, said = asked(words)
    if code:
        raise typer.Exit(code)
    told = json.loads(said)
    write_outputs({"digest": told["digest"]})
    if told["published"]:
        write_page(published_page(told))


@github_app.command("verify")
def verify() -> None:
    """Compare a pull request's commits with their receipts; all by the environment.

    Example: leafcut github verify
    """
    from orchestrator.domain.actions import ask

    with _said_plainly():
        words = ask.verify_words(ask.inputs_of(os.environ))
    raise typer.Exit(done(words))
