"""Where in a shell command an expression must not stand.

Expressions expand quoted. Inside quotes of the command's own the two cancel out: a file named
`$(id).py` in `'${{ task.files }}'` would be run.
"""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"(?P<before>[\\$]?)\$\{\{\s*(?P<name>.*?)\s*\}\}|\\.|\$\(|[()'\"\n]|(?<![^\s;&|(])#", re.DOTALL
)
_ESCAPED = "\\"
_QUOTES = {"'", '"'}


def inside_quotes(script: str) -> Iterator[str]:
    """Yield the names of expressions that the script quotes once more, in order.

    The script's own quotes, command substitutions and comments are followed; here-documents are
    not, and count as plain text.
    """
    stack = [""]
    for match in _TOKEN.finditer(script):
        if match["name"] is None:
            _follow(match[0], stack)
        elif stack[-1] in _QUOTES or (match["before"] and stack[-1] != "#"):
            yield match["name"]


def _follow(token: str, stack: list[str]) -> None:
    """Enter or leave what the token opens or closes."""
    top = stack[-1]
    closes = {"'": "'", '"': '"', "(": ")", "#": "\n"}.get(top)
    if token == closes:
        stack.pop()
    elif top == "'" and token == f"{_ESCAPED}'":
        stack.pop()  # a backslash is plain text there
    elif token == "$(" and top not in {"'", "#"}:
        stack.append("(")
    elif token in {"'", '"', "(", "#"} and top not in {"'", '"', "#"}:
        stack.append(token)
