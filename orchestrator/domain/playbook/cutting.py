"""How a plan is made of what was found: its order, its tasks, what goes first."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.strict import Strict

GroupBy: TypeAlias = Literal["file", "directory", "package", "owner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphOptions(Strict):
    """How the dependency graph of files is read."""

    language: Literal["python", "none"] = "python"
    type_checking_imports: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition(Strict):
    """How files are grouped into tasks; grouping is a preference, order is not."""

    by: GroupBy = "file"
    max_files: int = 8
    max_lines: int = 1500
    cycles: Literal["split", "together"] = "split"

    def __post_init__(self) -> None:
        """Refuse limits that would leave no room for a file."""
        if self.max_files < 1 or self.max_lines < 1:
            message = "max_files and max_lines must be at least 1"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Propagation(Strict):
    """How far a right change that breaks other files may take them into its task.

    `max_files` bounds the files of such a task; 0 leaves every task as the plan has it.
    """

    max_files: int = 40

    def __post_init__(self) -> None:
        """Refuse a negative bound."""
        if self.max_files < 0:
            message = "max_files must not be negative"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(Strict):
    """Tasks that go first, so that a person can judge and tune before all the others do.

    `checkpoint` makes the run wait after them; `trial` runs them on the base, and none lands.
    """

    tasks: int = 10
    checkpoint: bool = True
    trial: bool = False

    def __post_init__(self) -> None:
        """Refuse an empty sample."""
        if self.tasks < 1:
            message = "tasks of a sample must be at least 1"
            raise ValueError(message)
