"""Colour for lines that begin with a glyph and a word: it says nothing that they do not say."""

import re

import typer

_COLOURS = {
    **dict.fromkeys("✓", typer.colors.GREEN),
    **dict.fromkeys("✗⊘", typer.colors.RED),
    **dict.fromkeys("⚠◷↶↺◐‖", typer.colors.YELLOW),
    **dict.fromkeys("◆✎✉»⇄◔◑◕", typer.colors.CYAN),
}
_HEAD = re.compile(rf"( *)([{''.join(_COLOURS)}])( (?:sent back|goes on|given up|[\w-]+):?)?")
_DIFF = {"+": typer.colors.GREEN, "-": typer.colors.RED, "@": typer.colors.CYAN}


def headed(line: str) -> str:
    """Return a line with its glyph and its word in colour, if it has any."""
    found = _HEAD.match(line)
    if found is None:
        return line
    space, glyph, word = found[1], found[2], found[3] or ""
    head = typer.style(f"{glyph}{word}", fg=_COLOURS[glyph], bold=True)
    return f"{space}{head}{line[found.end() :]}"


def changed(line: str) -> str:
    """Return a line of a diff in the colour of what it does."""
    colour = _DIFF.get(line[:1])
    return typer.style(line, fg=colour) if colour else line
