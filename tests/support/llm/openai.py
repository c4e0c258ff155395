"""What both of OpenAI's wires say when they refuse."""

from tests.support.llm.script import Trouble
from tests.support.llm.wire import Body

_ERRORS = {
    400: ("invalid_request_error", "invalid_request"),
    401: ("invalid_request_error", "invalid_api_key"),
    429: ("requests", "rate_limit_exceeded"),
    503: ("server_error", "server_is_overloaded"),
}


def refusal(trouble: Trouble) -> Body:
    """Return the body of a refused request."""
    kind, code = _ERRORS.get(trouble.status, ("server_error", "server_error"))
    message = code.replace("_", " ")
    return {"error": {"message": message, "type": kind, "code": code, "param": None}}
