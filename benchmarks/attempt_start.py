"""A command in our container against `docker run` of the same image with equal flags.

What ours does beyond it: bounded output, a watch over processes, memory and disk, the masked link,
accounts, and an end with Leafcut's own. A worktree of a small repository lies in both.
"""

import os
import shutil
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.pairs import Timed, median, medians, timed
from orchestrator.adapters.sandbox.docker import DockerSandbox
from orchestrator.adapters.sandbox.mounts import identity
from orchestrator.ports.sandbox import Command, ResourceLimits
from tests.support.containers import base_image

GOAL = 1.5
PAIRS = 9
FILES = 200


def bench() -> dict[str, object]:
    """Return the figures."""
    image = base_image()
    with (
        tempfile.TemporaryDirectory(prefix="leafcut-bench-") as folder,
        closing(DockerSandbox(image)) as sandbox,
    ):
        tree = Path(folder) / "tree"
        tree.mkdir()
        for n in range(FILES):
            (tree / f"m{n}.py").write_text(f"number = {n}\n", encoding="utf-8")
        ratio, ours, plain = medians(
            lambda: _ours(sandbox, tree), lambda: timed(_plain(image, tree)), PAIRS
        )
    return {
        "ratio": round(ratio, 3),
        "goal": GOAL,
        "ok": ratio <= GOAL,
        "leafcut_s": median(ours),
        "docker_run_s": median(plain),
    }


def _ours(sandbox: DockerSandbox, tree: Path) -> Timed:
    began = time.perf_counter()
    done = sandbox.run(tree, Command(script="true"))
    if done.exit_code != 0:
        message = f"the command ended {done.ending}: {done.stderr.decode(errors='replace')}"
        raise RuntimeError(message)
    return Timed(time.perf_counter() - began, 0.0)


def _plain(image: str, tree: Path) -> list[str]:
    limits = ResourceLimits()
    user = "{}:{}".format(*identity())
    memory = str(limits.memory)
    return [
        shutil.which("docker") or "docker", "run", "--rm", "--init", "--network", "none",
        "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
        "--user", user, "--pids-limit", str(limits.processes), "--memory", memory,
        "--memory-swap", memory, "--cpus", str(min(limits.cpus, os.cpu_count() or 1)),
        "--tmpfs", "/tmp:exec", "--tmpfs", "/home/leafcut:exec", "--log-driver", "none",  # noqa: S108
        "--mount", f"type=bind,source={tree},target=/w", "--workdir", "/w", image, "true",
    ]  # fmt: skip
