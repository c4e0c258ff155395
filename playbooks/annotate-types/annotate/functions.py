"""The functions of a file, and what each one's body does."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotate.sources import Source

Definition = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_TYPE_COMMENT = re.compile(r"#\s*type:\s*\(")
_ENDS = {"sys.exit", "os._exit", "os.abort", "exit", "quit"}
_SWALLOWS = re.compile(r"suppress|raises|assertRaises")


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A definition in its place. `index` counts the functions of one name in the file."""

    path: str
    node: Definition
    qualname: str
    index: int
    owner: ast.ClassDef | None
    outer: "tuple[Definition | ast.ClassDef, ...]"

    @property
    def identity(self) -> tuple[str, str, int]:
        """What stays the same when lines move."""
        return (self.path, self.qualname, self.index)

    @property
    def key(self) -> tuple[str, int]:
        """What finds it from its node: no two definitions begin on one line."""
        return (self.path, self.node.lineno)


def functions(source: Source) -> list[Function]:
    """Return every function of a file, outer before inner, in the order of their lines."""
    found: list[Function] = []
    counts: dict[str, int] = {}
    for node, outer in _definitions(source.tree.body, ()):
        qualname = ".".join([*(scope.name for scope in outer), node.name])
        index = counts[qualname] = counts.get(qualname, -1) + 1
        owner = outer[-1] if outer and isinstance(outer[-1], ast.ClassDef) else None
        found.append(Function(source.path, node, qualname, index, owner, outer))
    return found


def _definitions(
    body: Sequence[ast.stmt], outer: tuple[Definition | ast.ClassDef, ...]
) -> Iterator[tuple[Definition, tuple[Definition | ast.ClassDef, ...]]]:
    for node in body:
        if isinstance(node, Definition):
            yield node, outer
        if isinstance(node, Definition | ast.ClassDef):
            yield from _definitions(node.body, (*outer, node))
        else:
            for part in blocks(node):
                yield from _definitions(part, outer)


def blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of statements directly within a compound statement."""
    for name in ("body", "orelse", "finalbody"):
        if part := getattr(node, name, None):
            yield part
    for case in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield case.body


def has_return_type(node: Definition, lines: Sequence[str]) -> bool:
    """Say whether a function says what it returns, as an annotation or as a type comment."""
    return node.returns is not None or has_type_comment(node, lines)


def has_type_comment(node: Definition, lines: Sequence[str]) -> bool:
    """Say whether a comment such as `# type: (int) -> str` stands for a function's annotations."""
    header = lines[node.lineno - 1 : node.body[0].lineno]
    return any(_TYPE_COMMENT.search(line) for line in header)


def parameters(node: Definition) -> list[ast.arg]:
    """Return all parameters in order."""
    given = node.args
    optional = [given.vararg, *given.kwonlyargs, given.kwarg]
    return [*given.posonlyargs, *given.args, *(arg for arg in optional if arg)]


def untyped_parameters(function: Function) -> list[ast.arg]:
    """Return the parameters without annotation; `self` and `cls` need none."""
    given = parameters(function.node)
    bound = function.owner is not None and "staticmethod" not in decorators(function.node)
    return [argument for argument in given[1 if bound else 0 :] if argument.annotation is None]


def own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield everything within a function that belongs to its own scope, in order."""
    todo: list[ast.AST] = list(reversed(getattr(node, "body", ())))
    while todo:
        part = todo.pop()
        yield part
        if not isinstance(part, _SCOPES):
            todo.extend(reversed(list(ast.iter_child_nodes(part))))


def last_name(expression: ast.expr) -> str:
    """Return the last name of `a.b.c` or `a.b.c(…)`, empty for anything else."""
    if isinstance(expression, ast.Call):
        expression = expression.func
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


def decorators(node: Definition | ast.ClassDef) -> set[str]:
    """Return the last names of a definition's decorators; an empty one is not understood."""
    return {last_name(decorator) for decorator in node.decorator_list}


def is_stub(node: Definition) -> bool:
    """Say whether a body says nothing: docstring, pass, an ellipsis, NotImplementedError."""
    return all(_says_nothing(statement) for statement in node.body)


def _says_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise) and node.exc is not None:
        return last_name(node.exc) == "NotImplementedError"
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def falls_through(body: Sequence[ast.stmt]) -> bool:
    """Say whether control may reach the end of a block; when in doubt it may."""
    return all(_passes(node) for node in body)


def _passes(node: ast.stmt) -> bool:
    rule = _PASSING.get(type(node))
    return rule(node) if rule else True


def _never(_: ast.stmt) -> bool:
    return False


def _expression(node: ast.Expr) -> bool:
    return not (isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in _ENDS)


def _assertion(node: ast.Assert) -> bool:
    return not (isinstance(node.test, ast.Constant) and node.test.value is False)


def _loop(node: ast.While) -> bool:
    endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    return not endless or _breaks(node.body)


def _with(node: ast.With | ast.AsyncWith) -> bool:
    return _swallows(node) or falls_through(node.body)


def _match(node: ast.Match) -> bool:
    return not _is_complete(node) or any(falls_through(case.body) for case in node.cases)


def _branches(node: ast.If) -> bool:
    if isinstance(node.test, ast.Constant) and node.test.value is True:
        return falls_through(node.body)
    return falls_through(node.body) or falls_through(node.orelse)


def _breaks(body: Sequence[ast.stmt]) -> bool:
    """Say whether a loop's body has a break that is its own."""
    for node in body:
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            if _breaks(node.orelse):
                return True
        elif not isinstance(node, _SCOPES) and any(_breaks(part) for part in blocks(node)):
            return True
    return False


def _swallows(node: ast.With | ast.AsyncWith) -> bool:
    return any(_SWALLOWS.search(last_name(item.context_expr)) for item in node.items)


def _try(node: "ast.Try | ast.TryStar") -> bool:
    if node.finalbody and not falls_through(node.finalbody):
        return False
    if any(falls_through(handler.body) for handler in node.handlers):
        return True
    return falls_through(node.body) and falls_through(node.orelse)


def _is_complete(node: ast.Match) -> bool:
    last = node.cases[-1]
    return (
        last.guard is None
        and isinstance(last.pattern, ast.MatchAs)
        and last.pattern.pattern is None
    )


_PASSING: Mapping[type[ast.stmt], Callable[..., bool]] = {
    ast.Return: _never,
    ast.Raise: _never,
    ast.Continue: _never,
    ast.Break: _never,
    ast.Expr: _expression,
    ast.Assert: _assertion,
    ast.If: _branches,
    ast.While: _loop,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
}
