"""Types as values, apart from how a file spells them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One class with its arguments.

    `home` is the path of the file that defines it, or the dotted name of a module that is not in
    the tree; `builtins` for list and the like. A container without arguments is one of which only
    the emptiness is known: it joins any other of its class and is not written by itself.
    """

    home: str
    name: str
    arguments: "tuple[Type, ...]" = ()

    @property
    def is_builtin(self) -> bool:
        """Whether the name needs no import."""
        return self.home == "builtins"


Type = tuple[Kind, ...]
"""A union of kinds, without doubles; one kind is a tuple of one."""

MAX_UNION = 2
"""How many kinds beside None a union may have."""

GENERIC = {"list": 1, "set": 1, "frozenset": 1, "dict": 2, "tuple": 0}
"""The containers and how many arguments they take; 0 is any number."""


def builtin(name: str, *arguments: Type) -> Type:
    """Return the type of a builtin class."""
    return (Kind("builtins", name, arguments),)


NONE = builtin("None")
BOOL = builtin("bool")
INT = builtin("int")
FLOAT = builtin("float")
COMPLEX = builtin("complex")
STR = builtin("str")
BYTES = builtin("bytes")
REST = builtin("...")
SCALARS = (BOOL, INT, FLOAT, COMPLEX, STR, BYTES)
NUMBERS = (BOOL, INT, FLOAT, COMPLEX)
"""In the order in which one absorbs those before it when they are calculated with."""


def join(types: Iterable[Type]) -> Type | None:
    """Return the union of types, or None if it is too wide to be worth writing."""
    kinds = list(dict.fromkeys(kind for one in types for kind in one))
    kinds = [kind for kind in kinds if not _is_absorbed(kind, kinds)]
    others = [kind for kind in kinds if (kind,) != NONE]
    plain = all((kind,) in SCALARS or not kind.is_builtin for kind in others)
    if len(others) > MAX_UNION or (len(others) > 1 and not plain):
        return None
    return tuple(others) + (NONE if len(kinds) > len(others) else ())


def _is_absorbed(kind: Kind, kinds: list[Kind]) -> bool:
    if kind.is_builtin and kind.name in GENERIC and not kind.arguments:
        return any(other.name == kind.name and other.arguments for other in kinds)
    return (kind,) == INT and FLOAT[0] in kinds


def is_whole(given: Type) -> bool:
    """Say whether nothing in a type is left open."""
    return all(
        not (kind.is_builtin and kind.name in GENERIC and not kind.arguments)
        and all(is_whole(argument) for argument in kind.arguments)
        for kind in given
    )
