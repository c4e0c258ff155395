"""What a person may have meant."""

import pytest

from orchestrator.domain.nearness import listed, suggestion

KNOWN = ["upgrade-syntax", "annotate-types", "src/pkg/core.py", "src/pkg/cores.py"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("upgrade-sintax", "did you mean upgrade-syntax?"),
        ("src/pkg/cor.py", "did you mean src/pkg/core.py or src/pkg/cores.py?"),
        ("upg", "did you mean upgrade-syntax?"),
        ("core.py", "did you mean src/pkg/core.py?"),
        ("zzz", "there are others"),
        ("", "there are others"),
    ],
)
def test_the_nearest_names_are_asked_for(name: str, hint: str) -> None:
    assert suggestion(name, KNOWN, "there are others") == hint


def test_a_few_are_listed_and_that_there_are_more_is_said() -> None:
    assert listed(map(str, range(7))) == "there are 0, 1, 2, 3, 4, …"
    assert listed(["a"]) == "there are a"
    assert listed([], "make one") == "make one"


def test_a_name_of_several_lines_stays_on_one() -> None:
    assert suggestion("line.py", ["new\nline.py"]) == "did you mean new\\nline.py?"
    assert listed(["a\n  → rm"]) == "there are a\\n  → rm"
