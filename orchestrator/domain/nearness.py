"""What a person may have meant by a name that nobody has."""

from collections.abc import Iterable
from difflib import get_close_matches

from orchestrator.domain.visible import on_one_line

SHOWN = 5
"""How many names are listed at most."""


def suggestion(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a hint: the nearest names as a question; where none is near, `otherwise`.

    A file of that name in another folder is nearer than any other spelling.
    """
    every = list(dict.fromkeys(known))
    near = (
        [one for one in every if name and one.endswith(f"/{name}")]
        or get_close_matches(name, every)
        or [one for one in every if name and one.startswith(name)]
    )
    return f"did you mean {_either(near[:3])}?" if near else otherwise


def listed(known: Iterable[str], otherwise: str = "") -> str:
    """Return a hint that lists what there is, the first few; `otherwise` where that is nothing."""
    every = list(known)
    more = ", …" if len(every) > SHOWN else ""
    return f"there are {', '.join(map(on_one_line, every[:SHOWN]))}{more}" if every else otherwise


def _either(names: list[str]) -> str:
    *first, last = map(on_one_line, names)  # a file may be called by several lines
    return f"{', '.join(first)} or {last}" if first else last
