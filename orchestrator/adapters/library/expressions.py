"""What is wrong with the expressions in the texts of playbooks and agents."""

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from orchestrator.adapters.library.source import Document, Fault, Location
from orchestrator.domain.expressions import names


def expression_faults(
    document: Document, place: Location, text: str, known: Collection[str], *others: str
) -> Iterator[Fault]:
    """Yield what is wrong with the expressions in a text.

    `known` are the names that it may use; `others` are let pass, and are not told of.
    """
    try:
        used = names(text)
    except ValueError as error:
        yield document.fault(place, str(error), near=r"\$\{\{")
        return
    if text.count("${{") != len(used):
        yield document.fault(place, "${{ is not closed — write ${{ name }}")
    for name in dict.fromkeys(used):
        if name not in known and name not in others:
            said = f"${{{{ {name} }}}} is not known here — {nearest(name, known)}"
            yield document.fault(place, said, near=written(name))


def written(name: str) -> str:
    """Return a regular expression for an expression as the file has it."""
    return rf"\$\{{\{{\s*{re.escape(name)}\s*\}}\}}"


def nearest(name: str, known: Collection[str]) -> str:
    """Return what may be meant by a name that is not known."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
