"""What a gateway is made of."""

import pytest

from orchestrator.adapters.gateway.settings import Upstream
from orchestrator.errors import UsageError


@pytest.mark.parametrize("key", ["one-line\nand-another", "a-key\r\nx-more: 1", "a-key\0"])
def test_a_key_that_no_header_can_hold_is_refused_and_not_told(key: str) -> None:
    with pytest.raises(UsageError, match="control character") as caught:
        Upstream(url="https://api.example.org", key=key)
    assert key.split(maxsplit=1)[0] not in str(caught.value)
