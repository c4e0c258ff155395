"""Whether a lesson that is offered is news, and whether anybody may be told."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from operator import itemgetter

from orchestrator.domain.events import LearningAdded
from orchestrator.domain.guards.secrets import masked
from orchestrator.domain.learnings.holding import are_globs
from orchestrator.domain.learnings.learning import LAST, LONGEST_TEXT, Learning, Source
from orchestrator.domain.learnings.ledger import Ledger, offer_of
from orchestrator.domain.learnings.life import TOLD
from orchestrator.domain.learnings.likeness import likeness
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.learnings.suspicion import MOST_READ, fault, glob_fault, suspicion
from orchestrator.domain.shortening import cut
from orchestrator.domain.visible import on_one_line

SAME_SIGNED = 85.0
"""How alike (0 to 100) two lessons about one failure are that count as one."""
SAME_UNSIGNED = 95.0
"""How alike two lessons about no failure in particular are that count as one."""
SAME_RETIRED = 97.0
"""How alike a lesson is to a retired one that it is not heard again: a true one may look like a
wrong one that came first."""
MOST_A_SIGNATURE = 5
"""How many lessons of one source about one failure live at once: each task that gets over it makes
one, and no two changes are the same. Further ones count as the living one that is most alike."""
MOST_COMPARED = 200
"""With how many earlier lessons a new one is compared, the latest first."""
MOST_OFFERS: Mapping[Source, int] = {"agent": 5, "verdict": 10, "person": 1000}
"""How many lessons one attempt may offer, those that are known already included."""
MOST_KNOWN: Mapping[Source, int] = {"agent": 300, "verdict": 700, "person": 1000}
"""How many lessons a run takes from each source: agents cannot crowd out the others."""

_LONGEST_SIGNATURE = 2000
_LONGEST_WORD = 100
_LONGEST_GLOB = 200
_MOST_GLOBS = 20


def admitted(ledger: Ledger, learning: Learning) -> LearningAdded | None:
    """Return the event by which a lesson that somebody offers comes into the ledger.

    None where nothing comes of it: it says nothing, or whoever offers it has offered enough.
    """
    source = learning.provenance.source
    if ledger.offers[offer_of(learning)] >= MOST_OFFERS[source]:
        return None
    event = considered(ledger, learning)
    if event is not None and not event.same_as and ledger.known[source] >= MOST_KNOWN[source]:
        return None
    return event


def considered(ledger: Ledger, learning: Learning) -> LearningAdded | None:
    """Return what a lesson comes to, however many there are; None for one that says nothing.

    A person's words are not taken for somebody else's: only the very same ones are.
    """
    fitting = fitted(learning)
    if not fitting.text:
        return None
    against = _against(learning)
    same = fitting.id if fitting.id in ledger.standings else ""
    if not (same or against or learning.provenance.source == "person"):
        same = _like(ledger, fitting)
    return LearningAdded(learning=fitting, same_as=same, suspicion="" if same else against)


def fitted(learning: Learning) -> Learning:
    """Return a lesson as it is kept: cut and marked, no secret and nothing hidden.

    It is on one line, but for what a verdict makes: a change is read line by line.
    """
    scope, origin = learning.scope, learning.provenance
    return replace(
        learning,
        text=cut("\n".join(map(_shown, _lines(learning))), LONGEST_TEXT),
        signature=_kept(learning.signature, _LONGEST_SIGNATURE),
        scope=replace(
            scope,
            paths=tuple(_kept(glob, _LONGEST_GLOB) for glob in scope.paths[:_MOST_GLOBS]),
            language=_kept(scope.language, _LONGEST_WORD),
            playbook=_kept(scope.playbook, _LONGEST_WORD),
        ),
        provenance=replace(origin, who=_kept(origin.who, _LONGEST_WORD)),
        expires_at=_expiry(learning.expires_at),
    )


def _expiry(at: float | None) -> float | None:
    """Return when a lesson expires: never where no calendar goes, at once where none begins."""
    return None if at is None or at > LAST else max(0.0, at)


def _lines(learning: Learning) -> list[str]:
    text = learning.text[:MOST_READ]
    if learning.provenance.source == "verdict":
        return text.splitlines()
    return [" ".join(text.split())]


def _kept(text: str, most: int) -> str:
    return cut(_shown(text), most)


def _shown(text: str) -> str:
    return on_one_line(masked(text[: 2 * MOST_READ].encode("utf-8", "replace").decode()))


def _against(learning: Learning) -> str:
    """Return what speaks against telling anybody, in the text or beside it."""
    scope, text = learning.scope, learning.text
    beside = "\n".join((learning.signature[: 2 * MOST_READ], scope.language, scope.playbook))
    said = fault(beside)
    return (
        suspicion(" ".join(text.split()) if len(text) <= MOST_READ else text)
        or (said and f"its signature or scope {said}")
        or glob_fault(scope.paths)
        or ("" if are_globs(scope.paths) else "its scope has a glob that is none")
    )


def _like(ledger: Ledger, learning: Learning) -> str:
    """Return the id of the lesson that says the same about the same; "" for none."""
    compared = list(_compared(ledger, learning))
    alike, same = max(compared, key=itemgetter(0), default=(0.0, None))
    if same is not None and alike >= _enough(same):
        return same.learning.id
    source = learning.provenance.source
    living = [
        (alike, known)
        for alike, known in compared
        if known.status in TOLD and known.learning.provenance.source == source
    ]
    if learning.signature and len(living) >= MOST_A_SIGNATURE:
        return max(living, key=itemgetter(0))[1].learning.id
    return ""


def _compared(ledger: Ledger, learning: Learning) -> Iterator[tuple[float, Standing]]:
    """Yield the lessons about the same, latest first, and how alike they are.

    What is quarantined is not looked at: else a poisoned copy would keep the true lesson out.
    """
    names = ledger.signed.get(learning.signature, ())
    for name in islice(reversed(names), MOST_COMPARED):
        known = ledger.standings[name]
        if known.status != "quarantined" and _about_the_same(learning, known.learning):
            yield likeness(learning.text, known.learning.text), known


def _enough(known: Standing) -> float:
    if known.status == "retired":
        return SAME_RETIRED
    return SAME_SIGNED if known.learning.signature else SAME_UNSIGNED


def _about_the_same(new: Learning, known: Learning) -> bool:
    return bool(new.signature) or (new.kind, new.scope) == (known.kind, known.scope)
