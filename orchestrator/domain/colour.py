"""Whether lines are coloured."""

from collections.abc import Mapping

from orchestrator.domain.config import Colour


def coloured(choice: Colour, environ: Mapping[str, str]) -> bool | None:
    """Return whether to colour, None where each stream says itself whether it is a terminal.

    What a person chose for Leafcut goes before variables that hold for all programs
    (https://no-color.org, https://force-color.org, https://bixense.com/clicolors). Of those,
    NO_COLOR is the strongest.
    """
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if _is_on(environ, "FORCE_COLOR") or _is_on(environ, "CLICOLOR_FORCE"):
        return True
    if environ.get("CLICOLOR") == "0" or environ.get("TERM") == "dumb":
        return False
    return None


def _is_on(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "") not in {"", "0"}
