"""Which untracked files the target's .gitignore files ignore, exactly as git reads them.

pathspec answers for a path with all of its parents at once, so that `!folder/` takes back files
which git goes on ignoring. Here each level is asked on its own, as in git's dir.c; and a character
is a byte, so names and rules are read as Latin-1.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a .gitignore file. `by_name` is matched with a last part, not with a path."""

    pattern: re.Pattern[str]
    takes_back: bool
    folders_only: bool
    by_name: bool

    def matches(self, path: str, *, is_folder: bool) -> bool:
        """Say whether this very path, relative to the rule's folder, is meant."""
        if self.folders_only and not is_folder:
            return False
        return self.pattern.fullmatch(path.rpartition("/")[2] if self.by_name else path) is not None


class Ignored:
    """The .gitignore files of one commit. A deeper file overrules a higher one."""

    def __init__(self, contents: Mapping[bytes, bytes]) -> None:
        """Take the content of each .gitignore file by its path in the tree."""
        deepest_first = sorted(contents.items(), key=lambda item: -item[0].count(b"/"))
        self._files = [
            (_text(path.removesuffix(b".gitignore")), list(rules(_text(content)))[::-1])
            for path, content in deepest_first
        ]
        self._folders: dict[bytes, bool] = {}

    def __call__(self, path: bytes) -> bool:
        """Say whether an untracked file is ignored, or a folder, whose path ends with a slash.

        What lies in an ignored folder is ignored; no rule can take it back.
        """
        plain = path.rstrip(b"/")
        holder = plain.rpartition(b"/")[0]
        if holder and self._folder(holder):
            return True
        return self._matches(_text(plain), is_folder=path != plain)

    def _folder(self, path: bytes) -> bool:
        if path not in self._folders:
            self._folders[path] = self(path + b"/")
        return self._folders[path]

    def _matches(self, path: str, *, is_folder: bool) -> bool:
        for folder, lines in self._files:
            if path.startswith(folder) and path != folder:
                for rule in lines:
                    if rule.matches(path[len(folder) :], is_folder=is_folder):
                        return not rule.takes_back
        return False


def rules(text: str) -> Iterator[Rule]:
    """Read the lines of a .gitignore file, in their order; what git skips is skipped."""
    for line in text.removeprefix("\xef\xbb\xbf").split("\n"):
        glob = re.sub(r"(?<!\\) +$", "", line.removesuffix("\r"))
        takes_back = glob.startswith("!")
        glob = glob[takes_back:]
        if not glob or line.startswith("#"):
            continue
        folders_only = glob.endswith("/")
        glob = glob.removesuffix("/")
        pattern = _pattern(glob.removeprefix("/"))
        if pattern is not None:
            yield Rule(pattern, takes_back, folders_only, by_name="/" not in glob)


# What the parts of a glob mean, tried in this order.
_PARTS = (
    (re.compile(r"(?:\*\*+/)+"), "(?:.*/)?"),
    (re.compile(r"\*\*+$"), ".*"),
    (re.compile(r"\*+"), "[^/]*"),
    (re.compile(r"\?"), "[^/]"),
)
_SPECIAL = re.compile(r"[*?\[\\]")
_CLASS = re.compile(r"\[([!^]?)(\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*)\]", re.DOTALL)
_POSIX = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": r" \t", "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9", "graph": r"\x21-\x7e", "lower": "a-z", "print": r"\x20-\x7e",
    "punct": r"!-\/:-@\[-`{-~", "space": r"\s", "upper": "A-Z", "xdigit": "0-9a-fA-F",
}  # fmt: skip


def _pattern(glob: str) -> re.Pattern[str] | None:
    """Return a glob as an expression, None when it can match nothing."""
    at, parts = 0, []
    while at < len(glob):
        length, part = _part(glob, at)
        if part is None:
            return None
        parts.append(part)
        at += length
    try:
        return re.compile("".join(parts), re.DOTALL | re.ASCII)
    except re.error:
        return None


def _part(glob: str, at: int) -> tuple[int, str | None]:
    """Return how long the part of the glob at this place is, and its expression."""
    if glob[at] == "\\":
        return 2, re.escape(glob[at + 1]) if at + 1 < len(glob) else None
    if glob[at] == "[":
        found = _CLASS.match(glob, at)
        return (len(found[0]), _class(found[1], found[2])) if found else (1, None)
    # git first takes off what is plain, so that in `a**/b` too the stars begin a part.
    starts_part = glob[at - 1 : at] in {"", "/"} or not _SPECIAL.search(glob[:at])
    for pattern, meaning in _PARTS if starts_part else _PARTS[2:]:
        if found := pattern.match(glob, at):
            return len(found[0]), meaning
    return 1, re.escape(glob[at])


def _class(negated: str, inside: str) -> str:
    """Return a bracket expression; it never matches a slash."""
    named = re.split(r"\[:([a-z]+):\]", inside)
    members = [
        _POSIX.get(text, "") if odd % 2 else re.sub(r"([\[\]^&~|])", r"\\\1", _literal(text))
        for odd, text in enumerate(named)
    ]
    return f"(?!/)[{'^' if negated else ''}{''.join(members)}]"


def _literal(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: re.escape(found[1]), text)


def _text(name: bytes) -> str:
    return name.decode("latin-1")
