"""Which failures that went away teach something."""

from collections.abc import Mapping

from orchestrator.domain.clusters import signature
from orchestrator.domain.learnings.verdicts import MOST, Rejection, lessons, scope_of
from orchestrator.domain.verdict import CheckResult, Failure, Verdict

RED = {"a.py": b"x = get(1)\ny = 2\n", "b.py": b"b\n"}
GREEN = {"a.py": b"x = fetch(1)\ny = 2\n", "b.py": b"b\n"}
BAD = Failure("types", "a.py", "attr", 'no "get" here', 1)
COMMITS: Mapping[str, Mapping[str, bytes]] = {"red": RED, "green": GREEN}


def read(commit: str, path: str) -> bytes | None:
    return COMMITS[commit].get(path)


def rejected(*failures: Failure, commit: str = "red") -> Rejection:
    check = CheckResult(
        check="types", outcome="failed", command="t", exit_code=1, duration_s=1, failures=failures
    )
    return Rejection(verdict=Verdict(checks=(check,)), commit=commit)


def test_a_failure_that_went_away_teaches_what_was_changed_at_its_place() -> None:
    (lesson,) = lessons([rejected(BAD)], "green", ["a.py"], read)
    assert lesson.signature == signature(BAD)
    assert lesson.text == "no ‹name› here\n- x = get(1)\n+ x = fetch(1)"
    assert (lesson.scope.paths, lesson.scope.language) == (("**/*.py",), "python")


def test_what_the_change_did_not_touch_teaches_nothing() -> None:
    elsewhere = Failure("types", "b.py", "attr", "bad", 1)
    unknown = Failure("types", "c.py", "attr", "bad", 1)
    assert lessons([rejected(elsewhere, unknown)], "green", ["a.py", "b.py"], read) == ()


def test_a_traceback_leads_to_the_file_that_was_mended() -> None:
    test = Failure("tests", "test_a.py", "test_x", "boom", 7, trace=("a.py", "test_a.py"))
    (lesson,) = lessons([rejected(test)], "green", ["a.py"], read)
    assert lesson.text.endswith("+ x = fetch(1)")


def test_a_failure_without_a_place_is_about_the_only_file() -> None:
    nowhere = Failure("build", "", "", "exit code 1")
    assert lessons([rejected(nowhere)], "green", ["a.py"], read)
    assert not lessons([rejected(nowhere)], "green", ["a.py", "b.py"], read)


def test_guards_about_what_does_not_belong_there_teach_nothing() -> None:
    secret = Failure("guard:secrets", "a.py", "secret", "holds a token", 1)
    lazy = Failure("guard:laziness", "a.py", "stub", "a stub", 1)
    found = lessons(
        [Rejection(verdict=Verdict(failures=(secret, lazy)), commit="red")], "green", ["a.py"], read
    )
    assert [one.signature for one in found] == [signature(lazy)]


def test_there_are_few_and_the_latest_verdicts_count_first() -> None:
    many = [Failure("types", "a.py", f"rule-{name}", "bad", 1) for name in "abcde"]
    found = lessons([rejected(*many), rejected(BAD)], "green", ["a.py"], read)
    assert len(found) == MOST
    assert found[0].signature == signature(BAD)


def test_a_scope_is_all_files_of_a_kind() -> None:
    assert scope_of("src/a.ts").paths == ("**/*.ts",)
    assert scope_of("Makefile").paths == ()
    assert scope_of("odd.*").paths == ()
