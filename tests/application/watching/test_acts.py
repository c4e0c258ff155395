"""What a person asks for: refused at once where the run would refuse, foretold where not."""

from dataclasses import replace
from typing import Any

import pytest

from orchestrator.application.watching import acts
from orchestrator.application.watching.follow import Look
from orchestrator.domain.commands import answer
from orchestrator.domain.events import CommandRefused, PersonCommand, Steering
from orchestrator.domain.events.people import called
from tests.support.watching import Story


def chain(**policy: Any) -> Story:
    """Return a run with `a` under way; `b` needs it, `c` and `d` nobody."""
    story = Story({"a": [], "b": ["a"], "c": [], "d": []}, concurrency=2, **policy)
    return story.at(1.0).begin().start("a")


def failed() -> Story:
    story = Story({"a": [], "b": [], "c": ["a"]}, attempts=1).at(1.0).begin()
    for task in "ab":
        story.start(task).finish(task, "rejected", reason="compile: exit code 1")
    return story


def asked(action: Steering, **said: Any) -> PersonCommand:
    return PersonCommand(id=0, who="someone", action=action, **said)


def stopped(story: Story) -> Look:
    story.busy = False
    return story.look()


@pytest.mark.parametrize("action", ["stop", "pause", "unpause", "concurrency"])
def test_what_is_about_a_process_is_refused_where_there_is_none(action: Steering) -> None:
    assert acts.refusal(stopped(chain()), asked(action, concurrency=3)) == acts.NOBODY


@pytest.mark.parametrize(
    "command",
    [
        asked("skip", tasks=("c",)),
        asked("retry", tasks=("c",)),
        asked("approve"),
        asked("unpause"),
        asked("concurrency", concurrency=0),
        asked("hold"),
    ],
)
def test_what_the_run_would_refuse_is_refused_with_its_reason(command: PersonCommand) -> None:
    look = chain().look()
    said = answer(look.run, command)
    assert isinstance(said, CommandRefused)
    assert acts.refusal(look, command) == said.reason
    assert acts.meaning(look, command) == ""


def test_a_reason_names_tasks_as_people_see_them() -> None:
    story = chain().finish("a").land("a")
    story.plan = replace(
        story.plan, tasks=tuple(replace(one, title=f"src/{one.id}.py") for one in story.plan.tasks)
    )
    assert "src/a.py is landed" in acts.refusal(
        story.look(), asked("skip", tasks=("a",), reason="x")
    )


def test_what_waits_for_an_answer_is_not_asked_for_twice() -> None:
    look = stopped(chain())
    look.waiting = (PersonCommand(id=7, who="another", action="hold", tasks=("c",)),)
    assert "already" in acts.refusal(look, asked("hold", tasks=("c",)))
    assert acts.refusal(look, asked("hold", tasks=("d",))) == ""


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (asked("stop"), "1 attempt under way is given back and done again later"),
        (asked("pause"), "No attempt starts until a person lets the run go on; 1 attempt"),
        (asked("concurrency", concurrency=5), "5 attempts at once from now on, instead of 2"),
        (asked("hold", tasks=("c",)), "c does not start until it is approved."),
        (asked("hold", tasks=("a",)), "the attempt under way goes on"),
        (asked("skip", tasks=("c",), reason="x"), "c is left out."),
        (asked("skip", tasks=("c", "d"), reason="x"), "c and d are left out."),
    ],
)
def test_a_sentence_says_what_will_come_of_it(command: PersonCommand, words: str) -> None:
    look = chain().look()
    assert acts.refusal(look, command) == ""
    assert words in acts.meaning(look, command)


def test_a_retry_says_who_starts_over_and_what_follows() -> None:
    look = failed().look()
    one = acts.meaning(look, asked("retry", tasks=("a",), agent="codex", note="look at x"))
    assert one == "a starts over by codex, told your note."
    assert acts.meaning(look, asked("retry")) == "a and b start over."
    cluster = acts.failing_cluster(look, "a")
    assert acts.size_of(look, cluster) == 2
    whole = acts.meaning(look, asked("retry", cluster=cluster))
    assert whole == "a goes first; 1 more follows when it has landed."


def test_a_task_alone_in_its_cluster_has_none() -> None:
    story = Story({"a": []}, attempts=1).at(1.0).begin().start("a").finish("a", "rejected")
    assert acts.failing_cluster(story.look(), "a") == ""


def test_skipping_says_that_others_need_not_wait() -> None:
    story = Story({"a": [], "b": ["a"], "c": ["a"]}).at(1.0).begin()
    said = acts.meaning(story.look(), asked("skip", tasks=("a",), reason="x"))
    assert "2 tasks that need it go on as if it were done" in said


def test_what_was_answered_is_told_in_words() -> None:
    look, command = chain().look(), asked("pause")
    assert acts.outcome(look, command, answer(look.run, command)) == "pause: accepted"
    refused = answer(look.run, asked("unpause"))
    assert "refused by the run: the run is not paused" in acts.outcome(look, command, refused)
    assert "has not answered yet" in acts.outcome(look, command, None)
    assert acts.NOBODY in acts.outcome(stopped(chain()), command, None)


def test_a_run_is_gone_on_with_only_where_something_is_left() -> None:
    assert acts.no_going_on(chain().look()) == "a process works on the run already"
    assert acts.no_going_on(stopped(chain())) == ""
    over = failed().end(state="incomplete").look()
    over.run.counts["blocked"] = 1
    assert "what failed can be retried first" in acts.no_going_on(over)
    over.waiting = (asked("retry"),)
    assert acts.no_going_on(over) == ""
    assert "does what was asked for" in acts.going_on(over)


def test_the_header_notes_what_waits_and_which_key_goes_on() -> None:
    look = chain().look()
    assert acts.note(look, read_only=False) == ""
    assert acts.note(look, read_only=True) == "read only"
    look = stopped(chain())
    look.waiting = (asked("hold", tasks=("c",)), asked("hold", tasks=("d",)))
    assert acts.note(look, read_only=False) == "2 asked, R goes on"
    waiting = Story({"a": [], "b": ["a"]}, checkpoints=("layer",)).at(1.0).begin()
    assert acts.note(stopped(waiting), read_only=True) == "read only"


def test_what_is_offered_is_what_applies() -> None:
    assert acts.offered(chain().look()) == {"pause", "stop"}
    assert acts.offered(stopped(chain())) == {"go_on"}
    assert acts.offered(chain().end().look()) == {"go_on"}
    done = Story({"a": []}).at(1.0).begin().do("a").end()
    assert acts.offered(done.look()) == set()


def test_where_a_checkpoint_stands_approving_is_offered_until_it_is_asked_for() -> None:
    publishing = Story({"a": []}, checkpoints=("before_publish",)).at(1.0).begin().do("a").end()
    sample = Story({"a": [], "b": []}, checkpoints=("sample",)).at(1.0).begin()
    waiting = sample.look()
    waiting.alive, waiting.run.sample = False, frozenset({"a"})
    waiting.run.tasks["a"] = waiting.run.tasks["a"].having(state="landed")
    for look in (publishing.look(), waiting):
        assert acts.offered(look) == {"approve"}
        assert acts.note(look, read_only=False) == "a approves"
        look.waiting = (asked("approve"),)
        assert acts.offered(look) == {"go_on"}


def test_a_run_that_ends_is_told_apart_from_a_process_that_is_gone() -> None:
    assert "is gone" in acts.ending(stopped(chain()))
    assert "the run is done" in acts.ending(chain().end().look())


def test_of_several_tasks_an_act_is_about_those_that_it_fits() -> None:
    look = chain().finish("a").land("a").look()
    assert acts.fit_for(look, "skip", ("a", "b", "c")) == ("b", "c")
    assert acts.fit_for(look, "skip", ("a",)) == ("a",)


def test_an_action_is_called_as_its_key_is() -> None:
    assert [called(one) for one in ("concurrency", "unpause", "skip")] == [
        "jobs",
        "go on",
        "skip",
    ]


def test_a_run_that_ended_at_a_limit_is_not_gone_on_with_before_it_may_do_more() -> None:
    story = Story({"a": [], "b": [], "c": []}, max_tasks=2).at(1.0).begin().do("a", "b")
    look = story.end(state="incomplete", reason="2 tasks were asked for").look()
    assert acts.no_going_on(look) == (
        "2 tasks were asked for; begin 2 more tasks: leafcut resume p-123456 --max-tasks 2"
    )
    assert acts.note(look, read_only=False) == ""
    look.waiting = (asked("skip", tasks=("c",), reason="generated"),)
    assert acts.no_going_on(look) == ""
