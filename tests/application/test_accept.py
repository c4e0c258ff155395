"""Checks on real trees, in real sandboxes, against a baseline."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.adapters.sandbox.local import LocalSandbox
from orchestrator.application.accept import Moment
from orchestrator.application.checking import MAX_COMMAND
from orchestrator.domain.playbook import Check
from orchestrator.domain.verdict import Verdict
from orchestrator.errors import InvalidInputError, MissingRequirementError
from orchestrator.ports.sandbox import Sandbox
from tests.support.bench import Bench, bench
from tests.support.requirements import bubblewrap

FILES = {"a.py": b"a = 1\n", "b.py": b"b = 1\n", "bad.py": b"TODO\n", "sub/c.py": b"c = 1\n"}
COMPILE = Check(name="compile", run=f"{sys.executable} -m py_compile ${{{{ task.files }}}}")
GREP = Check(
    name="grep",
    run="! grep -rn TODO --include='*.py' . | sed 's/$/ [todo]/' | grep .",
    report="lines",
)
"""A linter in one line: `path:line:TODO [todo]`, red when there is any."""


@pytest.fixture(scope="module", params=["local", "bubblewrap"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    made = LocalSandbox() if request.param == "local" else bubblewrap()
    yield made
    made.close()


@pytest.fixture
def at(tmp_path: Path, sandbox: Sandbox) -> Iterator[Bench]:
    with bench(tmp_path, sandbox, FILES) as made:
        yield made


@pytest.fixture(scope="module")
def local() -> Iterator[Sandbox]:
    made = LocalSandbox()
    yield made
    made.close()


@pytest.fixture
def here(tmp_path: Path, local: Sandbox) -> Iterator[Bench]:
    """A bench whose commands may leave traces outside the tree."""
    with bench(tmp_path, local, FILES) as made:
        yield made


def counted(here: Bench, name: str, run: str, **options: object) -> Check:
    """Return a check that also counts its runs in `here.log(name)`."""
    return Check(name=name, run=f"echo run >> {here.folder}/{name}; {run}", **options)  # type: ignore[arg-type]


def test_a_good_change_passes(at: Bench) -> None:
    commit = at.commit(a__py="a = 2\n")
    (result,) = at.acceptance(COMPILE).judge(at.worktree, commit, ["a.py"], "attempt")
    assert (result.outcome, result.exit_code, result.failures, result.output) == (
        "passed",
        0,
        (),
        "",
    )
    assert result.command == f"{sys.executable} -m py_compile a.py"
    assert result.duration_s > 0


def test_a_broken_change_does_not(at: Bench) -> None:
    commit = at.commit(a__py="a = = 2\n")
    (result,) = at.acceptance(COMPILE).judge(at.worktree, commit, ["a.py"], "attempt")
    assert (result.outcome, result.exit_code) == ("failed", 1)
    assert [failure.rule for failure in result.failures] == ["exit"]
    assert "SyntaxError" in result.output
    assert not Verdict(checks=(result,)).accepted


def test_only_what_the_base_lacks_counts(at: Bench) -> None:
    acceptance = at.acceptance(GREP)
    (base,) = acceptance.take_baseline(at.worktree, at.base, ["a.py"])
    assert [(f.path, f.line, f.rule) for f in base.failures] == [("bad.py", 1, "todo")]
    moved = at.commit(bad__py="x = 1\nTODO\n", a__py="a = 2\n")
    (result,) = acceptance.judge(at.worktree, moved, ["a.py"], "attempt")
    assert (result.outcome, result.known, result.exit_code) == ("passed", 1, 1)
    worse = at.commit(a__py="a = 2\nTODO\n")
    (result,) = acceptance.judge(at.worktree, worse, ["a.py"], "attempt")
    assert (result.outcome, result.known) == ("failed", 1)
    assert [(f.path, f.line) for f in result.failures] == [("a.py", 2)]


def test_paths_of_a_check_in_a_folder(at: Bench) -> None:
    check = Check(name="grep", run=GREP.run, report="lines", cwd="sub")
    (result,) = at.acceptance(check).judge(
        at.worktree, at.commit(**{"sub/c__py": "TODO\n"}), [], "attempt"
    )
    assert [failure.path for failure in result.failures] == ["sub/c.py"]


def test_a_check_in_a_folder_that_the_change_removed(at: Bench) -> None:
    check = Check(name="c", run="true", cwd="sub")
    commit = at.commit(**{"sub/c__py": None})
    (result,) = at.acceptance(check).judge(at.worktree, commit, ["a.py"], "attempt")
    assert (result.outcome, result.exit_code) == ("failed", 126)


def test_checks_run_in_order_up_to_the_first_red_one(here: Bench) -> None:
    checks = [Check(name="1", run="true"), Check(name="2", run="false"), counted(here, "3", "true")]
    results = here.acceptance(*checks).judge(here.worktree, here.base, [], "attempt")
    assert [result.outcome for result in results] == ["passed", "failed"]
    assert here.log("3") == ()


def test_each_moment_has_its_checks(at: Bench) -> None:
    acceptance = at.acceptance(
        Check(name="a", run="true", on="attempt"),
        Check(name="l", run="true", on="landing"),
        Check(name="b", run="true"),
    )
    judged = acceptance.judge(at.worktree, at.base, [], "attempt")
    assert [result.check for result in judged] == ["a", "b"]
    judged = acceptance.judge(at.worktree, at.base, [], "landing")
    assert [result.check for result in judged] == ["l", "b"]
    assert [result.cached for result in judged] == [False, True]


def test_a_check_sees_the_committed_tree_and_nothing_else(at: Bench) -> None:
    listing = Check(
        name="ls", run="ls; ls $(dirname ${{ files_from }}); echo left > left.txt; false"
    )
    at.worktree.reset(at.base)
    (at.worktree.root / "stray.txt").write_text("of the agent")
    (at.worktree.scratch / "note.txt").write_text("of the agent")
    acceptance = at.acceptance(listing)
    for text in ("a = 2\n", "a = 3\n"):
        (result,) = acceptance.judge(at.worktree, at.commit(a__py=text), ["a.py"], "attempt")
        assert result.output.split() == ["a.py", "b.py", "bad.py", "sub", "files"]


def test_a_verdict_is_cached_by_tree_and_files(here: Bench) -> None:
    whole, named = counted(here, "whole", "true"), counted(here, "named", COMPILE.run)
    acceptance = here.acceptance(whole, named)
    for commit, files in [
        (here.commit(a__py="a = 2\n"), ["a.py"]),
        (here.commit(a__py="a = 2\n"), ["a.py"]),
        (here.commit(a__py="a = 2\n"), ["a.py", "b.py"]),
        (here.commit(a__py="a = 3\n"), ["a.py"]),
    ]:
        results = acceptance.judge(here.worktree, commit, files, "attempt")
        assert Verdict(checks=results).accepted
    assert (len(here.log("whole")), len(here.log("named"))) == (2, 3)


def test_a_red_verdict_is_cached_with_its_failures(here: Bench) -> None:
    acceptance = here.acceptance(counted(here, "red", "exit 3"))
    first = acceptance.judge(here.worktree, here.base, [], "attempt")
    again = acceptance.judge(here.worktree, here.base, [], "landing")
    assert (first[0].failures, first[0].cached) == (again[0].failures, not again[0].cached)
    assert len(here.log("red")) == 1


def test_a_flaky_check_is_said_and_never_cached(here: Bench) -> None:
    flips = f"test $(wc -l < {here.folder}/flaky) -ge 2 || {{ echo first fails; exit 1; }}"
    acceptance = here.acceptance(counted(here, "flaky", flips, flaky_retries=1))
    (result,) = acceptance.judge(here.worktree, here.base, [], "attempt")
    assert (result.outcome, result.green, result.failures) == ("flaky", True, ())
    assert result.output == "first fails\n"
    (result,) = acceptance.judge(here.worktree, here.base, [], "attempt")
    assert (result.outcome, result.cached, len(here.log("flaky"))) == ("passed", False, 3)


def test_a_check_that_stays_red_is_red(here: Bench) -> None:
    acceptance = here.acceptance(counted(here, "red", "false", flaky_retries=2))
    assert acceptance.judge(here.worktree, here.base, [], "attempt")[0].outcome == "failed"
    assert len(here.log("red")) == 3


def test_a_check_that_hangs_ends_by_its_timeout_and_is_not_tried_again(here: Bench) -> None:
    hanging = counted(here, "hang", "sleep 60", timeout="300ms", flaky_retries=3)
    acceptance = here.acceptance(hanging)
    for _ in range(2):
        (result,) = acceptance.judge(here.worktree, here.base, [], "attempt")
        assert (result.outcome, result.exit_code, result.cached) == ("timeout", None, False)
        assert [failure.message for failure in result.failures] == ["did not end within 300ms"]
    assert len(here.log("hang")) == 2


JUNIT = """cat > "$LEAFCUT_REPORT" <<'END'
<testsuites><testcase classname="t" name="old"><failure message="assert 1 == 2"/></testcase>
%s</testsuites>
END
exit 1"""


def test_junit_reports_come_through_a_file(at: Bench) -> None:
    (red,) = at.acceptance(Check(name="t", run=JUNIT % "", report="junit")).judge(
        at.worktree, at.base, [], "attempt"
    )
    assert [(f.rule, f.message) for f in red.failures] == [("t::old", "assert 1 == 2")]


def test_a_report_is_never_one_of_an_earlier_command(at: Bench) -> None:
    writes = Check(name="t", run=JUNIT % "", report="junit")
    silent = Check(name="s", run="exit 0", report="junit")
    acceptance = at.acceptance(silent)
    at.acceptance(writes).judge(at.worktree, at.base, [], "attempt")
    (result,) = acceptance.judge(at.worktree, at.base, [], "attempt")
    assert [failure.rule for failure in result.failures] == ["report"]


@pytest.mark.parametrize("made", ["ln -s /etc/hostname", "mkfifo", "mkdir"])
def test_what_stands_in_place_of_a_report_is_not_read(at: Bench, made: str) -> None:
    check = Check(name="t", run=f'{made} "$LEAFCUT_REPORT"', report="junit")
    (result,) = at.acceptance(check).judge(at.worktree, at.base, [], "attempt")
    assert [failure.rule for failure in result.failures] == ["report"]
    assert "nothing was written" in result.failures[0].message


def test_an_agents_links_in_the_scratch_folder_lead_nowhere(at: Bench) -> None:
    victim = at.folder / "victim"
    victim.write_text("mine")
    for name in ("files", "report", "check-0"):
        (at.worktree.scratch / name).symlink_to(victim)
    check = Check(name="t", run="xargs -0 ls < ${{ files_from }} && echo x > $LEAFCUT_REPORT")
    (result,) = at.acceptance(check).judge(at.worktree, at.base, ["a.py"], "attempt")
    assert (result.outcome, victim.read_text()) == ("passed", "mine")


def test_files_reach_commands_by_name_and_by_list(at: Bench) -> None:
    names = ["$(id).py", "-rf.py", "a b.py", "new\nline.py", "q'\".py"]
    commit = at.commit(**{name.replace(".", "__"): "x = 1\n" for name in names})
    both = Check(
        name="c", run="cat -- ${{ task.files }} && xargs -0 cat -- < ${{ files_from }}; false"
    )
    (result,) = at.acceptance(both).judge(at.worktree, commit, names, "attempt")
    assert result.output == "x = 1\n" * 2 * len(names)
    (result,) = at.acceptance(COMPILE).judge(at.worktree, commit, names, "attempt")
    assert result.outcome == "passed"


def test_too_many_files_for_one_command_run_in_portions(here: Bench) -> None:
    long = "d" * 200
    names = [f"{long}/{n:04}.py" for n in range(600)]
    commit = here.commit(
        **{f"{long}/{n:04}__py": "TODO\n" if n % 200 == 0 else "" for n in range(600)}
    )
    grep = counted(here, "grep", "! grep -n TODO /dev/null ${{ task.files }}", report="lines")
    (result,) = here.acceptance(grep).judge(here.worktree, commit, names, "attempt")
    assert [failure.path for failure in result.failures] == [names[0], names[200], names[400]]
    assert len(here.log("grep")) == 2 == -(-sum(map(len, names)) // MAX_COMMAND)
    assert result.outcome == "failed"


def test_a_check_of_files_passes_where_there_are_none(here: Bench) -> None:
    acceptance = here.acceptance(
        counted(here, "named", COMPILE.run), counted(here, "whole", "true")
    )
    results = acceptance.judge(here.worktree, here.base, [], "attempt")
    assert [result.outcome for result in results] == ["passed", "passed"]
    assert (here.log("named"), len(here.log("whole"))) == ((), 1)


def test_output_too_long_to_read_is_never_green(here: Bench) -> None:
    flood = Check(name="f", run="yes 'a.py:1: error: x' | head -c 20000000; exit 1", report="lines")
    (result,) = here.acceptance(flood).judge(here.worktree, here.base, [], "attempt")
    assert [failure.rule for failure in result.failures] == ["output"]


@pytest.mark.parametrize(
    "run", ["no-such-program a", f"{sys.executable} -m no_such_module", "./bad.py"]
)
def test_a_command_that_does_not_exist_is_found_on_the_base(at: Bench, run: str) -> None:
    with pytest.raises(MissingRequirementError, match="check 'lint' cannot run") as caught:
        at.acceptance(Check(name="lint", run=run)).take_baseline(at.worktree, at.base, [])
    assert caught.value.exit_code == 7


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (Check(name="c", run="sleep 60", timeout="200ms"), "did not end within 200ms"),
        (Check(name="c", run="true", report="junit"), "no readable junit report"),
        (Check(name="c", run="echo usage >&2; exit 4", report="junit"), "no readable junit report"),
    ],
)
def test_a_check_that_says_nothing_on_the_base_is_refused(
    at: Bench, check: Check, said: str
) -> None:
    with pytest.raises(InvalidInputError, match=r"check 'c' .* on the base commit") as caught:
        at.acceptance(check).take_baseline(at.worktree, at.base, [])
    assert said in caught.value.message


def test_checks_that_see_nothing_are_blind(at: Bench) -> None:
    broken = at.commit(a__py="a = 1\n)}](\n")
    checks = [
        COMPILE,
        Check(name="blind", run="true"),
        Check(name="red anyway", run="exit 3"),
        Check(name="elsewhere", run=f"{sys.executable} -m py_compile b.py"),
        GREP,
    ]
    acceptance = at.acceptance(*checks)
    acceptance.take_baseline(at.worktree, at.base, ["a.py", "b.py"])
    blind = acceptance.blind(at.worktree, broken, ["a.py"])
    assert blind == ("blind", "red anyway", "elsewhere", "grep")


CACHED = Check(
    name="cached",
    run="mkdir -p .cache; echo $(cat a.py) >> .cache/log; grep -q 1 a.py",
    cache=(".cache",),
)


def test_caches_come_from_trusted_green_runs_alone(at: Bench) -> None:
    acceptance = at.acceptance(CACHED)
    acceptance.take_baseline(at.worktree, at.base, [])

    def seen(text: str, moment: Moment) -> list[str]:
        commit = at.commit(a__py=f"{text}\n")
        acceptance.judge(at.worktree, commit, [], moment)
        return (at.worktree.root / ".cache" / "log").read_text().splitlines()

    assert seen("a = 10", "attempt") == ["a = 1", "a = 10"]
    assert seen("a = 11", "landing") == ["a = 1", "a = 11"]
    assert seen("red", "landing") == ["a = 1", "a = 11", "red"]
    assert seen("a = 12", "attempt") == ["a = 1", "a = 11", "a = 12"]
    at.worktree.reset(at.base)
    assert not (at.worktree.root / ".cache").exists()


def test_a_cache_that_a_check_made_a_link_is_not_followed(here: Bench) -> None:
    (here.folder / "private").mkdir()
    (here.folder / "private" / "key").write_text("secret")
    check = Check(name="c", run=f"ln -s {here.folder}/private sub/x", cache=("sub/x", "sub/x/y"))
    (here.folder / "private" / "y").mkdir()
    here.acceptance(check).take_baseline(here.worktree, here.base, [])
    assert not list((here.folder / "caches").glob("*"))


def test_sockets_and_pipes_in_a_cache_are_left_out(here: Bench) -> None:
    check = Check(
        name="c", run="mkdir k; mkfifo k/pipe; echo x > k/file; ln -s file k/link", cache=("k",)
    )
    acceptance = here.acceptance(check)
    acceptance.take_baseline(here.worktree, here.base, [])
    here.worktree.reset(here.base)
    acceptance.caches.lend(check, here.worktree.root)
    assert sorted(path.name for path in (here.worktree.root / "k").iterdir()) == ["file", "link"]
