"""A container's course: started, drained, and ended when it is over its limits."""

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from orchestrator.adapters.sandbox.attached import Attached
from orchestrator.adapters.sandbox.watch import Watch
from orchestrator.ports.sandbox import Completed, Ending, Hear, ResourceLimits

LOOK_S = 0.05
"""How often a container is looked at while it runs, in seconds."""


def follow(
    client: Any,
    container: str,
    limits: ResourceLimits,
    places: Sequence[Path],
    hear: Hear | None = None,
) -> Completed:
    """Start a container and follow it to its end; `places` are what it writes to on the host.

    `hear` is told what it prints meanwhile.
    """
    attached = Attached(client, container, limits.output, hear)
    try:
        began = time.monotonic()
        client.start(container)
        over = _watched(client, container, limits, places, attached)
        state = client.inspect_container(container)["State"]
    finally:
        attached.close()
    ending: Ending = over or ("memory" if state["OOMKilled"] else "exited")
    out, err = attached.streams
    return Completed(
        ending=ending,
        exit_code=state["ExitCode"] if ending == "exited" else None,
        stdout=out,
        stderr=err,
        truncated=attached.truncated,
        duration_s=time.monotonic() - began,
    )


def _watched(
    client: Any,
    container: str,
    limits: ResourceLimits,
    places: Sequence[Path],
    attached: Attached,
) -> Ending | None:
    """Drain a container's output until it ends, and end it when it is over its limits."""
    process = client.inspect_container(container)["State"]["Pid"]
    watch = Watch(process, places, limits)
    end = time.monotonic() + limits.wall_s
    over: Ending | None = None
    while attached.wait(LOOK_S):
        if over is None:
            over = "timeout" if time.monotonic() >= end else watch.over()
            if over:
                kill(client, container)
    client.wait(container)
    return over or ("disk" if watch.wrote_too_much() else None)


def kill(client: Any, container: str) -> None:
    """End a container with everything in it; it may have ended by itself just now."""
    import docker

    with suppress(docker.errors.APIError):
        client.kill(container)
