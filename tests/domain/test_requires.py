"""The oldest Python that a repository says it supports."""

import pytest

from orchestrator.domain.requires import Requirement, oldest, requirement


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        (">=3.7", (3, 7)),
        (">= 3.8.1, <4", (3, 8)),
        ("~=3.9", (3, 9)),
        (">=3.7,!=3.7.*,!=3.8.*", (3, 9)),
        ("!=3.8.1,>=3.8", (3, 8)),
        ("^3.10", (3, 10)),
        ("==3.*", (3, 0)),
        (">=3", (3, 0)),
        ("3.12", (3, 12)),
        (">=3.12 || >=3.8,<3.9", (3, 8)),
        ("<4", None),
        (">=3.8 || <3", None),
        ("whatever", None),
        (">=3.8,whatever", None),
    ],
)
def test_the_lower_end_of_a_specifier(specifier: str, version: tuple[int, int] | None) -> None:
    assert oldest(specifier) == version


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.7"\n'}, ">=3.7"),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.8"\n'}, "^3.8"),
        ({"setup.cfg": "[options]\npython_requires = >=3.6\n"}, ">=3.6"),
        ({"setup.py": "from setuptools import setup\nsetup(python_requires='>=3.5')\n"}, ">=3.5"),
        (
            {"pyproject.toml": "[build-system]\n", "setup.cfg": "[options]\npython_requires=>=3.9"},
            ">=3.9",
        ),
    ],
)
def test_where_it_is_said(files: dict[str, str], said: str) -> None:
    found = requirement(files.get)
    assert found is not None
    assert found.said == said
    assert found.file == list(files)[-1]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": "[project\n"},
        {"pyproject.toml": "project = 3\n"},
        {"setup.cfg": "no section"},
        {"setup.py": "setup(python_requires=WANTED)"},
        {"setup.py": "def"},
    ],
)
def test_nothing_is_made_up(files: dict[str, str]) -> None:
    assert requirement(files.get) is None


def test_the_file_comes_with_it() -> None:
    said = requirement({"setup.cfg": "[options]\npython_requires = >=3.6\n"}.get)
    assert said == Requirement("setup.cfg", ">=3.6", (3, 6))
