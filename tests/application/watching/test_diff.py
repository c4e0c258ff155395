"""A commit's diff as files and numbered lines."""

from orchestrator.application.watching.near.diff import DiffLine, read_diff

MAIL = """\
From 1 Mon Sep 17 00:00:00 2001
Subject: [PATCH] Attempt 1
---
 a.py | 2 +-

diff --git a/a.py b/a.py
index 1..2 100644
--- a/a.py
+++ b/a.py
@@ -10,2 +10,2 @@ def save():
 before
-old
+new
\\ No newline at end of file
"""


def test_lines_bear_the_number_that_they_have_in_their_file() -> None:
    (file,) = read_diff(MAIL).files
    assert (file.path, file.kind, file.added, file.removed) == ("a.py", "changed", 1, 1)
    assert file.lines == [
        DiffLine("place", "def save():", 10),
        DiffLine("kept", "before", 10),
        DiffLine("removed", "old", 11),
        DiffLine("added", "new", 11),
    ]


def test_a_line_that_looks_like_a_head_is_a_line() -> None:
    text = (
        "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +1 @@\n--- a/b\n-@@ -1 +1 @@\n"
        "+diff --git a/x b/x\n"
    )
    (file,) = read_diff(text).files
    assert [line.text for line in file.lines[1:]] == [
        "-- a/b",
        "@@ -1 +1 @@",
        "diff --git a/x b/x",
    ]


def test_what_became_of_each_file_is_told() -> None:
    text = "".join(
        f"diff --git a/{name} b/{name}\n{said}\n"
        for name, said in (
            ("new.py", "new file mode 100644\n@@ -0,0 +1 @@\n+x"),
            ("gone.py", "deleted file mode 100644\n@@ -1 +0,0 @@\n-x"),
            ("p.png", "new file mode 100644\nGIT binary patch\nliteral 3\nabc"),
        )
    )
    assert [(file.path, file.kind) for file in read_diff(text).files] == [
        ("new.py", "new"),
        ("gone.py", "deleted"),
        ("p.png", "binary"),
    ]


def test_of_a_huge_diff_the_beginning_is_kept_and_all_is_counted() -> None:
    text = "diff --git a/a b/a\n@@ -0,0 +1,5000 @@\n" + "+x\n" * 5000
    diff = read_diff(text, most=100)
    assert len(diff.files[0].lines) == 100
    assert diff.files[0].added == 5000
    assert diff.left_out == 4901


def test_a_diff_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    (file,) = read_diff("diff --git a/a b/a\n@@ -1,9 +1,9 @@\n x").files
    assert [line.text for line in file.lines] == ["", "x"]
    assert read_diff("").files == ()
