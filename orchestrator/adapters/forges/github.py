"""GitHub, of github.com or Enterprise: REST by PyGithub, branches by git over HTTPS."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar, cast

from github import GithubException
from github.Auth import Auth
from github.GithubObject import NotSet
from github.PullRequest import PullRequest
from github.Repository import Repository

from orchestrator.adapters.forges import remarks
from orchestrator.adapters.forges.address import Address
from orchestrator.adapters.forges.client import client
from orchestrator.adapters.forges.judging import checks_of, review_of
from orchestrator.adapters.forges.pace import Pace
from orchestrator.adapters.forges.refusal import explained, said_by, telling
from orchestrator.adapters.git.exchange import at
from orchestrator.adapters.git.remote import WRITABLE, Remote
from orchestrator.domain.pulls import Pull, PullDraft, Remark

T = TypeVar("T")

BROUGHT = "refs/leafcut/forge/"
LONGEST_BODY = 65_536
_PULLS = "pull requests: write"
_READS = "pull requests: read"
_CONTENTS = "contents: read"
_UNPROCESSABLE = 422
_MOST_REVIEWERS = 15
"""How many GitHub lets be asked for one pull request; CODEOWNERS may name any number."""
_LOOKED_AT = 100
"""How many pull requests of one branch are looked at, the newest first."""


class GitHubForge:
    """One repository on GitHub; `canonical` is the run's, from which branches are pushed."""

    name = "github"
    longest_body = LONGEST_BODY

    def __init__(self, where: Address, auth: Auth, pace: Pace, canonical: Path) -> None:
        """Connect to nothing yet."""
        self.where = where
        self._pace = pace
        self._canonical = canonical
        self._client = client(where.api, auth)
        self._auth = auth
        self._repository: Repository | None = None
        self._seen: dict[int, PullRequest] = {}

    @telling("read branches", _CONTENTS)
    def main(self) -> tuple[str, str]:
        """Return the name of the default branch and its commit."""
        branch = self._repo.default_branch
        found = self._read("read branches", _CONTENTS, lambda: self._repo.get_branch(branch))
        return branch, found.commit.sha

    @telling("fetch a commit", _CONTENTS)
    def bring(self, commit: str) -> None:
        """Fetch a commit, unless it is there."""
        ref = f"{BROUGHT}{commit}"
        if at(self._canonical, ref) is None:
            self._remote.fetch(self._canonical, commit, ref)

    @telling("read branches", _CONTENTS)
    def refs(self) -> Mapping[str, str]:
        """Return Leafcut's own branches and notes."""

        def listed() -> dict[str, str]:
            prefixes = [prefix.removeprefix("refs/") for prefix in WRITABLE]
            found = (one for prefix in prefixes for one in self._repo.get_git_matching_refs(prefix))
            return {one.ref: one.object.sha for one in found}

        return self._read("read branches", _CONTENTS, listed)

    def push(self, refs: Mapping[str, tuple[str | None, str | None]]) -> None:
        """Push, each ref with a lease on where it must be."""
        self._remote.push(self._canonical, refs)

    @telling("read pull requests", _READS)
    def pulls(self, branches: Sequence[str]) -> Sequence[Pull]:
        """Ask for the newest pull request of each branch."""
        found = [self._newest(branch, "all") for branch in branches]
        return [self._pull(one) for one in found if one is not None]

    @telling("read reviews and checks", _READS)
    def judged(self, pull: Pull) -> Pull:
        """Ask for the reviews and the checks."""
        request = self._request(pull)
        doing = "read reviews and checks"
        review = self._read(doing, _READS, lambda: review_of(request))
        checks = self._read(doing, "checks: read", lambda: checks_of(self._repo, pull.head))
        return self._pull(request, pull, review=review, checks=checks)

    @telling("open a pull request", _PULLS)
    def open(self, draft: PullDraft) -> Pull:
        """Open a pull request, ask its reviewers, label it, unless that is done."""
        request = self._newest(draft.branch, "open") or self._opened(draft)
        self._ask(request, draft.reviewers)
        pull = self._labelled(request, self._pull(request), draft)
        return pull if pull.is_as(draft) else self.change(pull, draft)

    @telling("change a pull request", _PULLS)
    def change(self, pull: Pull, draft: PullDraft) -> Pull:
        """Set base, title and body where they differ, and add labels."""
        request = self._request(pull)
        if not pull.is_as(draft):
            base = draft.base if draft.base != pull.base else NotSet
            edit: Callable[[], None] = lambda: request.edit(  # noqa: E731
                title=draft.title, body=draft.body, base=base
            )
            self._write("change a pull request", edit)
        return self._labelled(request, self._pull(request), draft)

    @telling("close a pull request", _PULLS)
    def close(self, pull: Pull, why: str) -> None:
        """Say why, once, and close."""
        request = self._request(pull)

        def said() -> object | None:
            return next((one for one in request.get_issue_comments() if one.body == why), None)

        if self._read("read comments", _READS, said) is None:
            say: Callable[[], object] = lambda: request.create_issue_comment(why)  # noqa: E731
            self._write("comment", say, said)
        self._write("close a pull request", lambda: request.edit(state="closed"))

    @telling("read what is said of a pull request", _READS)
    def remarks(self, pull: Pull) -> Sequence[Remark]:
        """Ask for threads, comments, reviews with words, and what red checks say."""
        request = self._request(pull)
        doing = "read what is said of a pull request"
        said = self._read(
            doing,
            _READS,
            lambda: remarks.said(self._client, self.where.full_name, request, self._repo),
        )
        red = self._read(doing, "checks: read", lambda: remarks.red(self._repo, pull.head))
        return [*said, *red]

    @property
    def _repo(self) -> Repository:
        if self._repository is None:
            self._repository = self._read(
                "read the repository",
                "metadata: read",
                lambda: self._client.get_repo(self.where.full_name),
            )
        return self._repository

    @property
    def _remote(self) -> Remote:
        """Git, on the host that the key is for, whatever address the host's answer gives."""
        where = self.where.called(self._repo.full_name)
        return Remote(where.url, lambda: self._auth.token)

    def _newest(self, branch: str, state: str) -> PullRequest | None:
        """Return the newest one of a branch, but none of a fork.

        One into a branch of somebody's own, such as a backport, counts where there is no other.
        """
        repo = self._repo
        head = f"{repo.owner.login}:{branch}"

        def asked() -> PullRequest | None:
            listed = repo.get_pulls(state=state, head=head, sort="created", direction="desc")
            own = [one for one in islice(listed, _LOOKED_AT) if _is_of(one, repo, branch)]
            ours = (one for one in own if _is_ours(one.base.ref, repo))
            return next(ours, own[0] if own else None)

        return self._read("read pull requests", _READS, asked)

    def _request(self, pull: Pull) -> PullRequest:
        if pull.number not in self._seen:
            self._seen[pull.number] = self._read(
                "read a pull request", _READS, lambda: self._repo.get_pull(pull.number)
            )
        return self._seen[pull.number]

    def _opened(self, draft: PullDraft) -> PullRequest:
        """Open it, as no draft where the repository's plan has none."""

        def made() -> PullRequest | None:
            return self._newest(draft.branch, "open")

        def make(*, as_draft: bool) -> PullRequest:
            return self._repo.create_pull(
                base=draft.base,
                head=draft.branch,
                title=draft.title,
                body=draft.body,
                draft=as_draft,
            )

        with explained(self.where, f"open a pull request of {draft.branch}", _PULLS):
            try:
                return self._pace.write(lambda: make(as_draft=draft.draft), made)
            except GithubException as error:
                if error.status != _UNPROCESSABLE or not draft.draft:
                    raise
                if "already exists" in said_by(error) and (found := made()):
                    return found
                if "draft" not in said_by(error).lower():
                    raise
                return self._pace.write(lambda: make(as_draft=False), made)

    def _ask(self, request: PullRequest, owners: Sequence[str]) -> None:
        """Ask owners for a review, unless all is done; one who cannot be asked is left out."""
        users = [one[1:] for one in owners if one.startswith("@") and "/" not in one]
        teams = [one.partition("/")[2] for one in owners if one.startswith("@") and "/" in one]
        if request.labels or not users + teams:
            return
        wanted = [*(([one], []) for one in users), *(([], [one]) for one in teams)]
        whole = len(wanted) <= _MOST_REVIEWERS
        if whole and (self._asked(request, users, teams) or len(wanted) == 1):
            return
        for some_users, some_teams in wanted[:_MOST_REVIEWERS]:
            self._asked(request, some_users, some_teams)

    def _asked(self, request: PullRequest, users: list[str], teams: list[str]) -> bool:
        def ask() -> None:
            request.create_review_request(reviewers=users, team_reviewers=teams)

        with explained(self.where, "ask for reviews", _PULLS):
            try:
                self._pace.write(ask)
            except GithubException as error:
                if error.status != _UNPROCESSABLE:
                    raise
                return False
        return True

    def _labelled(self, request: PullRequest, pull: Pull, draft: PullDraft) -> Pull:
        missing = [label for label in draft.labels if label not in pull.labels]
        if missing:
            self._write("label a pull request", lambda: request.add_to_labels(*missing))
        return self._pull(request, pull, labels=(*pull.labels, *missing))

    def _pull(self, request: PullRequest, known: Pull | None = None, **more: object) -> Pull:
        """Return a pull request as a value, with what is known of it beyond its own answer."""
        self._seen[request.number] = request
        merged = request.merged_at is not None
        kept = {"review": known.review, "checks": known.checks} if known else {}
        facts: dict[str, object] = {
            "number": request.number,
            "url": request.html_url,
            "branch": request.head.ref,
            "base": request.base.ref,
            "head": request.head.sha,
            "title": request.title,
            "body": request.body or "",
            "state": "merged" if merged else request.state,
            "draft": request.draft,
            "labels": tuple(label.name for label in request.labels),
        }
        return Pull(**{**facts, **kept, **more})  # type: ignore[arg-type]

    def _read(self, doing: str, permission: str, ask: Callable[[], T]) -> T:
        with explained(self.where, doing, permission):
            return self._pace.read(ask)

    def _write(
        self,
        doing: str,
        make: Callable[[], object],
        made: Callable[[], object | None] = lambda: None,
    ) -> None:
        with explained(self.where, doing, _PULLS):
            self._pace.write(make, made)


def _is_of(request: PullRequest, repo: Repository, branch: str) -> bool:
    """Say whether it is of this repository's branch: a fork's owner may have one called so, too."""
    head = request.head
    there = cast("Repository | None", head.repo)  # None: the fork is gone
    return head.ref == branch and there is not None and there.id == repo.id


def _is_ours(base: str, repo: Repository) -> bool:
    return base == repo.default_branch or base.startswith("leafcut/")
