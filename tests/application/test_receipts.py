"""Receipts of a run in real git: what they say of landed commits and of slices."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from orchestrator.adapters.git.notes import write_notes
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.receipts import decode
from orchestrator.application.receipts import Receipts
from orchestrator.application.slices.collate import BuiltSlice, Collator, landed_commits
from orchestrator.domain.cutting import cut
from orchestrator.domain.events import Event, Landed, LandingEnded, RunStarted
from orchestrator.domain.playbook import Check, Find, Landing, Playbook, Setup
from orchestrator.domain.receipt import Environment, Receipt, notes_ref
from orchestrator.domain.slices import SliceOptions
from orchestrator.domain.verdict import CheckResult
from tests.support.landed import AUTHOR, Edit, LandedRun, make_landed
from tests.support.receipts import result

EDITS = (
    Edit("t1", {"p/a": b"b\n", "p/gone": None}),
    Edit("t2", {"p/b": b"b\n"}),
    Edit("t3", {"q/a": b"b\n"}),
)
PROCESS = Environment(leafcut="now", playbook="p", playbook_digest="d")
STARTED = RunStarted(
    run="r", plan_hash="h", base="b", branch="x", sandbox="s", agents=(), concurrency=1,
    version="then",
)  # fmt: skip


@pytest.fixture
def landed(tmp_path: Path) -> Iterator[LandedRun]:
    base = {"p/a": b"a\n", "p/b": b"a\n", "p/gone": b"a\n", "q/a": b"a\n", "lock": b"1"}
    made = make_landed(tmp_path, base, EDITS)
    yield made
    made.canonical.close()


def test_a_landed_commit(landed: LandedRun) -> None:
    first = _written(landed, _one_by_one(landed))[_history(landed)[0]]
    repository, base = landed.canonical, landed.run.plan.base
    assert (first.run, first.base, first.parent, first.verify) == ("r", base, base, "commit")
    (told,) = first.commits
    assert (told.task, told.agent, told.origin) == ("t1", "codemod", "")
    assert told.change == repository.changes(base, told.commit).hash
    assert first.tree == first.tested_tree == repository.info(told.commit).tree
    assert [(check.name, check.outcome) for check in first.checks] == [("tests", "passed")]
    assert first.environment == replace(PROCESS, leafcut="then", sandbox="s")


def test_under_head_a_receipt_says_no_more_than_that_the_batchs_last_tree_was_checked(
    landed: LandedRun,
) -> None:
    written = _written(landed, _batch(landed))
    first, *_, last = _history(landed)
    assert [written[commit].tested for commit in (first, last)] == [last, last]
    assert [written[commit].verify for commit in (first, last)] == ["head", "commit"]
    assert written[first].tested_tree != written[first].tree
    assert written[first].files == written[last].files == ("p/a", "p/b", "p/gone", "q/a")


def test_a_slices_commits_share_the_receipt_of_their_tip_which_names_the_origins(
    landed: LandedRun,
) -> None:
    built = _slices(landed)
    written = _written(landed, _one_by_one(landed), built)
    lower, upper = built
    receipt = written[lower.tip]
    inside = [info.oid for info in landed.canonical.history(lower.base, lower.tip)]
    assert [one.commit for one in receipt.commits] == inside
    assert {written[commit].digest for commit in inside} == {receipt.digest}
    origins = dict(zip(("t1", "t2", "t3"), _history(landed), strict=True))
    for one in (*receipt.commits, *written[upper.tip].commits):
        assert one.origin == origins[one.task]
    assert receipt.tested == lower.tip
    assert receipt.files == ("p/a", "p/b")
    assert written[upper.tip].parent == lower.tip


def test_where_a_landing_stood_in_for_a_tips_checks_its_environment_is_told(
    landed: LandedRun,
) -> None:
    lower, upper = _slices(landed)
    cached = replace(upper, checks=(result(cached=True),))
    written = _written(landed, _one_by_one(landed), (lower, cached))
    assert written[upper.tip].environment.leafcut == "then"
    assert written[lower.tip].environment.leafcut == "now"
    again = _written(landed, _one_by_one(landed), (lower, replace(upper, checks=(result(),))))
    assert again[upper.tip].environment.leafcut == "now"


@pytest.mark.parametrize("verify", ["commit", "head"])
def test_what_a_killed_process_could_not_say_is_checked_again(
    landed: LandedRun, verify: str
) -> None:
    asked: list[tuple[str, Sequence[str]]] = []

    def check(commit: str, files: Sequence[str]) -> tuple[CheckResult, ...]:
        asked.append((commit, files))
        return (result(exit_code=7),)

    playbook = _playbook(landing=Landing(verify=verify))  # type: ignore[arg-type]
    written = _written(landed, _batch(landed, (), unseen=True), check=check, playbook=playbook)
    commits = _history(landed)
    tested = commits if verify == "commit" else [commits[-1]] * 3
    assert [commit for commit, _ in asked] == tested
    assert asked[0][1] == (("p/a",) if verify == "commit" else ("p/a", "p/b", "p/gone", "q/a"))
    for commit, seen in zip(commits, tested, strict=True):
        assert written[commit].checks[0].exit_code == 7
        assert (written[commit].tested, written[commit].environment) == (seen, PROCESS)


def test_a_run_without_landing_checks_has_receipts_that_say_so(landed: LandedRun) -> None:
    checks = (Check(name="fast", run="true", on="attempt"),)
    written = _written(landed, _batch(landed, ()), playbook=_playbook(checks=checks))
    assert {receipt.checks for receipt in written.values()} == {()}


def test_writing_them_again_changes_nothing(landed: LandedRun) -> None:
    built = _slices(landed)
    first = _write(landed, _one_by_one(landed), built)
    assert _write(landed, _one_by_one(landed), built) == first
    assert _write(landed, _one_by_one(landed)) == first


def test_the_setups_key_follows_its_commands_and_what_it_reads(landed: LandedRun) -> None:
    keys = set()
    for setup in (
        Setup(),
        Setup(run=("make ${{ params.x }}",)),
        Setup(run=("make ${{ params.x }}",), inputs=("lock",)),
        Setup(run=("make ${{ params.x }}",), hosts=("example.org",)),
    ):
        playbook = _playbook(setup=setup)
        receipt = _written(landed, _one_by_one(landed), playbook=playbook)[_history(landed)[0]]
        keys.add(receipt.environment.setup)
        assert receipt.setup.run == (() if not setup.run else ("make y",))
    assert len(keys) == 4
    assert "" in keys


def _refused(_commit: str, _files: Sequence[str]) -> tuple[CheckResult, ...]:
    raise AssertionError


def _playbook(**changes: object) -> Playbook:
    told = Playbook(
        version=1, name="p", title="P", find=Find(regex=("x",)),
        checks=(Check(name="tests", run="pytest"),),
    )  # fmt: skip
    return replace(told, **changes)  # type: ignore[arg-type]


def _receipts(landed: LandedRun, playbook: Playbook) -> Receipts:
    return Receipts(
        run="r",
        base=landed.run.plan.base,
        playbook=playbook,
        values={"params.x": "y"},
        process=PROCESS,
        repository=landed.canonical,
    )


def _write(landed: LandedRun, events: Sequence[Event], built: Sequence[BuiltSlice] = ()) -> str:
    notes = partial(write_notes, landed.canonical, notes_ref("r"), message="m\n")
    return _receipts(landed, _playbook()).write(events, built, _refused, notes)


def _written(
    landed: LandedRun,
    events: Sequence[Event],
    built: Sequence[BuiltSlice] = (),
    check: object = _refused,
    playbook: Playbook | None = None,
) -> dict[str, Receipt]:
    """Return the receipts that were written, read back from their notes."""
    kept: dict[str, bytes] = {}

    def notes(given: Mapping[str, bytes]) -> str:
        kept.update(given)
        return "notes"

    _receipts(landed, playbook or _playbook()).write(events, built, check, notes)  # type: ignore[arg-type]
    return {commit: decode(text) for commit, text in kept.items()}


def _history(landed: LandedRun) -> list[str]:
    return [i.oid for i in landed.canonical.history(landed.run.plan.base, landed.run.head)]


def _one_by_one(landed: LandedRun) -> list[Event]:
    events: list[Event] = [STARTED]
    for number, (edit, commit) in enumerate(zip(EDITS, _history(landed), strict=True), start=1):
        one = Landed(
            task=edit.task, commit=commit, checked=commit, files=tuple(edit.files),
            checks=(result(),),
        )  # fmt: skip
        events.append(LandingEnded(batch=number, head=commit, landed=(one,)))
    return events


def _batch(
    landed: LandedRun, checks: tuple[CheckResult, ...] = (result(),), *, unseen: bool = False
) -> list[Event]:
    commits = _history(landed)
    together = tuple(
        Landed(task=edit.task, commit=commit, checked=commits[-1], files=tuple(edit.files))
        for edit, commit in zip(EDITS, commits, strict=True)
    )
    ended = LandingEnded(
        batch=1, head=commits[-1], landed=together, checks=checks, unseen=unseen
    )  # fmt: skip
    return [STARTED, ended]


def _slices(landed: LandedRun) -> tuple[BuiltSlice, ...]:
    slices = cut("p", landed_commits(landed.run, landed.canonical), SliceOptions(max_lines=5))
    later = CanonicalRepository(landed.canonical.directory, AUTHOR, lambda: 2e9)
    with closing(later):
        built = Collator(later, landed.run, slices, stacked=True).build()
    assert len(built) == 2
    return built
