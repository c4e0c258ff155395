"""Which language a file is in, by what its name ends with."""

from collections.abc import Mapping
from posixpath import splitext

_SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "python": (".py", ".pyi"),
    "javascript": (".js", ".jsx", ".mjs", ".cjs"),
    "typescript": (".ts", ".tsx", ".mts", ".cts"),
    "java": (".java",),
    "go": (".go",),
    "rust": (".rs",),
    "ruby": (".rb",),
    "kotlin": (".kt",),
    "c": (".c",),
    "c++": (".cc", ".cpp"),
    "c#": (".cs",),
    "php": (".php",),
    "swift": (".swift",),
    "scala": (".scala",),
}
_LANGUAGES = {suffix: name for name, suffixes in _SUFFIXES.items() for suffix in suffixes}

LANGUAGES = frozenset(_SUFFIXES)
"""All that are known."""


def language_of(path: str) -> str:
    """Return the language of a file, "" for one that is not known."""
    return _LANGUAGES.get(splitext(path)[1].lower(), "")


def suffixes_of(language: str) -> tuple[str, ...]:
    """Return what names of files in a language end with, the most usual first."""
    return _SUFFIXES.get(language, ())
