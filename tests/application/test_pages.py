"""What a reviewer reads of a slice, section by section."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.application.pages.body import body, title
from orchestrator.application.pages.look import COLUMNS, LINES, look, shown
from orchestrator.application.pages.origin import Lesson, Origin, Spent
from orchestrator.application.pages.section import Section, fitted
from orchestrator.application.slices.collate import BuiltSlice
from orchestrator.domain.events import AttemptEnded
from orchestrator.domain.hunks import Hunk
from orchestrator.domain.learnings.learning import Learning, Provenance
from orchestrator.domain.patterns import reading
from orchestrator.domain.playbook import Find, Playbook, PullRequests
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from orchestrator.domain.slices import LandedCommit, Slice
from orchestrator.domain.verdict import CheckResult
from orchestrator.ports.repository import LineCount
from tests.domain.test_markdown import ATTACKS, CALLING
from tests.support.plans import finish, make_plan, start

PLAYBOOK = Playbook(version=1, name="p", title="Tidy up", find=Find(regex=("x",)))
ORIGIN = Origin(
    run="r", playbook=PLAYBOOK, params={}, values={"playbook.title": "Tidy up"}, base="b", head="h"
)


def _built(number: int = 1, stack: int = 1, position: int = 1, below: str = "") -> BuiltSlice:
    commit = LandedCommit(task=f"t{number}", commit="c" * 40, files=("a.py",), changed_lines=2)
    return BuiltSlice(
        slice=Slice(key=f"k{number}", group=f"g{number}", commits=(commit,), limit=300),
        number=number,
        stack=stack,
        position=position,
        branch=f"leafcut/p/k{number}",
        below=below,
        base="base",
        tip="tip",
        files=(LineCount("a.py", 1, 1),),
    )


STACK = (
    _built(),
    _built(2, position=2, below="leafcut/p/k1"),
    _built(3, position=3, below="leafcut/p/k2"),
    _built(4, stack=2),
)


def test_a_slice_says_where_it_stands_with_links_to_what_is_open() -> None:
    links = {"leafcut/p/k1": (12, "https://forge/12"), "leafcut/p/k2": (13, "https://forge/13")}
    said = body(STACK[1], STACK, ORIGIN, links=links)
    assert "Slice 2 of 3, `leafcut/p/k2`; merge from the first up." in said
    assert "The run has 1 other stack, in any order with this one." in said
    assert "- previous: [#12](https://forge/12) `leafcut/p/k1`" in said
    assert "- next: `leafcut/p/k3`" in said
    assert "- 2: [#13](https://forge/13) `leafcut/p/k2`, g2 ← **this one**" in said
    alone = body(STACK[3], STACK, ORIGIN)
    assert "`leafcut/p/k4` stands alone" in alone
    assert "- previous: none, it starts at `b`" in alone


def test_a_long_stack_is_told_by_the_slices_around() -> None:
    tall = [
        _built(n, position=n, below=f"leafcut/p/k{n - 1}" if n > 1 else "") for n in range(1, 31)
    ]
    said = body(tall[14], tall, ORIGIN)
    assert "- … 10 slices above" in said
    assert "- … 9 slices below" in said


def test_learnings_and_cost_are_told_of_the_slices_own_tasks() -> None:
    lesson = Lesson(
        id="l-1", text="Import *it* from @x, fixes #1", status="trusted", told=1, helpful=3
    )
    other = Lesson(id="l-2", text="other", status="candidate")
    origin = replace(
        ORIGIN,
        lessons={"t1": (lesson,), "t2": (other,)},
        spent={"t1": Spent(attempts=2, tokens=12345, cost_usd=0.5)},
    )
    said = body(STACK[0], STACK, origin)
    assert (
        "- Import \\*it\\* from @\u200bx, fixes \\#\u200b1 (`l-1`: trusted, told 1 time, helped 3"
        in said
    )
    assert "l-2" not in said
    assert "- cost: 12,345 tokens, US$ 0.50" in said
    assert "by `codemod`, 2 attempts, 12,345 tokens, US$ 0.50" in said
    without = body(STACK[2], STACK, origin)
    assert "Learnings used" not in without
    assert "- cost: no tokens of a language model" in without


def test_what_a_journal_tells_is_read_off_a_run() -> None:
    run = Run(make_plan({"t1": ()}), Policy(agents=("a",)))
    lesson = Learning(kind="fix", text="do", provenance=Provenance(source="agent", run="r"))
    run.ledger.add(lesson, suspicion="")
    start(run, "t1")
    finish(run, "t1", "accepted")
    status = run.tasks["t1"]
    assert status.candidate is not None
    result = replace(status.candidate, learnings=(lesson.id, "l-gone"))
    told = ORIGIN.told(run, [AttemptEnded(result=result)])
    assert [one.text for one in told.lessons["t1"]] == ["do"]
    assert told.spent["t1"].attempts == 1


def test_the_baseline_stands_beside_what_is_so_now() -> None:
    check = CheckResult(
        check="c", outcome="failed", command="x", exit_code=1, duration_s=1, known=7
    )
    built = replace(STACK[0], checks=(replace(check, outcome="passed"), replace(check, check="d")))
    said = body(built, STACK, replace(ORIGIN, baseline=(check,)))
    assert "| `c` | ✗ failed (7 failures) | ✓ passed (7 known failures) | 1 | 1.0 | `x` |" in said
    assert "| `d` | not run | ✗ failed (7 known failures) |" in said


def test_endless_commands_are_cut() -> None:
    check = CheckResult(check="c", outcome="passed", command="x " * 5000, exit_code=0, duration_s=1)
    said = body(replace(STACK[0], checks=(check,)), STACK, ORIGIN)
    assert len(said) < 5000
    assert "# c: too long to show" in said


def test_odd_hunks_are_shown_and_the_rest_is_named() -> None:
    many = [Hunk(path="a", line=n, removed=(f"x{n}",), added=(f"x{n}.y",)) for n in range(212)]
    odd = [Hunk(path="`b`", line=n, removed=(f"u{n}",), added=(f"v{n} = {n}",)) for n in range(60)]
    said = look(reading([*many, *odd])).text
    assert said.startswith("## Look here\n\n212 of 272 hunks are the same edit; read these 60.")
    assert "```diff\n-x0\n+x0.y\n```" in said
    assert said.count("```diff") == 1 + 8
    assert said.count("\n- `` `b` ``, line") == 40
    assert said.endswith("… and 12 hunks more.")


side = st.lists(st.text(st.characters(exclude_characters="\n"), max_size=400), max_size=40)


@given(side, side)
def test_a_shown_hunk_is_bounded(removed: list[str], added: list[str]) -> None:
    said = shown(Hunk(path="a", line=1, removed=tuple(removed), added=tuple(added)))
    lines = said.split("\n")
    assert len(lines) <= LINES + 3
    assert removed == [] or lines[1].startswith("-")


def test_both_sides_of_a_long_hunk_are_shown() -> None:
    hunk = Hunk(path="a", line=1, removed=("r",) * 30, added=("a" * 999,) * 30)
    lines = shown(hunk).split("\n")
    assert (sum(line[0] == "-" for line in lines), sum(line[0] == "+" for line in lines)) == (6, 6)
    assert max(map(len, lines)) == COLUMNS
    assert lines[-2] == "… 48 lines more"


sections = st.lists(
    st.builds(
        Section,
        heading=st.sampled_from(["Why", "What", "Checks", "Look"]),
        lines=st.lists(st.text("ab ", max_size=300), max_size=3).map(tuple),
        rows=st.lists(st.text("ab ", max_size=90), max_size=60).map(tuple),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda section: section.heading,
)


@given(sections, st.integers(1, 4000))
def test_a_page_fits_and_says_what_is_missing(found: list[Section], longest: int) -> None:
    whole = fitted(found, None, "")
    cut = fitted(found, longest, "Elsewhere.")
    assert len(cut) <= longest
    assert (cut == whole) == (len(whole) <= longest)
    if cut != whole and longest > 300:
        assert cut.startswith(f"**Cut to {longest} characters.** Left out: ")
        assert "Elsewhere." in cut


def test_rows_go_before_sections() -> None:
    small = Section(heading="Why", lines=("because",))
    table = Section(heading="What", lines=("head",), rows=("row " * 20,) * 200, noun="file")
    said = fitted([small, table, replace(small, heading="Checks")], 3000, "[There](x).")
    assert "files of What" in said.splitlines()[0]
    assert said.splitlines()[0].endswith("[There](x).")
    assert said.count("row row") > 20 * 9
    assert "## Checks" in said


def test_a_body_is_cut_at_what_a_forge_takes() -> None:
    files = tuple(LineCount(f"{'deep/' * 20}{n}.py", 1, 0) for n in range(2000))
    said = body(replace(STACK[0], files=files), STACK, ORIGIN, longest=65536)
    assert 60000 < len(said) <= 65536
    assert "`leafcut prs create r --forge local` writes it to a file." in said.splitlines()[0]
    linked = replace(ORIGIN, report="https://there")
    first, *_ = body(replace(STACK[0], files=files), STACK, linked, longest=65536).splitlines()
    assert "[The whole is in the report](https://there)." in first


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_a_repository_acts_anywhere(attack: str) -> None:
    hunks = [
        Hunk(path=attack, line=1, removed=(attack,), added=(f"{attack} {n}",)) for n in range(9)
    ]
    check = CheckResult(
        check="c", outcome="passed", command=f"echo {attack}", exit_code=0, duration_s=1
    )
    built = replace(STACK[0], files=(LineCount(attack, 1, 1),), checks=(check,))
    built = replace(built, slice=replace(built.slice, group=attack))
    words = PullRequests(
        title="${{ slice.name }}", body="See #${{ slice.name }}1 @${{ slice.name }}"
    )
    playbook = replace(PLAYBOOK, description=attack, pull_requests=words)
    origin = replace(ORIGIN, playbook=playbook)
    assert not CALLING.search(title(built, 1, origin))
    assert not CALLING.search(body(built, [built], origin, reading(hunks)))


def test_a_playbook_speaks_for_itself_and_may_name_an_issue() -> None:
    words = PullRequests(body="Part of #12: ${{ slice.name }}, ${{ slice.number }}.")
    origin = replace(ORIGIN, playbook=replace(PLAYBOOK, pull_requests=words))
    assert "Part of #12: \u200bg1\u200b, 1." in body(STACK[0], STACK, origin)
