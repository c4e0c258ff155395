"""What a person reads of a slice: its title and its page, as Markdown."""

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.application.collate import BuiltSlice
from orchestrator.domain.expressions import Value, for_text
from orchestrator.domain.markdown import block, cell, code, plain
from orchestrator.domain.playbook import ParamValue, Playbook
from orchestrator.domain.receipt import notes_ref
from orchestrator.domain.slices import is_machine
from orchestrator.domain.verdict import CheckResult

_LABELS: Mapping[str, str] = {
    "machine-edited": "a codemod or a rule edited files",
    "agent-edited": "an agent with a language model edited files",
    "oversized": "larger than a slice should be; cutting it would break a check or a task",
    "merged": "cut smaller its checks were red",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where slices come from.

    `values` are what expressions may name, `head` is the integration branch's commit, `blind` names
    the checks that stayed green on a broken file.
    """

    run: str
    playbook: Playbook
    params: Mapping[str, ParamValue]
    values: Mapping[str, Value]
    base: str
    head: str
    blind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One slice as a forge gets it.

    `body` is Markdown, `patch` what `git am` takes, `facts` what programs may read.
    """

    number: int
    title: str
    body: str
    patch: bytes
    facts: Mapping[str, object]


def title(built: BuiltSlice, count: int, origin: Origin) -> str:
    """Return the title of the slice, one of `count`."""
    values = {
        **origin.values,
        "slice.number": built.number,
        "slice.count": count,
        "slice.name": built.slice.group,
    }
    return " ".join(for_text(origin.playbook.pull_requests.title, values).split())


def body(built: BuiltSlice, stack: Sequence[BuiltSlice], origin: Origin) -> str:
    """Return the page of one slice of a stack, without its title."""
    parts = (
        ("Why", _why(origin)),
        ("What changed", _what(built)),
        ("Checks", _checks(built.checks, origin)),
        ("Stack", _place(built, stack, origin)),
        ("Reproduce", _reproduce(built, origin)),
        ("Where it comes from", _provenance(built, origin)),
    )
    return "\n\n".join(f"## {heading}\n\n" + "\n".join(lines) for heading, lines in parts) + "\n"


def _why(origin: Origin) -> Iterator[str]:
    playbook = origin.playbook
    yield plain(playbook.description or playbook.title)
    yield ""
    command = playbook.find.run
    rules = (for_text(command, _anywhere(origin)),) if command else playbook.find.regex
    yield f"The rule: what {', '.join(code(rule) for rule in rules)} finds."


def _anywhere(origin: Origin) -> dict[str, Value]:
    """Return what expressions name, as it is on no machine in particular."""
    own: dict[str, Value] = {"python": "python", "playbook.dir": origin.playbook.name}
    return {**origin.values, **own, "task.files": "FILES", "files_from": "FILES"}


def _portable(command: str, origin: Origin) -> str:
    """Return an expanded command without the paths of the machine that it ran on."""
    for name in ("playbook.dir", "python"):
        if here := origin.values.get(name):
            command = command.replace(str(here), str(_anywhere(origin)[name]))
    return command


def _what(built: BuiltSlice) -> Iterator[str]:
    added, removed = built.lines
    yield f"{len(built.files)} files, +{added} −{removed}, {len(built.slice.commits)} commits."
    for label in built.slice.labels:
        yield f"- **{label}**: {_LABELS[label]}"
    yield ""
    yield "| file | + | − | edited by |"
    yield "|---|---:|---:|---|"
    for file in built.files:
        who = ", ".join(_who(agent) for agent in built.agents(file.path))
        yield f"| {cell(file.path)} | {file.added} | {file.removed} | {who} |"


def _who(agent: str) -> str:
    return f"machine ({cell(agent)})" if is_machine(agent) else f"agent {cell(agent)}"


def _checks(checks: Sequence[CheckResult], origin: Origin) -> Iterator[str]:
    if not checks:
        yield "The playbook has no landing checks."
        return
    yield "On this branch's tip; failures that the base has too do not count."
    yield ""
    yield "| check | result | exit code | seconds | command |"
    yield "|---|---|---:|---:|---|"
    for check in checks:
        code_shown = "" if check.exit_code is None else str(check.exit_code)
        yield (
            f"| {cell(check.check)} | {_result(check, origin.blind)} | {code_shown} "
            f"| {check.duration_s:.1f} | {cell(_portable(check.command, origin))} |"
        )


def _result(check: CheckResult, blind: Collection[str]) -> str:
    notes = [
        *(["blind: it stays green on a broken file"] if check.check in blind else []),
        *([f"{check.known} known failures"] if check.known else []),
        *(["passed on a rerun"] if check.outcome == "flaky" else []),
        *(["ran before on the same tree"] if check.cached else []),
    ]
    glyph = "✓" if check.green else "✗"
    return f"{glyph} {check.outcome}" + (f" ({', '.join(notes)})" if notes else "")


def _place(built: BuiltSlice, stack: Sequence[BuiltSlice], origin: Origin) -> Iterator[str]:
    below = [piece.branch for piece in stack if piece.number == built.number - 1]
    above = [piece.branch for piece in stack if piece.number == built.number + 1]
    yield f"Slice {built.number} of {len(stack)}, {code(built.branch)}; merge from the first up."
    yield ""
    yield f"- previous: {code(below[0]) if below else 'none, it starts at ' + code(origin.base)}"
    yield f"- next: {code(above[0]) if above else 'none, this is the top'}"


def _reproduce(built: BuiltSlice, origin: Origin) -> Iterator[str]:
    params = [f"--param {shlex.quote(f'{k}={_text(v)}')}" for k, v in origin.params.items()]
    again = ["leafcut run", shlex.quote(origin.playbook.name), "--repo .", f"--base {origin.base}"]
    checks = [_portable(check.command, origin) for check in built.checks]
    commands = [
        "# make the whole change anew",
        " ".join([*again, *params]),
        "# check this slice",
        f"git switch --detach {built.tip}",
        *checks,
    ]
    yield block("\n".join(commands), "sh")


def _text(value: ParamValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _provenance(built: BuiltSlice, origin: Origin) -> Iterator[str]:
    yield f"- run {code(origin.run)}, playbook {code(origin.playbook.name)}"
    yield f"- base {code(origin.base)}, integration head {code(origin.head)}"
    yield f"- this tip {code(built.tip)}"
    verify = f"leafcut verify {built.base}..{built.tip}"
    yield f"- receipt: the git note in {code(notes_ref(origin.run))}; {code(verify)} checks it"
    for commit in built.slice.commits:
        yield f"- task {code(commit.task)}, landed as {code(commit.commit[:12])}"
