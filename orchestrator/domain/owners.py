"""CODEOWNERS: who owns a file. The last rule that matches wins, as on GitHub.

The rules are .gitignore's with GitHub's differences: no `!`, no `[ ]`, a `*` at the end of a path
does not reach into folders, and a line that is not understood is skipped.
https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

import re
from collections.abc import Iterator

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where the file is looked for; the first one there counts."""

_OWNER = re.compile(r"@[\w.-]+(?:/[\w.-]+)?|[^@\s]+@[^@\s]+")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")
_SPECIAL = re.compile(r"[*?\\]")


class Owners:
    """The rules of one CODEOWNERS file; none when there is no text.

    Rules for one exact path are looked up and only the others tried one by one: there may be
    thousands.
    """

    def __init__(self, text: str = "") -> None:
        self._owners: list[tuple[str, ...]] = []
        self._exact: dict[str, int] = {}
        self._rules: list[tuple[int, re.Pattern[str]]] = []
        for pattern, owners in _rules(text):
            number = len(self._owners)
            self._owners.append(owners)
            if _is_exact(pattern):
                self._exact[pattern.strip("/") + "/" * pattern.endswith("/")] = number
            else:
                self._rules.append((number, re.compile(_regex(pattern))))

    def __call__(self, path: str) -> tuple[str, ...]:
        """Return the owners of a path, none when no rule or an empty one matches."""
        best = max((self._exact[one] for one in _above(path) if one in self._exact), default=-1)
        for number, rule in reversed(self._rules):
            if number <= best:
                break
            if rule.fullmatch(path):
                best = number
        return self._owners[best] if best >= 0 else ()


def _rules(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in text.splitlines():
        pattern, *rest = _WORD.findall(line) or ["#"]
        comment = next((at for at, word in enumerate(rest) if word.startswith("#")), len(rest))
        owners = tuple(rest[:comment])
        if _is_understood(pattern) and all(_OWNER.fullmatch(owner) for owner in owners):
            yield pattern, owners


def _is_understood(pattern: str) -> bool:
    return not pattern.startswith(("#", "!", "\\#")) and not {"[", "]"} & set(pattern)


def _is_exact(pattern: str) -> bool:
    return "/" in pattern[:-1] and not _SPECIAL.search(pattern)


def _above(path: str) -> Iterator[str]:
    """Yield the path and its folders, each with and without a slash at its end."""
    yield path
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
        yield f"{path}/"


def _regex(pattern: str) -> str:
    """Return the expression that the whole path of every file must match that the pattern names."""
    body = pattern.removeprefix("/").removesuffix("/")
    anchored = "/" in pattern[:-1]
    segments = body.split("/")
    said = "" if anchored else "(?:.*/)?"
    for segment in segments[:-1]:
        said += "(?:.*/)?" if segment == "**" else f"{_segment(segment)}/"
    if segments[-1] == "**":
        return said + ".*"
    said += _segment(segments[-1])
    if pattern.endswith("/"):
        return said + "/.*"
    return said if anchored and segments[-1] == "*" else said + "(?:/.*)?"


def _segment(segment: str) -> str:
    wild = {"*": "[^/]*", "?": "[^/]"}
    return re.sub(
        r"\\(.)|(\*+|\?)|(.)",
        lambda found: wild[found[2][0]] if found[2] else re.escape(found[1] or found[3]),
        segment,
        flags=re.DOTALL,
    )
