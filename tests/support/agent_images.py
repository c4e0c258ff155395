"""The images of the real agents, built by Leafcut's own command on the tests' own base."""

import fcntl
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.support.containers import base_image
from tests.support.leafcut import Leafcut

PATIENCE_S = 600.0
"""How long one build may take, in seconds; nothing is cached on a new machine."""
_LOCK = Path(tempfile.gettempdir()) / "leafcut-test-agents.lock"


def build(leafcut: Leafcut, agent: str) -> str:
    """Build an agent's image where it is not there yet; return the base that it is built on.

    One process builds at a time. A machine whose way to the registries has a certificate of its
    own names it in SSL_CERT_FILE.
    """
    base = base_image()
    bundle = os.environ.get("SSL_CERT_FILE", "")
    own = ("--ca-bundle", bundle) if os.path.isfile(bundle) else ()
    with _LOCK.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        patient = replace(leafcut, timeout_s=PATIENCE_S)
        patient("agents", "build", agent, "--from", base, *own)
    return base
