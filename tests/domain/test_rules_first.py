"""A rule that a person applies is the first agent of what remains."""

from orchestrator.domain.commands import answer
from orchestrator.domain.events import CommandAccepted, CommandRefused, PersonCommand
from orchestrator.domain.fold import apply
from orchestrator.domain.run import Run
from orchestrator.domain.synthesis.rule import Rewrite, Rule, rule_of
from tests.support.plans import do, finish, make_run, start

ONE = rule_of((Rewrite(language="python", pattern="old()", fix="new()"),))
TWO = rule_of((Rewrite(language="python", pattern="foo()", fix="bar()"),))


def ask(run: Run, rule: Rule | None) -> CommandAccepted | CommandRefused:
    event = answer(run, PersonCommand(id=1, who="me", action="apply_rule", rule=rule))
    apply(run, event)
    return event


def refused(run: Run, rule: Rule | None) -> str:
    event = ask(run, rule)
    assert isinstance(event, CommandRefused)
    return event.reason


def test_what_remains_is_tried_with_the_rule_first() -> None:
    run = make_run({"a": [], "b": [], "c": ["b"], "d": []})
    do(run, "a")
    start(run, "d")
    event = ask(run, ONE)
    assert isinstance(event, CommandAccepted)
    assert event.tasks == ("b", "c")
    assert {task: run.agent_of(task) for task in "abcd"} == {
        "a": "codemod",
        "b": ONE.agent,
        "c": ONE.agent,
        "d": "codemod",
    }
    finish(run, "d", "accepted", change="d")
    assert run.agents["codemod"].accepted == 2
    assert run.all_agents == {"codemod", ONE.agent}


def test_what_the_rule_cannot_do_goes_to_the_agent_that_it_was_for() -> None:
    run = make_run({"a": []}, attempts=1)
    ask(run, ONE)
    start(run, "a")
    finish(run, "a", "unchanged", residue=1)
    assert (run.tasks["a"].state, run.agent_of("a")) == ("ready", "codemod")


def test_a_task_whose_agent_has_begun_starts_over_with_the_rule() -> None:
    run = make_run({"a": []}, agents=("codemod", "model"), attempts=1)
    start(run, "a")
    finish(run, "a", "rejected", change="1")
    assert run.agent_of("a") == "model"
    ask(run, ONE)
    assert run.agent_of("a") == ONE.agent
    for other in ("codemod", "model"):
        start(run, "a")
        finish(run, "a", "rejected", change=other)
        assert run.agent_of("a") == other


def test_a_second_rule_comes_after_the_first() -> None:
    run = make_run({"a": [], "b": []}, attempts=1)
    ask(run, ONE)
    start(run, "a")
    ask(run, TWO)
    assert run.ladder("a") == (ONE.agent, TWO.agent, "codemod")
    assert (run.agent_of("a"), run.agent_of("b")) == (ONE.agent, ONE.agent)
    finish(run, "a", "rejected", change="1")
    assert run.agent_of("a") == TWO.agent


def test_a_parked_task_does_not_wait_for_its_agent() -> None:
    run = make_run({"a": []})
    start(run, "a")
    finish(run, "a", "limited", retry_at=100.0)
    assert run.tasks["a"].state == "parked"
    ask(run, ONE)
    assert (run.tasks["a"].state, run.agent_of("a")) == ("ready", ONE.agent)


def test_a_rule_costs_nothing_and_its_price_is_known() -> None:
    run = make_run({"a": []})
    ask(run, ONE)
    assert run.prices[ONE.agent].cost_usd == 0


def test_what_makes_no_sense_is_refused() -> None:
    run = make_run({"a": []})
    assert "no rule is named" in refused(run, None)
    forged = Rule(id=ONE.id, rewrites=TWO.rewrites)
    assert "not what its name says" in refused(run, forged)
    ask(run, ONE)
    assert "applied already" in refused(run, ONE)
    do(run, "a")
    assert "no task is left" in refused(run, TWO)
