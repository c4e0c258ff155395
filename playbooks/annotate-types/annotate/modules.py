"""Names followed through imports to where they are defined, by reading the tree's files."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from annotate.bindings import Binding, Names, bindings
from annotate.functions import Definition
from annotate.sources import Source, read

ROOTS = ("", "src", "lib")
"""Folders in which absolute imports are looked for, after the importing file's own."""
MAX_HOPS = 12
"""How many imports and re-exports a name is followed through."""

_STAR = re.compile(r"^\s*from\s+\S+\s+import\s+\*", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Module:
    """A file of the tree as something to import from."""

    source: Source

    @property
    def path(self) -> str:
        """The path within the tree, which is the module's identity."""
        return self.source.path

    @cached_property
    def names(self) -> Names:
        """What the module's own statements bind."""
        return bindings(self.source.tree.body)

    @cached_property
    def defers_annotations(self) -> bool:
        """Whether annotations are not evaluated."""
        bound = self.names.by_name.get("annotations", ())
        return any(one.module == "__future__" for one in bound)

    def package(self, level: int) -> str:
        """Return the folder that `level` leading dots stand for."""
        folder = PurePosixPath(self.path)
        for _ in range(level):
            folder = folder.parent
        return "" if str(folder) == "." else str(folder)

    def exports(self, name: str) -> bool:
        """Say whether a star import of this module brings `name`."""
        said = self.names.only("__all__")
        if said is not None and isinstance(said.node, ast.List | ast.Tuple):
            return any(
                isinstance(part, ast.Constant) and part.value == name for part in said.node.elts
            )
        return not name.startswith("_")


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name stands for.

    In the tree: `module` is where it is defined, `node` its definition, None for the module
    itself. Outside: `dotted` is its full name.
    """

    module: Module | None = None
    node: Definition | ast.ClassDef | None = None
    dotted: str = ""

    @property
    def identity(self) -> tuple[str, int | str]:
        """What two symbols share when they are the same thing."""
        if self.module is None:
            return ("", self.dotted)
        return (self.module.path, self.node.lineno if self.node else 0)


@dataclass(slots=True)
class Tree:
    """The files of the tree, read when they are asked for and once."""

    root: Path
    _modules: dict[str, Module | None] = field(default_factory=dict)
    _paths: dict[tuple[str, int, str], str | None] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _symbols: dict[tuple[str, str], Symbol | None] = field(default_factory=dict)
    _names: dict[ast.AST, Names] = field(default_factory=dict)

    def add(self, source: Source) -> Module:
        """Return the module of a source that is already there."""
        module = self._modules[source.path] = Module(source)
        return module

    def at(self, path: str) -> Module | None:
        """Return the module at a path; None if there is none that parses."""
        if path not in self._modules:
            try:
                self._modules[path] = Module(read(self.root, path))
            except (OSError, ValueError):
                self._modules[path] = None
        return self._modules[path]

    def names_of(self, scope: Definition | ast.ClassDef) -> Names:
        """Return what the body of a function or a class binds."""
        if scope not in self._names:
            self._names[scope] = bindings(scope.body, is_function=isinstance(scope, Definition))
        return self._names[scope]

    def find(self, dotted: str, level: int, importer: Module) -> Module | None:
        """Return the module that an import names, or None if it is not in the tree."""
        path = self._locate(dotted, level, importer)
        return self.at(path) if path else None

    def _locate(self, dotted: str, level: int, importer: Module) -> str | None:
        asked = (dotted, level, importer.path.rpartition("/")[0])
        if asked not in self._paths:
            self._paths[asked] = self._search(dotted, level, importer)
        return self._paths[asked]

    def _search(self, dotted: str, level: int, importer: Module) -> str | None:
        parts = dotted.split(".") if dotted else []
        for folder in self._folders(level, importer):
            path = str(PurePosixPath(folder, *parts))
            for candidate in (f"{path}/__init__.py", f"{path}.py"):
                if candidate in self._modules or (self.root / candidate).is_file():
                    return candidate
        return None

    def _folders(self, level: int, importer: Module) -> list[str]:
        if level:
            return [importer.package(level)]
        folder = importer.package(1)
        while folder and (self.root / folder / "__init__.py").is_file():
            folder = str(PurePosixPath(folder).parent)
            folder = "" if folder == "." else folder
        return list(dict.fromkeys((folder, *ROOTS)))

    def look_up(self, module: Module, name: str, hops: int = 0) -> Symbol | None:
        """Return what a name at the top of a module stands for, None if that is not certain."""
        if (module.path, name) in self._symbols:
            return self._symbols[module.path, name]
        found = self._look_up(module, name, hops) if hops <= MAX_HOPS else None
        if found or hops == 0:
            self._symbols[module.path, name] = found
        return found

    def _look_up(self, module: Module, name: str, hops: int) -> Symbol | None:
        if name in module.names.by_name:
            bound = module.names.only(name)
            return self.of_binding(module, bound, hops) if bound else None
        if found := self._from_stars(module, name, hops):
            return found
        if module.path.endswith("__init__.py"):
            inner = self.find(name, 1, module)
            return Symbol(module=inner) if inner else None
        return None

    def of_binding(self, module: Module, bound: Binding, hops: int = 0) -> Symbol | None:
        """Return what one binding in `module` stands for."""
        if bound.how == "define" and isinstance(bound.node, Definition | ast.ClassDef):
            return Symbol(module=module, node=bound.node)
        if bound.how != "import":
            return None
        return self._imported(module, bound, hops)

    def _imported(self, module: Module, bound: Binding, hops: int) -> Symbol | None:
        target = self.find(bound.module, bound.level, module)
        if not bound.member:
            return Symbol(module=target) if target else Symbol(dotted=bound.module)
        if target is not None and target is not module:
            return self.look_up(target, bound.member, hops + 1)
        inner = self.find(".".join(filter(None, (bound.module, bound.member))), bound.level, module)
        if inner is not None:
            return Symbol(module=inner)
        return None if bound.level else Symbol(dotted=f"{bound.module}.{bound.member}")

    def _from_stars(self, module: Module, name: str, hops: int) -> Symbol | None:
        for dotted, level in reversed(module.names.stars):
            path = self._locate(dotted, level, module)
            if path is None or path == module.path or not self._may_export(path, name):
                continue
            target = self.at(path)
            found = (
                self.look_up(target, name, hops + 1) if target and target.exports(name) else None
            )
            if found:
                return found
        return None

    def _may_export(self, path: str, name: str) -> bool:
        """Say whether a file's text leaves it open that it exports a name; parsing costs more."""
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_bytes().decode("utf-8", "replace")
        text = self._texts[path]
        wanted = _STAR.search(text) or f'"{name}"' in text or f"'{name}'" in text
        return bool(wanted) if "__all__" in text else bool(_STAR.search(text)) or name in text

    def member(self, base: Symbol, name: str) -> Symbol | None:
        """Return what `base.name` stands for."""
        if base.module is None:
            return Symbol(dotted=f"{base.dotted}.{name}")
        if base.node is None:
            return self.look_up(base.module, name)
        return self.attribute(base, name)

    def attribute(self, of: Symbol, name: str, hops: int = 0) -> Symbol | None:
        """Return the definition of a class's attribute, its own or inherited."""
        bound = self.attribute_binding(of, name, hops)
        if bound and isinstance(bound[1].node, Definition | ast.ClassDef):
            return Symbol(module=bound[0], node=bound[1].node)
        return None

    def attribute_binding(
        self, of: Symbol, name: str, hops: int = 0
    ) -> tuple[Module, Binding] | None:
        """Return where a class or its bases bind a name; None if it cannot be told."""
        if not isinstance(of.node, ast.ClassDef) or of.module is None or hops > MAX_HOPS:
            return None
        own = self.names_of(of.node)
        if name in own.by_name:
            bound = own.only(name)
            return (of.module, bound) if bound else None
        for base in of.node.bases:
            parent = self.of_expression(of.module, base)
            if parent is None or parent.module is None:
                return None
            if found := self.attribute_binding(parent, name, hops + 1):
                return found
        return None

    def of_expression(
        self,
        module: Module,
        expression: ast.expr,
        local: "Callable[[str], Symbol | None] | None" = None,
    ) -> Symbol | None:
        """Return what `a` or `a.b.c` stands for; `local` may know names before the module does."""
        if isinstance(expression, ast.Name):
            return local(expression.id) if local else self.look_up(module, expression.id)
        if isinstance(expression, ast.Attribute):
            base = self.of_expression(module, expression.value, local)
            return self.member(base, expression.attr) if base else None
        return None
