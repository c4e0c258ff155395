"""What an agent means by the words that it gives for a failure and for files."""

import re
from collections.abc import Sequence

from orchestrator.domain.clusters import plain, signature
from orchestrator.domain.handoff import said
from orchestrator.domain.learnings.learning import Scope
from orchestrator.domain.learnings.verdicts import scope_of
from orchestrator.domain.verdict import Failure

MOST_GLOBS = 5
LONGEST_GLOB = 100
LONGEST_SIGNATURE = 500
_PLACE = re.compile(r"^((?:[^‹›:]{1,60}: )?)‹path›(?::‹n›)*: ")
"""The place in a failure's line, perhaps after its check; a signature has none."""
_SHORTEST = 12
"""How many characters of a message are enough to know it by."""


def meant(words: str, failures: Sequence[Failure]) -> str:
    """Return the signature of the failure that an agent means, "" for none.

    It may give the signature, the failure's line as it was told, or its message; what none of the
    failures has is made a signature by the same rules.
    """
    asked = " ".join(words[: 2 * LONGEST_SIGNATURE].split()).removeprefix("- ")
    if not asked:
        return ""
    for failure in failures:
        message = " ".join((failure.message or failure.rule).split())
        if asked in {signature(failure), said(failure), message}:
            return signature(failure)
        shorter, longer = sorted((asked, message), key=len)
        if len(shorter) >= _SHORTEST and shorter in longer:
            return signature(failure)
    return _PLACE.sub(r"\1", plain(asked), count=1)[:LONGEST_SIGNATURE]


def globs(text: str) -> tuple[str, ...] | str:
    """Return the globs that a text holds, or why they are none."""
    found = tuple(dict.fromkeys(text[: 10 * LONGEST_GLOB].replace(",", " ").split()))
    if len(found) > MOST_GLOBS:
        return f"at most {MOST_GLOBS} globs"
    for one in found:
        wrong = one.startswith(("/", "!", "#")) or ".." in one.split("/")
        if wrong or len(one) > LONGEST_GLOB or not one.isprintable():
            return f"globs are relative to the tree, of at most {LONGEST_GLOB} characters"
    return found


def scope_for(paths: Sequence[str], files: Sequence[str], playbook: str) -> Scope:
    """Return where a lesson holds: in what its agent names, or in files like those of its task."""
    languages = {scope_of(path).language for path in (paths or files)}
    language = languages.pop() if len(languages) == 1 else ""
    own = dict.fromkeys(glob for path in files for glob in scope_of(path).paths)
    return Scope(
        paths=tuple(paths) or tuple(own)[:MOST_GLOBS], language=language, playbook=playbook
    )
