"""Pull requests: made, listed, changed, merged."""

from tests.support.github.answers import Answer, Refused, invalid, not_found, refuse
from tests.support.github.call import Call, check_length
from tests.support.github.following import delete_on_site, follow, remember
from tests.support.github.merging import PAGE as MERGING
from tests.support.github.merging import Order, merge
from tests.support.github.shapes import commit
from tests.support.github.shapes import pull as shape
from tests.support.github.state import Account, Method, Pull, State

_CREATE = "pulls/pulls#create-a-pull-request"
_TITLE = 256
_METHODS: dict[str, Method] = {"merge": "merge", "squash": "squash", "rebase": "rebase"}


def create_pull(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/pulls#create-a-pull-request.

    422 with an error for each: no title, a head or base that is no branch, no commits between them
    (https://github.com/realyze/pr-train/issues/37), an open pull request of the same two
    (https://github.com/renovatebot/renovate/issues/11481), a body that is too long
    (https://github.com/renovatebot/renovate/issues/2032).
    """
    head, base = _branch_of(call, call.given("head")), call.given("base")
    check_texts(call.given("title"), call.given("body"), _CREATE)
    tip, onto = _tips(call.state, head, base)
    _check_new(call.state, head, base)
    now = call.state.now()
    pull = Pull(
        call.state.new_id(),
        len(call.state.pulls) + 1,
        call.given("title"),
        call.body.get("body"),
        call.who,
        head,
        tip,
        base,
        onto,
        draft=bool(call.body.get("draft", False)),
        created_at=now,
        updated_at=now,
    )
    call.state.pulls[pull.number] = pull
    remember(call.state, pull)
    return Answer(201, shape(call, pull, whole=True))


def _branch_of(call: Call, name: str) -> str:
    """Return a branch, named as `branch` or as `owner:branch`; other owners have none here."""
    owner, colon, branch = name.rpartition(":")
    if colon and owner.lower() != call.state.owner.lower():
        raise invalid("PullRequest", "head", "invalid", page=_CREATE)
    return branch


def check_texts(title: str, body: str, page: str) -> None:
    """Refuse a title or a body that is missing or too long."""
    if not title.strip():
        raise invalid("PullRequest", "title", "missing_field", page=page)
    if len(title) > _TITLE:
        words = f"title is too long (maximum is {_TITLE} characters)"
        raise invalid("Issue", "title", "custom", words, page)
    check_length("Issue", body, page)


def _tips(state: State, head: str, base: str) -> tuple[str, str]:
    """Return the commits of both branches, which must have something between them."""
    tip, onto = state.bare.tip(head), state.bare.tip(base)
    if tip is None:
        raise invalid("PullRequest", "head", "invalid", page=_CREATE)
    if onto is None:
        raise invalid("PullRequest", "base", "invalid", page=_CREATE)
    if state.bare.fork_point(tip, onto) is None:
        raise _custom(f"The {head} branch has no history in common with {base}", _CREATE)
    if state.bare.contains(onto, tip):
        raise _custom(f"No commits between {base} and {head}", _CREATE)
    return tip, onto


def _custom(message: str, page: str) -> Refused:
    error = {"resource": "PullRequest", "code": "custom", "message": message}
    return refuse(422, "Validation Failed", page, errors=[error])


def twin(state: State, head: str, base: str) -> Pull | None:
    """Return the open pull request of these two branches."""
    found = (pull for pull in state.open_pulls() if (pull.head, pull.base) == (head, base))
    return next(found, None)


def _check_new(state: State, head: str, base: str) -> None:
    if twin(state, head, base):
        raise _custom(f"A pull request already exists for {state.owner}:{head}.", _CREATE)


def list_pulls(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/pulls#list-pull-requests.

    Open ones by default, the newest first. `head` is `owner:branch`; without an owner it is
    ignored, as people found (https://github.com/PyGithub/PyGithub/issues/1566).
    """
    state, head, base = (call.query.get(name, "") for name in ("state", "head", "base"))
    owner, colon, branch = head.rpartition(":")
    found = [
        pull
        for pull in call.state.pulls.values()
        if state == "all" or pull.open == (state != "closed")
        if not colon or (owner.lower(), branch) == (call.state.owner.lower(), pull.head)
        if not base or pull.base == base
    ]
    field = {"updated": "updated_at"}.get(call.query.get("sort", ""), "created_at")
    default = "desc" if field == "created_at" and "sort" not in call.query else "asc"
    newest = call.query.get("direction", default) == "desc"
    found.sort(key=lambda pull: (getattr(pull, field), pull.number), reverse=newest)
    return Answer(200, [shape(call, pull) for pull in found])


def get_pull(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/pulls#get-a-pull-request."""
    return Answer(200, shape(call, call.pull(), whole=True))


def list_commits(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/pulls#list-commits-on-a-pull-request: 250 at most."""
    pull = call.pull()
    commits = call.state.bare.between(pull.base_sha, pull.head_sha)[:250]
    return Answer(200, [commit(call, sha) for sha in commits])


_FILE = {"A": "added", "D": "removed", "M": "modified", "T": "changed"}


def list_files(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/pulls#list-pull-requests-files: without the patches.

    A renamed file is shown as one removed and one added.
    """
    pull, bare = call.pull(), call.state.bare
    span = f"{pull.base_sha}...{pull.head_sha}"
    rows = bare.git("diff", "--no-renames", "--name-status", "-z", span).split("\0")
    counts = bare.git("diff", "--no-renames", "--numstat", "-z", span).split("\0")
    files = [
        {
            "filename": path,
            "status": _FILE[kind],
            "sha": None if kind == "D" else bare.git("rev-parse", f"{pull.head_sha}:{path}"),
            **_counted(count),
        }
        for kind, path, count in zip(rows[::2], rows[1::2], counts, strict=False)
    ]
    return Answer(200, files)


def _counted(row: str) -> dict[str, int]:
    """Return the numbers of a row of `git diff --numstat`; a binary file has none."""
    more, less = (int(word) if word.isdecimal() else 0 for word in row.split("\t")[:2])
    return {"additions": more, "deletions": less, "changes": more + less}


def is_merged(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/pulls#check-if-a-pull-request-has-been-merged."""
    if call.pull().merged_at is None:
        raise not_found("pulls/pulls#check-if-a-pull-request-has-been-merged")
    return Answer(204)


def merge_pull(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/pulls#merge-a-pull-request."""
    method = _METHODS.get(call.given("merge_method", "merge"))
    if method is None:
        raise invalid("PullRequest", "merge_method", "invalid", page=MERGING)
    message = call.body.get("commit_message")
    order = Order(method, call.given("commit_title"), message, call.given("sha"))
    made = merged(call.state, call.pull(), call.who, order)
    words = "Pull Request successfully merged"
    return Answer(200, {"sha": made, "merged": True, "message": words})


def merged(state: State, pull: Pull, who: Account, order: Order) -> str:
    """Merge, and delete the branch where the repository is set so.

    https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-the-automatic-deletion-of-branches
    """
    made = merge(state, pull, who, order)
    follow(state)
    if state.settings.delete_branch_on_merge and state.bare.tip(pull.head):
        delete_on_site(state, pull.head)
    return made
