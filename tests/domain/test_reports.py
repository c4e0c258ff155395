"""What checks say, read as failures."""

import json

import pytest

from orchestrator.domain.playbook import ReportFormat
from orchestrator.domain.reports import Said, failures
from orchestrator.domain.verdict import Failure


def read(
    report: ReportFormat,
    output: str = "",
    *,
    file: str | None = None,
    exit_code: int = 1,
    tree: str = "/w",
    cwd: str = ".",
) -> list[tuple[str, int, str, str]]:
    """Return path, line, rule and message of each failure."""
    said = Said(
        check="c",
        exit_code=exit_code,
        output=output,
        report=None if file is None else file.encode(),
        tree=tree,
        cwd=cwd,
    )
    return [(f.path, f.line, f.rule, f.message) for f in failures(report, said)]


def test_an_exit_code_is_a_failure() -> None:
    assert read("exit", exit_code=2) == [("", 0, "exit", "exit code 2")]
    assert read("exit", "a.py:1: error: x", exit_code=0) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("a/b.py:3: error: Bad  [attr-defined]", ("a/b.py", 3, "attr-defined", "Bad")),
        ("/w/a b.py:3:7: error: Bad  [misc]", ("a b.py", 3, "misc", "Bad")),
        (
            "./a.py:3:1: F401 [*] `os` imported but unused",
            ("a.py", 3, "F401", "`os` imported but unused"),
        ),
        ("a.py:3:1: E501 line too long", ("a.py", 3, "E501", "line too long")),
        ("a.py:3:1: invalid-syntax: Expected", ("a.py", 3, "", "invalid-syntax: Expected")),
        ("a.c:10:2: fatal error: x.h: No such file", ("a.c", 10, "", "x.h: No such file")),
        ("src/a.ts(3,5): error TS2322: Not that", ("src/a.ts", 3, "TS2322", "Not that")),
        ("src/a.ts:3:5 - error TS2322: Not that", ("src/a.ts", 3, "TS2322", "Not that")),
        ("  /w/a.py:3:5 - error: Bad (reportCall)", ("a.py", 3, "reportCall", "Bad")),
        ("a.js:1:2: Bad [Error/no-undef]", ("a.js", 1, "Error/no-undef", "Bad")),
        ("\x1b[1ma.py\x1b[0m:3: \x1b[31merror:\x1b[0m Bad  [misc]", ("a.py", 3, "misc", "Bad")),
        ("a.py: error: found twice", ("a.py", 0, "", "found twice")),
        ("$(id).py:1: error: x", ("$(id).py", 1, "", "x")),
    ],
)
def test_lines_of_the_common_tools(line: str, found: tuple[str, int, str, str]) -> None:
    assert read("lines", line) == [found]


@pytest.mark.parametrize(
    "line",
    [
        "Found 3 errors in 1 file (checked 2 source files)",
        "Found 2 errors.",
        "a.py:3: note: See the documentation",
        "  a.py:3:5 - information: well",
        "a.c: In function 'main':",
        "In file included from a.h:3:",
        "make: *** [all] Error 1",
        "ValueError: bad",
        "1 error generated.",
        "",
    ],
)
def test_lines_that_hold_nothing_against_a_file(line: str) -> None:
    assert read("lines", line) == [("", 0, "exit", "exit code 1")]


def test_lines_count_only_when_the_command_failed() -> None:
    assert read("lines", "a.py:1: error: x", exit_code=0) == []


def test_messages_lose_what_changes_from_run_to_run() -> None:
    first = "a.py:3: error: defined on line 12, at 0xdeadbeef, /tmp/pytest-1/x, in 0.31s, b.py:4:5"
    second = "a.py:9: error: defined on line 14, at 0xcafe, /tmp/pytest-2/y, in 1.0s, b.py:6:7"
    assert read("lines", first)[0][3] == read("lines", second)[0][3]
    assert read("lines", 'a.py:3: error: Argument 1 to "f"') != read(
        "lines", 'a.py:3: error: Argument 2 to "f"'
    )


def test_the_place_of_the_tree_is_no_difference() -> None:
    here = read("lines", "/x/tree/a.py:3: error: see /x/tree/b.py", tree="/x/tree")
    assert here == read("lines", "/w/a.py:3: error: see /w/b.py") == [("a.py", 3, "", "see b.py")]


def test_paths_are_relative_to_the_check_folder() -> None:
    assert read("lines", "a.py:1: error: x", cwd="sub")[0][0] == "sub/a.py"
    assert read("lines", "../a.py:1: error: x", cwd="sub")[0][0] == "a.py"
    assert read("lines", "/usr/x.py:1: error: x", cwd="sub")[0][0] == "/usr/x.py"


JUNIT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase classname="tests.test_a" name="test_good" file="tests/test_a.py" line="1"/>
<testcase classname="tests.test_a" name="test_bad[&lt;X at 0x7f01&gt;]"
          file="tests/test_a.py" line="3">
<failure message="assert 1 == 2&#10; +  where">long text</failure></testcase>
<testcase classname="" name="tests.test_b"><error message="collection failure">E</error></testcase>
<testcase classname="tests.test_a" name="test_skipped"><skipped message="no"/></testcase>
<testcase classname="tests.test_a" name="test_text" line="?"><failure>first
second</failure></testcase>
</testsuite></testsuites>"""


def test_junit_names_failed_and_broken_tests() -> None:
    assert read("junit", file=JUNIT) == [
        ("tests/test_a.py", 3, "tests.test_a::test_bad[<X at 0x…>]", "assert 1 == 2"),
        ("", 0, "tests.test_b", "collection failure"),
        ("", 0, "tests.test_a::test_text", "first"),
    ]


@pytest.mark.parametrize(
    "file",
    [
        None,
        "",
        "<testsuites><testcase>",
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><testsuites>&a;</testsuites>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuites/>',
    ],
    ids=["none", "empty", "cut off", "entity", "external"],
)
@pytest.mark.parametrize("exit_code", [0, 1])
def test_a_junit_report_that_cannot_be_read_is_a_failure(file: str | None, exit_code: int) -> None:
    ((path, line, rule, _),) = read("junit", file=file, exit_code=exit_code)
    assert (path, line, rule) == ("", 0, "report")


def test_a_declaration_in_another_encoding_is_refused_too() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    said = Said(check="c", exit_code=0, output="", report=text.encode("utf-16"), tree="/w")
    assert [failure.rule for failure in failures("junit", said)] == ["report"]


def sarif(**result: object) -> str:
    """Return a log with one result."""
    return json.dumps({"version": "2.1.0", "runs": [{"results": [result]}]})


@pytest.mark.parametrize(
    "text",
    [
        '{"runs":' + "[" * 100_000,
        sarif(locations=[{"physicalLocation": {"region": {"startLine": float("inf")}}}]),
    ],
)
def test_a_report_that_is_made_to_break_its_reader_is_a_failure(text: str) -> None:
    ((_, _, rule, _),) = read("sarif", file=text)
    assert rule == "report"


def test_no_half_of_a_letter_comes_out_of_sarif() -> None:
    places = [{"physicalLocation": {"artifactLocation": {"uri": "a\ud800.py"}}}]
    text = sarif(ruleId="\udfff", message={"text": "x\ud83d"}, locations=places)
    assert read("sarif", file=text) == [("a\ufffd.py", 0, "\ufffd", "x\ufffd")]


def test_sarif_from_the_report_or_the_output() -> None:
    text = sarif(
        ruleId="R1",
        message={"text": "Bad at line 4"},
        locations=[
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "file:///w/a%20b.py"},
                    "region": {"startLine": 4},
                }
            }
        ],
    )
    found = [("a b.py", 4, "R1", "Bad at line …")]
    assert read("sarif", file=text) == found
    assert read("sarif", f"warming up\n{text}\nwarning: on stderr") == found
    assert read("sarif", sarif(message={"text": "m"})) == [("", 0, "", "m")]


def test_sarif_notes_and_suppressed_results_are_passed_over() -> None:
    assert read("sarif", sarif(level="note", message={"text": "m"}), exit_code=0) == []
    silenced = sarif(suppressions=[{"kind": "inSource"}], message={"text": "m"})
    assert read("sarif", silenced, exit_code=0) == []


@pytest.mark.parametrize(
    "text", ["", "no json", '{"runs": 3}', '{"runs": [{"results": [7]}]}', "[]"]
)
def test_a_sarif_report_that_cannot_be_read_is_a_failure(text: str) -> None:
    assert [rule for _, _, rule, _ in read("sarif", text, exit_code=0)] == ["report"]


def test_a_position_is_not_part_of_the_identity() -> None:
    assert Failure("c", "a.py", "r", "m", 3).identity == Failure("c", "a.py", "r", "m", 9).identity


LONG = """\
def test_area():
>       assert area(3) == 9

tests/test_pack.py:7:
_ _ _ _
a = 3

    def area(a):
>       return scale(a, factor=a)
E       TypeError: scale() got an unexpected keyword argument 'factor': 7: no

/w/pack/area.py:5: TypeError
"""
SHORT = """\
tests/test_pack.py:2: in <module>
    from pack.area import area
/usr/lib/python3.11/importlib/__init__.py:126: in import_module
    return _bootstrap._gcd_import(name[level:], package, level)
&lt;frozen importlib._bootstrap&gt;:1206: in _gcd_import
pack/area.py:5: in <module>
"""
PLAIN = """\
Traceback (most recent call last):
  File "/w/tests/test_pack.py", line 7, in test_area
  File "/w/pack/area.py", line 5, in area
TypeError: no
"""


@pytest.mark.parametrize("text", [LONG, SHORT, PLAIN])
def test_a_failed_test_names_the_files_of_its_traceback_the_raising_one_first(text: str) -> None:
    escaped = text.replace("<module>", "&lt;module&gt;").replace(">  ", "&gt;  ")
    failure = f'<failure message="m">{escaped}</failure>'
    report = f'<testsuite><testcase name="t">{failure}</testcase></testsuite>'
    said = Said(check="c", exit_code=1, output="", report=report.encode(), tree="/w")
    (found,) = failures("junit", said)
    assert found.trace == ("pack/area.py", "tests/test_pack.py")
    assert found.named == found.trace


def test_a_failure_without_a_traceback_names_its_file() -> None:
    assert Failure("c", "a.py", "r", "m").named == ("a.py",)
    assert Failure("c", "", "r", "m").named == ()
