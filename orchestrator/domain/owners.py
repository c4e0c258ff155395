"""CODEOWNERS: who owns a file. The last rule that matches wins, as on GitHub."""

from collections.abc import Sequence

from pathspec import GitIgnoreSpec

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where the file is looked for; the first one there counts."""


class Owners:
    """The rules of one CODEOWNERS file; none when there is no text."""

    def __init__(self, text: str = "") -> None:
        """Read the rules; lines that GitHub would skip are skipped."""
        self._rules = [rule for line in text.splitlines() if (rule := _rule(line))]

    def __call__(self, path: str) -> tuple[str, ...]:
        """Return the owners of a path, none when no rule or an empty one matches."""
        for spec, owners in reversed(self._rules):
            if spec.match_file(path):
                return owners
        return ()


def _rule(line: str) -> tuple[GitIgnoreSpec, tuple[str, ...]] | None:
    words = _words(line)
    if not words or words[0].startswith("!") or "[" in words[0]:
        return None
    return GitIgnoreSpec.from_lines([words[0]]), tuple(words[1:])


def _words(line: str) -> Sequence[str]:
    words = line.replace("\\ ", "\0").split()
    comment = next((at for at, word in enumerate(words) if word.startswith("#")), len(words))
    return [word.replace("\0", "\\ ") for word in words[:comment]]
