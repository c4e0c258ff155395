"""Calls that are refused or wait before the model hears of them."""

import json
import threading
import time
from collections.abc import Callable

import pytest

from orchestrator.adapters.gateway import Bounds, Gateway, Line
from orchestrator.domain.attempt import Usage
from orchestrator.domain.budget import Budget
from orchestrator.domain.limiter import Rate
from tests.support.lines import HELLO, Got, Notebook, call, gateway, spec
from tests.support.upstream import JSON, Reply, Upstream, messages


def together(*work: Callable[[], Got]) -> list[Got]:
    """Do all at once and return what came of it."""
    got: list[Got] = []
    threads = [threading.Thread(target=lambda one=one: got.append(one())) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return got


def refused(there: Gateway, line: Line, name: str) -> None:
    got = call(there.address, line.token)
    assert got.status == 403
    assert got.headers["x-should-retry"] == "false"
    assert f"the {name}'s budget of" in got.json["error"]["message"]
    assert line.trouble is not None
    assert line.trouble.kind == "refused"


@pytest.mark.parametrize("budget", [Budget(tokens=200), Budget(usd=0.0009)])
def test_an_attempt_is_refused_before_the_model_hears_of_it(
    model: Upstream, budget: Budget
) -> None:
    with gateway(model.url) as there, there.open(spec(budget=budget), Notebook()) as line:
        assert call(there.address, line.token).status == 200
        refused(there, line, "attempt")
        assert len(model.calls) == 1
        with there.open(spec(budget=budget), Notebook()) as other:
            assert call(there.address, other.token).status == 200


def test_a_first_call_is_judged_by_its_size(model: Upstream) -> None:
    with gateway(model.url) as there:
        line = there.open(spec(budget=Budget(tokens=1000)), Notebook())
        got = call(there.address, line.token, body={**HELLO, "system": "x" * 8000})
        assert got.status == 403
    assert not model.calls


def test_a_task_counts_what_its_attempts_before_spent(model: Upstream) -> None:
    line_spec = spec(task_budget=Budget(tokens=500), task_spent=Usage(tokens=300))
    with gateway(model.url) as there, there.open(line_spec, Notebook()) as line:
        assert call(there.address, line.token).status == 200
        refused(there, line, "task")
    assert len(model.calls) == 1


def test_a_run_counts_all_its_lines_and_what_went_before(model: Upstream) -> None:
    budget = Budget(tokens=1000)
    with gateway(model.url, budget=budget, spent=Usage(tokens=700)) as there:
        lines = [there.open(spec(), Notebook()) for _ in range(2)]
        for line in lines:
            assert call(there.address, line.token).status == 200
        refused(there, lines[0], "run")
    assert len(model.calls) == 2


def test_calls_under_way_are_counted(model: Upstream) -> None:
    model.script = lambda _: Reply([messages()[0], 0.5, *messages()[1:]])
    with gateway(model.url, budget=Budget(tokens=500)) as there:
        line = there.open(spec(), Notebook())
        assert call(there.address, line.token).status == 200
        got = together(*[lambda: call(there.address, line.token)] * 5)
    assert sorted(one.status for one in got) == [200, 200, 403, 403, 403]
    assert len(model.calls) == 3


def test_what_costs_nothing_is_never_refused(model: Upstream) -> None:
    model.script = lambda _: Reply([b"{}"], headers=JSON)
    with gateway(model.url, budget=Budget(tokens=1), spent=Usage(tokens=5)) as there:
        line = there.open(spec(), Notebook())
        path = "/llm/anthropic/v1/messages/count_tokens"
        assert call(there.address, line.token, path).status == 200
        assert call(there.address, line.token).status == 403


def test_one_limiter_serves_all_lines(model: Upstream) -> None:
    with gateway(model.url, rate=Rate(requests=60)) as there:
        lines = [there.open(spec(), Notebook()) for _ in range(3)]
        began = time.monotonic()
        got = together(*[lambda line=line: call(there.address, line.token) for line in lines] * 21)
        took = time.monotonic() - began
    assert [one.status for one in got] == [200] * 63
    assert took > 2.9, "sixty at once, then one a second"


def test_at_most_so_many_calls_are_under_way(model: Upstream) -> None:
    under_way, most = [0], [0]
    lock = threading.Lock()

    def script(_: object) -> Reply:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.05)
        with lock:
            under_way[0] -= 1
        return Reply(messages())

    model.script = script
    with gateway(model.url, rate=Rate(at_once=3)) as there:
        lines = [there.open(spec(), Notebook()) for _ in range(12)]
        got = together(*[lambda line=line: call(there.address, line.token) for line in lines])
    assert [one.status for one in got] == [200] * 12
    assert most[0] <= 3


def limited(retry_after: str) -> Reply:
    error = json.dumps({"type": "error", "error": {"type": "rate_limit_error", "message": "m"}})
    headers = {**JSON, "Retry-After": retry_after}
    return Reply([error.encode()], status=429, headers=headers)


def test_a_short_rate_limit_of_one_line_holds_the_others_up(model: Upstream) -> None:
    model.script = lambda _: limited("1")
    with gateway(model.url) as there:
        one, other = (there.open(spec(), Notebook()) for _ in range(2))
        assert call(there.address, one.token).status == 429
        model.script = lambda _: Reply(messages())
        began = time.monotonic()
        assert call(there.address, other.token).status == 200
        assert time.monotonic() - began > 0.8
        assert other.trouble is None


def test_a_long_rate_limit_is_answered_without_asking_the_model(model: Upstream) -> None:
    model.script = lambda _: limited("3600")
    with gateway(model.url, bounds=Bounds(patience_s=5)) as there:
        one, other = (there.open(spec(), Notebook()) for _ in range(2))
        for line in (one, other):
            got = call(there.address, line.token)
            assert (got.status, got.headers["x-should-retry"]) == (403, "false")
            assert "retry-after" not in got.headers
            assert line.trouble is not None
            assert line.trouble.kind == "limited"
        assert other.trouble is not None
        assert other.trouble.kind == "limited"
        assert other.trouble.retry_at == pytest.approx(time.time() + 3600, abs=60)
    assert len(model.calls) == 1


def test_a_line_that_ends_while_it_waits_leaves_the_turnstile_free(model: Upstream) -> None:
    model.script = lambda _: limited("1")
    with gateway(model.url) as there:
        first, second, third = (there.open(spec(), Notebook()) for _ in range(3))
        call(there.address, first.token)
        model.script = lambda _: Reply(messages())
        waiting = threading.Thread(target=lambda: call(there.address, second.token))
        waiting.start()
        time.sleep(0.2)
        with second:
            pass
        waiting.join(5)
        assert not waiting.is_alive()
        assert call(there.address, third.token).status == 200
    assert len(model.calls) == 2
