"""What a dry call says of its agent, and how the command ends by it."""

from dataclasses import replace

import pytest

from orchestrator.application.dry_call import AgentFinding, Heard, exit_code, judged
from orchestrator.domain.attempt import Usage
from orchestrator.domain.trouble import TroubleKind
from orchestrator.ports.agent import AgentEnding

WELL = Heard(ending="done", message="", usage=Usage(tokens=12), expected=True, offered=True)


def test_what_an_answer_used_and_what_of_it_has_no_price() -> None:
    assert judged(WELL, "KEY").says == "answers, 12 tokens, Leafcut's tools were offered"
    unpriced = replace(WELL, usage=Usage(tokens=12, unpriced=("m-1",)), reached=True)
    assert judged(unpriced, "KEY").says == (
        "answers, 12 tokens, the price of m-1 is not known, Leafcut's tools were called"
    )
    toolless = replace(WELL, expected=False, offered=False)
    assert judged(toolless, "KEY").says == "answers, 12 tokens"


@pytest.mark.parametrize(
    ("ending", "trouble", "level", "mend"),
    [
        ("limited", "limited", "warn", "its key is good; try again later"),
        ("overloaded", "overloaded", "warn", "try again later"),
        ("overloaded", "unreachable", "fail", "see that this machine reaches the model's address"),
        ("environment", "authentication", "fail", "give another key: --secret KEY=@FILE"),
        ("environment", "rejected", "fail", "another model: --model NAME"),
        ("gave_up", "refused", "fail", "a model that costs less: --model NAME"),
        ("environment", None, "fail", "build its image, or install its client; its README.md"),
        ("timeout", None, "fail", "its README.md says what it needs"),
    ],
)
def test_each_trouble_has_what_mends_it(
    ending: AgentEnding, trouble: TroubleKind | None, level: str, mend: str
) -> None:
    judgement = judged(replace(WELL, ending=ending, message="said so", trouble=trouble), "KEY")
    assert (judgement.level, judgement.says) == (level, "said so")
    assert judgement.mend.startswith(mend)


def test_a_refused_key_counts_before_all_that_is_missing() -> None:
    well = AgentFinding(name="a", kind="command", level="ok", says="")
    limited, missing = replace(well, level="warn"), replace(well, level="fail")
    assert exit_code([well, limited]) == 0
    assert exit_code([well, missing]) == 7
    assert exit_code([missing, replace(missing, refused=True)]) == 4
