"""Answers as values, and refusals in GitHub's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DOCS = "https://docs.github.com/rest"


@dataclass(frozen=True)
class Answer:
    """A response; `body` goes out as JSON, None as nothing."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):  # noqa: N818  # what GitHub does, no error of ours
    """A request that is refused, with the answer that says so."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body)
        self.answer = answer


def saying(status: int, message: str, page: str = "", **more: Any) -> Answer:
    """Return an error as GitHub words it.

    https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
    """
    url = f"{DOCS}/{page}" if page else DOCS
    return Answer(
        status,
        {"message": message, **more, "documentation_url": url, "status": str(status)},
    )


def refuse(status: int, message: str, page: str = "", **more: Any) -> Refused:
    """Return a refusal to raise."""
    return Refused(saying(status, message, page, **more))


def not_found(page: str = "") -> Refused:
    """Return what hides a thing from those who may not know of it, and says that there is none."""
    return refuse(404, "Not Found", page)


def invalid(resource: str, field: str, code: str, message: str = "", page: str = "") -> Refused:
    """Return a failed validation.

    https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed
    """
    error = {"resource": resource, "field": field, "code": code}
    if message:
        error["message"] = message
    return refuse(422, "Validation Failed", page, errors=[error])
