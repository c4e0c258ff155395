"""Text from elsewhere inside Markdown of ours.

A file name or a check's output may hold anything, and a forge acts on some of it: `@name` calls
somebody, `fixes #1` closes an issue, also inside code when a body becomes a commit message. A
zero-width space breaks those words and leaves what a person reads as it was. In commands that a
person may copy a pair of quotes does it, which a shell takes for nothing.
"""

import re
from collections.abc import Sequence

_BREAK = "\u200b"
APART = _BREAK
"""What keeps text from elsewhere apart from the words beside it: a zero-width space."""
_ACTS = re.compile(r"@(?=\w)|#(?=\d)|GH-(?=\d)|https?:(?=//)|www(?=\.)", re.IGNORECASE)
_REFERS = re.compile(
    r"(?<![A-Za-z0-9])@(?=\w)|#(?=\d)|GH-(?=\d)"
    r"|https?:(?=//\S+/(?:issues|pull|discussions)/\d)",
    re.IGNORECASE,
)
"""What acts in text that is no running text; other addresses stay whole, to be copied."""
_CALLS = re.compile(
    r"(?<![A-Za-z0-9])@\w+"
    r"|\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\W{0,10}"
    r"(?:[\w./-]*#\d+|GH-\d+|https?://\S+/(?:issues|pull)/\d+)",
    re.IGNORECASE,
)
"""What calls people or closes issues in a page that is done: text from elsewhere is broken by then.

https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
"""
_SHELL_QUOTED = re.compile(r"""('[^']*'?|"(?:[^"\\]|\\.)*"?|\\.|(?<!\S)#.*)""", re.DOTALL)
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
    """Return a fenced block; the text shows as it is, line by line."""
    lines = [_REFERS.sub(rf"\g<0>{_BREAK}", _visible(line)) for line in _lines(text)]
    fence = "`" * max(3, 1 + _longest_run(text))
    return "\n".join([f"{fence}{language}", *lines, fence])


def script(commands: Sequence[str]) -> str:
    """Return a fenced block of shell commands, which do the same when they are copied.

    Inside of quotes there is no harmless break but one that the command would notice; there it gets
    the zero-width space, and with it an argument that is not quite the same.
    """
    return block("\n".join(_broken(command) for command in commands), "sh")


def inert(text: str) -> str:
    """Return one line of text that is no Markdown, such as a title, on which no forge acts."""
    return _tamed(" ".join(_visible(text, keep=" ").split()))


def calls(text: str) -> str:
    """Return what calls people or closes issues in finished Markdown; a bare `#1` does neither."""
    found = _CALLS.search(text)
    return found.group() if found else ""


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


def _lines(text: str) -> list[str]:
    """Return lines as git sees them: a form feed or a bare carriage return ends none."""
    return re.split(r"\r?\n", text.removesuffix("\n"))


def _broken(command: str) -> str:
    """Return a command with quotes between what would act together, where it has none itself."""
    parts = _SHELL_QUOTED.split(command)
    broken = [_REFERS.sub(r"\g<0>''", part) for part in parts]
    broken[1::2] = [f"{part}''" if part in {r"\@", r"\#"} else part for part in parts[1::2]]
    return "".join(broken)


def _tamed(text: str) -> str:
    return _ACTS.sub(rf"\g<0>{_BREAK}", text)


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
