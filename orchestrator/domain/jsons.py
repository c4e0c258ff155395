"""JSON from people and programs that are not to be trusted."""

import json
from typing import Any


def loads(data: bytes) -> Any:
    """Return what the JSON says.

    Raises:
        ValueError: it is none, or nested deeper than anybody would.
    """
    try:
        return json.loads(data)
    except RecursionError as error:
        raise ValueError("JSON that is nested too deeply") from error
