"""Rules for Python: who builds it, who tests it, who looks at its types and its style."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from orchestrator.domain.detection.discovery import discovery
from orchestrator.domain.detection.found import (
    Evidence,
    Folder,
    Rule,
    either,
    has_file,
    has_key,
    has_text,
)

JUNIT = 'python -m pytest -q --junitxml="$LEAFCUT_REPORT"'
BUILDERS = ("setuptools", "distutils")
"""What a setup.py that builds something speaks of."""
_REQUIREMENTS = re.compile(r"(.*[-_])?requirements([-_.].*)?\.(txt|in)")
_ELSEWHERE = ("doctest", "python_files")
"""What a manifest speaks of whose tests may lie in files of any name."""
_NAME = re.compile(r"\s*([A-Za-z0-9._-]+)")


def _needs(package: str) -> Any:
    """See a package among what the folder's manifests ask for."""

    def seen(folder: Folder) -> str:
        for where, said in _requirements(folder):
            match = _NAME.match(said)
            if match and match[1].lower().replace("_", "-") == package:
                return f"{where} asks for {package}"
        return ""

    return seen


def _requirements(folder: Folder) -> Iterator[tuple[str, str]]:
    for name, manifest in sorted(folder.manifests.items()):
        if _REQUIREMENTS.fullmatch(name):
            yield from ((name, line) for line in manifest.text.splitlines())
        elif name == "pyproject.toml":
            yield from ((name, one) for one in _texts(manifest.at("project", "dependencies")))
            yield from ((name, one) for one in _texts(manifest.at("dependency-groups")))
            optional = manifest.at("project", "optional-dependencies")
            yield from ((name, one) for one in _texts(optional))
            yield from ((name, one) for one in _texts(manifest.at("tool", "poetry")))
        elif name in {"setup.cfg", "tox.ini"}:
            for key in ("options", "options.extras_require", "testenv"):
                for text in _texts(manifest.at(key)):
                    yield from ((name, line) for line in text.splitlines())


def _texts(said: Any, depth: int = 0) -> Iterator[str]:
    """Yield all texts and keys in tables and lists, a few levels down."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, dict | list) and depth < 4:  # noqa: PLR2004 - poetry's groups are three down
        for key in said:
            if isinstance(said, dict):
                yield str(key)
            yield from _texts(said[key] if isinstance(said, dict) else key, depth + 1)


def _conftest(folder: Folder) -> str:
    found = (path for path in folder.below if path.rpartition("/")[2] == "conftest.py")
    return next((f"{path} is there" for path in found), "")


def may_test(path: str) -> bool:
    """Say whether a Python file could hold tests, by any part of its path; rather too often."""
    name = path.rpartition("/")[2]
    return name.endswith(".py") and name != "conftest.py" and "test" in path.lower()


def _tested(folder: Folder) -> bool:
    """Say whether a runner of Python tests could find any; tests may be called otherwise."""
    said = (one.text for one in folder.manifests.values())
    return folder.may_test or any(word in text for text in said for word in _ELSEWHERE)


def _if_tested(seen: Evidence) -> Evidence:
    """See the same, and say where there is no test for it."""

    def told(folder: Folder) -> str:
        said = seen(folder)
        return f"there is no test, though {said}" if said and not _tested(folder) else said

    return told


def _once_tested(check: str) -> Callable[[Folder], str]:
    return lambda folder: check if _tested(folder) else ""


def _ours(folder: Folder) -> bool:
    """Say whether tests without a word about a runner are this folder's, not one's further down."""
    return not PYTEST.seen(folder) and bool(folder.alone or BUILD.seen(folder))


def _for_pytest(folder: Folder) -> str:
    """See test files that pytest must run, where nothing else speaks of it."""
    if not _ours(folder):
        return ""
    read = folder.tests.items()
    said = next((f"{path} {one.pytest}" for path, one in read if one.pytest), "")
    if not said and not any(one.unittest for _, one in read):
        said = next((f"{path} {one.either}" for path, one in read if one.either), "")
    return f"{said}, and nothing asks for pytest" if said else ""


def _for_unittest(folder: Folder) -> str:
    """See test files for unittest, where none is for pytest, which would run these too."""
    if not _ours(folder) or _for_pytest(folder):
        return ""
    read = folder.tests.items()
    return next((f"{path} {one.unittest}" for path, one in read if one.unittest), "")


def _discover(folder: Folder) -> str:
    tests = [path for path, one in folder.tests.items() if one.unittest]
    return discovery(tests, folder.below)


def _backend(folder: Folder) -> str:
    said = folder.manifest("pyproject.toml").at("build-system", "build-backend")
    if isinstance(said, str):
        return f"pyproject.toml builds with {said[:60]}"
    return either(
        has_key("pyproject.toml", "project", shown="[project]"),
        has_key("pyproject.toml", "build-system", shown="[build-system]"),
        has_text("setup.py", *BUILDERS),
        has_key("setup.cfg", "metadata", shown="[metadata]"),
    )(folder)


def _mypy(folder: Folder) -> str:
    """Return the call of mypy; it takes what its settings name, and all where they name nothing."""
    settings = (
        folder.manifest("pyproject.toml").at("tool", "mypy"),
        folder.manifest("mypy.ini").at("mypy"),
        folder.manifest("setup.cfg").at("mypy"),
    )
    named = any(
        key in one for one in settings if isinstance(one, dict) for key in ("files", "packages")
    )
    return f"python -m mypy --no-error-summary{'' if named else ' .'}"


BUILD = Rule(
    kind="build", tool="pip", language="python", seen=_backend, setup="python -m pip install -e ."
)
PYTEST = Rule(
    kind="tests",
    tool="pytest",
    language="python",
    seen=_if_tested(
        either(
            has_key("pyproject.toml", "tool", "pytest", shown="[tool.pytest]"),
            has_file("pytest.ini", ".pytest.ini", "pytest.toml"),
            has_key("tox.ini", "pytest", shown="[pytest]"),
            has_key("setup.cfg", "tool:pytest", shown="[tool:pytest]"),
            _needs("pytest"),
            _conftest,
        )
    ),
    check=_once_tested(JUNIT),
    report="junit",
)
PYTHON = (
    BUILD,
    PYTEST,
    Rule(
        kind="tests",
        tool="pytest",
        language="python",
        seen=_for_pytest,
        check=JUNIT,
        report="junit",
        setup="python -m pip install pytest",
    ),
    Rule(kind="tests", tool="unittest", language="python", seen=_for_unittest, check=_discover),
    Rule(
        kind="tests",
        tool="tox",
        language="python",
        seen=_if_tested(
            either(
                has_file("tox.ini", "tox.toml"),
                has_key("pyproject.toml", "tool", "tox", shown="[tool.tox]"),
            )
        ),
        check=_once_tested("python -m tox -q"),
        general=True,
    ),
    Rule(
        kind="tests",
        tool="nox",
        language="python",
        seen=_if_tested(has_file("noxfile.py")),
        check=_once_tested("python -m nox"),
        general=True,
    ),
    Rule(
        kind="types",
        tool="mypy",
        language="python",
        seen=either(
            has_key("pyproject.toml", "tool", "mypy", shown="[tool.mypy]"),
            has_file("mypy.ini", ".mypy.ini"),
            has_key("setup.cfg", "mypy", shown="[mypy]"),
        ),
        check=_mypy,
        report="lines",
    ),
    Rule(
        kind="lint",
        tool="ruff",
        language="python",
        seen=either(
            has_key("pyproject.toml", "tool", "ruff", shown="[tool.ruff]"),
            has_file("ruff.toml", ".ruff.toml"),
        ),
        check="python -m ruff check --output-format concise .",
        report="lines",
    ),
)
"""Rules in the order in which they are told; the first check of a kind is the one to use."""
