"""Occurrences: where a playbook's `find` rule matches, independent of who repairs them.

The same rule scans the base when a plan is made, a task's files after an attempt, and the
integration head at the end.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from orchestrator.domain.expressions import Value, for_shell
from orchestrator.domain.playbook import Find
from orchestrator.errors import InvalidInputError
from orchestrator.ports.sandbox import MIB, Command, ResourceLimits, Sandbox

Lines = tuple[int, ...]

TIMEOUT_S = 1800.0
"""How long a `find` command may take over its portion of the files, in seconds."""
PORTION = 200
"""Files of one call at most, so that all cores have something to do till the end."""

_OUTPUT = re.compile(r'("(?:[^"\\]|\\.)*"|.*?):(\d{1,9})(?::.*)?', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """Runs one playbook's rule; `workers` commands at once."""

    find: Find
    values: Mapping[str, Value]
    sandbox: Sandbox
    readable: tuple[Path, ...] = ()
    workers: int = 1

    def __call__(self, tree: Path, files: Sequence[str], scratch: Path) -> dict[str, Lines]:
        """Return the lines of the occurrences by file; files without any are left out.

        Raises:
            InvalidInputError: the playbook's command failed or answered something else.
        """
        if self.find.run is None:
            return search(tree, files, self.find.regex)
        wanted = (
            files if self.find.prefilter is None else _matching(tree, files, self.find.prefilter)
        )
        size = min(PORTION, -(-len(wanted) // self.workers) or 1)
        portions = [wanted[at : at + size] for at in range(0, len(wanted), size)]
        found: dict[str, Lines] = {}
        with ThreadPoolExecutor(self.workers) as pool:
            for part in pool.map(lambda portion: self._run(tree, portion, scratch), portions):
                found |= part
        return found

    def _run(self, tree: Path, files: Sequence[str], scratch: Path) -> dict[str, Lines]:
        listed = scratch / f"find-{uuid4().hex}"
        listed.write_bytes(
            b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in files)
        )
        script = for_shell(
            self.find.run or "",
            {**self.values, "task.files": tuple(files), "files_from": str(listed)},
        )
        completed = self.sandbox.run(
            tree,
            Command(
                script=script,
                limits=ResourceLimits(wall_s=TIMEOUT_S, output=256 * MIB),
                readable=self.readable,
                writable=(scratch,),
                read_only=True,
            ),
        )
        listed.unlink()
        said = completed.stderr.decode("utf-8", "replace").strip()
        if completed.exit_code != 0 or completed.truncated:
            raise InvalidInputError(
                f"the playbook's find command failed ({completed.ending}, exit code "
                f"{completed.exit_code}): {script}\n{said[-2000:]}",
                hint="run it by hand in the target repository",
            )
        return parse(completed.stdout.decode("utf-8", "surrogateescape"), files)


def parse(output: str, files: Sequence[str]) -> dict[str, Lines]:
    """Read `path:line[: message]` lines; a path in double quotes is a JSON string.

    Raises:
        InvalidInputError: a line is something else, or names a file that was not asked about.
    """
    asked = set(files)
    found: dict[str, list[int]] = {}
    for text in output.removesuffix("\n").split("\n") if output else ():
        match = _OUTPUT.fullmatch(text)
        path = _path(match[1]) if match else None
        if not match or path not in asked:
            raise InvalidInputError(
                f"the playbook's find command printed {text[:200]!r}",
                hint="it must print path:line for the files that it was given",
            )
        found.setdefault(path, []).append(int(match[2]))
    return {path: tuple(sorted(lines)) for path, lines in found.items()}


def _path(written: str) -> str | None:
    try:
        return str(json.loads(written)) if written.startswith('"') else written
    except ValueError:
        return None


def search(tree: Path, files: Sequence[str], patterns: Sequence[str]) -> dict[str, Lines]:
    """Return the lines at which any of the regular expressions matches, file by file.

    Lines end at a newline; a carriage return before it is not seen, so that `$` means the same in
    every file. What two expressions match from the same place on is one occurrence.
    """
    rules = [re.compile(pattern, re.MULTILINE) for pattern in patterns]
    found: dict[str, Lines] = {}
    for path in files:
        text = _text(tree / path)
        if places := {match.start() for rule in rules for match in rule.finditer(text)}:
            found[path] = tuple(_lines(text, sorted(places)))
    return found


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape").replace("\r\n", "\n")


def _lines(text: str, places: Sequence[int]) -> Iterator[int]:
    line, at = 1, 0
    for place in places:
        line += text.count("\n", at, place)
        at = place
        yield line


def _matching(tree: Path, files: Sequence[str], pattern: str) -> list[str]:
    rule = re.compile(pattern, re.MULTILINE)
    return [path for path in files if rule.search(_text(tree / path))]
