"""The table of rules held against a repository's files."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.domain.detection.found import Folder, Found, Rule
from orchestrator.domain.detection.manifest import Manifest
from orchestrator.domain.detection.others import JAVASCRIPT, OTHERS
from orchestrator.domain.detection.python import BUILDERS, PYTHON, may_test
from orchestrator.domain.detection.styles import Style, is_test, styles
from orchestrator.domain.languages import language_of

RULES: Sequence[Rule] = (*PYTHON, *JAVASCRIPT, *OTHERS)

MOST = 100
"""How many manifests are read; those nearest to the root come first."""
MOST_TESTS = 100
"""How many test files are read; those of one folder come one after those of all others."""
TEST_HEAD = 64 * 1024
"""How many bytes of a test file are looked at: what it is written for shows early."""
MARKERS = frozenset(
    {
        "pyproject.toml", "setup.cfg", "setup.py", "package.json", "pom.xml", "build.gradle",
        "build.gradle.kts", "Cargo.toml", "go.mod",
    }
)  # fmt: skip
"""The manifests that make a part of a repository of the folder they lie in."""
_ALSO = re.compile(
    r"tox\.ini|mypy\.ini|\.mypy\.ini|pytest\.ini|GNUmakefile|makefile|Makefile"
    r"|(.*[-_])?requirements([-_.].*)?\.(txt|in)"
)
_APART = frozenset(
    {
        "node_modules", "vendor", "vendored", "_vendor", "third_party", "site-packages", "testdata",
        "fixtures", "fixture", "examples", "templates", ".git",
    }
)  # fmt: skip
"""Folders whose files are somebody else's, or made up for a test."""
_TESTS = frozenset({"tests", "test"})
"""Folders whose manifests are made up for a test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What a repository shows.

    `languages` counts files, the most first. `faults` says of files why they were not read,
    `nested` names those below the root: each makes a part of the repository of its folder.
    """

    languages: Mapping[str, int]
    found: tuple[Found, ...]
    nested: tuple[str, ...]
    faults: Mapping[str, str]


def manifests_of(paths: Iterable[str]) -> list[str]:
    """Return the manifests to read, those nearest to the root first."""
    wanted = [path for path in paths if _is_manifest(path)]
    return sorted(wanted, key=lambda path: (path.count("/"), path))[:MOST]


def _is_manifest(path: str) -> bool:
    *folders, name = path.split("/")
    if name not in MARKERS and not _ALSO.fullmatch(name):
        return False
    return (_APART | _TESTS).isdisjoint(folders) and _is_plain(path)


def some_tests(paths: Iterable[str]) -> list[str]:
    """Return the Python test files to read: the first of each folder, then the second of each."""
    ranked: Counter[str] = Counter()
    wanted = []
    for path in sorted(filter(_is_test, paths)):
        folder = path.rpartition("/")[0]
        wanted.append((ranked[folder], path.count("/"), path))
        ranked[folder] += 1
    return [path for _, _, path in sorted(wanted)[:MOST_TESTS]]


def _is_test(path: str) -> bool:
    *folders, name = path.split("/")
    return is_test(name) and _APART.isdisjoint(folders) and _is_plain(path)


def _is_plain(path: str) -> bool:
    """Say whether a path may become a part of a command."""
    return "${{" not in path and path.isprintable()


def detect(
    paths: Sequence[str],
    texts: Mapping[str, str],
    tests: Mapping[str, str],
    unread: Mapping[str, str],
) -> Detected:
    """Return what the paths of a repository, and the texts of its manifests and tests, show.

    `unread` says of both why there is no text.
    """
    manifests = {path: Manifest(path, text) for path, text in texts.items()}
    found = tuple(_each(folder) for folder in _folders(paths, manifests, styles(tests)))
    faults = {path: one.fault for path, one in manifests.items() if one.fault}
    return Detected(
        languages=_languages(paths),
        found=tuple(one for several in found for one in several),
        nested=tuple(path for path, one in manifests.items() if "/" in path and _marks(one)),
        faults={**unread, **faults},
    )


def _marks(manifest: Manifest) -> bool:
    """Say whether a part lies here; any module may be called setup.py."""
    if manifest.name == "setup.py":
        return any(word in manifest.text for word in BUILDERS)
    return manifest.name in MARKERS


def _parts(manifests: Mapping[str, Manifest]) -> list[str]:
    """Return the folders to look at: the root, and what has a manifest of its own."""
    nested = (one.folder for one in manifests.values() if _marks(one))
    return sorted({".", *nested}, key=lambda part: (part != ".", part.count("/"), part))


def _folders(
    paths: Sequence[str], manifests: Mapping[str, Manifest], tests: Mapping[str, Style]
) -> Iterator[Folder]:
    """Yield each part with the files that are in no part further down."""
    parts = _parts(manifests)
    below: dict[str, list[str]] = {part: [] for part in parts}
    nearest = {"": "."}
    for path in paths:
        part = _part(path.rpartition("/")[0], below, nearest)
        below[part].append(path)
    maybe = [path for path in paths if may_test(path)]
    for part in parts:
        start = 0 if part == "." else len(part) + 1
        inside = [path[start:] for path in below[part]]
        yield Folder(
            path=part,
            manifests={one.name: one for one in manifests.values() if one.folder == part},
            files=frozenset(path for path in inside if "/" not in path),
            below=inside,
            tests={path[start:]: tests[path] for path in below[part] if path in tests},
            may_test=any(path.startswith(f"{part}/") or not start for path in maybe),
            alone=len(parts) == 1,
        )


def _part(folder: str, parts: Collection[str], nearest: dict[str, str]) -> str:
    """Return the part that a folder is in; `nearest` remembers it for all folders passed."""
    passed = []
    while folder not in nearest and folder not in parts:
        passed.append(folder)
        folder = folder.rpartition("/")[0]
    part = nearest.get(folder, folder)
    nearest.update(dict.fromkeys(passed, part))
    return part


def _each(folder: Folder) -> list[Found]:
    return [one for rule in RULES if (one := rule.found(folder))]


def _languages(paths: Iterable[str]) -> dict[str, int]:
    counted = Counter(language for path in paths if (language := language_of(path)))
    return dict(counted.most_common())
