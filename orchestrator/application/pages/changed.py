"""What a slice is for, and what it changes."""

from collections.abc import Iterator, Mapping

from orchestrator.application.pages.origin import Origin
from orchestrator.application.pages.section import Section
from orchestrator.application.slices.collate import BuiltSlice
from orchestrator.domain.counting import many
from orchestrator.domain.expressions import Value, for_text
from orchestrator.domain.markdown import APART, cell, code, plain
from orchestrator.domain.slices import is_machine

_LABELS: Mapping[str, str] = {
    "machine-edited": "a codemod or a rule edited files",
    "agent-edited": "an agent with a language model edited files",
    "large": "more lines than a person should read one by one; codemods alone edited them, so "
    "read the pattern and what differs from it",
    "oversized": "larger than a slice should be; cutting it would break a check or a task",
    "merged": "cut smaller its checks were red",
    "tied": "its checks were red without the slices below, though the plan knows of no reason",
}


def why(origin: Origin, values: Mapping[str, Value]) -> Section:
    """Return why the change is made, and the rule that finds its places.

    `values` are what the playbook's own words may name. They may stand next to any of those words,
    so nothing joins to a name or a number with them.
    """
    playbook = origin.playbook
    own = for_text(playbook.pull_requests.body, {k: _apart(v) for k, v in values.items()})
    command = playbook.find.run
    rules = (for_text(command, origin.anywhere()),) if command else playbook.find.regex
    lines = (
        plain(playbook.description or playbook.title),
        "",
        *((own.strip(), "") if own.strip() else ()),
        f"The rule: what {', '.join(code(rule) for rule in rules)} finds.",
    )
    return Section(heading="Why", lines=lines)


def _apart(value: Value) -> Value:
    text = " ".join(value) if isinstance(value, tuple) else value
    return f"{APART}{plain(text)}{APART}" if isinstance(text, str) else text


def what(built: BuiltSlice) -> Section:
    """Return the table of files."""
    return Section(
        heading="What changed", lines=tuple(_summary(built)), rows=tuple(_files(built)), noun="file"
    )


def _summary(built: BuiltSlice) -> Iterator[str]:
    added, removed = built.lines
    files, commits = many(len(built.files), "file"), many(len(built.slice.commits), "commit")
    yield f"{files}, +{added} −{removed}, {commits}."
    yield ""
    for label in built.slice.labels:
        yield f"- **{label}**: {_LABELS[label]}"
    yield ""
    yield "| file | + | − | edited by |"
    yield "|---|---:|---:|---|"


def _files(built: BuiltSlice) -> Iterator[str]:
    for file in built.files:
        names = ", ".join(_who(agent) for agent in built.agents(file.path))
        yield f"| {cell(file.path)} | {file.added} | {file.removed} | {names} |"


def _who(agent: str) -> str:
    return f"machine ({cell(agent)})" if is_machine(agent) else f"agent {cell(agent)}"
