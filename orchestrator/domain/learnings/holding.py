"""Whether a lesson holds for some files of a playbook's run now."""

import re
from collections.abc import Sequence
from functools import lru_cache

from pathspec import GitIgnoreSpec

from orchestrator.domain.languages import LANGUAGES, language_of
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.suspicion import has_too_many_wildcards


def holds(learning: Learning, files: Sequence[str], playbook: str, now: float) -> bool:
    """Say whether a lesson holds for any of the files; `now` is in seconds since the epoch.

    Globs mean what they mean in a playbook's `select` and guards: gitignore's. A language that is
    not known bounds nothing.
    """
    scope = learning.scope
    if learning.has_expired(now) or scope.playbook not in {"", playbook}:
        return False
    wanted = scope.language.lower()
    if wanted in LANGUAGES and wanted not in map(language_of, files):
        return False
    if not scope.paths:
        return True
    spec = _spec(scope.paths)
    return spec is not None and any(map(spec.match_file, files))


def are_globs(globs: tuple[str, ...]) -> bool:
    """Say whether globs can be read as such, and matched in good time."""
    return _spec(globs) is not None


@lru_cache(maxsize=1024)
def _spec(globs: tuple[str, ...]) -> GitIgnoreSpec | None:
    if any(map(has_too_many_wildcards, globs)):  # whoever vouches for it: it would hold up the run
        return None
    try:
        return GitIgnoreSpec.from_lines(globs)
    except (ValueError, re.error):  # no glob at all, such as [z-a]: it matches nothing
        return None
