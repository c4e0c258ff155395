"""The call by which unittest finds the tests that are written for it.

It looks into packages only, so it must be told where they begin: a call that finds no test is
green before Python 3.12, https://docs.python.org/3/library/unittest.html#test-discovery.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from shlex import quote

from orchestrator.domain.detection.styles import UNITTEST_NAMES


@dataclass(frozen=True, slots=True)
class _Place:
    """Where tests lie: the outermost package, the folder to import from, how files are named.

    `package` is "" for files that are in none.
    """

    package: str
    top: str
    pattern: str


def discovery(tests: Iterable[str], paths: Collection[str]) -> str:
    """Return the call for the place with the most tests, given all paths of the folder."""
    packages = {path.rpartition("/")[0] for path in paths if path.endswith("/__init__.py")}
    places = Counter(_place(path, packages) for path in tests)
    most = max(places, key=lambda one: places[one])
    beside = [one for one in places if (one.top, one.pattern) == (most.top, most.pattern)]
    pattern = "" if most.pattern == UNITTEST_NAMES[0] else f" -p {quote(most.pattern)}"
    return f"python -m unittest discover{_start(most, beside)}{pattern}"


def _start(most: _Place, beside: Collection[_Place]) -> str:
    flat = all(_above(one.package) == one.top for one in beside if one.package)
    if most.package and not (flat and len(beside) > 1):
        return f" -s {quote(most.package)} -t {quote(most.top or '.')}"
    return f" -s {quote(most.top)}" if most.top else ""


def _place(path: str, packages: Collection[str]) -> _Place:
    """Find the outermost package; below src, packages of a namespace begin further down."""
    folder, name = _above(path), path.rpartition("/")[2]
    package = ""
    while folder in packages:
        package, folder = folder, _above(folder)
    top = "src" if package and folder.startswith("src/") else folder
    pattern = next(one for one in UNITTEST_NAMES if fnmatchcase(name, one))
    return _Place(package, top, pattern)


def _above(path: str) -> str:
    return path.rpartition("/")[0]
