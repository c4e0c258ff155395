"""Text of somebody else's, cut to what is kept or shown of it."""

LONGEST = 2000
"""Characters of a note, or of a reason, that are kept."""


def bounded(text: str, most: int = LONGEST) -> str:
    """Return text cut to `most` characters, without control characters but newline and tab."""
    plain = "".join(char for char in text[: 2 * most] if char.isprintable() or char in "\n\t")
    plain = plain.encode("utf-8", "replace").decode().strip()
    return cut(plain, most)


def cut(text: str, most: int) -> str:
    """Return a text of at most `most` characters, whose last one shows that something is gone."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def without_middle(text: str, most: int) -> str:
    """Return the first and the last of a text, `most` characters in all, and how many are gone."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters …\n{text[-half:]}"
