"""The playbooks' scripts, run as Leafcut runs them, and annotate-types in this process."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from textwrap import dedent
from types import ModuleType

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
ANNOTATE = PLAYBOOKS / "annotate-types"
UPGRADE = PLAYBOOKS / "upgrade-syntax"


@dataclass(frozen=True, slots=True)
class Said:
    """What a script printed."""

    out: str
    err: str


def script(
    path: Path,
    tree: Path,
    files: Sequence[str],
    *options: str,
    env: Mapping[str, str] | None = None,
) -> Said:
    """Run a script in a tree on some of its files; it must succeed."""
    listed = tree.parent / f"{tree.name}.list"
    listed.write_bytes(b"".join(os.fsencode(name) + b"\0" for name in files))
    clean = {key: value for key, value in os.environ.items() if not key.startswith("LEAFCUT_")}
    done = subprocess.run(
        [sys.executable, path, *options, "--files-from", listed],
        cwd=tree,
        env={**clean, **(env or {})},
        capture_output=True,
        check=False,
    )
    err = done.stderr.decode()
    assert done.returncode == 0, err
    return Said(done.stdout.decode("utf-8", "surrogateescape"), err)


def load(path: Path) -> ModuleType:
    """Import a script, whose neighbours it imports by name."""
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    name = f"{path.parent.name}-{path.stem}"
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lay_out(tree: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files into a tree; texts are dedented."""
    for name, content in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())


def files_in(tree: Path) -> dict[str, bytes]:
    """Return everything in a tree."""
    return {
        str(path.relative_to(tree)): path.read_bytes()
        for path in sorted(tree.rglob("*"))
        if path.is_file()
    }
