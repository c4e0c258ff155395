"""What tests need of the machine: where it lacks that they are skipped, and fail with CI=true."""

import os

import pytest

from orchestrator.adapters.sandbox.bubblewrap import BubblewrapSandbox
from orchestrator.errors import MissingRequirementError


def bubblewrap() -> BubblewrapSandbox:
    """Return a bubblewrap sandbox, or skip the test."""
    try:
        return BubblewrapSandbox()
    except MissingRequirementError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(error.message)
