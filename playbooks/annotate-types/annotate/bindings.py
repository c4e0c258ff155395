"""What the names of a scope stand for: each name with every place that binds it."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

How = Literal["value", "annotation", "augment", "each", "define", "import", "unknown"]


@dataclass(frozen=True, slots=True)
class Binding:
    """One place that binds a name.

    `how` says what `node` is: an assigned value, an annotation, an AugAssign, the iterable of a
    `for`, a definition; an import has no node but `module` (with `level` leading dots) and
    `member`, which is empty for `import module`. `certain` is False where control may pass by,
    `typing_only` True under `if TYPE_CHECKING`.
    """

    name: str
    line: int
    how: How
    node: ast.AST | None = None
    module: str = ""
    member: str = ""
    level: int = 0
    certain: bool = True
    typing_only: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """The bindings of one scope by name, and its star imports as (module, level)."""

    by_name: Mapping[str, tuple[Binding, ...]]
    stars: tuple[tuple[str, int], ...]

    def only(self, name: str) -> Binding | None:
        """Return what a name is bound to if that is one thing."""
        bindings = self.by_name.get(name, ())
        targets = {(bound.module, bound.member, bound.level) for bound in bindings}
        same_import = len(targets) == 1 and {bound.how for bound in bindings} == {"import"}
        return bindings[0] if len(bindings) == 1 or same_import else None


def bindings(body: Iterable[ast.stmt], *, is_function: bool = False) -> Names:
    """Return what the statements of one scope bind, without those of scopes within.

    Names of a function that a function within it assigns are unknown.
    """
    collector = _Collector(is_function)
    for statement in body:
        collector.visit(statement)
    return Names(
        {name: tuple(found) for name, found in collector.found.items()}, tuple(collector.stars)
    )


@dataclass(slots=True)
class _Collector(ast.NodeVisitor):
    is_function: bool
    found: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[tuple[str, int]] = field(default_factory=list)
    depth: int = 0
    typing_only: bool = False

    def add(self, name: str, at: ast.AST, how: How, node: ast.AST | None = None) -> None:
        line = getattr(at, "lineno", 0)
        bound = Binding(
            name, line, how, node, certain=self.depth == 0, typing_only=self.typing_only
        )
        self.found.setdefault(name, []).append(bound)

    def add_import(self, name: str, at: ast.stmt, module: str, member: str, level: int) -> None:
        bound = Binding(
            name,
            at.lineno,
            "import",
            module=module,
            member=member,
            level=level,
            certain=self.depth == 0,
            typing_only=self.typing_only,
        )
        self.found.setdefault(name, []).append(bound)

    def assign(self, target: ast.expr, value: ast.expr | None, how: How = "value") -> None:
        if isinstance(target, ast.Name):
            self.add(target.id, target, how if value else "unknown", value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, value if how == "value" else None)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, None)

    def _unpack(self, target: ast.Tuple | ast.List, value: ast.expr | None) -> None:
        same = isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts)
        plain = not any(isinstance(part, ast.Starred) for part in target.elts)
        parts = value.elts if isinstance(value, ast.Tuple) and same and plain else ()
        for position, part in enumerate(target.elts):
            self.assign(part, parts[position] if parts else None)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.add(node.name, node, "define", node)
        self._reassigned(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def _reassigned(self, node: ast.AST) -> None:
        """A function within that assigns our names makes them unknowable."""
        for part in ast.walk(node) if self.is_function else ():
            if isinstance(part, ast.Nonlocal):
                self.visit_Nonlocal(part)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.add(node.name, node, "define", node)
        self._reassigned(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """A lambda binds nothing here."""

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            self.add_import(alias.asname or module, node, module, "", 0)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.stars.append((node.module or "", node.level))
            else:
                name = alias.asname or alias.name
                self.add_import(name, node, node.module or "", alias.name, node.level)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self.assign(target, node.value)
        self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.add(node.target.id, node, "annotation", node.annotation)
        if node.value:
            self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.add(node.target.id, node, "augment", node)
        self.visit(node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.assign(node.target, node.value)
        self.visit(node.value)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.assign(node.target, node.iter if isinstance(node, ast.For) else None, "each")
        self._inner(node)

    visit_AsyncFor = visit_For

    def visit_withitem(self, node: ast.withitem) -> None:
        if node.optional_vars:
            self.assign(node.optional_vars, None)
        self.visit(node.context_expr)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.add(node.name, node, "unknown")
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self.add(node.name, node, "unknown")
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self.add(node.rest, node, "unknown")
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        for name in node.names:
            self.add(name, node, "unknown")

    visit_Nonlocal = visit_Global

    def visit_If(self, node: ast.If) -> None:
        before = self.typing_only
        self.typing_only = before or ast.unparse(node.test) in _TYPE_CHECKING
        self.depth += 1
        for statement in (node.test, *node.body):
            self.visit(statement)
        self.typing_only = before
        for statement in node.orelse:
            self.visit(statement)
        self.depth -= 1

    def _inner(self, node: ast.AST) -> None:
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1

    visit_While = visit_Try = visit_TryStar = visit_Match = _inner


_TYPE_CHECKING = {"TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING"}
