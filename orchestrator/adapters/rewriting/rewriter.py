"""Rules carried out on a file's content: ast-grep finds, the fix is put in its place."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from orchestrator.adapters.rewriting.parsing import MAX_BYTES, language, parsed, place
from orchestrator.domain.synthesis.rule import Rewrite

if TYPE_CHECKING:
    from ast_grep_py import SgNode

PASSES = 10
"""How often what is within a rewritten place is looked at again."""
_METAVARIABLE = re.compile(r"(\${3}|\$)([A-Z_][A-Z_0-9]*)")
Change = tuple[int, int, str]


def rewritten(path: str, content: bytes, rewrites: Sequence[Rewrite]) -> bytes:
    """Return a file's content after the rewrites of its language.

    A file that is too large, no UTF-8 or no valid source is left as it is, and so is one of which
    the rewrites would make no valid source. They all look at the same content, and of places within
    each other the outermost is changed; then all is looked at again, but for what counts `beside`
    something: that looks at the file as it was.
    """
    known = language(path)
    mine = [one for one in rewrites if one.language == known]
    root = parsed(path, content) if mine else None
    if root is None:
        return content
    now = content
    for done in range(PASSES):
        again = [one for one in mine if not (done and one.beside)]
        changes = _outermost(_changes(root, again))
        text = _spliced(now.decode("utf-8"), changes)
        after = text.encode("utf-8")
        if after == now:
            return now
        root = parsed(path, after) if len(after) <= MAX_BYTES else None
        if root is None:
            return content
        now = after
    return now


def _changes(root: "SgNode", rewrites: Sequence[Rewrite]) -> Iterator[tuple[Rewrite, "SgNode"]]:
    """Yield what is found; a pattern that ast-grep cannot read finds nothing."""
    for one in rewrites:
        config: dict[str, object] = {"rule": one.matcher}
        if one.constraints:
            config["constraints"] = one.constraints
        try:
            if one.beside and not any(root.find(pattern=pattern) for pattern in one.beside):
                continue
            matches = root.find_all(config)  # type: ignore[call-overload]
        except RuntimeError:
            continue
        for match in matches:
            yield one, match


def _outermost(found: "Iterator[tuple[Rewrite, SgNode]]") -> list[Change]:
    """Return changes in order, none within another; of two at one place the first rule's."""
    placed = [(*place(match), at, one, match) for at, (one, match) in enumerate(found)]
    placed.sort(key=lambda entry: (entry[0], -entry[1], entry[2]))
    changes: list[Change] = []
    done = -1
    for start, end, _, one, match in placed:
        if start >= done:
            changes.append((start, end, _filled(one.fix, match)))
            done = end
    return changes


def _filled(fix: str, match: "SgNode") -> str:
    """Return the fix with what the metavariables stand for."""

    def stands_for(found: re.Match[str]) -> str:
        name = found[2]
        if found[1] == "$":
            node = match.get_match(name)
            return node.text() if node else ""
        nodes = match.get_multiple_matches(name)
        if not nodes:
            return ""
        offset, _ = place(match)
        return match.text()[place(nodes[0])[0] - offset : place(nodes[-1])[1] - offset]

    return _METAVARIABLE.sub(stands_for, fix)


def _spliced(text: str, changes: Sequence[Change]) -> str:
    parts, done = [], 0
    for start, end, new in changes:
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])
