"""Looking at a commit: its plain files, and the texts of small ones."""

import os
from pathlib import Path

from orchestrator.adapters.git.looking import LARGEST, Look
from tests.support.leafcut import add_commit, git, make_repository


def test_links_submodules_and_odd_names_are_not_seen(tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", {"a.py": "", "deep/go.mod": "module x"})
    (target / "link.py").symlink_to("/etc/passwd")
    (target / os.fsdecode(b"\xff.py")).touch()
    commit = add_commit(target, {}, "odd")
    git(target, "update-index", "--add", "--cacheinfo", f"160000,{commit},sub")
    git(target, "commit", "-q", "-m", "a submodule")
    look = Look.at(target / ".git", git(target, "rev-parse", "HEAD").strip())
    assert sorted(look.nodes) == ["a.py", "deep/go.mod"]
    assert look.texts(["deep/go.mod"]) == ({"deep/go.mod": "module x"}, {})


def test_a_huge_file_is_not_read_and_bytes_that_are_no_text_are_replaced(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"pom.xml": b"<" * (LARGEST + 1), "go.mod": b"module \xff"}
    target = make_repository(tmp_path / "target", files)
    look = Look.at(target / ".git", "HEAD")
    texts, unread = look.texts(["pom.xml", "go.mod"])
    assert texts == {"go.mod": "module \ufffd"}
    assert unread == {"pom.xml": "is larger than 1 MiB, and was not read"}


def test_a_head_of_a_file_is_enough(tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", {"test_a.py": "import pytest\n" * 9})
    assert Look.at(target / ".git", "HEAD").texts(["test_a.py"], 6) == ({"test_a.py": "import"}, {})


def test_what_a_partial_clone_lacks_is_told(tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", {"go.mod": "module x", "pom.xml": "<project/>"})
    blob = git(target, "rev-parse", "HEAD:go.mod").strip()
    (target / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    texts, unread = Look.at(target / ".git", "HEAD").texts(["go.mod", "pom.xml"])
    assert texts == {"pom.xml": "<project/>"}
    assert unread == {"go.mod": "is not in this partial clone, and was not read"}
