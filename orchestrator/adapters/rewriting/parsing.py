"""Files parsed by ast-grep's grammars, within bounds; nothing of a file is ever run."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from orchestrator.domain.synthesis.rule import Language

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MAX_BYTES = 500_000
"""Larger files are generated, not written; they are left alone."""

_LANGUAGES: Mapping[str, Language] = {
    ".py": "python",
    ".pyi": "python",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
    ".java": "java",
}


def language(path: str) -> Language | None:
    """Return the language of a path, None for one in which no rules are made."""
    return _LANGUAGES.get(PurePosixPath(path).suffix.lower())


def parsed(path: str, content: bytes) -> "SgNode | None":
    """Return a file's root; None for what is too large, no UTF-8, or no valid source."""
    from ast_grep_py import SgRoot

    known = language(path)
    if known is None or len(content) > MAX_BYTES or b"\0" in content:
        return None
    try:
        root = SgRoot(content.decode("utf-8"), known).root()
    except UnicodeDecodeError:
        return None
    return None if root.find(kind="ERROR") else root


def place(node: "SgNode") -> tuple[int, int]:
    """Return where a node stands, in characters of its file, from and to.

    `SgNode.range` says it, too, but counts the columns of a long line each time.
    """
    edit = node.replace("")
    return edit.start_pos, edit.end_pos
