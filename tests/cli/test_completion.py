"""What Tab offers: by the protocol of the shells' scripts, and in the shells themselves."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pexpect
import pytest

from orchestrator.adapters.glimpse import glimpses
from orchestrator.cli.completion import _offered
from tests.support.leafcut import Leafcut, make_playbook, make_repository, wide

HOSTILE = "a$(touch pwned)`x`'q'.py"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Leafcut:
    """Return a Leafcut that stands in a repository with a run that is done and a learning."""
    home = tmp_path_factory.mktemp("tab") / "home"
    target = make_repository(home.parent / "target", {**wide(2), HOSTILE: "value = 'OLD'\n"})
    playbook = make_playbook(home.parent / "books")
    leafcut = Leafcut(home, here=target)
    leafcut("run", str(playbook), "--yes", "-q", code=None)
    leafcut("learnings", "add", "fixtures live [elsewhere]")
    program = home.parent / "bin" / "leafcut"
    program.parent.mkdir()
    root = Path(__file__).parents[2]
    program.write_text(f'#!/bin/sh\nPYTHONPATH={root} exec {sys.executable} -m orchestrator "$@"\n')
    program.chmod(0o755)
    return leafcut


def run_of(there: Leafcut) -> str:
    return glimpses(there.home / "runs")[0].name


def offered(there: Leafcut, line: str, **environment: str) -> list[str]:
    """Return what bash would be given for a line that Tab is pressed at the end of."""
    words = line.split(" ")
    done = subprocess.run(
        there.command(),
        env={
            **there.env,
            "_LEAFCUT_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
            **environment,
        },
        cwd=there.cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_runs(there: Leafcut) -> None:
    assert offered(there, "leafcut status ") == [run_of(there)]
    assert offered(there, "leafcut hold x --run re") == [run_of(there)]
    assert offered(there, "leafcut status x") == []


def test_tasks_by_id_and_by_file(there: Leafcut) -> None:
    found = offered(there, "leafcut logs --task m0")
    assert "m00.py" in found
    assert any(word.startswith("m00-") for word in found)
    assert offered(there, f"leafcut logs {run_of(there)} --task m01.") == ["m01.py"]
    assert offered(there, "leafcut hold --run nope m01.") == []


def test_names_that_a_shell_would_run_are_not_offered(there: Leafcut) -> None:
    assert [word for word in offered(there, "leafcut skip a") if "$" in word or "`" in word] == []


def test_playbooks_agents_checkpoints_and_learnings(there: Leafcut) -> None:
    assert "upgrade-syntax" in offered(there, "leafcut run up")
    assert "codemod" in offered(there, "leafcut retry --agent c")
    assert offered(there, "leafcut run x --checkpoint l") == ["layer"]
    assert offered(there, "leafcut learnings list --status q") == ["quarantined"]
    (learning,) = offered(there, "leafcut learnings retire l-")
    assert learning in there("learnings", "list").stdout


def test_the_verbs_of_prs_and_what_each_takes(there: Leafcut) -> None:
    assert offered(there, "leafcut prs c") == ["create", "close"]
    assert offered(there, "leafcut prs preview re") == [run_of(there)]
    assert offered(there, "leafcut prs bundle out re") == [run_of(there)]
    assert offered(there, f"leafcut prs {run_of(there)} s") == ["sync"]
    assert offered(there, f"leafcut prs {run_of(there)} address 12 --agent codem") == ["codemod"]
    assert offered(there, "leafcut prs close --de") == ["--delete-branches"]
    assert offered(there, "leafcut prs preview --de") == []


def test_it_looks_where_c_says(there: Leafcut) -> None:
    elsewhere = Leafcut(there.home, here=there.home.parent)
    line = "leafcut -C target logs --task m01."
    assert offered(elsewhere, line) == ["m01.py"]
    assert offered(elsewhere, "leafcut -C nowhere logs --task m01.") == ["m01.py"], "the newest"


def test_what_cannot_be_read_offers_nothing_and_says_nothing(tmp_path: Path) -> None:
    run = tmp_path / "home" / "runs" / "broken"
    run.mkdir(parents=True)
    (run / "run.json").write_text('{"run": "broken", "created": 1, "target": "/x"}')
    (run / "journal.sqlite").write_text("no database")
    (run / "plan.json").write_text("[]")
    there = Leafcut(tmp_path / "home", here=tmp_path)
    assert offered(there, "leafcut status ") == ["broken"]
    assert offered(there, "leafcut logs --task ") == []
    assert offered(there, "leafcut learnings show ") == []
    (run / "run.json").write_text('{"run": "broken", "created": "never"}')
    assert offered(there, "leafcut status ") == []


@pytest.mark.parametrize("kind", ["endless", "waiting", "long"])
def test_a_target_cannot_keep_tab_from_answering(tmp_path: Path, kind: str) -> None:
    playbook = tmp_path / "playbook.yaml"
    if kind == "endless":
        playbook.symlink_to("/dev/zero")
    elif kind == "waiting":
        os.mkfifo(playbook)
    else:
        playbook.write_text("title: found\n" + "x" * (8 << 20))
    code = "import sys; from pathlib import Path; from orchestrator.adapters import glimpse\n"
    found = subprocess.run(
        [sys.executable, "-c", f"{code}print(glimpse.title_of(Path(sys.argv[1])))", str(playbook)],
        cwd=Path(__file__).parents[2],
        timeout=10,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == ("found" if kind == "long" else "")


def test_what_fails_half_way_offers_what_it_found() -> None:
    def failing() -> Iterator[tuple[str, str]]:
        yield "a", "b"
        raise RuntimeError

    assert _offered(failing, "") == [("a", "b")]


def test_meanings_are_plain_words() -> None:
    found = _offered(lambda: [("x", "a [b] $(c) `d` \\$(e) 'f'")], "")
    assert found == [("x", "a  b    c   d     e   f")]


def test_what_is_ours_is_soon_done(there: Leafcut) -> None:
    from orchestrator.wiring import completing

    began = time.process_time()
    assert len(list(completing.playbooks())) >= 2
    assert glimpses(there.home / "runs")[0].state() in {"done", "incomplete"}
    assert time.process_time() - began < 0.15


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_tab_in_a_real_shell(shell: str, there: Leafcut, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        if os.environ.get("CI") and shell == "bash":
            pytest.fail("no bash")
        pytest.skip(f"no {shell} here")
    path = f"{there.home.parent / 'bin'}:{os.environ['PATH']}"
    env = {**there.env, "PATH": path, "HOME": str(tmp_path), "TERM": "dumb", "PS1": "$ "}
    script = tmp_path / "complete"
    script.write_text(
        subprocess.run(
            ["leafcut"],
            env={**env, "_LEAFCUT_COMPLETE": f"source_{shell}"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    begin = {"bash": ["--norc", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"]}[shell]
    with closing(
        pexpect.spawn(shell, begin, env=env, cwd=str(there.cwd), encoding="utf-8", timeout=60)
    ) as tty:
        tty.setwinsize(40, 200)
        if shell == "zsh":
            tty.sendline("autoload -U compinit; compinit -u -D")
        tty.sendline(f"source {script}; echo re''ady")
        tty.expect("ready")
        tty.send("leafcut status rep\t")
        tty.expect(run_of(there))
        tty.sendline("")
        tty.expect("3 landed")
    assert not (there.cwd / "pwned").exists()
