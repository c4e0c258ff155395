"""Residue: occurrences must go away."""

from collections.abc import Iterator

from orchestrator.domain.guards.case import Examined
from orchestrator.domain.verdict import Failure

CHECK = "guard:residue"


def residue(case: Examined) -> Iterator[Failure]:
    """Yield a failure when more occurrences are left than the playbook allows.

    Under `reduce` a change set that lowers their number passes, whatever is left.
    """
    after, before = case.residue_after, case.residue_before
    if after is None or case.guards.residue == "off":
        return
    if case.guards.residue == "zero" and after:
        yield Failure(CHECK, "", "zero", f"{after} occurrences are left, none may be")
    elif case.guards.residue == "reduce" and before and after >= before:
        yield Failure(CHECK, "", "reduce", f"{after} occurrences are left of {before}")
