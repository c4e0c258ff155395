"""plan.json: written for people to read and edit, read back strictly."""

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from orchestrator.domain.edits import accept_edits
from orchestrator.domain.plan import Plan
from orchestrator.domain.planning import as_document
from orchestrator.errors import InvalidInputError


def dumps(plan: Plan) -> str:
    """Return the plan as JSON, its schema first."""
    document = as_document(plan)
    ordered = {"schema": document.pop("schema"), **document}
    return json.dumps(ordered, indent=1, default=as_document) + "\n"


def loads(text: str, where: Path) -> Plan:
    """Read a plan, which a person may have edited; order and hash are made right again.

    Raises:
        InvalidInputError: it is no plan, or one that cannot be executed.
    """
    try:
        plan = _PLANS.validate_json(text.encode("utf-8", "surrogatepass"), strict=True)
        return accept_edits(plan)
    except ValidationError as error:
        faults = "\n".join(
            f"  {'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}"
            for fault in error.errors(include_url=False)[:8]
        )
        raise InvalidInputError(f"{where} is no plan:\n{faults}") from error
    except ValueError as error:
        raise InvalidInputError(f"{where}: {error}", hint="edit it again, or plan anew") from error


def load(path: Path) -> Plan:
    """Read a plan from a file; see `loads`.

    Raises:
        InvalidInputError: it is not there or no plan.
    """
    try:
        return loads(path.read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path} cannot be read: {error}") from error


_PLANS = TypeAdapter(Plan)
