"""What a comment says, as far as laziness goes. Pure text; the same in every language."""

import re
from collections.abc import Iterator

from orchestrator.domain.sources import Comment, Mark

_TODO = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|\b[Tt]o-?do:|\bnot (?:yet )?implemented\b")

_IGNORES = (
    # key, the comment, and what makes it blanket: it names no rule, or holds for a whole file
    ("types", r"#\s*type:\s*ignore", r"#\s*type:\s*ignore(?!\[)"),
    ("types", r"#\s*pyright:\s*(?:ignore|basic|report\w+\s*=\s*false)", r"pyright:\s*ignore(?!\[)"),
    ("types", r"#\s*mypy:\s*\S*ignore|#\s*(?:pyre|pytype)\b.*(?:ignore|disable)", r"mypy:"),
    ("lint", r"#\s*noqa\b", r"#\s*noqa(?!:)"),
    ("lint", r"#\s*(?:ruff|flake8):\s*noqa", r"."),
    ("lint", r"#\s*pylint:\s*(?:disable|skip-file)", r"skip-file|disable\s*=\s*all"),
    ("security", r"#\s*nosec\b", r"#\s*nosec\s*$"),
    ("coverage", r"#\s*pragma:\s*no\s*(?:cover|branch)", r"(?!)"),
    ("coverage", r"\b(?:istanbul|c8|v8|node:coverage)\s+(?:ignore|disable)", r"ignore file"),
    ("eslint", r"\beslint-disable(?:-line|-next-line)?\b",
     r"eslint-disable(?!-)|eslint-disable-(?:next-)?line\s*(?:\*/)?\s*$"),
    ("eslint", r"\b(?:tslint:disable|biome-ignore|jshint\s+ignore|deno-lint-ignore|oxlint-disable)",
     r"tslint:disable\s*(?:\*/)?\s*$|lint-ignore-file"),
    ("typescript", r"@ts-(?:ignore|expect-error|nocheck)\b", r"@ts-nocheck"),
    ("typescript", r"\$Flow(?:FixMe|Ignore|IssueFixMe|ExpectedError)|@noflow", r"@noflow"),
    ("java", r"//\s*noinspection\b|\bNOSONAR\b|\bCHECKSTYLE[: ]*OFF\b|\bNOPMD\b", r"(?!)"),
)  # fmt: skip
_COMPILED = tuple((key, re.compile(one), re.compile(all_)) for key, one, all_ in _IGNORES)

_CODE = r"(?:code|file|class|function|method|methods|module|body|implementation|component|tests?)"
_LEFT_OUT = r"(?:unchanged|omitted|elided|truncated|same as before|as before|stays? the same|here)"
_ELISION = re.compile(
    rf"""
      ^(?:\.{{3}}|…)$
    | ^(?:\.{{3}}|…).*\b(?:rest|remaining|remainder|existing|unchanged|omitted|other|previous|same
                        |{_CODE})\b
    | ^(?:the\ )?(?:rest|remainder)\ of\ (?:the\ |this\ )?(?:\w+\ )?{_CODE}
        (?:\W*|.*\b{_LEFT_OUT}\b.*)$
    | ^(?:the\ )?(?:existing|remaining|previous|your|other)\ {_CODE}
        (?:\W*|\ (?:goes\ )?{_LEFT_OUT}\W*|\ remains?\b.*)$
    | \b(?:omitted|elided|truncated|shortened|snipped)\ for\ (?:brevity|clarity)\b
    | ^(?:{_CODE}|everything\ else)\ (?:goes\ here|omitted|unchanged|stays\ the\ same)\W*$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MARKERS = " \t\r\n*/#<!->{}"


def marks_of(comment: Comment) -> Iterator[Mark]:
    """Yield what a comment gives away, each with the line that it stands on."""
    for at, text in enumerate(comment.text.splitlines()):
        line, shown = comment.line + at, text.strip()
        if _TODO.search(text):
            yield Mark("todo", "todo", shown, line)
        if _ELISION.search(text.strip(_MARKERS)):
            yield Mark("elision", "elision", shown, line)
        yield from _ignores(shown, line)


def _ignores(text: str, line: int) -> Iterator[Mark]:
    for key, one, blanket in _COMPILED:
        if one.search(text):
            if blanket.search(text):
                yield Mark("blanket", f"blanket {key}", text, line)
            yield Mark("ignore", f"ignore {key}", text, line)
            return
