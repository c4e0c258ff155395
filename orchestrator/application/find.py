"""Occurrences: where a playbook's `find` rule matches, independent of who repairs them.

The same rule scans the base when a plan is made, a task's files after an attempt, and the
integration head at the end.
"""

import json
import re
from collections.abc import Mapping, Sequence
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

_OUTPUT = re.compile(r'^("(?:[^"\\]|\\.)*"|.*?):(\d+)(?::.*)?$')


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
    for text in output.splitlines():
        match = _OUTPUT.match(text)
        path = match and (json.loads(match[1]) if match[1].startswith('"') else match[1])
        if not match or path not in asked:
            raise InvalidInputError(
                f"the playbook's find command printed {text[:200]!r}",
                hint="it must print path:line for the files that it was given",
            )
        found.setdefault(path, []).append(int(match[2]))
    return {path: tuple(lines) for path, lines in found.items()}


def search(tree: Path, files: Sequence[str], patterns: Sequence[str]) -> dict[str, Lines]:
    """Return the lines at which any of the regular expressions matches, file by file."""
    rule = re.compile("|".join(f"(?:{pattern})" for pattern in patterns).encode(), re.MULTILINE)
    found: dict[str, Lines] = {}
    for path in files:
        content = (tree / path).read_bytes()
        if lines := tuple(_lines(content, rule)):
            found[path] = lines
    return found


def _lines(content: bytes, rule: "re.Pattern[bytes]") -> list[int]:
    lines: list[int] = []
    line, at = 1, 0
    for match in rule.finditer(content):
        line += content.count(b"\n", at, match.start())
        at = match.start()
        lines.append(line)
    return lines


def _matching(tree: Path, files: Sequence[str], pattern: str) -> list[str]:
    rule = re.compile(pattern.encode(), re.MULTILINE)
    return [path for path in files if rule.search((tree / path).read_bytes())]
