"""Text from elsewhere inside Markdown of ours.

A file name or a check's output may hold anything, and a forge acts on some of it: `@name` calls
somebody, `fixes #1` closes an issue, also later when a body becomes a commit message. A zero-width
space breaks those words and leaves what a person reads as it was.
"""

import re

_BREAK = "\u200b"
_ACTS = (
    (re.compile(r"@(?=\w)"), f"@{_BREAK}"),
    (re.compile(r"#(?=\d)"), f"#{_BREAK}"),
    (re.compile(r"\b(GH-)(?=\d)", re.IGNORECASE), rf"\1{_BREAK}"),
    (re.compile(r"(https?:)(?=//)", re.IGNORECASE), rf"\1{_BREAK}"),
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Return one line of running text that means nothing to Markdown or to a forge."""
    return _tamed(_SPECIAL.sub(r"\\\1", " ".join(_visible(text, keep=" ").split())))


def code(text: str) -> str:
    """Return a code span; control characters show as escapes."""
    shown = _tamed(_visible(text)) or " "
    fence = "`" * (1 + _longest_run(shown))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def cell(text: str) -> str:
    """Return a code span that may stand in a table's cell."""
    return code(text).replace("|", "\\|")


def block(text: str, language: str = "") -> str:
    """Return a fenced block; the text stays as it is, line by line."""
    lines = [_visible(line) for line in text.splitlines()]
    fence = "`" * max(3, 1 + _longest_run(text))
    return "\n".join([f"{fence}{language}", *lines, fence])


def _visible(text: str, keep: str = "") -> str:
    if keep:
        text = re.sub(r"[\t\n\r]", keep, text)
    return _CONTROL.sub(lambda match: _escaped(match.group()), text)


def _escaped(char: str) -> str:
    """Return an escape; a surrogate stands for a byte of a file name that is no UTF-8."""
    byte = ord(char) - 0xDC00
    return (
        f"\\x{byte:02x}" if byte in range(0x80, 0x100) else char.encode("unicode_escape").decode()
    )


def _tamed(text: str) -> str:
    for pattern, broken in _ACTS:
        text = pattern.sub(broken, text)
    return text


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
