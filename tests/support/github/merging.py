"""Merging, done in the repository: by a merge commit, squashed, or rebased.

https://docs.github.com/rest/pulls/pulls#merge-a-pull-request
https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/about-merge-methods-on-github
"""

from dataclasses import dataclass

from tests.support.github.answers import Refused, refuse
from tests.support.github.bare import Conflict
from tests.support.github.greens import failing, lacking
from tests.support.github.state import Account, Method, Pull, State

PAGE = "pulls/pulls#merge-a-pull-request"


@dataclass(frozen=True)
class Order:
    """How somebody wants a pull request merged; empty texts mean GitHub's own."""

    method: Method = "merge"
    title: str = ""
    message: str | None = None
    sha: str = ""


def mergeability(state: State, pull: Pull) -> tuple[bool | None, str]:
    """Return `mergeable` and `mergeable_state`, and count the look.

    Null means that it is being computed: asked again, it is there.
    https://docs.github.com/rest/pulls/pulls#get-a-pull-request
    The states are those of https://docs.github.com/graphql/reference/enums#mergestatestatus.
    """
    if not pull.open:
        return None, "unknown"
    pull.asked += 1
    if pull.asked <= state.settings.looks:
        return None, "unknown"
    _try(state, pull)
    return (False, "dirty") if pull.merge_commit is None else (True, _state(state, pull))


def _try(state: State, pull: Pull) -> None:
    """Make the test merge of an open pull request, `refs/pull/NUMBER/merge`.

    So `merge_commit_sha` has a value before anything is merged:
    https://docs.github.com/rest/pulls/pulls#get-a-pull-request
    """
    sides = (pull.base_sha, pull.head_sha)
    if pull.tried == sides:
        return
    pull.tried, pull.merge_commit = sides, None
    if clean(state, pull):
        tree = state.bare.merged_tree(*sides)
        pull.merge_commit = state.bare.commit(tree, sides, f"Merge {sides[1]} into {sides[0]}\n")
        state.bare.move(f"refs/pull/{pull.number}/merge", pull.merge_commit)


def _state(state: State, pull: Pull) -> str:
    if pull.draft:
        return "draft"
    if lacking(state, pull.head_sha):
        return "blocked"
    return "unstable" if failing(state, pull.head_sha) else "clean"


def clean(state: State, pull: Pull) -> bool:
    """Return whether its head merges into its base without conflicts."""
    try:
        state.bare.merged_tree(pull.base_sha, pull.head_sha)
    except Conflict:
        return False
    return True


def merge(state: State, pull: Pull, who: Account, order: Order) -> str:
    """Merge a pull request and return the base's new commit.

    Raises:
        Refused: 405 where it cannot be merged, 409 where its head is another than was said.
    """
    _check(state, pull, order)
    try:
        made = _METHODS[order.method](state, pull, order)
    except Conflict:
        raise _unmergeable() from None
    state.bare.move(f"refs/heads/{pull.base}", made, pull.base_sha)
    pull.merge_commit, pull.merged_by = made, who
    pull.merged_at = pull.closed_at = pull.updated_at = state.now()
    return made


def _check(state: State, pull: Pull, order: Order) -> None:
    """Refuse what GitHub refuses.

    405 and 409 are documented; the words are those of the documentation's examples and of
    https://github.com/dlang/dlang-bot/issues/77, https://github.com/github/github-mcp-server/issues/2258.
    """
    if not pull.open:
        raise _unmergeable()
    if pull.draft:
        raise refuse(405, "Pull Request is still a draft", PAGE)
    if order.method not in state.settings.methods:
        named = {"merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"}
        raise refuse(405, f"{named[order.method]} are not allowed on this repository.", PAGE)
    if order.sha and order.sha != pull.head_sha:
        raise refuse(409, "Head branch was modified. Review and try the merge again.", PAGE)
    lacks = lacking(state, pull.head_sha)
    if lacks:
        raise refuse(405, f'Required status check "{lacks[0]}" is expected.', PAGE)


def _unmergeable() -> Refused:
    return refuse(405, "Pull Request is not mergeable", PAGE)


def _merge(state: State, pull: Pull, order: Order) -> str:
    """Make a merge commit, also where a fast-forward would do (`--no-ff`)."""
    title = order.title or f"Merge pull request #{pull.number} from {state.owner}/{pull.head}"
    message = pull.title if order.message is None else order.message
    tree = state.bare.merged_tree(pull.base_sha, pull.head_sha)
    return state.bare.commit(tree, [pull.base_sha, pull.head_sha], f"{title}\n\n{message}")


def _squash(state: State, pull: Pull, order: Order) -> str:
    """Make one commit; its message is the commit's, or of more than one the list of them.

    https://docs.github.com/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges#merge-message-for-a-squash-merge
    """
    commits = state.bare.between(pull.base_sha, pull.head_sha, "--no-merges")
    title, message = _squashed_message(state, pull, commits)
    message = message if order.message is None else order.message
    tree = state.bare.merged_tree(pull.base_sha, pull.head_sha)
    text = f"{order.title or title}\n\n{message}".rstrip() + "\n"
    return state.bare.commit(tree, [pull.base_sha], text, state.bare.author(pull.head_sha))


def _squashed_message(state: State, pull: Pull, commits: list[str]) -> tuple[str, str]:
    if len(commits) == 1:
        subject, rest = state.bare.message(commits[0])
        return f"{subject} (#{pull.number})", rest
    texts = ("\n\n".join(filter(None, state.bare.message(sha))) for sha in commits)
    return f"{pull.title} (#{pull.number})", "\n\n".join(f"* {text}" for text in texts)


def _rebase(state: State, pull: Pull, _: Order) -> str:
    """Replay each commit: always new ones, by committer GitHub, also where nothing moved.

    Assumed, as git's rebase does: merge commits and commits that become empty are left out.
    """
    tip = pull.base_sha
    for sha in state.bare.between(pull.base_sha, pull.head_sha, "--no-merges"):
        tree = state.bare.picked_tree(sha, tip)
        if tree != state.bare.show(tip, "%T"):
            message = state.bare.show(sha, "%B") + "\n"
            tip = state.bare.commit(tree, [tip], message, state.bare.author(sha))
    return tip


_METHODS = {"merge": _merge, "squash": _squash, "rebase": _rebase}
