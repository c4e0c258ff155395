"""What persons do on GitHub's pages, as methods: no request, no log."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.github import reviews, threads
from tests.support.github.bare import Author
from tests.support.github.checks import Output, report
from tests.support.github.following import close, delete_on_site, follow
from tests.support.github.merging import Order
from tests.support.github.pulls import merged
from tests.support.github.state import (
    Account,
    CheckRun,
    Comment,
    Method,
    Pull,
    State,
    Status,
    Thread,
)
from tests.support.github.threads import Spot
from tests.support.github.updating import rebase, set_state


@dataclass(frozen=True)
class People:
    """Persons at work; each act is by `by`, a login, and refused where GitHub refuses it."""

    state: State

    def _who(self, login: str) -> Account:
        return self.state.accounts[login.lower()]

    def merge(
        self,
        number: int,
        method: Method = "merge",
        *,
        delete_branch: bool = False,
        title: str = "",
        by: str = "grace",
    ) -> str:
        """Merge, and press "Delete branch" if asked to; return the base's new commit."""
        with self.state.lock:
            pull = self.state.pulls[number]
            made = merged(self.state, pull, self._who(by), Order(method, title))
            if delete_branch and self.state.bare.tip(pull.head):
                delete_on_site(self.state, pull.head)
        return made

    def close(self, number: int) -> None:
        """Close a pull request without merging it."""
        with self.state.lock:
            close(self.state, self.state.pulls[number])

    def reopen(self, number: int) -> None:
        """Reopen a pull request."""
        with self.state.lock:
            set_state(self.state, self.state.pulls[number], "open")

    def retarget(self, number: int, base: str) -> None:
        """Give a pull request another base."""
        with self.state.lock:
            rebase(self.state, self.state.pulls[number], base)

    def edit(self, number: int, *, title: str | None = None, body: str | None = None) -> None:
        """Change a pull request's texts by hand."""
        with self.state.lock:
            pull = self.state.pulls[number]
            pull.title = pull.title if title is None else title
            pull.body = pull.body if body is None else body
            pull.updated_at = self.state.now()

    def delete_branch(self, branch: str) -> None:
        """Delete a branch by the button: what is based on a merged one is retargeted."""
        with self.state.lock:
            delete_on_site(self.state, branch)

    def push(
        self,
        branch: str,
        files: Mapping[str, str | None],
        message: str = "Change by hand",
        *,
        onto: str = "",
        by: str = "grace",
    ) -> str:
        """Commit to a branch, new or not, and return the commit; None as a text deletes a file.

        With `onto`, a branch or a commit, the branch is set to the new commit on top of that,
        by force if need be.
        """
        with self.state.lock:
            bare = self.state.bare
            start = bare.tip(onto) or bare.commit_of(onto) if onto else bare.tip(branch)
            start = start or bare.tip(self.state.settings.default_branch)
            tree = bare.tree_with(start, files)
            author = Author(by.title(), f"{by}@example.org")
            made = bare.commit(tree, [start] if start else [], f"{message}\n", author, author)
            bare.move(f"refs/heads/{branch}", made)
            follow(self.state)
        return made

    def review(self, number: int, event: str = "APPROVE", body: str = "", by: str = "grace") -> int:
        """Review: APPROVE, REQUEST_CHANGES or COMMENT; return the review's id."""
        with self.state.lock:
            pull = self.state.pulls[number]
            return reviews.review(self.state, pull, self._who(by), event, body).id

    def comment(self, number: int, body: str, by: str = "grace") -> int:
        """Comment below a pull request; return the comment's id."""
        with self.state.lock:
            now = self.state.now()
            made = Comment(self.state.new_id(), self._who(by), body, now, now)
            self.state.pulls[number].comments.append(made)
        return made.id

    def comment_on_line(
        self, number: int, path: str, line: int, body: str, by: str = "grace"
    ) -> int:
        """Begin a thread on a line of the diff's new side; return the thread's id."""
        with self.state.lock:
            pull = self.state.pulls[number]
            return threads.begin(self.state, pull, self._who(by), body, Spot(path, line)).id

    def reply(self, thread: int, body: str, by: str = "grace") -> int:
        """Reply in a thread; return the comment's id."""
        with self.state.lock:
            _, found = self._thread(thread)
            return threads.reply(self.state, found, self._who(by), body).id

    def resolve(self, thread: int, *, resolved: bool = True, by: str = "grace") -> None:
        """Resolve a thread, or open it again."""
        with self.state.lock:
            _, found = self._thread(thread)
            found.resolved_by = self._who(by) if resolved else None

    def _thread(self, identity: int) -> tuple[Pull, Thread]:
        for pull in self.state.pulls.values():
            for thread in pull.threads:
                if thread.id == identity:
                    return pull, thread
        raise KeyError(identity)

    def check(
        self, number: int, name: str, conclusion: str | None = "success", *, summary: str = ""
    ) -> CheckRun:
        """Report a check run on a pull request's head; None as its conclusion leaves it running."""
        with self.state.lock:
            sha = self.state.pulls[number].head_sha
            title = conclusion and f"{name}: {conclusion}"
            return report(self.state, sha, name, conclusion, Output(title, summary or None))

    def status(self, number: int, context: str, state: str = "success") -> Status:
        """Report a commit status on a pull request's head."""
        with self.state.lock:
            sha, now = self.state.pulls[number].head_sha, self.state.now()
            made = Status(self.state.new_id(), sha, context, state, None, None, now)
            self.state.statuses.append(made)
        return made
