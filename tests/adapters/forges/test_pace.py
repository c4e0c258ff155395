"""How fast GitHub is asked, and what is done when it answers not at all or not yet."""

import pytest
import requests
from github import GithubException, RateLimitExceededException

from orchestrator.adapters.forges.pace import TRIES, WRITES_AN_HOUR
from orchestrator.errors import MissingRequirementError
from tests.support.reviewed import Sleeper


class Answers:
    """Raises what it was given, one after the other, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def limited(**headers: str) -> Exception:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RateLimitExceededException(403, {"message": "rate limit"}, named)


LOST = [GithubException(502, None), requests.ConnectionError(), requests.Timeout()]


@pytest.mark.parametrize("error", LOST)
def test_a_lost_answer_is_asked_for_again(error: Exception) -> None:
    sleeper, answers = Sleeper(), Answers(error, error)
    assert sleeper.pace().read(answers) == "done"
    assert sleeper.slept == [1.0, 2.0]


@pytest.mark.parametrize("error", LOST)
def test_what_was_made_all_the_same_is_not_made_again(error: Exception) -> None:
    answers = Answers(error)
    assert Sleeper().pace().write(answers, lambda: "there") == "there"
    assert answers.asked == 1


def test_tries_end() -> None:
    answers = Answers(*[GithubException(500, None)] * 99)
    with pytest.raises(GithubException):
        Sleeper().pace().read(answers)
    assert answers.asked == TRIES


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_is_no_lost_answer(status: int) -> None:
    answers = Answers(GithubException(status, {"message": "no"}))
    with pytest.raises(GithubException):
        Sleeper().pace().read(answers)
    assert answers.asked == 1


def test_how_long_a_limit_lasts() -> None:
    sleeper = Sleeper()
    reset = str(int(sleeper.time) + 100)
    told = limited(x_ratelimit_remaining="0", x_ratelimit_reset=reset)
    too_many = GithubException(429, {"message": "slow down"}, {"Retry-After": "7"})
    answers = Answers(limited(retry_after="30"), too_many, told, limited())
    assert sleeper.pace().read(answers) == "done"
    assert sleeper.slept == [30.0, 7.0, 64.0, 480.0]
    assert len(sleeper.said) == 4


def test_nobody_waits_longer_than_an_hour_or_so() -> None:
    answers = Answers(limited(retry_after="3000"), limited(retry_after="3000"))
    with pytest.raises(MissingRequirementError, match="3000 s more"):
        Sleeper().pace().read(answers)


def test_writes_keep_apart_and_below_the_limit_of_an_hour() -> None:
    sleeper = Sleeper()
    pace = sleeper.pace()
    for _ in range(WRITES_AN_HOUR + 1):
        pace.write(Answers())
    assert sleeper.slept == [1.0] * (WRITES_AN_HOUR - 1) + [3121.0]
    assert sleeper.said == ["‖ 480 changes within an hour; waiting 3121 s"]


@pytest.mark.parametrize(
    "headers",
    [
        {"retry_after": "0"},
        {"retry_after": "\xb2"},
        {"retry_after": "Fri, 31 Dec 1999 23:59:59 GMT"},
        {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "5"},
        {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "soon"},
    ],
)
def test_a_limit_that_never_ends_is_asked_about_less_and_less(headers: dict[str, str]) -> None:
    answers = Answers(*[limited(**headers)] * 99)
    with pytest.raises(MissingRequirementError):
        Sleeper().pace().read(answers)
    assert answers.asked < 20
