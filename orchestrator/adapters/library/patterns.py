"""What is wrong with regular expressions and globs that people write."""

import re
import warnings
from pathlib import PurePosixPath

from pathspec import GitIgnoreSpec


def regex_problem(text: str) -> str:
    """Return what is wrong with a pattern, nothing when it can be used."""
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(text, re.MULTILINE)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return "" if text else "it is empty and matches everywhere"


def template_problem(pattern: str, template: str) -> str:
    """Return what is wrong with what a pattern's matches become, nothing when it can be used."""
    try:
        compiled = re.compile(f"(?:{pattern})|")
    except (re.error, OverflowError, RecursionError):
        return ""  # which is told as the pattern's own fault
    try:
        compiled.sub(template, "", count=1)
    except (re.error, IndexError) as error:
        return f"cannot stand for what {pattern!r} matches: {error} — groups are \\1, \\2"
    return ""


def could_match(glob: str) -> bool:
    """Say whether a gitignore-style pattern could match a file."""
    if ".." in PurePosixPath(glob).parts:
        return False
    try:
        return any(one.include is not None for one in GitIgnoreSpec.from_lines([glob]).patterns)
    except ValueError:
        return False
