"""What landed commits have in common: the groups that slices prefer to keep together."""

import posixpath
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from orchestrator.domain.slices import LandedCommit, SliceOptions

UNOWNED = "no owner"
ROOT = "."


def groups(commits: Sequence[LandedCommit], options: SliceOptions) -> list[str]:
    """Return each commit's group, a name for people."""
    return _BY[options.group_by](commits, options.max_lines)


def _by_owner(commits: Sequence[LandedCommit], _: int) -> list[str]:
    return [" ".join(commit.owners) or UNOWNED for commit in commits]


def _by_layer(commits: Sequence[LandedCommit], _: int) -> list[str]:
    return [f"layer {commit.layer}" for commit in commits]


def _by_directory(commits: Sequence[LandedCommit], max_lines: int) -> list[str]:
    """Group by the highest folder whose commits all fit into one slice, else by their own one."""
    own = [_common_folder(commit.files) for commit in commits]
    lines: Counter[str] = Counter()
    for folder, commit in zip(own, commits, strict=True):
        lines.update(dict.fromkeys(_upwards(folder), commit.changed_lines))
    return [
        next((above for above in reversed(_upwards(folder)) if lines[above] <= max_lines), folder)
        for folder in own
    ]


def _common_folder(files: Sequence[str]) -> str:
    return posixpath.commonpath([posixpath.dirname(file) for file in files]) or ROOT


def _upwards(folder: str) -> list[str]:
    """Return a folder and all above it, itself first, the root last."""
    parts = [] if folder == ROOT else folder.split("/")
    return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)] + [ROOT]


_BY: Mapping[str, Callable[[Sequence[LandedCommit], int], list[str]]] = {
    "owner": _by_owner,
    "directory": _by_directory,
    "layer": _by_layer,
}
