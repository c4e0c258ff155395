"""Documents held against the schemas in docs/schemas."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"


@cache
def schema_of(name: str) -> Any:
    """Return the schema of that name."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def faults(name: str, document: Any) -> list[str]:
    """Return where a document is not as its schema says; a key at its top must be described."""
    schema = schema_of(name)
    found = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(document)
    ]
    return [*found, *(f"{key} is not described" for key in sorted(set(document) - _keys(schema)))]


def _keys(schema: Any) -> set[str]:
    branches = [schema, *schema.get("oneOf", ())]
    return {key for branch in branches for key in branch.get("properties", ())}
