"""What tests need of the machine: where it lacks that they are skipped, and fail with CI=true."""

import os
from collections.abc import Callable, Mapping
from typing import TypeVar

import pytest

from orchestrator.adapters.sandbox.bubblewrap import BubblewrapSandbox
from orchestrator.adapters.sandbox.docker import DockerSandbox
from orchestrator.errors import MissingRequirementError
from tests.support.containers import base_image

Made = TypeVar("Made")


def bubblewrap() -> BubblewrapSandbox:
    """Return a bubblewrap sandbox, or skip the test."""
    return needed(BubblewrapSandbox)


def docker(labels: Mapping[str, str] | None = None) -> DockerSandbox:
    """Return a sandbox of containers of the tests' own image, or skip the test."""
    return needed(lambda: DockerSandbox(base_image(), labels))


def needed(make: Callable[[], Made]) -> Made:
    """Return what is made, or skip the test where the machine cannot make it."""
    try:
        return make()
    except MissingRequirementError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(error.message)
