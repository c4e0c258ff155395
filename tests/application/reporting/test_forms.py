"""The forms of a report that are no page: groups of reasons, data, Markdown, a trace."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

from orchestrator.adapters.reporting.page import page
from orchestrator.application.reporting.facts import document
from orchestrator.application.reporting.markdown import markdown
from orchestrator.application.reporting.trace import trace
from orchestrator.application.reporting.undone import by_reason
from tests.support.reported import Story, chain


def failing() -> Story:
    story = Story.of({"a": [], "b": ["a"], "c": []})
    for number in (1, 2, 3):
        reason = "tests: a.py:3 'x' is | red\n@all fixes #1"
        story.attempt("a", number, number + 1, "rejected", number, reason)
    return story.attempt("c", 1, 2).landing(2, 3, "c").ended(5, residue=2)


def reasons(*told: tuple[str, str]) -> list[tuple[str, list[str]]]:
    found = by_reason({"file": file, "reason": reason} for file, reason in told)
    return [(one.reason, [file for file, _ in one.files]) for one in found]


def test_reasons_that_differ_in_names_and_numbers_are_one() -> None:
    assert reasons(
        ("a.py", "tests: a.py:3 'x' is red"),
        ("c.py", "skipped by a person"),
        ("b.py", "tests: b.py:77 'y' is red"),
    ) == [("tests: ‹path›:‹n› ‹name› is red", ["a.py", "b.py"]), ("skipped by a person", ["c.py"])]


def test_one_and_many_occurrences_left_are_one_reason() -> None:
    assert reasons(("a", "1 occurrence left"), ("b", "4 occurrences left")) == [
        ("occurrences left", ["a", "b"])
    ]
    tried = "nothing to offer: codemod changed nothing, occurrences left"
    assert reasons(("a", f"{tried}: 1"), ("b", f"{tried}: 4")) == [(tried, ["a", "b"])]


def test_what_is_blocked_is_grouped_by_what_failed_first() -> None:
    alone, both = "blocked by x.py (it is red)", "blocked by x.py (it is red), y.py (too)"
    assert reasons(("a", alone), ("b", alone)) == [(alone, ["a", "b"])]
    assert reasons(("a", alone), ("b", both)) == [
        ("blocked by x.py, some by others, too", ["a", "b"])
    ]


def test_the_document_is_json_with_a_schema_and_all_that_the_page_tells() -> None:
    told = json.loads(json.dumps(document(failing().report())))
    assert told["schema"] == 1
    assert told["verdict"]["counts"]["landed"] == 1
    assert told["verdict"]["state"] == "done"
    assert {task["id"]: task["state"] for task in told["tasks"]} == {
        "a": "failed", "b": "blocked", "c": "landed",
    }  # fmt: skip
    assert [one["outcome"] for one in told["attempts"]].count("rejected") == 3
    assert told["clusters"][0]["tasks"] == ["a"]
    assert told["receipts"][0]["checks"] == [
        {"name": "tests", "outcome": "passed", "exit_code": 0, "duration_s": 0.5, "known": 0,
         "failures": 0}
    ]  # fmt: skip
    assert sum(len(one["files"]) for one in told["not_done"]) == 2
    assert told["agents"][0]["tokens"] == 700


def test_markdown_says_how_it_stands_in_a_few_lines() -> None:
    text = markdown(chain().report(title="Make *it* so"))
    assert text.startswith("## ✓ done: Make \\*it\\* so\n")
    assert "- **3 tasks**: 3 ✓ landed" in text
    assert "- **residue**: 3 → 0" in text
    assert "- **4 attempts**: 3 accepted, 1 rejected" in text
    assert "| `codemod` | 4 | 3 | 500 | 0.04 USD |" in text


def test_what_the_target_says_means_nothing_in_markdown() -> None:
    text = markdown(failing().report(title="x @all <b> fixes #1"))
    assert "@all" not in text
    assert "fixes #1" not in text
    assert "\\<b\\>" in text
    assert "### Not done: 2 files" in text


def test_the_cluster_of_a_task_that_offered_nothing_more_says_so() -> None:
    report = failing().report()
    silent = replace(report, clusters=(replace(report.clusters[0], silent=1),))
    for text in (markdown(silent), page(silent)):
        assert "; the last attempt then offered nothing new" in text
    assert document(silent)["clusters"][0]["silent"] == 1


def events(kind: str, of: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in of if one["ph"] == kind]


def test_the_trace_has_the_shape_that_perfetto_reads() -> None:
    told = json.loads(json.dumps(trace(chain().report())))
    found = told["traceEvents"]
    assert {one["ph"] for one in found} == {"M", "X", "C", "s", "f"}
    for one in found:
        assert isinstance(one["name"], str)
        assert all(isinstance(one[key], int) for key in ("pid", "tid"))
        if one["ph"] != "M":
            assert isinstance(one["ts"], int)
            assert one["ts"] >= 0
    assert all(one["dur"] >= 0 for one in events("X", found))
    named = {
        (one["name"], one["pid"], one["tid"]): one["args"]["name"] for one in events("M", found)
    }
    assert named["process_name", 1, 0] == "agents"
    assert named["thread_name", 1, 2] == "slot 2"
    assert {(one["pid"], one["tid"]) for one in events("X", found)} == {
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
    }


def test_the_trace_tells_attempts_checks_and_landings_in_microseconds() -> None:
    found = events("X", trace(chain().report())["traceEvents"])
    kinds = Counter(one["cat"] for one in found)
    assert kinds == {"accepted": 3, "rejected": 1, "checks": 4, "landing": 3, "baseline": 1}
    first = next(one for one in found if one["name"] == "a" and one["cat"] == "accepted")
    assert (first["ts"], first["dur"], first["args"]["tokens"]) == (1_000_000, 3_000_000, 100)


def test_the_traces_counters_return_to_nothing_and_flows_come_in_pairs_within_spans() -> None:
    found = trace(chain().report())["traceEvents"]
    series: dict[str, list[int]] = {}
    for one in sorted(events("C", found), key=lambda one: one["ts"]):
        series.setdefault(one["name"], []).append(one["args"][one["name"]])
    assert series["attempts under way"][-1] == 0
    assert max(series["attempts under way"]) == 2
    assert series["landed"] == [1, 2, 3]
    assert (series["residue"][0], series["residue"][-1]) == (3, 0)
    starts, ends = events("s", found), events("f", found)
    assert [one["id"] for one in starts] == [one["id"] for one in ends] == [1, 2, 3]
    spans = events("X", found)
    for one in (*starts, *ends):
        assert any(
            (one["pid"], one["tid"]) == (span["pid"], span["tid"])
            and span["ts"] <= one["ts"] < span["ts"] + max(1, span["dur"])
            for span in spans
        )
