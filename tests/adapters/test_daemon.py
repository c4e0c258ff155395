"""What Docker's daemon does to a run, as errors that a person can act on."""

import pytest
import requests

from orchestrator.adapters.sandbox.daemon import told
from orchestrator.errors import MissingRequirementError


def test_a_daemon_that_has_gone_is_missing_and_no_bug() -> None:
    with pytest.raises(MissingRequirementError, match="daemon has gone") as caught, told():
        raise requests.exceptions.ConnectionError("aborted")
    assert caught.value.hint == "start it, then leafcut resume"
