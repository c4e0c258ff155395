"""What a rule finds, and what rules look at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.detection.manifest import Manifest
from orchestrator.domain.detection.styles import Style
from orchestrator.domain.playbook import ReportFormat
from orchestrator.domain.shortening import cut

SHOWN = 100
"""How many characters of evidence are told."""
Kind: TypeAlias = Literal["build", "tests", "types", "lint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A tool that a repository uses in one of its folders, and `because` of what that is said.

    `check` is the command that the tool would check with, "" where it would find nothing to run;
    `report` is what the command writes, `setup` what must have run before. A `general` tool (make,
    tox) runs others: its check serves where no other tool of its kind was found in the folder.
    """

    kind: Kind
    tool: str
    language: str
    because: str
    folder: str = "."
    check: str = ""
    report: ReportFormat = "exit"
    setup: str = ""
    general: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder with manifests: `files` are the names in it, `below` all paths under it.

    Paths below are relative to the folder, as are those of `tests`: the Python test files that were
    read. `may_test` says whether anything under it could be a Python test, by its name; `alone`
    whether the repository has no other folder with manifests.
    """

    path: str
    manifests: Mapping[str, Manifest]
    files: frozenset[str]
    below: Sequence[str]
    tests: Mapping[str, Style]
    may_test: bool
    alone: bool

    def manifest(self, name: str) -> Manifest:
        """Return a manifest of the folder, an empty one where there is none."""
        return self.manifests.get(name) or Manifest(name, "")


Evidence: TypeAlias = Callable[[Folder], str]
"""Says by what a folder shows something, "" where it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A line of the table: `seen` is the evidence for a tool, the rest what it comes to.

    `check` and `setup` are commands, or say of a folder which command it is.
    """

    kind: Kind
    tool: str
    language: str
    seen: Evidence
    check: str | Callable[[Folder], str] = ""
    report: ReportFormat = "exit"
    setup: str | Callable[[Folder], str] = ""
    general: bool = False

    def found(self, folder: Folder) -> Found | None:
        """Return what the rule finds in a folder."""
        because = self.seen(folder)
        if not because:
            return None
        return Found(
            kind=self.kind,
            tool=self.tool,
            language=self.language,
            because=cut(because, SHOWN),
            folder=folder.path,
            check=_said(self.check, folder),
            report=self.report,
            setup=_said(self.setup, folder),
            general=self.general,
        )


def _said(command: str | Callable[[Folder], str], folder: Folder) -> str:
    return command if isinstance(command, str) else command(folder)


# -- evidence -------------------------------------------------------------------------------------


def has_file(*names: str) -> Evidence:
    """See one of these files."""
    return lambda folder: next((f"{name} is there" for name in names if name in folder.files), "")


def has_key(manifest: str, *keys: str, shown: str = "") -> Evidence:
    """See something below keys of a manifest."""

    def seen(folder: Folder) -> str:
        said = folder.manifest(manifest).at(*keys)
        return f"{manifest} has {shown or '.'.join(keys)}" if said is not None else ""

    return seen


def has_text(manifest: str, *texts: str) -> Evidence:
    """See one of these words in a manifest."""

    def seen(folder: Folder) -> str:
        said = folder.manifest(manifest).text
        return next((f"{manifest} says {text}" for text in texts if text in said), "")

    return seen


def either(*evidence: Evidence) -> Evidence:
    """See the first of several that shows."""
    return lambda folder: next((said for one in evidence if (said := one(folder))), "")
