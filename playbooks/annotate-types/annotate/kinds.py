"""Types as values, apart from how a file spells them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One class with its arguments.

    `home` is the path of the file that defines it, or the dotted name of a module that is not in
    the tree; `builtins` for list and the like. A container without arguments is an empty one: it
    joins any other of its class. One whose arguments are ANY may hold whatever it likes.
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
ANY: Type = (Kind("typing", "Any"),)
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
    if is_container(kind):
        return any(_holds(other, kind) for other in kinds if other != kind)
    return (kind,) == INT and FLOAT[0] in kinds


def _holds(wider: Kind, kind: Kind) -> bool:
    """Say whether a container may hold all that another holds, or the other is empty."""
    if (wider.home, wider.name) != (kind.home, kind.name) or not wider.arguments:
        return False
    return not kind.arguments or all(argument == ANY for argument in wider.arguments)


def is_container(kind: Kind) -> bool:
    """Say whether a kind is a builtin class that takes arguments."""
    return kind.is_builtin and kind.name in GENERIC


def of_anything(name: str) -> Type:
    """Return a container of which only the class is known."""
    return builtin(name, *[ANY] * (GENERIC[name] or 1), *([] if GENERIC[name] else [REST]))


def settled(given: Type) -> Type:
    """Return the type of a variable that once held `given`: a container may have been filled."""
    return tuple(_settled(kind) for kind in given)


def _settled(kind: Kind) -> Kind:
    if not is_container(kind):
        return kind
    if kind.name in {"tuple", "frozenset"} and kind.arguments:
        return Kind(kind.home, kind.name, tuple(settled(inner) for inner in kind.arguments))
    return of_anything(kind.name)[0]
