"""Texts as TOML has them."""

import json


def toml_text(text: str) -> str:
    """Return a text as a TOML string, as it stands where TOML has that.

    JSON's escapes are TOML's, but for the one character DEL.
    """
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
