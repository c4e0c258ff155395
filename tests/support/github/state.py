"""What the double knows: plain values, changed under one lock by whoever answers a request."""

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from tests.support.github.bare import Bare

Permission = Literal["none", "read", "triage", "write", "maintain", "admin"]
Method = Literal["merge", "squash", "rebase"]
LADDER: tuple[Permission, ...] = ("none", "read", "triage", "write", "maintain", "admin")


@dataclass
class Account:
    """A person, or the bot of an App."""

    id: int
    login: str
    permission: Permission = "none"
    collaborator: bool = False
    bot: bool = False

    def may(self, least: Permission) -> bool:
        """Return whether this account has at least this permission on the repository."""
        return LADDER.index(self.permission) >= LADDER.index(least)


@dataclass
class Comment:
    """A comment under a pull request, or one in a thread on its lines."""

    id: int
    author: Account
    body: str
    created_at: str
    updated_at: str
    review: int | None = None


@dataclass
class Thread:
    """A conversation on a line of one side of a pull request's diff."""

    id: int
    path: str
    line: int
    commit: str
    hunk: str
    side: Literal["LEFT", "RIGHT"] = "RIGHT"
    resolved_by: Account | None = None
    comments: list[Comment] = field(default_factory=list)


@dataclass
class Review:
    """What somebody made of a pull request: APPROVED, CHANGES_REQUESTED or COMMENTED."""

    id: int
    author: Account
    state: str
    body: str
    commit: str
    submitted_at: str


@dataclass
class Pull:
    """A pull request.

    `asked` counts how often its mergeability was looked at since it changed; `tried` are the base
    and the head that the test merge in `merge_commit` is of.
    """

    id: int
    number: int
    title: str
    body: str | None
    author: Account
    head: str
    head_sha: str
    base: str
    base_sha: str
    draft: bool
    created_at: str
    updated_at: str
    closed_at: str | None = None
    merged_at: str | None = None
    merged_by: Account | None = None
    merge_commit: str | None = None
    tried: tuple[str, str] | None = None
    labels: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    asked: int = 0

    @property
    def open(self) -> bool:
        """Whether it is neither merged nor closed."""
        return self.closed_at is None


@dataclass
class CheckRun:
    """A check run of a commit; `conclusion` is None until it is completed."""

    id: int
    name: str
    sha: str
    status: str
    conclusion: str | None
    title: str | None
    summary: str | None
    details_url: str
    started_at: str
    completed_at: str | None


@dataclass
class Status:
    """A commit status, the older kind."""

    id: int
    sha: str
    context: str
    state: str
    description: str | None
    target_url: str | None
    created_at: str


@dataclass
class Settings:
    """What an owner sets.

    `required` are the checks without which nothing is merged. `looks` is how often mergeability
    is asked before it is known, the asking that starts its computation included.
    """

    private: bool = True
    default_branch: str = "main"
    methods: set[Method] = field(default_factory=lambda: {"merge", "squash", "rebase"})
    delete_branch_on_merge: bool = False
    required: set[str] = field(default_factory=set)
    looks: int = 1


@dataclass(frozen=True)
class WorkflowRun:
    """A run of a workflow: of which repository's branch, and what started it."""

    repository: str
    branch: str
    event: str


@dataclass
class State:
    """All of it, of one repository. Hold `lock` while reading or changing it."""

    owner: str
    name: str
    bare: Bare
    clock: Callable[[], float]
    settings: Settings = field(default_factory=Settings)
    accounts: dict[str, Account] = field(default_factory=dict)
    tokens: dict[str, Account] = field(default_factory=dict)
    expiries: dict[str, float] = field(default_factory=dict)
    teams: set[str] = field(default_factory=set)
    pulls: dict[int, Pull] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    runs: list[CheckRun] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    workflow_runs: dict[int, WorkflowRun] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1001))

    @property
    def full_name(self) -> str:
        """The repository's owner and name."""
        return f"{self.owner}/{self.name}"

    def new_id(self) -> int:
        """Return an id that nothing else has."""
        return next(self.ids)

    def now(self) -> str:
        """Return the time as GitHub writes it."""
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def account(self, login: str, permission: Permission = "none", *, bot: bool = False) -> Account:
        """Return a new account; one with any permission is a collaborator."""
        made = Account(self.new_id(), login, permission, permission != "none", bot)
        self.accounts[login.lower()] = made
        return made

    def open_pulls(self) -> list[Pull]:
        """Return the open pull requests, the oldest first."""
        return [pull for pull in self.pulls.values() if pull.open]
