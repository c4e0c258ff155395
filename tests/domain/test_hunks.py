"""Hunks, read off a diff of git."""

import subprocess
from pathlib import Path

import pytest

from orchestrator.domain.hunks import Hunk, hunks

DIFF = """\
diff --git a/p/a.py b/p/a.py
index 1..2 100644
--- a/p/a.py
+++ b/p/a.py
@@ -3 +3,2 @@ def f():
--- not a header
+++ not one either
+x
\\ No newline at end of file
@@ -9,2 +10,0 @@
-one
-two
diff --git a/gone b/gone
deleted file mode 100644
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-@@ -1 +1 @@
diff --git a/emptied b/emptied
--- a/emptied
+++ b/emptied
@@ -1 +0,0 @@
-all
"""


def test_hunks_are_read_by_their_counts() -> None:
    assert list(hunks(DIFF)) == [
        Hunk(path="p/a.py", line=3, removed=("-- not a header",), added=("++ not one either", "x")),
        Hunk(path="p/a.py", line=10, removed=("one", "two")),
        Hunk(path="gone", line=1, removed=("@@ -1 +1 @@",)),
        Hunk(path="emptied", line=1, removed=("all",)),
    ]


NAMES = ("a b", "tab\there", 'quo"te', "caf\u00e9", "back\\slash", "new\nline", "trail ", "a/b.py")


@pytest.mark.parametrize("name", NAMES)
def test_paths_are_as_they_are(tmp_path: Path, name: str) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x\n")
    subprocess.run(["git", "add", "--all"], cwd=tmp_path, check=True)
    said = subprocess.run(
        ["git", "diff", "--cached", "--unified=0"], cwd=tmp_path, check=True, capture_output=True
    ).stdout.decode("utf-8", "surrogateescape")
    assert [hunk.path for hunk in hunks(said)] == [name]
