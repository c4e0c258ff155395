"""Leafcut with agents that have a language model, and the scripted model in its place."""

import shutil
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.support.leafcut import Leafcut, make_playbook, make_repository
from tests.support.llm import ScriptedModel

_LIGHT = Path(__file__).parent / "light"
KEY = "sk-scripted-3f9c1d7ab2e84605"
"""The key that is Leafcut's alone; long enough to be looked for in everything that is stored."""

MODELS: Mapping[str, str] = {
    "claude-code": "claude-sonnet-4-5",
    "codex": "gpt-5.5",
    "opencode": "gpt-5.5",
    "gemini": "gemini-2.5-pro",
}
"""The agents that are driven for real, and models whose price is known."""
_PATIENCE_S = 280.0
"""How long a run may take, in seconds; a test has five minutes."""

PROMPT = """\
Scripted task: {{ task.files | join(" ") }}

Do what the playbook wants.
"""


def marker(*files: str) -> str:
    """Return what a script is found by: the first line of the task's prompt."""
    return f"Scripted task: {' '.join(files)}"


def shelve_light(home: Path) -> None:
    """Put the light agent on the shelf of a user whose home is `home`."""
    shutil.copytree(_LIGHT, home / "config" / "leafcut" / "agents" / "light")


def speaking_to(leafcut: Leafcut, model: ScriptedModel) -> Leafcut:
    """Return a command whose agents' models are the scripted one, with its real key."""
    places = {
        "ANTHROPIC_BASE_URL": model.url,
        "OPENAI_BASE_URL": f"{model.url}/v1",
        "GOOGLE_GEMINI_BASE_URL": model.url,
    }
    keys = dict.fromkeys(("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"), KEY)
    return replace(
        leafcut, environment={**leafcut.environment, **places, **keys}, timeout_s=_PATIENCE_S
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A playbook with a prompt, and the repository that it is run on."""

    playbook: Path
    target: Path

    def arguments(self, *more: str) -> tuple[str, ...]:
        """Return the words of `leafcut run`."""
        return ("run", str(self.playbook), "--repo", str(self.target), "--yes", "--json", *more)


def make_job(folder: Path, playbook: str, files: Mapping[str, str], prompt: str = PROMPT) -> Job:
    """Write a playbook with its prompt and a repository with one commit."""
    place = make_playbook(folder / "playbooks", playbook, "scripted")
    (place / "prompt.md").write_text(prompt, encoding="utf-8")
    return Job(playbook=place, target=make_repository(folder / "target", files))


def files_with(secret: str, folder: Path) -> list[Path]:
    """Return the files below a folder that hold a secret, git's compressed ones among them."""
    found = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path for path in found if secret.encode() in _plain(path.read_bytes())]


def _plain(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return data


def only(status: Mapping[str, Any]) -> Any:
    """Return the only task of a status."""
    (task,) = status["tasks"]
    return task
