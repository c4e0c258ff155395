"""What the schema cannot say about an agent: rules over several keys, paths and names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from orchestrator.adapters.library.expressions import expression_faults
from orchestrator.adapters.library.folders import leaves
from orchestrator.adapters.library.source import Document, Fault, Location
from orchestrator.adapters.library.templates import template_faults
from orchestrator.domain.agent_spec import PLACEHOLDERS, AgentSpec
from orchestrator.domain.expressions import names
from orchestrator.domain.playbook import is_playbook_name

PROMPT = "${{ prompt }}"
OF_CLIENTS = {one.name for one in fields(AgentSpec)} - {"version", "name", "kind", "description"}
"""The keys that are about a client of a language model; a codemod has none of them."""
OURS = frozenset({"HOME", "PATH", "TMPDIR"})
"""Variables that the sandbox sets, and no agent.yaml."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_IN_HOME = re.compile(r"\$\{\{\s*home\s*\}\}/(.+)")
_DIGEST = re.compile(r"[^@\s]+@sha256:[0-9a-f]{64}")


def broken_agent_rules(
    document: Document, spec: AgentSpec, declared: Mapping[str, Any]
) -> Iterator[Fault]:
    """Yield what is wrong with an agent of the right shape.

    It may be what is left of a file that has faults of another kind; `declared` is all of it.
    """
    if not is_playbook_name(spec.name):
        advice = "use a-z, 0-9 and single hyphens"
        yield document.fault(("name",), f"{spec.name!r} cannot be part of a file's name — {advice}")
    if not spec.thinks:
        for key in declared.keys() & OF_CLIENTS:
            said = f"an agent of kind codemod has no {key} — it runs the playbook's own command"
            yield document.fault((key,), said, at_key=True)
        return
    yield from _commands(document, spec, declared)
    yield from _prompt(document, spec)
    yield from _image(document, spec)
    yield from _files(document, spec)
    yield from _variables(document, spec)
    yield from _expressions(document, spec)


def _commands(document: Document, spec: AgentSpec, declared: Mapping[str, Any]) -> Iterator[Fault]:
    for key in {"command", "llm"} - declared.keys():
        yield document.fault((), f"an agent of kind {spec.kind} needs the key {key} — add it")
    for key in ("command", "version_command"):
        words = getattr(spec, key)
        if key in declared and (not words or not words[0].strip()):
            yield document.fault((key,), f"the {key} is empty — write what to run, a word an item")


def _prompt(document: Document, spec: AgentSpec) -> Iterator[Fault]:
    for at, word in enumerate(spec.command):
        if "prompt" in _used(word):
            said = "a prompt never travels as an argument — use stdin, or ${{ prompt_file }} here"
            yield document.fault(("command", at), said)
    if spec.stdin and spec.kind == "acp":
        yield document.fault(("stdin",), "ACP brings the prompt by itself — leave stdin out")
    elif spec.stdin and spec.stdin.split() != PROMPT.split():
        yield document.fault(("stdin",), f"stdin can be {PROMPT} and nothing else")
    used = {name for text in (*spec.command, *spec.env.values()) for name in _used(text)}
    # A name that is not known is a fault of its own, and perhaps meant to be the prompt's.
    named = used - (PLACEHOLDERS - {"prompt_file"})
    if not (spec.stdin or spec.kind == "acp" or spec.files or named):
        said = f"the prompt reaches the agent nowhere — add `stdin: {PROMPT}`"
        yield document.fault(("command",), said)


def _image(document: Document, spec: AgentSpec) -> Iterator[Fault]:
    if spec.image is None:
        return
    if spec.image.ref is not None and not _DIGEST.fullmatch(spec.image.ref):
        said = f"{spec.image.ref!r} names no digest — write name@sha256:…"
        yield document.fault(("image", "ref"), said)
    if spec.image.dockerfile is not None:
        yield from _beside(document, ("image", "dockerfile"), spec.image.dockerfile)


def _beside(document: Document, place: Location, path: str) -> Iterator[Fault]:
    file = document.path.parent / path
    if leaves(path) or file.is_symlink():
        yield document.fault(place, f"{path!r} leaves the agent's folder — put the file there")
    elif not file.is_file():
        yield document.fault(place, f"{path} is not in the agent's folder — add it")


def _files(document: Document, spec: AgentSpec) -> Iterator[Fault]:
    for target, template in spec.files.items():
        place: Location = ("files", target)
        inside = _IN_HOME.fullmatch(target)
        if inside is None or leaves(inside[1]) or "${{" in inside[1]:
            said = f"{target} is not a path below ${{{{ home }}}}/ — agents' files lie there"
            yield document.fault(place, said, at_key=True)
        faults = list(_beside(document, place, template))
        yield from faults or template_faults(document.path.parent / template, PLACEHOLDERS)


def _variables(document: Document, spec: AgentSpec) -> Iterator[Fault]:
    pointed = {} if spec.llm is None else {"url": spec.llm.url, "token": spec.llm.token}
    named: list[tuple[Location, str]] = [
        *((("env", name), name) for name in spec.env),
        *((("secrets", at), name) for at, name in enumerate(spec.secrets)),
        *((("llm", key), name) for key, name in pointed.items() if name is not None),
    ]
    for place, name in named:
        if not _VARIABLE.fullmatch(name):
            yield document.fault(place, f"{name!r} cannot be a variable — use A-Z, 0-9 and _")
    for name in spec.env:
        if name in OURS or name.startswith("LEAFCUT") or name in pointed.values():
            said = f"{name} is set by Leafcut — leave it out"
            yield document.fault(("env", name), said, at_key=True)


def _expressions(document: Document, spec: AgentSpec) -> Iterator[Fault]:
    texts: list[tuple[Location, str]] = [
        *((("command", at), word) for at, word in enumerate(spec.command)),
        *((("env", name), text) for name, text in spec.env.items()),
    ]
    for place, text in texts:
        yield from expression_faults(document, place, text, PLACEHOLDERS, "prompt")
        if "model" in _used(text) and not spec.model:
            said = "${{ model }} is used and there is no model — add `model:`, the default"
            yield document.fault(place, said)
    for at, word in enumerate(spec.version_command):
        if "${{" in word:
            yield document.fault(("version_command", at), "expressions are not known here")


def _used(text: str) -> tuple[str, ...]:
    try:
        return names(text)
    except ValueError:
        return ()
