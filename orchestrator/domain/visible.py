"""Text of somebody else's, made safe to show on a terminal."""


def visible(text: str) -> str:
    """Return text whose control characters are written out; newlines and tabs stay.

    A file's name or a tool's output could move the cursor, set the title or hide what follows.
    """
    return "\n".join(map(_visible_line, text.split("\n")))


def on_one_line(text: str) -> str:
    """Return text as `visible` does, newlines and tabs written out, too."""
    return "".join(char if _is_plain(char) else _written(char) for char in text)


def _visible_line(line: str) -> str:
    if line.isprintable():  # as most are, of texts that may be millions of characters long
        return line
    return "".join(char if char == "\t" or _is_plain(char) else _written(char) for char in line)


def _is_plain(char: str) -> bool:
    return char.isprintable() or "\udc80" <= char <= "\udcff"


def _written(char: str) -> str:
    return repr(char)[1:-1]
