"""What a sandbox that isolates looks like from inside, and what goes on around the command there.

The same whether it is a container or bubblewrap.
"""

from collections.abc import Sequence
from pathlib import Path

from orchestrator.ports.sandbox import Command

TREE = "/w"
HOME = "/home/leafcut"
TEMPORARY = "/tmp"  # noqa: S108 - the sandbox's own
GATEWAY = "/run/leafcut/gateway.sock"
"""Where a sandbox shows the gateway's socket: a path that fits into an address, 107 bytes."""
FORWARDER = "/run/leafcut/forward.py"
"""Where it shows the program that forwards the gateway, which is `FORWARDER_HERE` on the host."""
FORWARDER_HERE = Path(__file__).with_name("forward.py")
PORT = 8377
URL = f"http://127.0.0.1:{PORT}"
"""Where a command without network reaches the gateway."""
NO_FORWARDER = 125
"""Exit code of a container whose image has nothing that could forward the gateway."""

_LEASE = """\
exec 3<&0 </dev/null
( (read _ <&3; kill -s KILL -- -1) >/dev/null 2>&1 & )
exec 3<&-
"""
"""Ends everything when standard input does, for then Leafcut has died; see attach in docker(1)."""

_FORWARD = f"""\
if command -v python3 >/dev/null; then
  python3 -I -S {FORWARDER} {GATEWAY} {PORT} || exit {NO_FORWARDER}
elif command -v socat >/dev/null; then
  ( socat TCP-LISTEN:{PORT},bind=127.0.0.1,reuseaddr,fork UNIX-CONNECT:{GATEWAY} \\
    >/dev/null 2>&1 & )
  n=0
  until grep -q ':{PORT:04X} ' /proc/net/tcp; do
    n=$((n + 1)); [ $n -gt 250 ] && exit {NO_FORWARDER}
    sleep 0.02
  done
else
  echo 'neither python3 nor socat is in the image, and the gateway needs one' >&2
  exit {NO_FORWARDER}
fi
"""
"""Forwards with what the image has; it is up when the command starts and dies with it."""


def leased(command: Command, words: Sequence[str]) -> list[str]:
    """Return the words that a container runs: the command's own, after what it needs."""
    forward = _FORWARD if command.gateway else ""
    return ["/bin/sh", "-c", f'{_LEASE}{forward}exec "$@"', "leafcut", *words]


def forwarded(python: str, program: str, words: Sequence[str]) -> list[str]:
    """Return the words that run a command once the gateway is forwarded by that Python."""
    script = '"$1" -I -S "$2" "$3" "$4" || exit; shift 4; exec "$@"'
    return ["/bin/sh", "-c", script, "leafcut", python, program, GATEWAY, f"{PORT}", *words]
