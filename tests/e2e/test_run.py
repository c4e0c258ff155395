"""Whole runs: what lands, in which order, what is reported."""

import json
import signal
import venv
from dataclasses import replace
from pathlib import Path

from tests.support.leafcut import (
    REPLACE,
    Leafcut,
    add_commit,
    chain,
    events,
    git,
    landed_tasks,
    make_playbook,
    make_repository,
    tree_of,
    wide,
)

LOCAL = ("--sandbox", "local", "--yes")


def test_a_chain_lands_least_dependent_first_one_commit_a_task(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", chain(5))
    leafcut("run", playbook, "--repo", str(target), *LOCAL)
    status = leafcut.status()
    assert status["state"] == "done"
    assert status["residue"] == {"before": 5, "after": 0}
    canonical = leafcut.canonical(status["run"])
    landed = landed_tasks(canonical, status["base"], status["integration_branch"])
    assert [task[:3] for task in landed] == ["m00", "m01", "m02", "m03", "m04"]
    assert git(canonical, "show", "-s", "--format=%an", status["integration_branch"]) == git(
        target, "show", "-s", "--format=%an", "HEAD"
    )


def test_the_target_repository_is_not_touched(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", wide(3))

    def everything() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in target.rglob("*") if p.is_file()}

    before = everything()
    leafcut("run", playbook, "--repo", str(target), *LOCAL)
    assert everything() == before


def test_json_events_begin_with_the_run_and_end_with_its_state(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", wide(3))
    said = leafcut("run", playbook, "--repo", str(target), *LOCAL, "--json").stdout
    documents = events(said.splitlines())
    assert documents[0]["event"] == "run_started"
    assert documents[-1]["event"] == "run_finished"
    assert documents[-1]["state"] == "done"
    landed = [one for one in documents if one["event"] == "landed"]
    assert sorted(one["files"] for one in landed) == [["m00.py"], ["m01.py"], ["m02.py"]]
    assert all(len(one["commit"]) == 40 for one in landed)


def test_what_a_check_refuses_does_not_land_and_the_exit_code_says_so(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    text = REPLACE.replace("s/OLD/NEW/g", "'s/OLD/NEW/; s/BREAK/)/'")
    playbook = make_playbook(tmp_path / "playbooks", text)
    files = {**wide(3), "bad.py": "value = 'OLD'\n# BREAK\n", "worse.py": "x = 'OLD'; BREAK = 1\n"}
    target = make_repository(tmp_path / "target", files)
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, code=3)
    status = leafcut.status()
    assert status["state"] == "incomplete"
    assert status["counts"]["landed"] == 4
    (failed,) = [task for task in status["tasks"] if task["state"] == "failed"]
    assert failed["files"] == ["worse.py"]
    assert failed["reason_code"] == "compile"
    assert status["not_done"] == [{"file": "worse.py", "reason": failed["reason"]}]
    head = status["integration_branch"]
    assert "BREAK" in git(leafcut.canonical(status["run"]), "show", f"{head}:worse.py")


def test_a_rejected_codemod_sees_its_verdict_and_may_do_better(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    script = (
        "import json, os, pathlib\n"
        'verdict = os.environ.get("LEAFCUT_VERDICT")\n'
        'good = verdict and json.load(open(verdict))["failures"][0]["check"] == "compile"\n'
        'path = pathlib.Path("m.py")\n'
        'path.write_text(path.read_text().replace("OLD", "NEW" if good else "(")\n'
        '                if good else "value = (")\n'
    )
    text = REPLACE.replace(
        'run: "sed -i s/OLD/NEW/g ${{ task.files }}"',
        'run: "${{ python }} ${{ playbook.dir }}/codemod.py"',
    )
    playbook = make_playbook(tmp_path / "playbooks", text)
    (playbook / "codemod.py").write_text(script, encoding="utf-8")
    target = make_repository(tmp_path / "target", {"m.py": "value = 'OLD'\n"})
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL)
    (task,) = leafcut.status()["tasks"]
    assert (task["state"], task["attempts"]) == ("landed", 2)


def test_checks_that_are_red_on_the_base_count_only_what_is_new(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    lines = r"grep -n 'TODO\|NEW.*worse' *.py | sed 's/^\([^:]*:[0-9]*\):/\1: error: /'; false"
    text = REPLACE + f"  - {{name: todo, run: {json.dumps(lines)}, report: lines}}\n"
    playbook = make_playbook(tmp_path / "playbooks", text)
    files = {"a.py": "x = 'OLD'\n# TODO\n", "b.py": "x = 'OLD worse'\n"}
    target = make_repository(tmp_path / "target", files)
    done = leafcut("run", str(playbook), "--repo", str(target), *LOCAL, code=3)
    assert "red: 1 known failure does not count" in done.stderr
    states = {task["files"][0]: task["state"] for task in leafcut.status()["tasks"]}
    assert states == {"a.py": "landed", "b.py": "failed"}


def test_a_check_that_sees_nothing_is_reported_as_blind(leafcut: Leafcut, tmp_path: Path) -> None:
    playbook = make_playbook(tmp_path / "playbooks", REPLACE + '  - {name: idle, run: "true"}\n')
    target = make_repository(tmp_path / "target", wide(1))
    done = leafcut("run", str(playbook), "--repo", str(target), *LOCAL)
    assert leafcut.status()["blind_checks"] == ["idle"]
    assert "check idle is blind: it stayed green with m00.py broken" in done.stderr


def test_a_check_that_cannot_run_at_all_is_said_to_be_red_before(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    playbook = make_playbook(tmp_path / "playbooks", REPLACE)
    target = make_repository(tmp_path / "target", wide(1))
    lost = ("--check", "house=python3 nowhere.py")
    done = leafcut("run", str(playbook), "--repo", str(target), *LOCAL, *lost)
    assert leafcut.status()["blind_checks"] == ["house"]
    assert "house is blind: it is red on the base and was no redder with m00.py" in done.stderr
    assert "can't open file" in done.stderr


def test_a_check_that_turned_work_down_is_not_blind_for_missing_the_probe(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    playbook = make_playbook(tmp_path / "playbooks", REPLACE)
    target = make_repository(tmp_path / "target", wide(1))
    words = ("--check", "words=! grep -n NEW m00.py")
    done = leafcut("run", str(playbook), "--repo", str(target), *LOCAL, *words, code=3)
    assert "check words is blind" in done.stderr, "nobody knew at the baseline"
    assert leafcut.status()["blind_checks"] == []


def test_an_interrupted_run_goes_on_where_it_was(leafcut: Leafcut, tmp_path: Path) -> None:
    text = REPLACE.replace('"sed -i', '"sleep 0.3; sed -i')
    playbook = make_playbook(tmp_path / "playbooks", text)
    target = make_repository(tmp_path / "target", chain(6))
    running = leafcut.start("run", str(playbook), "--repo", str(target), *LOCAL, "--json")
    assert running.stdout is not None
    for line in running.stdout:
        if '"landed"' in line:
            running.send_signal(signal.SIGINT)
            break
    running.communicate(timeout=60)
    assert running.returncode == 130
    stopped = leafcut.status()
    assert stopped["state"] == "stopped"
    assert 1 <= stopped["counts"]["landed"] < 6
    leafcut("resume")
    status = leafcut.status()
    assert (status["state"], status["counts"]["landed"]) == ("done", 6)


def test_a_reader_that_goes_away_does_not_end_the_run(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", chain(3))
    running = leafcut.start("run", playbook, "--repo", str(target), *LOCAL, "--json")
    assert running.stdout is not None
    running.stdout.readline()
    running.stdout.close()
    assert running.wait(timeout=60) == 0
    assert leafcut.status()["state"] == "done"


def test_a_person_can_stop_and_retry_from_another_process(leafcut: Leafcut, tmp_path: Path) -> None:
    text = REPLACE.replace('"sed -i', '"sleep 0.3; sed -i')
    playbook = make_playbook(tmp_path / "playbooks", text)
    target = make_repository(tmp_path / "target", chain(6))
    running = leafcut.start("run", str(playbook), "--repo", str(target), *LOCAL, "--json")
    assert running.stdout is not None
    assert '"run_started"' in running.stdout.readline()
    leafcut("stop")
    running.communicate(timeout=60)
    assert running.returncode == 130
    assert "is not running" in leafcut("stop", code=2).stderr
    assert "no task has failed" in leafcut("retry", code=2).stderr


def test_a_retried_task_is_tried_again_at_resume(leafcut: Leafcut, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    text = REPLACE.replace('"sed -i', f'"test -e {flag} && sed -i')
    playbook = make_playbook(tmp_path / "playbooks", text)
    target = make_repository(tmp_path / "target", chain(2))
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, code=3)
    assert leafcut.status()["counts"]["blocked"] == 1
    flag.touch()
    leafcut("retry")
    leafcut("resume")
    assert leafcut.status()["counts"]["landed"] == 2


def test_dry_run_plans_and_does_nothing(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", wide(2))
    done = leafcut("run", playbook, "--repo", str(target), "--dry-run")
    assert "m00.py" in done.stdout
    assert not (leafcut.home / "runs").exists()


def test_max_tasks_stops_early_and_resume_needs_no_more(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", wide(5))
    leafcut("run", playbook, "--repo", str(target), *LOCAL, "--max-tasks", "2", code=3)
    status = leafcut.status()
    assert status["counts"]["landed"] == 2
    assert status["reason"] == "2 tasks were asked for"


def test_a_saved_plan_runs_and_a_stale_one_does_not(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", wide(2))
    plan = tmp_path / "plan.json"
    dry = leafcut("run", playbook, "--repo", str(target), "--dry-run", "--json").stdout
    plan.write_text(dry, encoding="utf-8")
    missing = leafcut("run", str(plan), "--repo", str(target), *LOCAL, code=2)
    assert "→ say where it lies with --playbook" in missing.stderr
    leafcut("run", str(plan), "--playbook", playbook, "--repo", str(target), *LOCAL)
    assert leafcut.status()["counts"]["landed"] == 2
    add_commit(target, {"new.py": ""}, "moved on")
    done = leafcut("run", str(plan), "--repo", str(target), *LOCAL, code=5)
    assert "was made for commit" in done.stderr


def test_the_same_result_in_both_sandboxes(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", wide(3))
    trees = set()
    for sandbox in ("local", "auto"):
        leafcut("run", playbook, "--repo", str(target), "--sandbox", sandbox, "--yes")
        status = leafcut.status()
        trees.add(tree_of(leafcut.canonical(status["run"]), status["integration_branch"]))
    assert len(trees) == 1


def test_a_task_with_nothing_to_do_ends_unchanged(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", {**wide(1), "clean.py": "x = 1\n"})
    plan = tmp_path / "plan.json"
    leafcut("plan", playbook, "--repo", str(target), "--no-find", "-o", str(plan))
    leafcut("run", str(plan), "--playbook", playbook, "--repo", str(target), *LOCAL)
    status = leafcut.status()
    assert (status["state"], status["counts"]["unchanged"]) == ("done", 1)


def test_logs_of_one_task_tell_of_that_task_only(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", {"a.py": "OLD = 1\n", "x/a.py": "OLD = 1\n"})
    leafcut("run", playbook, "--repo", str(target), *LOCAL)
    one = leafcut.status()["tasks"][0]["id"]
    said = leafcut("logs", "--task", one, "--json").stdout.splitlines()
    ended = [
        event["result"]["task"]
        for event in (json.loads(line)["event"] for line in said)
        if event["event"] == "attempt_ended"
    ]
    assert ended == [one]
    by_file = leafcut("logs", "--task", leafcut.status()["tasks"][0]["files"][0], "--json")
    assert by_file.stdout.splitlines() == said
    assert "no task 'nope'" in leafcut("logs", "--task", "nope", code=2).stderr


def test_logs_of_a_task_show_what_turned_it_down(leafcut: Leafcut, tmp_path: Path) -> None:
    playbook = make_playbook(tmp_path / "playbooks", REPLACE)
    target = make_repository(tmp_path / "target", wide(1))
    picky = ("--check", "words=if grep -n NEW m00.py; then echo 'no new words'; exit 7; fi")
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, *picky, code=3)
    said = leafcut("logs", "--task", "m00.py").stdout
    assert "  words $ if grep" in said
    assert "    1:value = 'NEW'\n    no new words\n    exit code 7\n" in said
    (said_of,) = json.loads(leafcut("report", "--format", "json").stdout)["objections"]
    assert (said_of["check"], said_of["exit_code"]) == ("words", 7)
    assert said_of["output"].endswith("no new words\n")


def test_logs_count_what_had_landed_at_each_moment(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", chain(3))
    leafcut("run", playbook, "--repo", str(target), *LOCAL)
    for words in (("logs",), ("logs", "--follow")):
        landed = [line for line in leafcut(*words).stdout.splitlines() if "✓ landed" in line]
        assert [line.split()[3] for line in landed] == ["[1/3]", "[2/3]", "[3/3]"]


def test_the_logs_of_a_task_without_attempts_say_why_there_are_none(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    spoiling = REPLACE.replace("s/OLD/NEW/g", "'s/OLD/NEW/; s/HARD/)/'")
    playbook = make_playbook(tmp_path / "playbooks", spoiling)
    files = {"a.py": "HARD = 'OLD'\n", "b.py": "import a\nOLD = 1\n", "c.py": "OLD = 1\n"}
    target = make_repository(tmp_path / "target", files)
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, "--max-tasks", "1", code=3)
    for follow in ((), ("--follow",)):
        said = leafcut("logs", "--task", "b.py", *follow)
        assert said.stdout == ""
        assert "b.py: no attempt. It needs a.py (failed) (" in said.stderr
        assert "it goes on when that is retried and lands." in said.stderr
    assert "⊘ blocked   b.py  depends on a.py, which failed" in leafcut("status").stdout
    ready = leafcut("logs", "--task", "c.py").stderr
    assert "c.py: no attempt yet. Nothing holds it up; codemod begins at a resume" in ready
    assert "no attempt" not in leafcut("logs", "--task", "a.py").stderr
    assert "no attempt" not in leafcut("logs").stderr


def test_every_run_is_listed_with_its_state_newest_first(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", wide(2))
    leafcut("run", playbook, "--repo", str(target), *LOCAL, "--max-tasks", "1", code=3)
    leafcut("run", playbook, "--repo", str(target), *LOCAL)
    shown = leafcut("status", "--all").stdout.splitlines()
    assert [line.split()[1] for line in shown] == ["done", "incomplete"]
    assert all(line.endswith(str(target)) for line in shown)
    listed = [json.loads(line) for line in leafcut("status", "--all", "--json").stdout.splitlines()]
    assert [one["counts"].get("landed") for one in listed] == [2, 1]


def test_a_check_that_passes_on_a_rerun_is_counted(leafcut: Leafcut, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    moody = (
        f'  - {{name: moody, run: "grep -q OLD m00.py || test -e {flag} || '
        f'{{ touch {flag}; exit 1; }}", on: landing, flaky_retries: 1}}\n'
    )
    playbook = make_playbook(tmp_path / "playbooks", REPLACE + moody)
    target = make_repository(tmp_path / "target", wide(1))
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL)
    assert leafcut.status()["flaky_checks"] == {"moody": 1}
    assert "flaky: moody passed 1 time only when run again" in leafcut("status").stdout


def test_what_an_agent_was_told_is_shown_for_one_task(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", wide(2))
    leafcut("run", playbook, "--repo", str(target), *LOCAL)
    status = leafcut.status()
    one = status["tasks"][0]["id"]
    nothing = leafcut("logs", "--task", one, "--prompt")
    assert f"no attempt at {one} was given a prompt" in nothing.stderr
    kept = leafcut.home / "runs" / status["run"] / "transcripts"
    for number in (2, 10):
        (kept / f"{one}-{number}.prompt").write_text(f"attempt {number}\x1b[2J\n")
    (kept / f"{one}-rest-1.prompt").write_text("of another task\n")
    assert leafcut("logs", "--task", one, "--prompt").stdout == (
        f"--- {one}-2.prompt\nattempt 2\\x1b[2J\n--- {one}-10.prompt\nattempt 10\\x1b[2J\n"
    )
    assert "--task TASK --prompt" in leafcut("logs", "--prompt", code=2).stderr


def test_clean_removes_the_runs_folder(leafcut: Leafcut, playbook: str, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", wide(1))
    leafcut("run", playbook, "--repo", str(target), *LOCAL)
    run = leafcut.status()["run"]
    leafcut("clean", run, "--yes")
    assert not (leafcut.home / "runs" / run).exists()
    assert "there is no run" in leafcut("status", code=2).stderr


def test_that_commits_will_not_be_signed_is_said(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", wide(1))
    assert "signed" not in leafcut("run", playbook, "--repo", str(target), "--dry-run").stderr
    git(target, "config", "commit.gpgsign", "true")
    assert "signed" in leafcut("run", playbook, "--repo", str(target), "--dry-run").stderr


def test_the_newest_run_is_that_of_the_repository_one_stands_in(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    mine = make_repository(tmp_path / "mine", wide(1))
    other = make_repository(tmp_path / "other", wide(1))
    third = make_repository(tmp_path / "third", wide(1))
    for target in (mine, other):
        leafcut("run", playbook, "--repo", str(target), *LOCAL)
    (mine / "deep").mkdir()
    assert replace(leafcut, here=mine / "deep").status()["repository"] == str(mine)
    shown = replace(leafcut, here=mine)("prs", "preview")
    assert f" of {mine}\n" in shown.stderr
    stranger = replace(leafcut, here=third)
    assert stranger.status()["repository"] == str(other)
    for command in (("resume",), ("clean", "-y"), ("retry",), ("stop",), ("prs", "create")):
        for lost in (stranger, leafcut):
            said = lost(*command, code=2).stderr
            assert "say which one" in said, command
    assert len(leafcut("status", "--all").stdout.splitlines()) == 2


def test_a_check_may_name_the_python_of_a_virtual_environment(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    venv.create(tmp_path / "venv", symlinks=True)
    (tmp_path / "program").write_text("#!/bin/sh\n")
    (tmp_path / "program").chmod(0o755)
    target = make_repository(tmp_path / "target", wide(1))
    run = ("run", playbook, "--repo", str(target), "--yes", "--sandbox", "bubblewrap", "--check")
    leafcut(*run, f"tests={tmp_path}/venv/bin/python -m compileall -q .")
    said = leafcut(*run, f"tests={tmp_path}/program x", code=7).stderr
    assert f"{tmp_path}/program is there, but the sandbox does not show it" in said
    assert "install" not in said


def test_a_check_that_cannot_run_leaves_its_reason(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", wide(1))
    broken = ("--check", "tests=nosuchcommand")
    done = leafcut("run", playbook, "--repo", str(target), *LOCAL, "--json", *broken, code=7)
    last = events(done.stdout.splitlines())[-1]
    assert (last["event"], last["state"]) == ("run_finished", "stopped")
    assert "check 'tests' cannot run" in last["reason"]
    assert f"leafcut clean {last['run']}" in done.stderr
    assert leafcut.status()["reason"] == last["reason"]
    assert "cannot run" in leafcut("status").stdout
    leafcut("resume", code=7)


def test_a_limited_run_goes_on_by_as_many_tasks_as_are_asked_for(
    leafcut: Leafcut, playbook: str, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", wide(4))
    run = leafcut("run", playbook, "--repo", str(target), *LOCAL, "--max-tasks", "1", code=3)
    name = leafcut.status()["run"]
    assert f"leafcut resume {name} --max-tasks 1" in run.stderr
    leafcut("resume", code=3)
    assert leafcut.status()["counts"]["landed"] == 1
    leafcut("resume", "--max-tasks", "2", code=3)
    assert leafcut.status()["counts"]["landed"] == 3
    leafcut("resume", "--max-tasks", "5")
    assert leafcut.status()["state"] == "done"
