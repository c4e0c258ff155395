"""Jinja's templates, as they are written beside an agent.yaml or a playbook.yaml.

The sandbox keeps a template from anything but the values it is given.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment


def environment() -> "ImmutableSandboxedEnvironment":
    """Return what templates are read and written in: a name that is not there is an error."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True
    )


def rendered(template: str, names: Mapping[str, object]) -> str:
    """Return a template with its names filled in; dotted ones are nested: `llm.url` is llm's url.

    Raises:
        jinja2.TemplateError: it is no template, or uses what is not there.
    """
    return environment().from_string(template).render(_nested(names))


def _nested(names: Mapping[str, object]) -> dict[str, object]:
    nested: dict[str, dict[str, object]] = {}
    for name, value in names.items():
        top, dot, rest = name.partition(".")
        if dot:
            nested.setdefault(top, {})[rest] = value
    return {**{name: value for name, value in names.items() if "." not in name}, **nested}
