"""Annotate the functions of the listed files in place, as far as their types are certain.

Edits nothing but the headers of functions. An attempt that was rejected is repeated without the
annotations that the verdict in LEAFCUT_VERDICT speaks against; LEAFCUT_NOTES keeps them.
"""

import argparse
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.edits import Lines, defaulted, returning
from annotate.functions import Function, functions, has_return_type
from annotate.modules import Module, Tree
from annotate.rules import Answers, Proposal, propose
from annotate.sources import Edit, listed, readable
from annotate.spelling import Writer
from annotate.verdict import Identity, blamed, failures, remember, remembered

MAX_ROUNDS = 5
"""How often functions of the same files are looked at, so that one may use another's type."""
DEFAULT_TRANSPARENT = (
    "cache,lru_cache,wraps,staticmethod,classmethod,override,final,property,cached_property"
)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    python: tuple[int, int]
    defaults: bool
    bare: bool
    transparent: frozenset[str]


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one function is to be given: the text of its return type, if any."""

    function: Function
    returns: str
    rule: str


@dataclass(slots=True)
class Work:
    """The files of a task with their functions that say not what they return."""

    tree: Tree
    modules: Sequence[Module]
    options: Options

    def untyped(self) -> list[tuple[Module, Function]]:
        """Return them in order."""
        return [
            (module, function)
            for module in self.modules
            for lines in [module.source.lines]
            for function in functions(module.source)
            if not has_return_type(function.node, lines)
        ]

    def annotations(self, without: set[Identity]) -> list[Annotation]:
        """Return all annotations that can be written, leaving out the functions in `without`."""
        found: dict[tuple[str, int], Proposal] = {}
        written: list[Annotation] = []
        answers = Answers(self.tree, self.options.transparent, found)
        todo = [pair for pair in self.untyped() if pair[1].identity not in without]
        for _ in range(MAX_ROUNDS):
            news = [one for pair in todo if (one := self._annotation(*pair, answers, found))]
            written.extend(news)
            done = {one.function.key for one in news}
            todo = [pair for pair in todo if pair[1].key not in done]
            if not news:
                break
        return written

    def _annotation(
        self,
        module: Module,
        function: Function,
        answers: Answers,
        found: dict[tuple[str, int], Proposal],
    ) -> Annotation | None:
        try:
            proposal = propose(self.tree, module, function, answers)
        except RecursionError:
            return None  # generated code, nested deeper than anything can follow
        if proposal is None:
            return None
        options = self.options
        writer = Writer(self.tree, module, function, options.python, options.bare)
        text = writer.write(proposal.returns)
        if text is None:
            return None
        found[function.key] = proposal
        return Annotation(function, text, proposal.rule)

    def apply(self, annotations: Iterable[Annotation], root: Path) -> int:
        """Write the annotations into the files and return how many files changed."""
        by_path: dict[str, list[Annotation]] = {}
        for annotation in annotations:
            by_path.setdefault(annotation.function.path, []).append(annotation)
        changed = [module for module in self.modules if module.path in by_path]
        for module in changed:
            edits = self._edits(module, by_path[module.path])
            (root / module.path).write_bytes(module.source.edited(edits))
        return len(changed)

    def _edits(self, module: Module, annotations: Iterable[Annotation]) -> list[Edit]:
        lines = Lines(module.source)
        edits: list[Edit] = []
        for one in annotations:
            edits.append(returning(lines, one.function.node, one.returns))
            if self.options.defaults:
                edits.extend(defaulted(module.source, lines, one.function.node))
        return edits


def given_up(work: Work, verdict: Path | None, notes: Path | None) -> set[Identity]:
    """Return the functions to leave alone, after the last verdict and all before it."""
    before = remembered(notes)
    if verdict is None:
        return before
    annotated = [one.function for one in work.annotations(before)]
    lines = {module.path: module.source.lines for module in work.modules}
    after = before | blamed(failures(verdict), annotated, lines)
    remember(notes, after)
    return after


def main() -> None:
    """Edit the listed files and say what was done."""
    options, files_from = _arguments()
    root = Path()
    tree = Tree(root)
    modules = [tree.add(source) for source in readable(root, listed(files_from))]
    work = Work(tree, modules, options)
    dropped = given_up(work, _path("LEAFCUT_VERDICT"), _path("LEAFCUT_NOTES"))
    annotations = work.annotations(dropped)
    untyped = len(work.untyped())
    files = work.apply(annotations, root)
    print(_summary(annotations, untyped, files, len(dropped)))


def _summary(annotations: Sequence[Annotation], untyped: int, files: int, dropped: int) -> str:
    counts = Counter(one.rule for one in annotations)
    rules = ", ".join(f"{rule} {counts[rule]}" for rule in sorted(counts))
    gave_up = f"; {dropped} given up after a verdict" if dropped else ""
    said = f" ({rules})" if rules else ""
    return f"annotated {len(annotations)} of {untyped} functions in {files} files{said}{gave_up}"


def _path(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None


def _arguments() -> tuple[Options, Path]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files-from", type=Path, required=True)
    parser.add_argument("--python", type=_version, default=(3, 11))
    parser.add_argument("--defaults", choices=["true", "false"], default="false")
    parser.add_argument("--bare-containers", choices=["true", "false"], default="false")
    parser.add_argument("--transparent", default=DEFAULT_TRANSPARENT)
    given = parser.parse_args()
    names = frozenset(name.strip() for name in given.transparent.split(",") if name.strip())
    return Options(
        given.python, given.defaults == "true", given.bare_containers == "true", names
    ), given.files_from


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")[:2]
    return int(major), int(minor)


if __name__ == "__main__":
    main()
