"""What of all learnings answers an agent that asks while it works."""

from collections.abc import Iterable, Sequence

from pathspec import GitIgnoreSpec

from orchestrator.domain.learnings.standing import Standing


def found(
    standings: Iterable[Standing],
    query: str,
    signature: str,
    files: Sequence[str],
    now: float,
    *,
    playbook: str = "",
) -> tuple[Standing, ...]:
    """Return the learnings that fit, the most useful first."""
    asked = set(query.lower().split())
    fits = [
        one
        for one in standings
        if one.status in {"candidate", "trusted"}
        and (one.learning.expires_at is None or one.learning.expires_at > now)
        and _holds(one, files)
        and one.learning.scope.playbook in {"", playbook}
        and (not signature or one.learning.signature == signature)
        and (not asked or asked & set(one.learning.text.lower().split()))
    ]
    return tuple(sorted(fits, key=lambda one: (one.status != "trusted", one.harmful - one.helpful)))


def _holds(one: Standing, files: Sequence[str]) -> bool:
    paths = one.learning.scope.paths
    return not paths or any(GitIgnoreSpec.from_lines(paths).match_files(files))
