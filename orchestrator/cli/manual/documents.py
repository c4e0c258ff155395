"""The page about what `--json` prints, written from the schemas."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_HEAD = """\
<!-- Written by `make docs` from docs/schemas. -->

# What `--json` prints

Every document has `"schema": 1`. Within a version keys are added and none is taken away or changes
its type: read what you need and skip the rest. Data goes to stdout, talk to stderr. A command that
prints a document a line says so below. The schemas are JSON Schema, draft 2020-12.

Examples are real, with long lists and texts cut short.
"""


def page(schemas: Path) -> str:
    """Return the page about the schemas in a folder."""
    lines = [_HEAD]
    for file in sorted(schemas.glob("*.json")):
        lines += _section(file.name, json.loads(file.read_text(encoding="utf-8")))
    return "\n".join(lines).rstrip() + "\n"


def _section(name: str, schema: Any) -> Iterator[str]:
    calls = ", ".join(f"`{one}`" for one in schema["title"].split("; "))
    yield f"## [{name.removesuffix('.json')}](schemas/{name})"
    yield f"\n{schema['description']}\n\n{calls}\n"
    meanings = dict(_meanings(schema))
    if meanings:
        yield from (f"- `{key}`: {meaning}" for key, meaning in meanings.items())
        yield ""
    if schema["examples"]:
        one = "oneOf" in schema
        yield "```json"
        yield from (
            json.dumps(example, indent=None if one else 1, ensure_ascii=False)
            for example in schema["examples"]
        )
        yield "```\n"


def _meanings(schema: Any) -> Iterator[tuple[str, str]]:
    for branch in (schema, *schema.get("oneOf", ())):
        for key, about in branch.get("properties", {}).items():
            if key != "schema" and "description" in about:
                yield key, about["description"]
