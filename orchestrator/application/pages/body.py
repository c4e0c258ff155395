"""What a person reads of a slice: its title and its page, as Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestrator.application.pages.changed import what, why
from orchestrator.application.pages.checks import checks, reproduce
from orchestrator.application.pages.look import look
from orchestrator.application.pages.origin import Links, Origin
from orchestrator.application.pages.place import place
from orchestrator.application.pages.provenance import learnings, provenance
from orchestrator.application.pages.section import fitted
from orchestrator.application.slices.collate import BuiltSlice
from orchestrator.domain.expressions import Value, for_text
from orchestrator.domain.markdown import code, inert
from orchestrator.domain.patterns import Reading

__all__ = ["LONGEST_TITLE", "Links", "Origin", "Page", "body", "title"]

LONGEST_TITLE = 256
"""Characters; GitHub takes no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One slice as a forge gets it.

    `body` is Markdown, `patch` what `git am` takes, `facts` what programs may read.
    """

    number: int
    title: str
    body: str
    patch: bytes
    facts: Mapping[str, object]


def title(built: BuiltSlice, count: int, origin: Origin) -> str:
    """Return the title of the slice, one of `count`: plain text that calls nobody."""
    text = inert(for_text(origin.playbook.pull_requests.title, _values(built, count, origin)))
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"


def body(
    built: BuiltSlice,
    slices: Sequence[BuiltSlice],
    origin: Origin,
    read: Reading | None = None,
    links: Links | None = None,
    longest: int | None = None,
) -> str:
    """Return the page of one of a run's slices, without its title.

    `read` says which of its hunks to look at, `links` has the pull requests that are open already.
    A page of more than `longest` characters is cut, and says so.
    """
    sections = (
        why(origin, _values(built, len(slices), origin)),
        what(built),
        *((look(read),) if read is not None else ()),
        checks(built.checks, origin),
        place(built, slices, origin, links or {}),
        *learnings(built, origin),
        reproduce(built, origin),
        provenance(built, origin),
    )
    return fitted(sections, longest, _whole(origin))


def _values(built: BuiltSlice, count: int, origin: Origin) -> dict[str, Value]:
    return {
        **origin.values,
        "slice.number": built.number,
        "slice.count": count,
        "slice.name": built.slice.group,
    }


def _whole(origin: Origin) -> str:
    if origin.report:
        return f"[The whole is in the report]({origin.report})."
    command = f"leafcut prs create {origin.run} --forge local"
    return f"The whole: {code(command)} writes it to a file."
