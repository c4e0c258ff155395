"""The error boundary: every way to end is one exit code and at most one clear message."""

import sys
import traceback
from collections.abc import Callable

from orchestrator.cli.streams import UNREAD, Unread, complete
from orchestrator.domain.visible import visible
from orchestrator.errors import LeafcutError, MissingRequirementError, is_out_of_space

BUG = 1
INTERRUPTED = 130


def guarded(command: Callable[[], None]) -> int:
    """Run `command` and turn whatever it raises into an exit code, talking on stderr only.

    Where nobody reads what it prints, that is the code, unless the command had one of its own.
    """
    complete()
    code = _exit_code(command)
    try:
        sys.stdout.flush()
    except Unread:
        return code or UNREAD
    return code


def _exit_code(command: Callable[[], None]) -> int:
    try:
        command()
    except KeyboardInterrupt:
        _say("interrupted", "leafcut resume")
        return INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception as error:  # noqa: BLE001 - the one boundary
        return _explained(error)
    return 0


def _explained(error: Exception) -> int:
    if isinstance(error, LeafcutError):
        _say(error.message, error.hint)
        return error.exit_code
    if is_out_of_space(error):
        _say(f"no room left: {error}", "free some space, then leafcut resume if a run had begun")
        return MissingRequirementError.exit_code
    traceback.print_exception(error)
    _say("this is a bug in Leafcut", "please report it with the lines above")
    return BUG


def _say(message: str, hint: str) -> None:
    lines = [f"leafcut: {visible(message)}", *([f"  → {visible(hint)}"] if hint else [])]
    print("\n".join(lines).encode("utf-8", "replace").decode(), file=sys.stderr)
