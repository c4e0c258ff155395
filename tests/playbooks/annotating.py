"""What annotate-types writes for a function, found in this process."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from tests.playbooks.support import ANNOTATE, lay_out, load

codemod: Any = load(ANNOTATE / "codemod.py")


def work(
    tree: Path,
    files: Mapping[str, str | bytes],
    *,
    python: tuple[int, int] = (3, 11),
    defaults: bool = False,
    bare: bool = False,
    task: Collection[str] = (),
) -> Any:
    """Return the work on the files of a task, which is all of them unless said otherwise."""
    lay_out(tree, files)
    names = frozenset({*codemod.DEFAULT_TRANSPARENT.split(","), "transparent"})
    options = codemod.Options(python, defaults, bare, names)
    modules = codemod.Tree(tree)
    sources = codemod.readable(tree, task or files)
    return codemod.Work(modules, [modules.add(source) for source in sources], options)


def returns(tree: Path, code: str, **options: Any) -> dict[str, str]:
    """Return the annotations of one file's functions by qualified name."""
    done = work(tree, {"a.py": code}, **options)
    return {one.function.qualname: one.returns for one in done.annotations(set())}


def returns_of(tree: Path, files: Mapping[str, str], **options: Any) -> dict[str, str]:
    """Return the annotations of several files' functions by qualified name."""
    done = work(tree, files, **options)
    return {one.function.qualname: one.returns for one in done.annotations(set())}
