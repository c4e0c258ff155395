"""The annotation of a function, from what its body does."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from annotate.functions import Definition, Function, decorators, falls_through, is_stub, own
from annotate.infer import Returns, Scope, scope_of
from annotate.kinds import NONE, Kind, Type, join
from annotate.known import MAGIC_METHODS
from annotate.modules import Module, Symbol, Tree
from annotate.spelling import Reader

Rule = Literal["magic", "none", "literal", "inferred"]

_LEFT_ALONE = {"overload", "abstractmethod", "abstractproperty", "no_type_check"}
_LITERALS = (ast.Constant, ast.JoinedStr, ast.Compare, ast.UnaryOp, ast.BoolOp)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a function returns, and the rule that says so; `literal` and before need no order."""

    returns: Type
    rule: Rule


@dataclass(frozen=True, slots=True)
class Answers:
    """What calling a function of the tree gives: its annotation, or what was proposed for it.

    `transparent` are the decorators that leave the return type alone, by their last name.
    """

    tree: Tree
    transparent: frozenset[str]
    proposed: dict[tuple[str, int], Proposal]

    def __call__(self, symbol: Symbol) -> Type | None:
        """Return the type, None if it is not known."""
        node, module = symbol.node, symbol.module
        if (
            module is None
            or not isinstance(node, Definition)
            or decorators(node) - self.transparent
        ):
            return None
        if node.returns is not None:
            return Reader(self.tree, module).read(node.returns)
        known = self.proposed.get((module.path, node.lineno))
        return known.returns if known else None


def propose(tree: Tree, module: Module, function: Function, returns: Returns) -> Proposal | None:
    """Return the annotation of a function that has none, or None where it is not certain."""
    node = function.node
    if decorators(node) & _LEFT_ALONE:
        return None
    if (magic := _magic(function)) is not None:
        return magic
    parts = list(own(node))
    scope = scope_of(tree, module, function, returns)
    if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in parts):
        return _generator(scope, parts)
    given = [part.value for part in parts if isinstance(part, ast.Return)]
    values = [value for value in given if value is not None and not _is_none(value)]
    return _values(scope, values, given) if values else _nothing(function, given)


def _magic(function: Function) -> Proposal | None:
    found = MAGIC_METHODS.get(function.node.name) if function.owner else None
    only_raises = found != NONE and not any(
        isinstance(part, ast.Return) for part in own(function.node)
    )
    plain = isinstance(function.node, ast.FunctionDef) and not only_raises
    return Proposal(found, "magic") if found and plain else None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _nothing(function: Function, given: list[ast.expr | None]) -> Proposal | None:
    """A body that says nothing may be a hook that others fill: its type is theirs to say."""
    node = function.node
    if is_stub(node) and not given and (function.owner is not None or not _passes(node)):
        return None
    return Proposal(NONE, "none") if given or falls_through(node.body) else None


def _passes(node: Definition) -> bool:
    return isinstance(node.body[-1], ast.Pass)


def _values(scope: Scope, values: list[ast.expr], given: list[ast.expr | None]) -> Proposal | None:
    """Beside values, None counts only where it is returned in so many words: mypy wants that."""
    node = scope.function.node
    told = [value for value in values if not _is_not_implemented(scope, value)]
    found = scope.joined(told)
    silent = None in given or falls_through(node.body)
    if not told or found is None or silent or _never_true(node, told):
        return None
    whole = join([found, NONE]) if len(values) < len(given) else found
    literal = all(isinstance(value, _LITERALS) for value in told)
    return Proposal(whole, "literal" if literal else "inferred") if whole else None


def _is_not_implemented(scope: Scope, value: ast.expr) -> bool:
    """`NotImplemented` stands outside the type of an operator's method."""
    name = scope.function.node.name
    special = name.startswith("__") and name.endswith("__")
    return special and isinstance(value, ast.Name) and value.id == "NotImplemented"


def _never_true(node: Definition, values: Iterable[ast.expr]) -> bool:
    """An `__exit__` that always answers False must not be said to answer a bool."""
    exits = node.name in {"__exit__", "__aexit__"}
    return exits and all(isinstance(value, ast.Constant) and not value.value for value in values)


def _generator(scope: Scope, parts: list[ast.AST]) -> Proposal | None:
    """An iterator of what is yielded, where nothing is sent in and nothing returned."""
    statements = [part.value for part in parts if isinstance(part, ast.Expr)]
    yields = [part for part in parts if isinstance(part, ast.Yield | ast.YieldFrom)]
    returned = any(isinstance(part, ast.Return) and part.value for part in parts)
    if returned or not all(isinstance(one, ast.Yield) and one in statements for one in yields):
        return None
    found = _all(scope, [one.value for one in yields if isinstance(one, ast.Yield)])
    if found is None or isinstance(scope.function.node, ast.AsyncFunctionDef):
        return None
    return Proposal((Kind("collections.abc", "Iterator", (found,)),), "inferred")


def _all(scope: Scope, values: list[ast.expr | None]) -> Type | None:
    """Return the type of all values; a missing one is None."""
    return scope.joined([value or ast.Constant(value=None) for value in values])
