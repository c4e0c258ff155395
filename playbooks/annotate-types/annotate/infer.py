"""The type of an expression; None wherever a reader could doubt it."""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from annotate.bindings import Binding, Names
from annotate.functions import Definition, Function, decorators, parameters
from annotate.kinds import (
    ANY,
    BOOL,
    BYTES,
    COMPLEX,
    FLOAT,
    INT,
    NUMBERS,
    SCALARS,
    STR,
    Type,
    builtin,
    is_container,
    join,
    of_anything,
    settled,
)
from annotate.known import BUILTIN_CALLS, CONTAINER_METHODS, METHODS, STANDARD_CALLS
from annotate.modules import Module, Symbol, Tree
from annotate.spelling import Reader, kind_of

Returns = Callable[[Symbol], Type | None]
"""What calling a function of the tree gives, as far as it says so."""

_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)
_OF_ONE = {"list", "set", "frozenset", "sorted"}
_BITS = (ast.BitAnd, ast.BitOr, ast.BitXor)
_SURE = (ast.Is, ast.IsNot, ast.In, ast.NotIn)
_KNOWN_CLASS_DECORATORS = {
    "dataclass", "total_ordering", "final", "runtime_checkable", "unique", "dataclass_transform",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands. `inner` are the names of comprehensions around it."""

    tree: Tree
    module: Module
    function: Function
    names: Names
    returns: Returns
    inner: Mapping[str, Type | None] = field(default_factory=dict)
    busy: frozenset[str] = frozenset()

    def type_of(self, node: ast.expr) -> Type | None:
        """Return an expression's type."""
        rule = _RULES.get(type(node))
        return rule(self, node) if rule else None

    def joined(self, nodes: Iterable[ast.expr]) -> Type | None:
        """Return the type of all of several expressions, if each has one."""
        found = [self.type_of(node) for node in nodes]
        return None if None in found else join(one for one in found if one is not None)

    def symbol(self, node: ast.expr) -> Symbol | None:
        """Return what a name or a dotted name stands for, seen from here."""
        return self.tree.of_expression(self.module, node, self._local)

    def _local(self, name: str) -> Symbol | None:
        if name in self.inner:
            return None
        for scope in (self.function.node, *reversed(self.function.outer)):
            if isinstance(scope, ast.ClassDef):
                continue
            names = self.tree.names_of(scope)
            if name in names.by_name:
                bound = names.only(name)
                return self.tree.of_binding(self.module, bound) if bound else None
            if any(argument.arg == name for argument in parameters(scope)):
                return None
        return self.tree.look_up(self.module, name)

    def is_builtin(self, name: str) -> bool:
        """Say whether nothing around gives a builtin's name another meaning."""
        scopes = (scope for scope in self.function.outer if not isinstance(scope, ast.ClassDef))
        return not (
            name in self.inner
            or name in self.module.names.by_name
            or name in self.names.by_name
            or any(argument.arg == name for argument in parameters(self.function.node))
            or any(name in self.tree.names_of(scope).by_name for scope in scopes)
        )


def scope_of(tree: Tree, module: Module, function: Function, returns: Returns) -> Scope:
    """Return the scope of a function's body."""
    return Scope(tree, module, function, tree.names_of(function.node), returns)


def _constant(_: Scope, node: ast.Constant) -> Type | None:
    name = type(node.value).__name__
    return builtin("None" if node.value is None else name) if node.value is not ... else None


def _text(_: Scope, __: ast.JoinedStr) -> Type:
    return STR


def _not(scope: Scope, node: ast.UnaryOp) -> Type | None:
    if isinstance(node.op, ast.Not):
        return BOOL
    inner = scope.type_of(node.operand)
    if isinstance(node.op, ast.Invert):
        return INT if inner == INT else None
    return (INT if inner == BOOL else inner) if inner in NUMBERS else None


def _compare(scope: Scope, node: ast.Compare) -> Type | None:
    if all(isinstance(op, _SURE) for op in node.ops):
        return BOOL
    sides = [scope.type_of(side) for side in (node.left, *node.comparators)]
    return BOOL if all(side in SCALARS for side in sides) else None


def _either(scope: Scope, node: ast.BoolOp) -> Type | None:
    found = scope.joined(node.values)
    return found if found and len(found) == 1 else None


def _choice(scope: Scope, node: ast.IfExp) -> Type | None:
    return scope.joined([node.body, node.orelse])


def _operation(scope: Scope, node: ast.BinOp) -> Type | None:
    return calculated(scope.type_of(node.left), node.op, scope.type_of(node.right))


def calculated(left: Type | None, op: ast.operator, right: Type | None) -> Type | None:
    """Return what an operator makes of two types."""
    if isinstance(op, ast.Mod) and left in (STR, BYTES):
        return left
    if isinstance(op, ast.Add) and left == right and left in (STR, BYTES):
        return left
    if isinstance(op, ast.Mult) and {left, right} in ({STR, INT}, {BYTES, INT}):
        return left if right == INT else right
    if left not in NUMBERS or right not in NUMBERS:
        return None
    return _number(left, op, right)


def _number(left: Type, op: ast.operator, right: Type) -> Type | None:
    wider = max(left, right, key=NUMBERS.index)
    if isinstance(op, _BITS) and wider in (BOOL, INT):
        return wider
    if isinstance(op, ast.Div):
        return wider if wider == COMPLEX else FLOAT
    if not isinstance(op, _ARITHMETIC) or (
        wider == COMPLEX and isinstance(op, ast.Mod | ast.FloorDiv)
    ):
        return None
    return INT if wider == BOOL else wider


def _sequence(scope: Scope, node: ast.List | ast.Set) -> Type | None:
    name = "list" if isinstance(node, ast.List) else "set"
    return container(name, [[scope.type_of(part) for part in node.elts]])


def _mapping(scope: Scope, node: ast.Dict) -> Type | None:
    keys = [scope.type_of(key) if key else None for key in node.keys]
    return container("dict", [keys, [scope.type_of(value) for value in node.values]])


def container(name: str, columns: list[list[Type | None]]) -> Type:
    """Return the type of a fresh container; unlike or unknown elements may be anything."""
    if not columns[0]:
        return builtin(name)
    return builtin(name, *(_common(column) for column in columns))


def _common(column: list[Type | None]) -> Type:
    found = join(one for one in column if one) if None not in column else None
    return found if found and len(found) == 1 else ANY


def _tuple(scope: Scope, node: ast.Tuple) -> Type:
    parts = [scope.type_of(part) or ANY for part in node.elts]
    starred = any(isinstance(part, ast.Starred) for part in node.elts)
    return builtin("tuple", *parts) if parts and not starred else of_anything("tuple")


def _comprehension(scope: Scope, node: ast.ListComp | ast.SetComp) -> Type | None:
    name = "list" if isinstance(node, ast.ListComp) else "set"
    return container(name, [[within(scope, node.generators).type_of(node.elt)]])


def _dict_comprehension(scope: Scope, node: ast.DictComp) -> Type | None:
    inside = within(scope, node.generators)
    return container("dict", [[inside.type_of(node.key)], [inside.type_of(node.value)]])


def within(scope: Scope, generators: Iterable[ast.comprehension]) -> Scope:
    """Return the scope inside a comprehension."""
    for generator in generators:
        names = [part.id for part in ast.walk(generator.target) if isinstance(part, ast.Name)]
        each = None if generator.is_async else element(scope, generator.iter)
        known = each if isinstance(generator.target, ast.Name) else None
        scope = replace(scope, inner={**scope.inner, **dict.fromkeys(names, known)})
    return scope


def element(scope: Scope, node: ast.expr) -> Type | None:
    """Return the type of what iterating over an expression yields."""
    found = scope.type_of(node)
    if found == STR or found == builtin("range"):
        return STR if found == STR else INT
    if found and len(found) == 1 and found[0].is_builtin and len(found[0].arguments) in (1, 2):
        kind = found[0]
        of_one = kind.name in {"list", "set", "frozenset", "dict"} and kind.arguments[0] != ANY
        return kind.arguments[0] if of_one else None
    return None


def _name(scope: Scope, node: ast.Name) -> Type | None:
    if node.id in scope.inner:
        return scope.inner[node.id]
    if node.id in scope.busy:
        return None
    bound = scope.names.by_name.get(node.id)
    argument = next((one for one in parameters(scope.function.node) if one.arg == node.id), None)
    if argument is not None:
        return None if bound else _parameter(scope, argument)
    return _variable(replace(scope, busy=scope.busy | {node.id}), bound) if bound else None


def _parameter(scope: Scope, argument: ast.arg) -> Type | None:
    given = scope.function.node.args
    if argument in (given.vararg, given.kwarg):
        return None
    return stated(scope, scope.module, argument.annotation)


def stated(scope: Scope, module: Module, annotation: ast.expr | None) -> Type | None:
    """Return what an annotation says of a value; a union may have been narrowed since."""
    found = Reader(scope.tree, module).read(annotation)
    return found if found and len(found) == 1 else None


def _variable(scope: Scope, bound: Iterable[Binding]) -> Type | None:
    """Return a variable's type: that of all its values, if that is one."""
    found: Type | None = None
    for one in bound:
        value = _bound(scope, one, found)
        found = join([found, value]) if found and value else value
        if found is None or len(found) != 1:
            return None
    return settled(found) if found else None


def _bound(scope: Scope, one: Binding, before: Type | None) -> Type | None:
    if one.how == "value" and isinstance(one.node, ast.expr):
        return scope.type_of(one.node)
    if one.how == "annotation" and isinstance(one.node, ast.expr):
        return stated(scope, scope.module, one.node)
    if one.how == "each" and isinstance(one.node, ast.expr):
        return element(scope, one.node)
    if one.how == "augment" and isinstance(one.node, ast.AugAssign):
        stays = before and is_container(before[0]) and before[0].name != "tuple"
        return before if stays else calculated(before, one.node.op, scope.type_of(one.node.value))
    return None


def _attribute(scope: Scope, node: ast.Attribute) -> Type | None:
    """A property or an annotated attribute of an instance whose class is known."""
    owner = _class_of(scope, node.value)
    bound = scope.tree.attribute_binding(owner, node.attr) if owner else None
    if bound is None:
        return None
    module, binding = bound
    if binding.how == "annotation" and isinstance(binding.node, ast.expr):
        return stated(scope, module, binding.node)
    if isinstance(binding.node, Definition) and decorators(binding.node) & {
        "property",
        "cached_property",
    }:
        return scope.returns(Symbol(module=module, node=binding.node))
    return None


def _class_of(scope: Scope, node: ast.expr) -> Symbol | None:
    """Return the class of which an expression is an instance, `self` included."""
    owner, first = scope.function.owner, parameters(scope.function.node)[:1]
    if isinstance(node, ast.Name) and owner and first and node.id == first[0].arg:
        is_method = "staticmethod" not in decorators(scope.function.node)
        unbound = node.id not in scope.names.by_name and node.id not in scope.inner
        return Symbol(module=scope.module, node=owner) if is_method and unbound else None
    found = scope.type_of(node)
    return _class_symbol(scope.tree, found) if found else None


def _class_symbol(tree: Tree, given: Type) -> Symbol | None:
    module = tree.at(given[0].home) if len(given) == 1 and given[0].home.endswith(".py") else None
    return tree.look_up(module, given[0].name) if module else None


def _call(scope: Scope, node: ast.Call) -> Type | None:
    called = node.func
    if isinstance(called, ast.Name) and called.id in BUILTIN_CALLS and scope.is_builtin(called.id):
        return _builtin_call(scope, called.id, node)
    symbol = scope.symbol(called)
    if symbol is None and isinstance(called, ast.Attribute):
        return _method_call(scope, called)
    return _answer(scope, symbol) if symbol else None


def _builtin_call(scope: Scope, name: str, node: ast.Call) -> Type:
    made = BUILTIN_CALLS[name]
    if made[0].arguments or not is_container(made[0]) or not (node.args or node.keywords):
        return made
    each = element(scope, node.args[0]) if len(node.args) == 1 and name in _OF_ONE else None
    return builtin(made[0].name, each) if each else of_anything(made[0].name)


def _answer(scope: Scope, symbol: Symbol) -> Type | None:
    if symbol.module is None:
        return STANDARD_CALLS.get(symbol.dotted)
    if isinstance(symbol.node, ast.ClassDef):
        return constructed(scope.tree, symbol)
    return None if isinstance(symbol.node, ast.AsyncFunctionDef) else scope.returns(symbol)


def _method_call(scope: Scope, called: ast.Attribute) -> Type | None:
    owner = _class_of(scope, called.value)
    if owner is not None:
        method = scope.tree.attribute(owner, called.attr)
        plain = method and isinstance(method.node, ast.FunctionDef)
        is_value = plain and method and decorators(method.node) & {"property", "cached_property"}  # type: ignore[arg-type]
        return scope.returns(method) if method and plain and not is_value else None
    found = scope.type_of(called.value)
    if found is None or len(found) != 1:
        return None
    if found[0].is_builtin and found[0].name in {"list", "set", "dict"}:
        return CONTAINER_METHODS.get(called.attr)
    return METHODS.get(found, {}).get(called.attr)


def _await(scope: Scope, node: ast.Await) -> Type | None:
    called = node.value.func if isinstance(node.value, ast.Call) else None
    symbol = scope.symbol(called) if called else None
    if symbol is None and isinstance(called, ast.Attribute):
        owner = _class_of(scope, called.value)
        symbol = scope.tree.attribute(owner, called.attr) if owner else None
    return (
        scope.returns(symbol) if symbol and isinstance(symbol.node, ast.AsyncFunctionDef) else None
    )


def constructed(tree: Tree, symbol: Symbol) -> Type | None:
    """Return what calling a class of the tree gives: an instance, unless something redefines it."""
    node = symbol.node
    if not isinstance(node, ast.ClassDef) or node.keywords or getattr(node, "type_params", None):
        return None
    if decorators(node) - _KNOWN_CLASS_DECORATORS:
        return None
    if any(isinstance(base, ast.Subscript | ast.Call) for base in node.bases):
        return None
    made = tree.attribute(symbol, "__new__")
    says = made and isinstance(made.node, Definition) and made.node.returns
    return None if says else kind_of(symbol)


_RULES: Mapping[type[ast.expr], Callable[..., Type | None]] = {
    ast.Constant: _constant,
    ast.JoinedStr: _text,
    ast.UnaryOp: _not,
    ast.Compare: _compare,
    ast.BoolOp: _either,
    ast.IfExp: _choice,
    ast.BinOp: _operation,
    ast.List: _sequence,
    ast.Set: _sequence,
    ast.Dict: _mapping,
    ast.Tuple: _tuple,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Await: _await,
    ast.NamedExpr: lambda scope, node: scope.type_of(node.value),
}
