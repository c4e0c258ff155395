"""Whether lines are coloured: what a person said of Leafcut goes before what holds for all."""

import pytest

from orchestrator.domain.colour import coloured
from orchestrator.domain.config import Colour


@pytest.mark.parametrize(
    ("choice", "environ", "expected"),
    [
        ("auto", {}, None),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, None),
        ("auto", {"FORCE_COLOR": "3"}, True),
        ("auto", {"FORCE_COLOR": "0"}, None),
        ("auto", {"CLICOLOR_FORCE": "1", "CLICOLOR": "0"}, True),
        ("auto", {"CLICOLOR": "0"}, False),
        ("auto", {"TERM": "dumb"}, False),
    ],
)
def test_the_precedence(choice: Colour, environ: dict[str, str], *, expected: bool | None) -> None:
    assert coloured(choice, environ) is expected
