"""Where one task stands, as a value."""

from dataclasses import FrozenInstanceError, replace

import pytest

from orchestrator.domain.status import TaskStatus


def test_a_status_with_changes_is_the_one_that_replace_makes_and_the_old_one_stays() -> None:
    old = TaskStatus(state="ready", attempts=1, refused=frozenset({"x"}))
    new = old.having(state="working", attempts=2)
    assert new == replace(old, state="working", attempts=2)
    assert old == TaskStatus(state="ready", attempts=1, refused=frozenset({"x"}))


def test_a_changed_status_is_frozen_too() -> None:
    new = TaskStatus(state="ready").having(state="held")
    with pytest.raises(FrozenInstanceError):
        new.state = "ready"  # type: ignore[misc]


def test_a_field_that_is_not_there_is_an_error() -> None:
    with pytest.raises(TypeError, match="no verdct"):
        TaskStatus(state="ready").having(verdct=None)
