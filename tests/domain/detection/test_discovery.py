"""Where unittest is sent: each proposed call finds the test in a real process."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.domain.detection.discovery import discovery

TEST = "import unittest\n\n\nclass A(unittest.TestCase):\n    def test_a(self):\n        pass\n"
PLACES = {
    "python -m unittest discover": ["test_a.py"],
    "python -m unittest discover -s tests -t .": ["tests/__init__.py", "tests/test_a.py"],
    "python -m unittest discover -s tests": ["tests/test_a.py"],
    "python -m unittest discover -s x -t .": [
        "x/__init__.py",
        "x/tests/__init__.py",
        "x/tests/test_a.py",
    ],
    "python -m unittest discover -s src/x -t src": ["src/x/__init__.py", "src/x/test_a.py"],
    "python -m unittest discover -s src/space/x -t src": [
        "src/space/x/__init__.py",
        "src/space/x/test_a.py",
    ],
    "python -m unittest discover -s 'my tests'": ["my tests/test_a.py"],
    "python -m unittest discover -s x -t . -p '*_test.py'": ["x/__init__.py", "x/a_test.py"],
}


@pytest.mark.parametrize("call", PLACES)
def test_unittest_finds_the_test(call: str, tmp_path: Path) -> None:
    paths = PLACES[call]
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("" if path.endswith("__init__.py") else TEST, encoding="utf-8")
    assert discovery([paths[-1]], paths) == call
    run = [sys.executable, *shlex.split(call)[1:]]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert "Ran 1 test " in done.stderr


def test_it_is_sent_to_the_place_with_the_most_tests() -> None:
    tests = ["a/test_1.py", "b/test_1.py", "b/test_2.py", "b/c_test.py"]
    assert discovery(tests, tests) == "python -m unittest discover -s b"


def test_packages_side_by_side_are_looked_into_together() -> None:
    tests = ["src/a/test_1.py", "src/b/test_1.py"]
    packages = ["src/a/__init__.py", "src/b/__init__.py"]
    assert discovery(tests, [*tests, *packages]) == "python -m unittest discover -s src"


def test_packages_of_a_namespace_cannot_be() -> None:
    tests = ["src/n/a/test_1.py", "src/n/b/test_1.py", "src/n/b/test_2.py"]
    packages = ["src/n/a/__init__.py", "src/n/b/__init__.py"]
    call = discovery(tests, [*tests, *packages])
    assert call == "python -m unittest discover -s src/n/b -t src"
