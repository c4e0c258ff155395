"""What a playbook is about: the files that it selects, and what it finds in them."""

from dataclasses import dataclass

from orchestrator.domain.strict import Strict


@dataclass(frozen=True, slots=True, kw_only=True)
class Select(Strict):
    """Which files of the target repository the playbook is about, as gitignore-style globs."""

    include: tuple[str, ...] = ("**",)
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Find(Strict):
    """How occurrences are found: a command that prints `path:line`, or regular expressions.

    `prefilter` is a regular expression that a file's text must match before `run` sees it.
    """

    run: str | None = None
    regex: tuple[str, ...] = ()
    prefilter: str | None = None

    def __post_init__(self) -> None:
        """Refuse a rule that says nothing, or two things."""
        if (self.run is None) == (not self.regex):
            message = "find needs either run or regex"
            raise ValueError(message)
        if self.prefilter is not None and self.run is None:
            message = "prefilter goes with run"
            raise ValueError(message)
