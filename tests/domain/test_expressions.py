"""Names in templates, and values that stay values."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.expressions import for_shell, for_text, names

FILE_NAMES = st.lists(
    st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1),
    max_size=5,
)


def test_names_in_order() -> None:
    assert names("${{ a.b }} ${{c}} $HOME ${x}") == ("a.b", "c")
    with pytest.raises(ValueError, match="is no name"):
        names("${{ 1 + 1 }}")


def test_text_joins_and_lowers() -> None:
    assert for_text("${{ a }}/${{ b }}", {"a": ("x", "y"), "b": True}) == "x y/true"
    with pytest.raises(KeyError):
        for_text("${{ a }}", {})


@given(FILE_NAMES)
def test_a_shell_gets_back_the_very_paths(paths: list[str]) -> None:
    script = for_shell("printf '%s\\0' ${{ task.files }}", {"task.files": tuple(paths)})
    said = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True).stdout
    wanted = [f"./{path}" if path.startswith("-") else path for path in paths] or [""]
    assert said.decode() == "".join(f"{path}\0" for path in wanted)
