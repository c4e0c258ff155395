"""Pages, and the Link header that leads from one to the next.

https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from tests.support.github.answers import Answer

_DEFAULT = 30
_MOST = 100


def cut(items: Sequence[Any], query: Mapping[str, str], address: str) -> tuple[list[Any], str]:
    """Return one page and its Link header; `per_page` is 30 by default and 100 at most."""
    size = min(max(_number(query, "per_page", _DEFAULT), 1), _MOST)
    page = max(_number(query, "page", 1), 1)
    last = max(1, -(-len(items) // size))
    there = {"first": 1, "prev": page - 1} if page > 1 else {}
    onward = {"next": page + 1, "last": last} if page < last else {}
    links = (
        f'<{address}?{urlencode({**query, "page": number})}>; rel="{name}"'
        for name, number in {**onward, **there}.items()
    )
    return list(items[(page - 1) * size : page * size]), ", ".join(links)


def paged(answer: Answer, query: Mapping[str, str], address: str) -> Answer:
    """Return an answer with one page of its list; those with a `total_count` have it by a name."""
    body = answer.body
    page: Any
    if isinstance(body, list):
        page, link = cut(body, query, address)
    elif isinstance(body, dict) and "total_count" in body:
        name = next(name for name, value in body.items() if isinstance(value, list))
        items, link = cut(body[name], query, address)
        page = {**body, name: items}
    else:
        return answer
    return Answer(answer.status, page, {"Link": link} if link else {})


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    value = query.get(name, "")
    return int(value) if value.isdecimal() else default
