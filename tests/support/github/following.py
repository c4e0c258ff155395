"""What becomes of pull requests when branches move or go."""

from tests.support.github.state import Pull, State


def follow(state: State) -> None:
    """Bring the open pull requests up to the branches, whoever moved them."""
    refs = state.bare.refs() if state.open_pulls() else {}
    for pull in state.open_pulls():
        head, base = (refs.get(f"refs/heads/{name}") for name in (pull.head, pull.base))
        _follow(state, pull, head, base)


def _follow(state: State, pull: Pull, head: str | None, base: str | None) -> None:
    """Follow one, given where its branches are now.

    A pull request is closed when its head or its base is deleted: deleting a branch with open pull
    requests closes them, says
    https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-branches-in-your-repository/deleting-and-restoring-branches-in-a-pull-request
    and deleting one by API or by push closes those that are based on it
    (https://github.com/cli/cli/issues/14223, https://github.com/isaacs/github/issues/1557).
    """
    if head is None or base is None:
        close(state, pull)
        return
    if (head, base) == (pull.head_sha, pull.base_sha):
        return
    based_on, was = pull.base_sha, pull.head_sha
    pull.head_sha, pull.base_sha, pull.asked = head, base, 0
    pull.updated_at = state.now()
    remember(state, pull)
    if state.bare.contains(base, head):
        _over(state, pull, merged=head == was or not state.bare.contains(based_on, head))


def _over(state: State, pull: Pull, *, merged: bool) -> None:
    """End a pull request that has no commits left.

    Its commits having come to the base by a push, it counts as merged:
    https://docs.github.com/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges#indirect-merges
    Its head having been reset to what the base had already, it is closed
    (https://github.com/dimikot/git-grok/pull/30, https://github.com/gfx-rs/metal-rs/pull/323).
    """
    close(state, pull)
    if merged:
        pull.merged_at, pull.merge_commit = pull.closed_at, pull.head_sha


def close(state: State, pull: Pull) -> None:
    """Close a pull request unmerged."""
    pull.closed_at = pull.updated_at = state.now()


def remember(state: State, pull: Pull) -> None:
    """Set `refs/pull/NUMBER/head`, by which a head outlives its branch.

    https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/checking-out-pull-requests-locally
    """
    state.bare.move(f"refs/pull/{pull.number}/head", pull.head_sha)


def retarget(state: State, branch: str) -> None:
    """Give what is based on a merged pull request's branch that one's base, before it is deleted.

    Done where the branch is deleted on GitHub's side, by its button or by the setting:
    https://docs.github.com/pull-requests/collaborating-with-pull-requests/proposing-changes-to-your-work-with-pull-requests/about-branches#working-with-branches
    """
    merged = [pull for pull in state.pulls.values() if pull.merged_at and pull.head == branch]
    if not merged:
        return
    for pull in state.open_pulls():
        if pull.base == branch:
            pull.base, pull.asked = merged[-1].base, 0


def delete_on_site(state: State, branch: str) -> None:
    """Delete a branch as GitHub's button does."""
    retarget(state, branch)
    state.bare.delete(f"refs/heads/{branch}")
    follow(state)
