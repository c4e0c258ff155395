"""plan.json: written for people to read and edit, read back strictly."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orchestrator.domain.edits import accept_edits
from orchestrator.domain.plan import Plan
from orchestrator.domain.planning import as_document
from orchestrator.errors import InvalidInputError


def dumps(plan: Plan) -> str:
    """Return the plan as JSON, its schema first: a line for each key, also of each task."""
    document = as_document(plan)
    ordered = {"schema": document.pop("schema"), **document}
    return _object({name: _written(value) for name, value in ordered.items()}, "") + "\n"


def _written(value: Any) -> str:
    """Return a value of the plan as JSON, on one line unless it is a list of records."""
    if not isinstance(value, tuple):
        return _ENCODE(value)
    records = [
        _object({name: _ENCODE(one) for name, one in as_document(record).items()}, "  ")
        for record in value
    ]
    return "[\n  " + ",\n  ".join(records) + "\n ]" if records else "[]"


def _object(written: Mapping[str, str], indent: str) -> str:
    """Return an object of values that are JSON already; json's own indenting encoder is slow."""
    members = f",\n{indent} ".join(f'"{name}": {value}' for name, value in written.items())
    return f"{{\n{indent} {members}\n{indent}}}"


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


_ENCODE = json.JSONEncoder().encode
_PLANS = TypeAdapter(Plan)
