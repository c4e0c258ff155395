"""From what was found to what is proposed: checks, setup, and the lines of a config file."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from shlex import quote

from orchestrator.domain.detection.detect import Detected
from orchestrator.domain.detection.found import Found
from orchestrator.domain.playbook import ReportFormat
from orchestrator.domain.toml import toml_text
from orchestrator.domain.visible import on_one_line

NESTED = 4
"""How many parts of a repository get checks of their own where its root has none."""
_TOO_DEEP = "it is nested too deeply"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIdea:
    """A check that is proposed, and why. `on_command_line` is what `--check` takes."""

    name: str
    run: str
    report: ReportFormat
    because: str

    @property
    def on_command_line(self) -> str:
        """The check as `--check` and a config file take it."""
        report = "" if self.report == "exit" else f":{self.report}"
        return f"{self.name}{report}={self.run}"


def checks(detected: Detected) -> tuple[CheckIdea, ...]:
    """Return the checks to use: the root's, or those of its parts where the root has none."""
    usable = [one for one in detected.found if one.check and one.kind != "build"]
    root = [one for one in usable if one.folder == "."]
    folders = ["."] if _tests(root) else [".", *_nested(usable)[:NESTED]]
    chosen = [one for folder in folders for one in _chosen(usable, folder)]
    return tuple(_named(chosen))


def runs_tests(detected: Detected) -> bool:
    """Say whether any of the checks runs tests."""
    return _tests(detected.found)


def setups(detected: Detected) -> tuple[str, ...]:
    """Return the commands that must have run before checks can, each once."""
    wanted = {one.folder for one in _used(detected)}
    return tuple(
        dict.fromkeys(
            _within(one.folder, one.setup)
            for one in detected.found
            if one.setup and one.folder in wanted
        )
    )


def _used(detected: Detected) -> list[Found]:
    root = [one for one in detected.found if one.folder == "."]
    return root if _tests(root) else list(detected.found)


def _tests(found: Iterable[Found]) -> bool:
    """Say whether there is a tool with tests to run."""
    return any(one.kind == "tests" and one.check for one in found)


def _nested(usable: Sequence[Found]) -> list[str]:
    return list(dict.fromkeys(one.folder for one in usable if one.folder != "."))


def _chosen(usable: Sequence[Found], folder: str) -> Iterator[Found]:
    """Yield one tool for each kind and language; general ones where nothing else tests."""
    here = [one for one in usable if one.folder == folder]
    specific = {one.kind for one in here if not one.general}
    seen: set[tuple[str, str]] = set()
    for one in here:
        key = (one.kind, "" if one.general else one.language)
        if key not in seen and not (one.general and one.kind in specific):
            seen.add(key)
            yield one


def _named(chosen: Sequence[Found]) -> Iterator[CheckIdea]:
    """Yield checks with names that differ: `tests`, then with the tool, then with the folder."""
    taken: set[str] = set()
    for one in chosen:
        place = "" if one.folder == "." else f"-{_word(one.folder)}"
        names = (f"{one.kind}{place}", f"{one.kind}-{_word(one.tool)}{place}")
        numbered = (f"{one.kind}-{number}" for number in range(2, 1000))
        name = next(name for name in (*names, *numbered) if name not in taken)
        taken.add(name)
        yield CheckIdea(
            name=name,
            run=_within(one.folder, one.check),
            report=one.report,
            because=one.because if one.folder == "." else f"{one.because} in {one.folder}",
        )


def _word(text: str) -> str:
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text).split())


def _within(folder: str, command: str) -> str:
    return command if folder == "." else f"cd {quote(folder)} && {command}"


# -- the config file ------------------------------------------------------------------------------


def with_checks(text: str, ideas: Sequence[CheckIdea], jobs: int) -> str:
    """Return a config file's text with what it does not say yet; what it says stays.

    Keys of the top level go before the first table, where TOML wants them.

    Raises:
        ValueError: the text is no TOML.
    """
    known = _known(text)
    lines = [*_jobs(jobs, known), *(_checks(ideas) if "checks" not in known and ideas else [])]
    if not lines:
        return text
    kept = text.splitlines(keepends=True)
    table = next((at for at, line in enumerate(kept) if line.lstrip().startswith("[")), len(kept))
    before, after = "".join(kept[:table]), "".join(kept[table:])
    before += "" if not before or before.endswith("\n") else "\n"
    result = "".join([before, *(f"{line}\n" for line in lines), "\n" if after else "", after])
    _confirm(result, known)
    return result


def _known(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error


def _confirm(text: str, known: dict[str, object]) -> None:
    """See that the new text still says all that the old one did.

    A line within a text of several lines can look like a table.
    """
    told = _known(text)
    try:
        changed = any(told.get(key) != value for key, value in known.items())
    except RecursionError as error:  # dotted keys are read at any depth, but not compared
        raise ValueError(_TOO_DEEP) from error
    if changed:
        raise ValueError("nothing can be added without changing what it says")


def _jobs(jobs: int, known: dict[str, object]) -> Iterator[str]:
    if "jobs" not in known:
        yield f"jobs = {jobs}"


def _checks(ideas: Sequence[CheckIdea]) -> Iterator[str]:
    yield "checks = ["
    for one in ideas:
        yield f"  {toml_text(one.on_command_line)},  # {on_one_line(one.because)}"
    yield "]"
