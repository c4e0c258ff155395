"""Where annotations go in the text of a function's header."""

import ast
import tokenize
from collections.abc import Callable, Iterator, Sequence

from annotate.functions import Definition
from annotate.sources import Edit, Source

_OPENING, _CLOSING = set("([{"), set(")]}")
_DEFAULTS = {"bool", "int", "float", "str", "bytes"}


class Lines:
    """The lines of a source with the offsets at which they begin."""

    def __init__(self, source: Source) -> None:
        """Measure the lines of `source`."""
        self.lines = source.lines
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line))

    def offset(self, line: int, column: int) -> int:
        """Return the offset in the text of a line, counted from 1, and a column in characters."""
        return self._starts[line - 1] + column

    def offset_of_bytes(self, line: int, column: int) -> int:
        """Return the offset of a column that is counted in bytes of UTF-8, as `ast` does."""
        before = self.lines[line - 1].encode()[:column]
        return self.offset(line, len(before.decode()))


def returning(lines: Lines, node: Definition, annotation: str) -> Edit:
    """Return the edit that gives a function a return annotation."""
    line, column = _end_of_parameters(lines.lines[node.lineno - 1 :])
    at = lines.offset(node.lineno + line - 1, column)
    return Edit(at, at, f" -> {annotation}")


def _end_of_parameters(lines: Sequence[str]) -> tuple[int, int]:
    """Return line, counted from 1, and column of the end of the last token before a def's colon."""
    depth, end = 0, (1, 0)
    for token in tokenize.generate_tokens(_feed(lines)):
        if token.type == tokenize.OP:
            if token.string == ":" and depth == 0:
                break
            depth += (token.string in _OPENING) - (token.string in _CLOSING)
            end = token.end
    return end


def _feed(lines: Sequence[str]) -> Callable[[], str]:
    """Return lines one by one as the tokenizer wants them, whatever ends them in the file."""
    feed = (line.rstrip("\r\n") + "\n" for line in lines)
    return lambda: next(feed, "")


def defaulted(source: Source, lines: Lines, node: Definition) -> Iterator[Edit]:
    """Yield the edits that give parameters the type of their literal default."""
    given = node.args
    positional = [*given.posonlyargs, *given.args]
    defaults = zip(positional[len(positional) - len(given.defaults) :], given.defaults, strict=True)
    for argument, default in (*defaults, *zip(given.kwonlyargs, given.kw_defaults, strict=True)):
        name = type(default.value).__name__ if isinstance(default, ast.Constant) else ""
        if argument.annotation is None and name in _DEFAULTS and default is not None:
            start = lines.offset_of_bytes(argument.end_lineno or 0, argument.end_col_offset or 0)
            end = lines.offset_of_bytes(default.lineno, default.col_offset)
            if source.text[start:end].strip() == "=":
                yield Edit(start, end, f": {name} = ")
