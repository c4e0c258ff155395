"""Types read from annotations, and written so that the name means the same where it stands."""

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from annotate.bindings import Binding
from annotate.functions import Function
from annotate.kinds import ANY, NONE, REST, Kind, Type, builtin, is_container, join
from annotate.modules import Module, Symbol, Tree

_TYPING = {"typing", "typing_extensions"}
_BUILTIN_ALIASES = {
    "List": "list",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Dict": "dict",
    "Tuple": "tuple",
}
_ABSTRACT = {
    "Iterator", "Iterable", "Generator", "Sequence", "Mapping", "MutableMapping", "Collection",
    "AsyncIterator", "AsyncIterable", "AsyncGenerator", "Awaitable", "KeysView", "ValuesView",
    "ItemsView", "MutableSequence", "MutableSet", "Hashable", "Sized",
}  # fmt: skip
_BUILTINS = {name for name, value in vars(builtins).items() if isinstance(value, type)} | {"None"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads annotations as they stand in one module."""

    tree: Tree
    module: Module

    def read(self, annotation: ast.expr | None) -> Type | None:
        """Return the type that an annotation states; None for what kinds cannot say."""
        match annotation:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str(text)):
                return self._quoted(text)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._union([left, right])
            case ast.Subscript(value=value, slice=inner):
                return self._subscript(value, inner)
            case ast.Name() | ast.Attribute():
                return self._class(annotation)
        return None

    def _quoted(self, text: str) -> Type | None:
        try:
            return self.read(ast.parse(text.strip(), mode="eval").body)
        except (SyntaxError, ValueError):
            return None

    def _union(self, parts: Iterable[ast.expr]) -> Type | None:
        found = [self.read(part) for part in parts]
        return None if None in found else join(one for one in found if one)

    def _subscript(self, value: ast.expr, inner: ast.expr) -> Type | None:
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        name = self._typing_name(value)
        if name == "Optional":
            return self._union([inner, ast.Constant(value=None)])
        if name == "Union":
            return self._union(parts)
        base = self._class(value)
        if base is None or len(base) != 1:
            return None
        arguments = [REST if _is_rest(part) else self.read(part) for part in parts]
        whole = tuple(argument for argument in arguments if argument)
        return (Kind(base[0].home, base[0].name, whole),) if len(whole) == len(parts) else None

    def _typing_name(self, value: ast.expr) -> str:
        symbol = self.tree.of_expression(self.module, value)
        home, _, name = (symbol.dotted if symbol else "").rpartition(".")
        return name if home in _TYPING else ""

    def _class(self, expression: ast.expr) -> Type | None:
        symbol = self.tree.of_expression(self.module, expression)
        if symbol is not None:
            return kind_of(symbol)
        if isinstance(expression, ast.Name) and expression.id in _BUILTINS:
            taken = expression.id in self.module.names.by_name
            return None if taken else builtin(expression.id)
        return None


def _is_rest(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and part.value is ...


def kind_of(symbol: Symbol) -> Type | None:
    """Return the type whose values are instances of what a symbol stands for."""
    if symbol.module is not None:
        return _class_of_tree(symbol.module, symbol.node)
    home, _, name = symbol.dotted.rpartition(".")
    if home in _TYPING or home == "collections.abc":
        if name in _BUILTIN_ALIASES:
            return builtin(_BUILTIN_ALIASES[name])
        return (Kind("collections.abc", name),) if name in _ABSTRACT else None
    is_class = name[:1].isupper() and len(name) > 1 and not name.endswith("T")
    return (Kind(home, name),) if home and is_class else None


Spelling = tuple[str, bool]
"""A type's text, and whether one of its names may not be there yet when the def is executed."""


def _class_of_tree(module: Module, node: ast.AST | None) -> Type | None:
    """Only a class at the top of a module has a name for others."""
    bound = module.names.only(node.name) if isinstance(node, ast.ClassDef) else None
    return (Kind(module.path, bound.name),) if bound and bound.node is node else None


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes types as annotations of one function.

    `python` is the oldest version to support. A container of unknown content is `list[Any]` where
    the module has Any, and with `bare` else just `list`.
    """

    tree: Tree
    module: Module
    function: Function
    python: tuple[int, int]
    bare: bool

    def write(self, given: Type) -> str | None:
        """Return the annotation's text, or None if the module has no name for the type."""
        spelled = self._type(given) if self._is_allowed(given) else None
        if spelled is None:
            return None
        text, late = spelled
        return f'"{text}"' if late and not self.module.defers_annotations else text

    def _is_allowed(self, given: Type) -> bool:
        """Say whether the oldest Python has the syntax; deferred annotations are never run."""
        if self.module.defers_annotations:
            return True
        generic = any(kind.arguments for kind in given)
        return (len(given) == 1 or self.python >= (3, 10)) and (
            not generic or self.python >= (3, 9)
        )

    def _type(self, given: Type) -> Spelling | None:
        parts = [self._kind(kind) for kind in given]
        return _together(" | ", parts)

    def _kind(self, kind: Kind) -> Spelling | None:
        name = self._name(kind)
        if name is None or not (kind.arguments or is_container(kind)):
            return name
        if not kind.arguments:
            return name if self.bare else None
        inner = _together(", ", [self._type(argument) for argument in kind.arguments])
        if inner is None:
            return name if self.bare and is_container(kind) else None
        return f"{name[0]}[{inner[0]}]", name[1] or inner[1]

    def _name(self, kind: Kind) -> Spelling | None:
        if kind.is_builtin:
            free = kind.name in {"None", "..."} or not self._is_taken(kind.name, module=True)
            return (kind.name, False) if free else None
        for text, late in sorted(self._names(kind), key=lambda one: (one[0].count("."), one)):
            if not self._is_taken(text.partition(".")[0], module=False):
                return text, late
        return None

    def _is_taken(self, name: str, *, module: bool) -> bool:
        """Say whether a scope around the function gives the name another meaning."""
        if module and (name in self.module.names.by_name):
            return True
        return any(name in self.tree.names_of(scope).by_name for scope in self.function.outer)

    def _names(self, kind: Kind) -> Iterator[Spelling]:
        for name, bound in self.module.names.by_name.items():
            only = self.module.names.only(name)
            if only is None:
                continue
            if kind.name in (name, only.member) and self._is(
                self.tree.of_binding(self.module, only), kind
            ):
                yield name, self._is_late(bound[0])
            elif only.how == "import":
                yield from self._through(only, kind)

    def _through(self, bound: Binding, kind: Kind) -> Iterator[Spelling]:
        """Yield `module.Kind`, quoted if the module is the tree's: it may be half imported."""
        symbol = self.tree.of_binding(self.module, bound)
        if symbol is None or symbol.node is not None:
            return
        if symbol.module is None:
            if symbol.dotted and self._is(Symbol(dotted=f"{symbol.dotted}.{kind.name}"), kind):
                yield f"{bound.name}.{kind.name}", self._is_late(bound)
        elif self._is(self.tree.look_up(symbol.module, kind.name), kind):
            yield f"{bound.name}.{kind.name}", True

    def _is(self, symbol: Symbol | None, kind: Kind) -> bool:
        if (kind,) == ANY:
            return symbol is not None and symbol.dotted in {"typing.Any", "typing_extensions.Any"}
        named = kind_of(symbol) if symbol else None
        return named is not None and (named[0].home, named[0].name) == (kind.home, kind.name)

    def _is_late(self, bound: Binding) -> bool:
        certain = bound.certain and not bound.typing_only
        return not certain or bound.line >= self.function.node.lineno or self._within(bound)

    def _within(self, bound: Binding) -> bool:
        """A class is not bound before its body has run."""
        return any(scope is bound.node for scope in self.function.outer)


def _together(separator: str, parts: Iterable[Spelling | None]) -> Spelling | None:
    found = list(parts)
    sure = [part for part in found if part is not None]
    if len(sure) < len(found):
        return None
    return separator.join(text for text, _ in sure), any(late for _, late in sure)
