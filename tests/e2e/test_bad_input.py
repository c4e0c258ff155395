"""Bad input: one clear message, the right exit code, the target untouched."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.leafcut import (
    REPLACE,
    Leafcut,
    git,
    make_playbook,
    make_repository,
    wide,
)
from tests.support.requirements import bubblewrap

LOCAL = ("--sandbox", "local", "--yes")


def run(leafcut: Leafcut, playbook: str, target: Path, *more: str, code: int = 0) -> str:
    """Run the playbook and return what it said."""
    return leafcut("run", playbook, "--repo", str(target), *LOCAL, *more, code=code).stderr


def landed(leafcut: Leafcut, path: str) -> bytes:
    """Return a file's content on the newest run's integration branch."""
    status = leafcut.status()
    return subprocess.run(
        ["git", "-C", str(leafcut.canonical(status["run"])), "show",
         f"{status['integration_branch']}:{path}"],
        check=True,
        capture_output=True,
    ).stdout  # fmt: skip


def reasons(leafcut: Leafcut, playbook: str, target: Path) -> dict[str, str]:
    """Return why the plan leaves files alone."""
    said = leafcut("run", playbook, "--repo", str(target), "--dry-run", "--json").stdout
    return {one["file"]: one["reason"] for one in json.loads(said)["untouched"]}


def test_a_folder_that_is_no_repository(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert "is not a git repository" in run(leafcut, playbook, tmp_path / "plain", code=5)


def test_a_path_that_is_not_there(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    assert "is no folder" in run(leafcut, playbook, tmp_path / "nowhere", code=5)


def test_an_empty_repository(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    git(tmp_path / "target", "init", "-q")
    assert "has no commit yet" in run(leafcut, playbook, tmp_path / "target", code=5)


def test_a_bare_repository_works(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    source = make_repository(tmp_path / "source", wide(1))
    git(tmp_path, "clone", "-q", "--bare", str(source), str(tmp_path / "bare.git"))
    run(leafcut, playbook, tmp_path / "bare.git", "--base", "main")
    assert landed(leafcut, "m00.py") == b"value = 'NEW'\n"


def test_an_unknown_revision_names_those_that_are_near(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", wide(1))
    said = run(leafcut, playbook, target, "--base", "mian", code=5)
    assert "no revision 'mian'" in said
    assert "main" in said


def test_a_dirty_tree_says_what_is_not_included(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", wide(2))
    (target / "m00.py").write_text("value = 'OLD, but not committed'\n")
    (target / "fresh.py").write_text("value = 'OLD'\n")
    said = run(leafcut, playbook, target)
    assert "2 uncommitted files are not included: fresh.py, m00.py" in said
    assert landed(leafcut, "m00.py") == b"value = 'NEW'\n"
    assert (target / "m00.py").read_text() == "value = 'OLD, but not committed'\n"


def test_a_shallow_clone_works(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    source = make_repository(tmp_path / "source", wide(2))
    git(source, "commit", "-q", "--allow-empty", "-m", "second")
    git(tmp_path, "clone", "-q", "--depth", "1", source.as_uri(), str(tmp_path / "shallow"))
    run(leafcut, playbook, tmp_path / "shallow")
    assert landed(leafcut, "m01.py") == b"value = 'NEW'\n"


def test_a_submodule_is_left_alone(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    inner = make_repository(tmp_path / "inner", wide(1))
    target = make_repository(tmp_path / "target", wide(1))
    git(target, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub.py")
    git(target, "commit", "-q", "-m", "with submodule")
    assert reasons(leafcut, playbook, target) == {"sub.py": "is a submodule"}
    run(leafcut, playbook, target)
    status = leafcut.status()
    listed = git(leafcut.canonical(status["run"]), "ls-tree", status["integration_branch"])
    assert "160000 commit" in listed


def test_files_that_cannot_be_worked_on_are_named_with_the_reason(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n"
    target = make_repository(
        tmp_path / "target",
        {
            "lfs.py": pointer,
            "broken.py": "def OLD(:\n",
            "latin.py": b"# \xe9\nvalue = 'OLD'\n",
            "binary.py": b"OLD\0\1",
            "none.py": "value = 1\n",
            "good.py": "value = 'OLD'\n",
        },
    )
    why = reasons(leafcut, playbook, target)
    assert why["lfs.py"] == "is a Git LFS pointer"
    assert why["broken.py"].startswith("cannot be parsed")
    assert "UTF-8" in why["latin.py"]
    assert why["binary.py"] == "is binary"
    assert why["none.py"] == "no occurrence"
    run(leafcut, playbook, target)
    assert landed(leafcut, "broken.py") == b"def OLD(:\n"


def test_line_ends_and_byte_order_marks_stay_byte_for_byte(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    crlf = b"\xef\xbb\xbfvalue = 'OLD'\r\nother = 1\r\nlast = 2"
    target = make_repository(tmp_path / "target", {"m.py": crlf, ".gitattributes": "* text=auto\n"})
    blob = git(target, "show", "HEAD:m.py")
    assert "\r" not in blob
    git(target, "rm", "-q", ".gitattributes")
    (target / "m.py").write_bytes(crlf)
    git(target, "-c", "core.autocrlf=false", "commit", "-q", "-a", "-m", "as they are")
    run(leafcut, playbook, target)
    assert landed(leafcut, "m.py") == crlf.replace(b"OLD", b"NEW")


@pytest.mark.parametrize(
    "name",
    [
        "with space.py",
        "new\nline.py",
        "quo'te\".py",
        "ünïcode.py",
        "$(id).py",
        "-dash.py",
        "a;b.py",
    ],
)
def test_odd_file_names_are_only_names(leafcut: Leafcut, tmp_path: Path, name: str) -> None:
    text = REPLACE.replace("s/OLD/NEW/g ${{", "s/OLD/NEW/g -- ${{")
    playbook = str(make_playbook(tmp_path / "playbooks", text))
    target = make_repository(tmp_path / "target", {name: "value = 'OLD'\n"})
    said = leafcut("run", playbook, "--repo", str(target), *LOCAL, code=None)
    if name.startswith("-"):
        assert said.returncode in {0, 3}
        return
    assert said.returncode == 0, said.stderr
    assert landed(leafcut, name) == b"value = 'NEW'\n"


def test_links_inside_and_out_of_the_tree_are_left_alone(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("value = 'OLD'\n")
    target = make_repository(tmp_path / "target", wide(1))
    (target / "in.py").symlink_to("m00.py")
    (target / "out.py").symlink_to(outside)
    git(target, "add", "-A")
    git(target, "commit", "-q", "-m", "links")
    assert reasons(leafcut, playbook, target) == {
        "in.py": "is a symbolic link",
        "out.py": "is a symbolic link",
    }
    run(leafcut, playbook, target)
    assert outside.read_text() == "value = 'OLD'\n"
    assert landed(leafcut, "in.py") == b"m00.py"


def test_names_that_differ_only_in_case_stay_apart(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", {"a.py": "x = 'OLD'\n", "A.py": "y = 'OLD'\n"})
    run(leafcut, playbook, target)
    assert (landed(leafcut, "a.py"), landed(leafcut, "A.py")) == (b"x = 'NEW'\n", b"y = 'NEW'\n")


def test_no_matching_file(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", {"readme.txt": "OLD\n"})
    assert "nothing to change" in run(leafcut, playbook, target)


def test_nothing_to_change(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", wide(2, word="NEW"))
    assert "nothing to change" in run(leafcut, playbook, target)


def test_a_plan_edited_into_a_circle(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", wide(2))
    said = leafcut("run", playbook, "--repo", str(target), "--dry-run", "--json").stdout
    plan = json.loads(said)
    one, two = plan["tasks"]
    one["depends_on"], two["depends_on"] = [two["id"]], [one["id"]]
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan))
    said = run(leafcut, str(path), target, code=5)
    assert "depend on each other in a circle" in said
    assert one["id"] in said


def test_a_check_whose_command_does_not_exist(leafcut: Leafcut, tmp_path: Path) -> None:
    text = REPLACE + "  - {name: gone, run: no-such-program --now}\n"
    target = make_repository(tmp_path / "target", wide(1))
    said = run(leafcut, str(make_playbook(tmp_path / "playbooks", text)), target, code=7)
    assert "check 'gone' cannot run" in said
    assert "no-such-program" in said


def test_no_author_configured(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", wide(1))
    nobody = Leafcut(leafcut.home, {"GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(tmp_path)})
    (tmp_path / ".gitconfig").unlink(missing_ok=True)
    said = run(nobody, playbook, target, code=7)
    assert "git config --global user.name" in said


def test_a_git_that_is_too_old(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", wide(1))
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho git version 2.30.2\n")
    old.chmod(0o755)
    path = f"{old.parent}{os.pathsep}{os.environ['PATH']}"
    said = run(Leafcut(leafcut.home, {"PATH": path}), playbook, target, code=7)
    assert "git 2.30.2" in said
    assert "2.38" in said


def test_a_check_that_hangs_ends_by_its_timeout(leafcut: Leafcut, tmp_path: Path) -> None:
    text = REPLACE + "  - {name: hang, run: 'grep -q OLD m00.py || sleep 300', timeout: 1s}\n"
    target = make_repository(tmp_path / "target", wide(1))
    run(leafcut, str(make_playbook(tmp_path / "playbooks", text)), target, code=3)
    (task,) = leafcut.status()["tasks"]
    assert (task["state"], task["reason"]) == ("failed", "hang: did not end within 1s")


def test_a_full_disk_stops_the_run_and_nothing_is_half_done(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    bubblewrap().close()
    target = make_repository(
        tmp_path / "target", {f"m{n}.py": "value = 'OLD'\n" + "#" * 100_000 for n in range(60)}
    )
    leafcut.home.mkdir()
    small = ["bwrap", "--dev-bind", "/", "/", "--size", "9000000", "--tmpfs", str(leafcut.home)]
    command = leafcut.command("run", playbook, "--repo", str(target), *LOCAL)
    done = subprocess.run(
        [*small, *command], env=leafcut.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 7, done.stderr
    assert "no room left" in done.stderr
    assert git(target, "status", "--porcelain") == ""
    assert git(target, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/main"]


def test_a_second_process_on_the_same_run(leafcut: Leafcut, tmp_path: Path) -> None:
    text = REPLACE.replace('"sed -i', '"sleep 5; sed -i')
    playbook = str(make_playbook(tmp_path / "playbooks", text))
    target = make_repository(tmp_path / "target", wide(1))
    running = leafcut.start("run", playbook, "--repo", str(target), *LOCAL, "--json")
    assert running.stdout is not None
    running.stdout.readline()
    said = leafcut("resume", code=2).stderr
    assert f"process {running.pid}" in said
    running.terminate()
    running.communicate(timeout=30)


def test_a_run_folder_that_was_damaged(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", wide(1))
    run(leafcut, playbook, target)
    folder = leafcut.home / "runs" / leafcut.status()["run"]
    for path in folder.glob("journal.sqlite*"):
        path.write_bytes(b"this is no database, and long enough to be looked at" * 40)
    assert "cannot be read" in leafcut("status", code=5).stderr
    shutil.rmtree(folder)
