"""`${{ name }}` expressions: names only, no code.

In a command each value is shell-quoted, so a file named `$(id).py` stays a file name; so does one
named `-rf.py`.
"""

import re
import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | tuple[str, ...]
FILES = frozenset({"task.files", "files_from"})
"""Names of the files that a command is about: as words, and as the path of a list of them."""
MACHINES_OWN = FILES | {"python", "playbook.dir"}
"""Names that no playbook defines and whose values lie on one machine.

Every command knows them, but for those of the files: a setup command is about none.
"""

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"[a-z_][a-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_-]*)*")


def names(template: str) -> tuple[str, ...]:
    """Return the names that a template uses, in order of appearance.

    Raises:
        ValueError: something between the braces is no name.
    """
    found = tuple(match.group(1).strip() for match in _EXPRESSION.finditer(template))
    for name in found:
        if not _NAME.fullmatch(name):
            message = f"${{{{ {name} }}}} is no name; expressions are names such as params.x"
            raise ValueError(message)
    return found


def for_shell(template: str, values: Mapping[str, Value]) -> str:
    """Expand a template into a shell command, every value quoted; a tuple becomes many words.

    Raises:
        KeyError: the template uses a name that `values` lacks.
    """
    return _expand(template, values, _quoted)


def command_line(words: Sequence[str], values: Mapping[str, Value]) -> str:
    """Return a shell command of words, each of which stays one word whatever its values hold.

    A word that is nothing but the name of a tuple becomes as many as that has.

    Raises:
        KeyError: a word uses a name that `values` lacks.
    """
    return " ".join(_word(word, values) for word in words)


def _word(word: str, values: Mapping[str, Value]) -> str:
    alone = _EXPRESSION.fullmatch(word.strip())
    if alone and isinstance(value := values[alone.group(1).strip()], tuple):
        return _quoted(value)
    return shlex.quote(for_text(word, values))


def partly_for_shell(template: str, values: Mapping[str, Value], kept: Collection[str]) -> str:
    """Expand as `for_shell` does, but leave the expressions of the names in `kept` as they stand.

    Raises:
        KeyError: the template uses a name that neither `values` nor `kept` has.
    """

    def render(match: re.Match[str]) -> str:
        name = match.group(1).strip()
        return match.group(0) if name in kept else _quoted(values[name])

    return _EXPRESSION.sub(render, template)


def for_text(template: str, values: Mapping[str, Value]) -> str:
    """Expand a template into plain text such as a commit message; tuples join with a space.

    Raises:
        KeyError: the template uses a name that `values` lacks.
    """
    return _expand(template, values, _plain)


def _expand(template: str, values: Mapping[str, Value], render: Callable[[Value], str]) -> str:
    return _EXPRESSION.sub(lambda match: render(values[match.group(1).strip()]), template)


def _plain(value: Value) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(value: Value) -> str:
    if not isinstance(value, tuple):
        return shlex.quote(_plain(value))
    # A tuple holds paths: one that begins with a dash must not become an option.
    return " ".join(shlex.quote(f"./{word}" if word.startswith("-") else word) for word in value)
