"""What agents mean by what they write."""

from orchestrator.domain.clusters import signature
from orchestrator.domain.handoff import said
from orchestrator.domain.learnings.meaning import globs, meant, scope_for
from orchestrator.domain.verdict import Failure

FAILURE = Failure("types", "pkg/a.py", "attr", 'Module has no attribute "get"', 12)


def test_a_failure_is_known_however_it_is_put() -> None:
    sign = signature(FAILURE)
    line = said(FAILURE)
    for words in (sign, line, f"- {line}", FAILURE.message, f"E  {FAILURE.message} [attr]"):
        assert meant(words, [FAILURE]) == sign


def test_one_that_nobody_has_met_is_made_a_signature_by_the_same_rules() -> None:
    assert meant('types: Module has no attribute "put"', []) == (
        "types: Module has no attribute ‹name›"
    )
    assert meant("types: pkg/b.py:3: no such thing", []) == "types: no such thing"
    assert meant("  ", [FAILURE]) == ""
    assert len(meant("x" * 100_000, [])) <= 500


def test_a_word_or_two_mean_no_failure() -> None:
    assert meant("bad", [Failure("types", "", "", "a bad thing has happened")]) == "bad"


def test_globs_stay_in_the_tree() -> None:
    assert globs("src/**/*.py, *.ts  *.ts") == ("src/**/*.py", "*.ts")
    assert isinstance(globs("../*.py"), str)
    assert isinstance(globs("/etc/*"), str)
    assert isinstance(globs("a b c d e f"), str)
    assert isinstance(globs("x" * 101), str)


def test_a_lesson_holds_where_its_agent_says_or_in_files_like_the_tasks() -> None:
    own = scope_for((), ("a.py", "b.py"), "p")
    assert (own.paths, own.language, own.playbook) == (("**/*.py",), "python", "p")
    assert scope_for(("src/*.ts",), ("a.py",), "").language == "typescript"
    assert scope_for((), ("a.py", "b.ts"), "").language == ""
