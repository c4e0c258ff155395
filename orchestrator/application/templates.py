"""Jinja's templates, as they are written beside an agent.yaml or a playbook.yaml.

The sandbox keeps a template from anything but the values it is given.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from orchestrator.errors import InvalidInputError

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment


_UNRENDERABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a template's own expressions may raise besides Jinja's errors."""


def environment() -> "ImmutableSandboxedEnvironment":
    """Return what templates are read and written in: a name that is not there is an error."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True
    )


def rendered(template: str, names: Mapping[str, object], *, named: str, hint: str) -> str:
    """Return a template with its names filled in; dotted ones are nested: `llm.url` is llm's url.

    Raises:
        InvalidInputError: it is no template, or uses what is not there; `named` is what it is
            called then, `hint` what helps.
    """
    from jinja2 import TemplateError

    try:
        return environment().from_string(template).render(_nested(names))
    except (TemplateError, *_UNRENDERABLE) as error:
        raise InvalidInputError(f"{named} cannot be rendered: {error}", hint=hint) from error


def _nested(names: Mapping[str, object]) -> dict[str, object]:
    nested: dict[str, dict[str, object]] = {}
    for name, value in names.items():
        top, dot, rest = name.partition(".")
        if dot:
            nested.setdefault(top, {})[rest] = value
    return {**{name: value for name, value in names.items() if "." not in name}, **nested}
