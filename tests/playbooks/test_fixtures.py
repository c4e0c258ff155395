"""What the READMEs show: fixture/before becomes fixture/after, and then nothing is left to do."""

import shutil
from pathlib import Path

import pytest

from tests.playbooks.support import ANNOTATE, UPGRADE, files_in, script

BOTH = pytest.mark.parametrize(
    ("playbook", "find"),
    [(ANNOTATE, "find_untyped.py"), (UPGRADE, "find_outdated.py")],
    ids=["annotate-types", "upgrade-syntax"],
)


@BOTH
def test_the_codemod_makes_after_of_before(tmp_path: Path, playbook: Path, find: str) -> None:
    tree = tmp_path / "t"
    shutil.copytree(playbook / "fixture" / "before", tree)
    names = sorted(files_in(tree))
    before = script(playbook / find, tree, names).out.splitlines()
    script(playbook / "codemod.py", tree, names)
    assert files_in(tree) == files_in(playbook / "fixture" / "after")
    after = script(playbook / find, tree, names).out.splitlines()
    assert len(after) < len(before)
    assert playbook is ANNOTATE or not after
    script(playbook / "codemod.py", tree, names)
    assert files_in(tree) == files_in(playbook / "fixture" / "after")


@BOTH
def test_a_selection_is_all_that_is_touched(tmp_path: Path, playbook: Path, find: str) -> None:
    tree = tmp_path / "t"
    shutil.copytree(playbook / "fixture" / "before", tree)
    before = files_in(tree)
    script(playbook / "codemod.py", tree, [])
    assert script(playbook / find, tree, []).out == ""
    assert files_in(tree) == before


def test_mypy_holds_nothing_new_against_the_annotations(tmp_path: Path) -> None:
    mypy = pytest.importorskip("mypy.api")
    options = ["--config-file=", "--cache-dir", str(tmp_path / "cache"), "--no-error-summary"]
    for side in ("before", "after"):
        out, err, code = mypy.run([*options, str(ANNOTATE / "fixture" / side / "shop")])
        assert (out, err, code) == ("", "", 0), side
