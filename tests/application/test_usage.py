"""What status says of agents: their use, and who is parked."""

from orchestrator.application.report import status_document
from orchestrator.application.usage import in_words, tools_reached, used
from orchestrator.cli.render.lines import lines
from orchestrator.cli.render.steering import lines as steering_lines
from orchestrator.domain.attempt import AttemptResult, Usage
from orchestrator.domain.events import AttemptEnded, Unparked
from orchestrator.domain.fold import apply
from orchestrator.domain.headroom import Headroom
from orchestrator.ports.journal import Recorded
from tests.support.plans import finish, make_run, start


def test_each_agents_use_and_who_is_parked_till_when() -> None:
    run = make_run({"a": [], "b": []}, agents=("codemod", "llm"), attempts=1)
    start(run, "a")
    finish(run, "a", "rejected")
    start(run, "a")
    left = Headroom(kind="tokens", limit=1000, remaining=0, reset_at=1060.0)
    usage = Usage(tokens=1200, cost_usd=0.25)
    result = AttemptResult(
        task="a", number=2, token="t", outcome="limited", retry_at=1060.0, usage=usage,
        reason="429", tools=("verify",), offered=True, learning_tokens=7, headroom=(left,),
    )  # fmt: skip
    event = AttemptEnded(result=result)
    apply(run, event)
    document = status_document(run, [], 1000.0, alive=True)
    assert document["agents"] == [
        {"agent": "codemod", "attempts": 1, "accepted": 0, "tokens": 0, "cost_usd": 0.0}
        | {"offered": 0, "reached": 0, "learning_tokens": 0, "headroom": []},
        {"agent": "llm", "attempts": 1, "accepted": 0, "tokens": 1200, "cost_usd": 0.25}
        | {"offered": 1, "reached": 1, "learning_tokens": 7}
        | {"headroom": [{"kind": "tokens", "limit": 1000, "remaining": 0, "reset_at": 1060.0}]},
    ]
    assert document["parked"] == [
        {"agent": "llm", "parked_until": 1060.0, "left_s": 60.0, "tasks": 1}
    ]
    assert (document["tokens"], document["cost_usd"]) == (1200, 0.25)
    assert document["learning_tokens"] == 7
    assert tools_reached(run) == "llm 1 of 1"
    tasks = document["tasks"]
    assert isinstance(tasks, list)
    assert [(one["state"], one["parked_until"]) for one in tasks] == [
        ("parked", 1060.0),
        ("ready", None),
    ]
    assert list(lines(run, Recorded(1, 0.0, event))) == [
        "◷ parked    a: 429 (till 1970-01-01 00:18 UTC)"
    ]
    assert list(lines(run, Recorded(2, 0.0, Unparked(agent="llm")))) == [
        "◷ goes on   llm: its limit is over"
    ]
    assert list(steering_lines(document)) == [
        "parked    llm: 1 task, 60s left, till 1970-01-01 00:18 UTC"
    ]
    assert used(run) == "1,200 tokens, 0.25 USD"


def test_what_costs_nothing_is_not_told() -> None:
    assert in_words(0, 0.0) == ""
    assert in_words(5, 0.0) == "5 tokens"
    assert in_words(0, 0.5) == "0.50 USD"
