"""Pull requests of a run on a GitHub double, over real git: what create and sync make of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestrator.application.reviews.close import close
from orchestrator.application.slices.publish import Claim
from orchestrator.domain.opening import Room
from orchestrator.domain.playbook import PullRequests as Wanted
from orchestrator.domain.slices import SliceOptions
from orchestrator.errors import AuthenticationError, InvalidInputError
from tests.support.github import GitHubDouble
from tests.support.landed import make_landed
from tests.support.reviewed import BASE, EDITS, Reviewed


@pytest.fixture
def reviewed(tmp_path: Path) -> Iterator[Reviewed]:
    """Four slices in one stack, nothing of it on the forge yet."""
    landed = make_landed(tmp_path, BASE, EDITS)
    with GitHubDouble(tmp_path / "hub", source=landed.target.root) as github:
        yield Reviewed(landed, github)
    landed.canonical.close()


def fates(arranged: Any) -> list[str]:
    return [one.decision.fate for one in arranged.slices]


def bases(reviewed: Reviewed) -> dict[int, str]:
    return {n: pull.base for n, pull in reviewed.github.state.pulls.items() if pull.open}


def writes(reviewed: Reviewed) -> list[str]:
    """Return what has been made or changed, by method and path."""
    asked = [one for one in reviewed.github.log if one.method != "GET"]
    return [f"{one.method} {one.path}" for one in asked if not one.path.endswith("upload-pack")]


def tree(reviewed: Reviewed, commit: str) -> str:
    return reviewed.github.bare.git("rev-parse", f"{commit}^{{tree}}")


def head_tree(reviewed: Reviewed) -> str:
    return reviewed.landed.canonical.info(reviewed.landed.run.head).tree


def test_create_opens_a_stack_from_the_bottom_each_on_the_one_below(reviewed: Reviewed) -> None:
    before = reviewed.preview()
    assert fates(before) == ["opened"] * 4
    assert writes(reviewed) == []
    made = reviewed.sync()
    pulls = [one.pull for one in made.slices if one.pull]
    assert [pull.number for pull in pulls] == [1, 2, 3, 4]
    branches = [pull.branch for pull in pulls]
    assert [pull.base for pull in pulls] == ["main", *branches[:3]]
    assert [one.branch for one in before.slices] == branches
    refs = reviewed.branches()
    assert [refs[f"refs/heads/{one.branch}"] for one in made.slices] == [
        one.wanted.built.tip for one in before.slices
    ]
    assert tree(reviewed, pulls[-1].head) == head_tree(reviewed)
    assert "[#3](" in (reviewed.github.state.pulls[2].body or "")  # links to neighbours
    assert reviewed.github.bare.refs("refs/notes/leafcut/")


def test_doing_it_again_changes_nothing(reviewed: Reviewed) -> None:
    reviewed.sync()
    done = writes(reviewed)
    assert fates(reviewed.sync()) == ["kept"] * 4
    assert writes(reviewed) == done


@pytest.mark.parametrize("method", ["squash", "merge", "rebase"])
def test_after_a_merge_the_rest_is_replayed_on_main(reviewed: Reviewed, method: Any) -> None:
    reviewed.sync()
    reviewed.github.people.push("main", {"other.txt": "meanwhile\n"})
    merged = reviewed.github.people.merge(1, method)
    before = len(reviewed.checked)
    after = reviewed.sync()
    assert bases(reviewed)[2] == "main"
    assert len(after.slices) == 3
    assert after.slices[0].wanted.built.base == merged
    assert len(reviewed.checked) == before + 4 + 3  # on the base, and where they stand now
    for number in (2, 3, 4):
        state = reviewed.github.state.pulls[number]
        mine = reviewed.github.bare.git("diff", "--name-only", f"{state.base_sha}", state.head_sha)
        assert mine.split() == [f"d{number}/a", f"d{number}/b"]
    done = writes(reviewed)
    reviewed.sync()
    assert writes(reviewed) == done


@pytest.mark.parametrize("method", ["squash", "merge", "rebase"])
def test_merging_all_of_it_one_by_one_gives_the_integration_heads_tree(
    reviewed: Reviewed, method: Any
) -> None:
    for number in (1, 2, 3, 4):
        reviewed.sync()
        reviewed.github.people.merge(number, method, delete_branch=True)
    assert reviewed.sync().slices == ()
    assert tree(reviewed, "main") == head_tree(reviewed)


def test_dependents_are_retargeted_before_a_branch_may_be_deleted(reviewed: Reviewed) -> None:
    reviewed.sync()
    reviewed.github.people.merge(1, "squash")
    reviewed.sync()
    reviewed.github.state.bare.delete(f"refs/heads/{reviewed.github.state.pulls[1].head}")
    assert fates(reviewed.sync()) == ["kept"] * 3
    patched = [line for line in writes(reviewed) if "PATCH" in line or "receive" in line]
    moved = len(patched) - 1 - patched[::-1].index("POST /acme/target.git/git-receive-pack")
    assert patched[moved - 1] == "PATCH /repos/acme/target/pulls/2"


def test_one_that_was_closed_for_its_base_was_deleted_is_opened_anew(reviewed: Reviewed) -> None:
    reviewed.sync()
    reviewed.github.people.merge(1, "squash")
    # Deleted by git or by the API: GitHub closes what is based on it.
    reviewed.forge().push({f"refs/heads/{reviewed.github.state.pulls[1].head}": _now(reviewed, 1)})
    assert not reviewed.github.state.pulls[2].open
    after = reviewed.sync()
    assert fates(after)[0] == "opened"
    assert bases(reviewed)[5] == "main"


def _now(reviewed: Reviewed, number: int) -> tuple[str | None, str | None]:
    return (reviewed.github.state.pulls[number].head_sha, None)


def test_a_conflict_names_the_files_and_leaves_the_rest_alone(reviewed: Reviewed) -> None:
    reviewed.sync()
    reviewed.github.people.push("main", {"d2/a": "by hand\n"})
    reviewed.github.people.merge(1, "squash")
    before = reviewed.branches()
    after = reviewed.sync()
    assert fates(after) == ["left", "left", "left"]
    assert after.slices[0].decision.why == "conflicts with main in d2/a"
    assert reviewed.branches() == before
    assert bases(reviewed)[2] == "main"  # so that nobody closes it by deleting the old base


def test_what_is_red_on_the_new_main_is_not_pushed(reviewed: Reviewed) -> None:
    made = reviewed.sync()
    reviewed.github.people.push("main", {"other.txt": "meanwhile\n"})
    reviewed.github.people.merge(1, "squash")
    looked = reviewed.preview()
    third = looked.slices[1].wanted.built.tip
    reviewed.red.add(reviewed.landed.canonical.info(third).tree)
    after = reviewed.sync()
    assert fates(after) == ["kept", "left", "left"]
    assert after.slices[1].decision.why == "red on main: tests"
    refs = reviewed.branches()
    assert refs[f"refs/heads/{made.slices[2].branch}"] == made.slices[2].wanted.built.tip


def test_one_that_a_person_closed_stays_closed(reviewed: Reviewed) -> None:
    reviewed.sync()
    reviewed.github.people.close(2)
    done = writes(reviewed)
    after = reviewed.sync()
    assert fates(after) == ["kept", "closed", "left", "left"]
    assert "which was closed" in after.slices[2].decision.why
    assert writes(reviewed) == done
    reviewed.github.people.reopen(2)
    assert fates(reviewed.sync()) == ["kept"] * 4


def test_a_branch_that_someone_pushed_to_is_left_with_all_above_it(reviewed: Reviewed) -> None:
    made = reviewed.sync()
    branch = made.slices[1].branch
    reviewed.github.people.push(branch, {"d2/a": "better\n"})
    pushed = reviewed.branches()[f"refs/heads/{branch}"]
    after = reviewed.sync()
    assert fates(after) == ["kept", "left", "left", "left"]
    assert reviewed.branches()[f"refs/heads/{branch}"] == pushed
    reviewed.github.people.merge(1, "squash")
    after = reviewed.sync()
    assert fates(after) == ["left", "left", "left"]
    assert after.slices[0].decision.why == f"{branch} was moved by someone else"
    assert reviewed.branches()[f"refs/heads/{branch}"] == pushed


def test_what_someone_merged_with_their_own_commit_counts_as_merged(reviewed: Reviewed) -> None:
    made = reviewed.sync()
    reviewed.github.people.push(made.slices[0].branch, {"d1/a": "better\n"})
    reviewed.github.people.merge(1, "squash")
    after = reviewed.sync()
    assert [one.pull.number for one in after.slices if one.pull] == [2, 3, 4]
    assert fates(after) == ["kept"] * 3
    assert reviewed.github.bare.git("show", f"{after.slices[2].wanted.built.tip}:d1/a") == "better"


def test_one_merged_into_the_branch_below_waits_for_that(reviewed: Reviewed) -> None:
    reviewed.sync()
    reviewed.github.people.merge(2, "squash")
    after = reviewed.sync()
    assert fates(after) == ["left", "left", "left", "left"]
    assert "is not merged yet" in after.slices[1].decision.why
    reviewed.github.people.merge(1, "squash")
    assert [one.pull.number for one in reviewed.sync().slices if one.pull] == [3, 4]


def test_a_deleted_branch_of_no_pull_request_is_pushed_again(reviewed: Reviewed) -> None:
    reviewed.github.faults.answer("POST", "/pulls$", 422, "no")
    with pytest.raises(InvalidInputError, match="no"):
        reviewed.sync()
    ref = min(reviewed.branches())
    reviewed.github.bare.delete(ref)
    assert fates(reviewed.sync()) == ["opened"] * 4
    assert ref in reviewed.branches()


def test_only_so_many_are_open_and_the_next_follow_the_merges(reviewed: Reviewed) -> None:
    reviewed.room = Room(slices=2)
    after = reviewed.sync()
    assert fates(after) == ["opened", "opened", "waiting", "waiting"]
    assert after.slices[2].decision.why == "2 are open; limits.open_slices is 2"
    assert len(reviewed.branches()) == 2
    reviewed.github.people.merge(1, "rebase")
    assert fates(reviewed.sync()) == ["kept", "opened", "waiting"]
    assert sorted(bases(reviewed)) == [2, 3]


def test_independent_stacks_stand_on_main_each(reviewed: Reviewed) -> None:
    reviewed.options = SliceOptions(stacked="auto", max_lines=4)
    reviewed.sync()
    assert set(bases(reviewed).values()) == {"main"}
    before = reviewed.branches()
    reviewed.github.people.merge(3, "squash")
    after = reviewed.sync()
    assert len(after.slices) == 3
    assert reviewed.branches() == before  # nothing of theirs was merged, so they stay


@pytest.mark.parametrize("skip", range(3))
@pytest.mark.parametrize("path", ["/pulls$", "/labels$", r"/pulls/\d+$"])
def test_a_lost_answer_makes_nothing_twice(reviewed: Reviewed, path: str, skip: int) -> None:
    for method in ("POST", "PATCH"):
        reviewed.github.faults.drop(method, path, skip=skip)
        reviewed.github.faults.answer(method, path, 502, skip=skip)
    reviewed.sync()
    pulls = reviewed.github.state.pulls
    assert sorted(pulls) == [1, 2, 3, 4]
    assert all(pull.labels == ["machine-edited"] for pull in pulls.values())
    assert fates(reviewed.sync()) == ["kept"] * 4


def test_a_limit_is_waited_for_as_long_as_github_says(reviewed: Reviewed) -> None:
    reviewed.github.faults.secondary_limit("POST", "/pulls$", retry_after=42)
    reviewed.sync()
    assert 42 in reviewed.sleeper.slept
    assert reviewed.sleeper.said == ["‖ GitHub's limit is reached; waiting 42 s"]


def test_contents_are_made_at_most_once_a_second(reviewed: Reviewed) -> None:
    reviewed.sync()
    made = [line for line in writes(reviewed) if "/repos/" in line]
    assert sum(reviewed.sleeper.slept) >= len(made) - 2


def test_closing_says_why_and_deletes_only_what_is_left_where_it_was(reviewed: Reviewed) -> None:
    made = reviewed.sync()
    reviewed.github.people.push(made.slices[3].branch, {"d4/a": "mine\n"})
    reviewed.github.people.merge(1, "squash")
    done = close(reviewed.review(), "No more of it.", delete_branches=True)
    assert [pull.number for pull in done.pulls] == [4, 3, 2]
    assert set(reviewed.branches()) == {f"refs/heads/{made.slices[3].branch}"}
    comments = [one.body for one in reviewed.github.state.pulls[2].comments]
    assert comments == ["No more of it."]
    assert close(reviewed.review(), "No more of it.", delete_branches=False).pulls == ()


def test_reviews_and_checks_are_reported(reviewed: Reviewed) -> None:
    reviewed.sync()
    reviewed.github.people.review(1, "APPROVE")
    reviewed.github.people.review(2, "REQUEST_CHANGES", "not so")
    reviewed.github.people.check(1, "ci", "success")
    reviewed.github.people.check(2, "ci", "failure")
    reviewed.github.people.check(3, "ci", None)
    pulls = [one.pull for one in reviewed.sync().slices if one.pull]
    told = [(pull.review, pull.checks) for pull in pulls]
    assert told == [
        ("approved", "green"),
        ("changes_requested", "red"),
        ("none", "pending"),
        ("none", "none"),
    ]


def die_after_a_push(reviewed: Reviewed) -> None:
    """Push what is to be pushed, and die before that is remembered."""
    review = reviewed.review()

    def write(moves: Any) -> None:
        review.pulls.write(moves)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reviewed.sync(pulls=replace(review.pulls, write=write))


def test_a_push_that_was_never_remembered_is_known_as_our_own(reviewed: Reviewed) -> None:
    reviewed.sync()
    reviewed.github.people.merge(1, "squash")
    die_after_a_push(reviewed)
    # Before anybody runs it again, more is merged: what is left is to stand elsewhere.
    reviewed.github.people.merge(2, "squash")
    assert fates(reviewed.sync()) == ["kept"] * 2
    refs = reviewed.branches()
    for one in reviewed.preview().slices:
        assert refs[f"refs/heads/{one.branch}"] == one.wanted.built.tip


def test_what_somebody_pushes_after_such_a_push_is_theirs(reviewed: Reviewed) -> None:
    die_after_a_push(reviewed)
    ref = min(reviewed.branches())
    theirs = reviewed.github.people.push(ref.removeprefix("refs/heads/"), {"d9": "mine\n"})
    assert "left" in fates(reviewed.sync())
    assert reviewed.branches()[ref] == theirs


@pytest.mark.parametrize("closed", [False, True])
def test_a_backport_of_our_branch_is_somebody_elses(reviewed: Reviewed, closed: bool) -> None:  # noqa: FBT001
    made = reviewed.sync()
    github = reviewed.github
    github.people.push("release", {"z": "z\n"})
    other = github.client(github.token_of("grace")).get_repo(github.full_name)
    backport = other.create_pull(base="release", head=made.slices[0].branch, title="B", body="b")
    if closed:
        backport.edit(state="closed")
    done = writes(reviewed)
    assert fates(reviewed.sync()) == ["kept"] * 4
    assert writes(reviewed) == done


def test_a_long_title_is_cut_once(reviewed: Reviewed) -> None:
    origin = reviewed.review().pulls.origin
    wanted = replace(origin.playbook, pull_requests=Wanted(title="x" * 300))
    long = replace(reviewed.review().pulls, origin=replace(origin, playbook=wanted))
    reviewed.sync(pulls=long)
    assert len(reviewed.github.state.pulls[1].title) == 256
    done = writes(reviewed)
    reviewed.sync(pulls=long)
    assert writes(reviewed) == done


def test_closing_leaves_alone_what_another_run_has_taken_over(reviewed: Reviewed) -> None:
    made = reviewed.sync()
    reviewed.github.people.push(made.slices[3].branch, {"d4/a": "mine\n"})
    reviewed.github.people.push(made.slices[2].branch, {"d3/a": "theirs\n"})
    taken = reviewed.branches()[f"refs/heads/{made.slices[2].branch}"]
    review = reviewed.review()
    claims = lambda _, commit: Claim("r2", older=False) if commit == taken else None  # noqa: E731
    review = replace(review, pulls=replace(review.pulls, claims=claims))
    assert [pull.number for pull in close(review, "No.", delete_branches=False).pulls] == [4, 2, 1]


def test_a_key_that_is_refused_costs_no_check(reviewed: Reviewed) -> None:
    reviewed.github.faults.answer("GET", "/target$", 401, "Bad credentials")
    with pytest.raises(AuthenticationError):
        reviewed.sync()
    assert reviewed.checked == []
