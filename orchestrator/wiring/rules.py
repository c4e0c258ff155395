"""The rules that a run has taught, read from its canonical repository."""

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.rewriting.syntax import AstGrep
from orchestrator.application.learnings.offers import Offer, offers
from orchestrator.domain.nearness import listed, suggestion
from orchestrator.errors import UsageError
from orchestrator.wiring.runs import OpenRun


def offered(there: OpenRun) -> tuple[Offer, ...]:
    """Return the rules that a run's landed commits have taught."""
    repository = CanonicalRepository(
        there.folder.repository, there.settings.author, SystemClock().now
    )
    try:
        return offers(there.run, repository, AstGrep())
    finally:
        repository.close()


def the_offer(there: OpenRun, name: str) -> Offer:
    """Return the one rule that `name` means: its id, or how that begins or ends.

    Raises:
        UsageError: it means none, or several.
    """
    every = offered(there)
    found = [one for one in every if one.rule.id == name] or [
        one for one in every if one.rule.id.startswith(name) or one.rule.id.endswith(name)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        hint = f"it could be {', '.join(one.rule.id for one in found)}"
        raise UsageError(f"which rule {name!r}?", hint=hint)
    ids = [one.rule.id for one in every]
    hint = suggestion(name, ids, listed(ids, "leafcut rules list shows when there are any"))
    raise UsageError(f"the run offers no rule {name!r}", hint=hint)
