"""A line remembers what the answers to its calls say is left of limits."""

import pytest

from orchestrator.domain.headroom import Headroom
from orchestrator.domain.wires import Wire
from tests.support.lines import MESSAGES, Notebook, call, gateway, spec
from tests.support.upstream import JSON, SSE, Reply, Upstream, messages

PATHS: dict[Wire, str] = {"anthropic": MESSAGES, "openai": "/llm/openai/v1/chat/completions"}
NAMES: dict[Wire, str] = {
    "anthropic": "Anthropic-RateLimit-Requests-{}",
    "openai": "X-RateLimit-{}-Requests",
}
OK = 200


@pytest.mark.parametrize("wire", ["anthropic", "openai"])
def test_the_last_answer_counts_also_one_that_turns_the_call_down(
    model: Upstream, wire: Wire
) -> None:
    answers = iter([(OK, "7"), (429, "0")])

    def reply(_: object) -> Reply:
        status, left = next(answers)
        names = {NAMES[wire].format("Limit"): "10", NAMES[wire].format("Remaining"): left}
        if status == OK:
            return Reply(messages(), headers={**SSE, **names})
        return Reply([b"{}"], status=status, headers={**JSON, **names})

    model.script = reply
    with gateway(model.url) as opened, opened.open(spec(wire), Notebook()) as line:
        told = []
        for _ in range(2):
            call(opened.address, line.token, PATHS[wire])
            told.append(line.headroom)
    assert told == [
        (Headroom(kind="requests", limit=10, remaining=7),),
        (Headroom(kind="requests", limit=10, remaining=0),),
    ]


def test_a_line_whose_model_says_nothing_has_no_headroom(model: Upstream) -> None:
    with gateway(model.url) as opened, opened.open(spec(), Notebook()) as line:
        call(opened.address, line.token)
        assert line.headroom == ()
