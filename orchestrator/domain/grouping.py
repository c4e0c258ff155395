"""What landed commits have in common: the groups that slices prefer to keep together."""

import posixpath
from collections.abc import Callable, Mapping, Sequence

from orchestrator.domain.playbook import SliceBy
from orchestrator.domain.slices import LandedCommit

UNOWNED = "no owner"
ALL = "all"
ROOT = "."

SHARING: frozenset[SliceBy] = frozenset({"directory"})
"""Groupings in which small groups may share a slice; other owners are other reviewers."""


def group_of(commit: LandedCommit, by: SliceBy) -> str:
    """Return a commit's group, a name for people."""
    return _BY[by](commit)


def nearness(one: str, two: str) -> int:
    """Return how many leading folders two folders share."""
    return 0 if ROOT in {one, two} else len(_parts(posixpath.commonpath([one, two])))


def common(names: Sequence[str]) -> str:
    """Return the name of several groups that share a slice: the folder above them all."""
    if len(set(names)) == 1:
        return names[0]
    return ROOT if ROOT in names else posixpath.commonpath(names) or ROOT


def _parts(folder: str) -> list[str]:
    return [part for part in folder.split("/") if part]


def _by_owner(commit: LandedCommit) -> str:
    return " ".join(commit.owners) or UNOWNED


def _by_directory(commit: LandedCommit) -> str:
    return posixpath.commonpath([posixpath.dirname(file) for file in commit.files]) or ROOT


def _by_layer(commit: LandedCommit) -> str:
    return f"layer {commit.layer}"


def _by_size(commit: LandedCommit) -> str:  # noqa: ARG001 - all are alike
    return ALL


_BY: Mapping[SliceBy, Callable[[LandedCommit], str]] = {
    "owner": _by_owner,
    "directory": _by_directory,
    "layer": _by_layer,
    "size": _by_size,
}
