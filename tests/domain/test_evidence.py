"""What the journal tells of each landed commit."""

from orchestrator.domain.events import (
    BaseUpdated,
    Landed,
    LandingEnded,
    PlanChanged,
    RunResumed,
    RunStarted,
)
from orchestrator.domain.evidence import evidence
from orchestrator.domain.receipt import Environment
from tests.support.receipts import result

STARTED = RunStarted(
    run="r", plan_hash="h", base="b", branch="x", sandbox="local", agents=(), concurrency=1,
    version="1", python="3.11", platform="linux",
)  # fmt: skip


def _landed(name: str, checked: str, *checks: str) -> Landed:
    said = tuple(result(check=check) for check in checks)
    return Landed(task=f"t{name}", commit=name, checked=checked, files=(f"{name}.py",), checks=said)


def test_each_commit_has_its_own_checks_under_commit() -> None:
    landed = (_landed("c", "c", "of c"), _landed("d", "d", "of d"))
    ended = LandingEnded(batch=1, head="d", landed=landed, checks=landed[1].checks)
    found = evidence([STARTED, ended])
    assert list(found) == ["c", "d"]
    assert [(one.tested, one.files) for one in found.values()] == [
        ("c", ("c.py",)),
        ("d", ("d.py",)),
    ]
    assert [one.checks[0].check for one in found.values()] == ["of c", "of d"]


def test_under_head_all_share_what_was_said_of_the_last() -> None:
    landed = (_landed("c", "d"), _landed("d", "d"))
    ended = LandingEnded(batch=1, head="d", landed=landed, checks=(result(check="of d"),))
    for one in evidence([ended]).values():
        assert (one.tested, one.files) == ("d", ("c.py", "d.py"))
        assert [check.check for check in one.checks] == ["of d"]


def test_an_older_journal_tells_only_of_the_last_of_a_batch() -> None:
    landed = (_landed("c", "c"), _landed("d", "d"))
    ended = LandingEnded(batch=1, head="d", landed=landed, checks=(result(check="of d"),))
    found = evidence([ended]).values()
    assert [(len(one.checks), one.lost) for one in found] == [(0, True), (1, False)]


def test_what_a_killed_process_landed_is_lost_and_no_checks_at_all_are_not() -> None:
    landed = (_landed("c", "d"), _landed("d", "d"))
    for unseen in (True, False):
        ended = LandingEnded(batch=1, head="d", landed=landed, unseen=unseen)
        assert [one.lost for one in evidence([ended]).values()] == [unseen, unseen]


def test_the_environment_is_that_of_the_process_that_landed() -> None:
    first = LandingEnded(batch=1, head="c", landed=(_landed("c", "c"),))
    second = LandingEnded(batch=2, head="d", landed=(_landed("d", "d"),))
    resumed = RunResumed(concurrency=1, sandbox="bubblewrap", version="2", python="3.12")
    found = evidence([STARTED, first, resumed, second])
    before = Environment(leafcut="1", python="3.11", platform="linux", sandbox="local")
    assert found["c"].environment == before
    after = Environment(leafcut="2", python="3.12", platform="linux", sandbox="bubblewrap")
    assert found["d"].environment == after
    silent = evidence([STARTED, RunResumed(concurrency=1), second])
    assert silent["d"].environment == before


def test_images_go_with_the_containers_that_had_them() -> None:
    images = {"image": "sha256:1", "agent_images": {"a": "sha256:2"}}
    contained = RunResumed(concurrency=1, sandbox="docker", **images)  # type: ignore[arg-type]
    first = LandingEnded(batch=1, head="c", landed=(_landed("c", "c"),))
    bare = RunResumed(concurrency=1, sandbox="bubblewrap")
    second = LandingEnded(batch=2, head="d", landed=(_landed("d", "d"),))
    found = evidence([STARTED, contained, first, bare, second])
    assert found["c"].environment.image == "sha256:1"
    assert found["c"].environment.agent_images == {"a": "sha256:2"}
    assert (found["d"].environment.image, found["d"].environment.agent_images) == ("", {})


def test_after_an_update_of_the_base_only_what_was_replayed_counts() -> None:
    first = LandingEnded(batch=1, head="c", landed=(_landed("c", "c", "old"),))
    replayed = LandingEnded(batch=0, head="d", landed=(_landed("d", "d", "new"),))
    updated = BaseUpdated(
        base="n", left="c", head="d", plan_hash="h", plan=PlanChanged(reason=""),
        landings=(replayed,),
    )  # fmt: skip
    found = evidence([STARTED, first, updated])
    assert [(name, one.checks[0].check) for name, one in found.items()] == [("d", "new")]
