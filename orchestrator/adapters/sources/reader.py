"""The facts of a source file, by tree-sitter's grammars; each is imported when it is first met."""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from orchestrator.adapters.sources import ecma, java, python
from orchestrator.adapters.sources.walk import Found, Language, Place, walk
from orchestrator.domain.sources import Facts

if TYPE_CHECKING:
    from tree_sitter import Parser

MAX_BYTES = 2_000_000
"""Larger files are generated, not written; nothing is said of them."""


@lru_cache(maxsize=256)
def read_facts(path: str, content: bytes) -> Facts | None:
    """Return what stands in a file, None when it is in no language that can be read.

    This is the port `Sources`. The last answers are kept: two guards ask, and so does a retry.
    """
    pure = PurePosixPath(path)
    kind = _KINDS.get(pure.suffix.lower())
    if kind is None or len(content) > MAX_BYTES or b"\0" in content:
        return None
    grammar, language, tests = kind
    found = Found(is_test=bool(tests.search(path)))
    root = _parser(grammar).parse(content).root_node
    return walk(root, language, Place(exempt=pure.suffix == ".pyi"), found)


def _parser(grammar: str) -> "Parser":
    """Return a parser of this call's own: one must not be shared between threads."""
    from tree_sitter import Language as Grammar
    from tree_sitter import Parser

    return Parser(Grammar(_GRAMMARS[grammar]()))


@cache
def _python() -> object:
    import tree_sitter_python

    return tree_sitter_python.language()


@cache
def _javascript() -> object:
    import tree_sitter_javascript

    return tree_sitter_javascript.language()


@cache
def _typescript() -> object:
    import tree_sitter_typescript

    return tree_sitter_typescript.language_typescript()


@cache
def _tsx() -> object:
    import tree_sitter_typescript

    return tree_sitter_typescript.language_tsx()


@cache
def _java() -> object:
    import tree_sitter_java

    return tree_sitter_java.language()


_GRAMMARS: Mapping[str, Callable[[], object]] = {
    "python": _python,
    "javascript": _javascript,
    "typescript": _typescript,
    "tsx": _tsx,
    "java": _java,
}

_Kind = tuple[str, Language, re.Pattern[str]]
_PYTHON: _Kind = ("python", python.LANGUAGE, python.TESTS)
_JAVASCRIPT: _Kind = ("javascript", ecma.LANGUAGE, ecma.TESTS)
_TYPESCRIPT: _Kind = ("typescript", ecma.LANGUAGE, ecma.TESTS)

_KINDS: Mapping[str, _Kind] = {
    ".py": _PYTHON,
    ".pyi": _PYTHON,
    ".js": _JAVASCRIPT,
    ".mjs": _JAVASCRIPT,
    ".cjs": _JAVASCRIPT,
    ".jsx": _JAVASCRIPT,
    ".ts": _TYPESCRIPT,
    ".mts": _TYPESCRIPT,
    ".cts": _TYPESCRIPT,
    ".tsx": ("tsx", ecma.LANGUAGE, ecma.TESTS),
    ".java": ("java", java.LANGUAGE, java.TESTS),
}
