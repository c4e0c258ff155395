"""A rule: what landed change sets have taught, in ast-grep's words, as a value."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["python", "javascript", "typescript", "tsx", "java"]

ROOTS: Mapping[Language, str] = {
    "python": "module",
    "javascript": "program",
    "typescript": "program",
    "tsx": "program",
    "java": "program",
}
"""What the node of a whole file is called."""
PREFIX = "rule:"
"""How the name of an agent begins that applies a rule; the rest is the rule's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """One ast-grep rule: what is found, and what takes its place.

    Found is `pattern`; or, when that is empty, a node of this `kind` with this `text`. `kinds` and
    `values` say what a metavariable may stand for. With `beside` it counts only in a file that has
    one of these patterns, too.
    """

    language: Language
    fix: str
    pattern: str = ""
    kind: str = ""
    text: str = ""
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beside: tuple[str, ...] = ()

    @property
    def matcher(self) -> dict[str, object]:
        """What ast-grep is asked for, but for `beside`."""
        if self.pattern:
            return {"pattern": self.pattern}
        return {"kind": self.kind, "regex": exactly((self.text,))}

    @property
    def constraints(self) -> dict[str, object]:
        """What ast-grep is told of the metavariables."""
        kinds = {name: {"any": [{"kind": kind} for kind in ks]} for name, ks in self.kinds.items()}
        values = {name: {"regex": exactly(values)} for name, values in self.values.items()}
        return {**kinds, **values}

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is found, as patterns that need no constraints on texts."""
        found = [self.pattern]
        for name, values in self.values.items():
            found = [
                re.sub(rf"\${name}\b", lambda _, value=value: value, one)  # type: ignore[misc]
                for one in found
                for value in values
            ]
        return tuple(found)

    @property
    def words(self) -> frozenset[str]:
        """The words without which a file has nothing for it."""
        literal = re.sub(r"\${1,3}[A-Z][A-Z_0-9]*", " ", self.pattern or self.text)
        return frozenset(re.findall(r"\w+", literal))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is offered, shown and applied as one: the rewrites that make up one edit."""

    id: str
    rewrites: tuple[Rewrite, ...]

    @property
    def agent(self) -> str:
        """The name of the agent that applies it."""
        return PREFIX + self.id

    @property
    def yaml(self) -> str:
        """The rule as ast-grep reads it: a document for each rewrite."""
        several = len(self.rewrites) > 1
        ids = (f"{self.id}-{at}" if several else self.id for at in range(1, 1 + len(self.rewrites)))
        return "---\n".join(
            "\n".join(_lines(name, one)) + "\n"
            for name, one in zip(ids, self.rewrites, strict=True)
        )


def rule_of(rewrites: tuple[Rewrite, ...]) -> Rule:
    """Return a rule under the name that what it does gives it: the same again, the same name."""
    words = re.findall(r"[a-z0-9]+", _summary(rewrites[0]).lower())
    digest = hashlib.sha256(repr(rewrites).encode("utf-8", "surrogateescape")).hexdigest()
    return Rule(id="-".join([*words[:3], digest[:8]])[-60:].strip("-"), rewrites=rewrites)


def _summary(rewrite: Rewrite) -> str:
    found = rewrite.pattern or rewrite.text
    return re.sub(r"\${1,3}[A-Z][A-Z_0-9]*", " ", found)


def exactly(words: tuple[str, ...]) -> str:
    """Return the regular expression that these texts match and no others."""
    escaped = (re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", word) for word in words)
    return f"^(?:{'|'.join(escaped)})$"


def _lines(name: str, rewrite: Rewrite) -> Iterator[str]:
    yield f"id: {name}"
    yield f"language: {rewrite.language}"
    yield "rule:"
    yield from (f"  {key}: {_quoted(value)}" for key, value in rewrite.matcher.items())
    if rewrite.beside:
        patterns = [{"pattern": pattern} for pattern in rewrite.beside]
        has = f"{{any: {_quoted(patterns)}, stopBy: end}}"
        yield f"  inside: {{kind: {ROOTS[rewrite.language]}, stopBy: end, has: {has}}}"
    if rewrite.constraints:
        yield f"constraints: {_quoted(rewrite.constraints)}"
    yield f"fix: {_quoted(rewrite.fix)}"


def _quoted(value: object) -> str:
    """Return a value as JSON, which YAML reads, too."""
    return json.dumps(value, ensure_ascii=False)
