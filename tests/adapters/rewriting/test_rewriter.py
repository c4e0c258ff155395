"""Rules carried out on contents, and what is left alone."""

import pytest

from orchestrator.adapters.rewriting.parsing import MAX_BYTES
from orchestrator.adapters.rewriting.rewriter import rewritten
from orchestrator.domain.synthesis.rule import Rewrite

WARN = Rewrite(language="python", pattern="$A.warn($$$ARGS)", fix="$A.warning($$$ARGS)")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("log.warn()\n", "log.warning()\n"),
        ("log.warn('é😀', b,\r\n  c)\r\n", "log.warning('é😀', b,\r\n  c)\r\n"),
        ("a.warn(b.warn(c.warn(1)))\n", "a.warning(b.warning(c.warning(1)))\n"),
        ("'log.warn(1)'\n# log.warn(1)\n", "'log.warn(1)'\n# log.warn(1)\n"),
        ("x = 'é'; a.warn(1); b.warn(2)", "x = 'é'; a.warning(1); b.warning(2)"),
    ],
)
def test_a_rule_is_carried_out_on_syntax(before: str, after: str) -> None:
    assert rewritten("a.py", before.encode(), [WARN]) == after.encode()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.js", b"log.warn(1)\n"),
        ("a.txt", b"log.warn(1)\n"),
        ("a.py", b"log.warn(1) # \xff\n"),
        ("a.py", b"log.warn(1)\n\0"),
        ("a.py", b"def (:\nlog.warn(1)\n"),
        ("a.py", b"log.warn(1)\n" + b"#" * MAX_BYTES),
    ],
)
def test_what_cannot_be_read_is_left_alone(path: str, content: bytes) -> None:
    assert rewritten(path, content, [WARN]) == content


def test_what_would_be_no_source_any_more_is_left_alone() -> None:
    broken = Rewrite(language="python", pattern="$A.warn", fix="$A.)(")
    assert rewritten("a.py", b"log.warn(1)\n", [broken]) == b"log.warn(1)\n"


def test_deep_nesting_ends_in_a_result() -> None:
    deep = b"x = " + b"(" * 50_000 + b"a.warn(1)" + b")" * 50_000 + b"\n"
    assert rewritten("a.py", deep, [WARN]) == deep.replace(b"warn", b"warning")
    links = b"x = a" + b".warn(1)" * 3_000 + b"\n"
    assert rewritten("a.py", links, [WARN]) != links


def test_a_rule_beside_another_pattern_looks_at_the_file_as_it_was() -> None:
    use = Rewrite(language="python", pattern="old()", fix="new()")
    line = Rewrite(
        language="python", pattern="import os", fix="import os\nimport new", beside=("old()",)
    )
    both = [use, line]
    assert rewritten("a.py", b"import os\nold()\n", both) == b"import os\nimport new\nnew()\n"
    assert rewritten("a.py", b"import os\nnew()\n", both) == b"import os\nnew()\n"
