"""Whose word counts, and what the target repository may say."""

from dataclasses import fields

import pytest

from orchestrator.domain.config import DEFAULTS, KEYS, Config, Layer, Origin, overreach, settled


def said(**by_origin: Config) -> list[Layer]:
    order: tuple[Origin, ...] = ("flag", "environment", "target", "user", "playbook", "default")
    return [Layer(origin=one, config=by_origin[one]) for one in order if one in by_origin]


def test_the_strongest_word_counts() -> None:
    every = {
        "flag": Config(model="f"),
        "environment": Config(model="e", jobs=5),
        "user": Config(model="u", jobs=6, image="i"),
        "default": DEFAULTS,
    }
    found = settled(said(**every))
    assert (found.config.model, found.config.jobs, found.config.image) == ("f", 5, "i")
    assert (found.config.sandbox, found.config.redis) == ("auto", None)
    origins = {key: found.origins.get(key) for key in ("model", "jobs", "image", "redis")}
    assert origins == {
        "model": ("flag",),
        "jobs": ("environment",),
        "image": ("user",),
        "redis": None,
    }


@pytest.mark.parametrize(
    ("target", "user", "playbook", "holds", "whose"),
    [
        (2, 4, 8, 2, "target"),
        (9, 4, 8, 4, "user"),
        (9, None, 8, 8, "playbook"),
        (9, None, None, 9, "target"),
        (None, 9, 8, 9, "user"),
    ],
)
def test_the_target_can_only_lower_a_number(
    target: int | None, user: int | None, playbook: int | None, holds: int, whose: Origin
) -> None:
    found = settled(
        said(target=Config(jobs=target), user=Config(jobs=user), playbook=Config(jobs=playbook))
    )
    assert (found.config.jobs, found.origins["jobs"]) == (holds, (whose,))


def test_a_person_may_ask_for_more_than_the_target_says() -> None:
    assert settled(said(flag=Config(jobs=8), target=Config(jobs=2))).config.jobs == 8


def test_lists_that_the_target_may_add_to_add_up() -> None:
    found = settled(
        said(
            flag=Config(checks=("types=mypy",)),
            target=Config(checks=("tests=pytest", "types:lines=other"), exclude=("gen/**",)),
            user=Config(exclude=("vendor/**", "gen/**")),
        )
    )
    assert found.config.checks == ("types=mypy", "tests=pytest")
    assert found.config.exclude == ("gen/**", "vendor/**")
    assert found.origins["checks"] == ("flag", "target")


def test_what_only_the_playbook_says_is_left_to_the_playbook() -> None:
    found = settled(said(user=Config(sample=3), playbook=Config(jobs=4, sample=9)))
    assert found.without("playbook") == Config(sample=3)


@pytest.mark.parametrize("key", KEYS)
def test_each_key_says_what_it_is_and_has_a_variable_of_its_own(key: str) -> None:
    assert KEYS[key].help.endswith(".")
    assert KEYS[key].variable.startswith("LEAFCUT_")
    assert [one.variable for one in KEYS.values()].count(KEYS[key].variable) == 1


def test_every_key_is_a_field() -> None:
    assert list(KEYS) == [one.name for one in fields(Config)]


@pytest.mark.parametrize(
    "wrong",
    [
        Config(image="x"),
        Config(agents=("claude-code",)),
        Config(model="x"),
        Config(sandbox="local"),
        Config(redis="redis://x"),
        Config(verify="head"),
        Config(learnings="shared"),
        Config(learnings_scope="playbook"),
        Config(color="always"),
        Config(quiet=True),
    ],
)
def test_the_target_cannot_say_what_relaxes_or_names(wrong: Config) -> None:
    assert len(overreach(wrong)) == 1


def test_the_target_can_be_stricter() -> None:
    strict = Config(
        jobs=1,
        verify="commit",
        learnings="none",
        checks=("a=b",),
        exclude=("x",),
        max_tasks=1,
        budget_usd=0,
        sample=1,
        checkpoints=("layer",),
    )
    assert overreach(strict) == {}


@pytest.mark.parametrize("name", ["jobs", "max_tasks", "sample"])
def test_none_at_all_is_no_number_of_tasks(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is 0"):
        Config(**{name: 0})  # type: ignore[arg-type]


@pytest.mark.parametrize("usd", [-1.0, float("nan"), float("inf")])
def test_a_budget_is_an_amount(usd: float) -> None:
    with pytest.raises(ValueError, match="budget_usd"):
        Config(budget_usd=usd)
