from collections.abc import Iterator

import pytest

from tests.support.upstream import Reply, Upstream, messages, upstream


@pytest.fixture
def model() -> Iterator[Upstream]:
    """A model that answers everything with a few words."""
    with upstream(lambda _: Reply(messages())) as there:
        yield there
