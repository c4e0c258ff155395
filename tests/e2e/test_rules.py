"""From lesson to rule: landed edits teach one, a person applies it, no agent does the rest."""

import json
import time
from pathlib import Path
from typing import Any

from tests.support.leafcut import Leafcut, git, make_playbook, make_repository

LOCAL = ("--sandbox", "local", "--yes")
INCOMPLETE = 3

AGES = """\
version: 1
name: aware
title: Ask for the time with its zone
find: {regex: ['utcnow\\(\\)']}
select: {include: ["*.py"]}
partition: {by: file, max_files: 1}
codemod: {run: "${{ python }} ${{ playbook.dir }}/slow.py ${{ task.files }}"}
checks:
  - {name: compile, run: "${{ python }} -m py_compile ${{ task.files }}"}
  - {name: works, run: "${{ python }} -W error ${{ task.files }}"}
"""
"""A change of an API; its codemod stands for an agent that does it in its own way."""

SLOW = """\
import sys
for name in sys.argv[1:]:
    lines = open(name).read().split("\\n")
    for at, line in enumerate(lines):
        if line == "from datetime import datetime":
            lines[at] = "from datetime import datetime, timezone"
        lines[at] = lines[at].replace("datetime.utcnow()", "datetime.now(timezone.utc)")
    open(name, "w").write("\\n".join(lines))
"""


def modules(count: int) -> dict[str, str]:
    """Return modules that ask for the time, each in other words."""
    return {f"m{n:02}.py": _module(n) for n in range(count)}


def _module(number: int) -> str:
    use = [
        f"born_{number} = datetime.utcnow()\nprint(born_{number})\n",
        f"def age(of: datetime) -> int:\n    return (datetime.utcnow() - of).days + {number}\n",
        f"LATER = [datetime.utcnow(), {number}]\n",
    ][number % 3]
    return f'"""Module {number}."""\n\nimport os\nfrom datetime import datetime\n\n\n{use}'


def rules(leafcut: Leafcut) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(leafcut("rules", "list", "--json").stdout)["rules"]
    return found


def taught(leafcut: Leafcut, folder: Path, files: dict[str, str], codemod: str = SLOW) -> None:
    """Run the playbook on five of the files."""
    place = make_playbook(folder / "playbooks", AGES, "aware")
    (place / "slow.py").write_text(codemod, encoding="utf-8")
    target = make_repository(folder / "target", files)
    leafcut("run", str(place), "--repo", str(target), *LOCAL, "--max-tasks", "5", code=INCOMPLETE)


def agents(leafcut: Leafcut) -> list[str]:
    status = leafcut.status()
    canonical = leafcut.canonical(status["run"])
    span = f"{status['base']}..{status['integration_branch']}"
    return git(canonical, "log", "--format=%(trailers:key=Leafcut-Agent,valueonly)", span).split()


def test_five_landed_edits_teach_a_rule_that_does_the_other_fifty(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    taught(leafcut, tmp_path, modules(55))
    (rule,) = rules(leafcut)
    assert len(rule["landed"]) == 5
    assert (rule["waiting"], len(rule["matched"]), rule["applied"]) == (50, 50, False)
    shown = leafcut("rules", "show", rule["id"])
    assert 'pattern: "datetime.utcnow()"' in shown.stdout
    assert 'fix: "from datetime import datetime, timezone"' in shown.stdout
    assert "+from datetime import datetime, timezone" in shown.stderr

    said = leafcut("rules", "apply", rule["id"]).stderr
    assert "applies at leafcut resume" in said
    leafcut("resume", "--max-tasks", "50")

    status = leafcut.status()
    assert (status["state"], status["counts"]["landed"]) == ("done", 55)
    assert sorted(agents(leafcut)) == ["codemod"] * 5 + [rule["agent"]] * 50
    (tally,) = (one for one in status["agents"] if one["agent"] == rule["agent"])
    assert (tally["attempts"], tally["tokens"]) == (50, 0)


def test_what_a_rule_cannot_finish_goes_to_the_next_agent(leafcut: Leafcut, tmp_path: Path) -> None:
    odd = SLOW.replace(
        "    for at",
        '    lines = [one.replace("(datetime)", "datetime") for one in lines]\n    for at',
    )
    files = {**modules(8), "z.py": "from datetime import (datetime)\n\nx = datetime.utcnow()\n"}
    taught(leafcut, tmp_path, files, odd)
    (rule,) = rules(leafcut)
    leafcut("rules", "apply", rule["id"])
    leafcut("resume", "--max-tasks", "50")
    assert sorted(agents(leafcut)) == ["codemod"] * 6 + [rule["agent"]] * 3
    (last,) = (one for one in leafcut.status()["tasks"] if one["id"].startswith("z"))
    assert (last["state"], last["attempts"]) == ("landed", 3)  # the rule twice: it repeats itself


def test_edits_that_only_look_alike_teach_nothing(leafcut: Leafcut, tmp_path: Path) -> None:
    """Each file gets another zone, which stands nowhere in what it was."""
    other = SLOW.replace('timezone.utc)"', 'timezone(timedelta(hours=%d)))" % int(name[1:3])')
    other = other.replace("datetime, timezone", "datetime, timedelta, timezone")
    taught(leafcut, tmp_path, modules(8), other)
    assert leafcut.status()["counts"]["landed"] == 5
    assert rules(leafcut) == []
    leafcut("rules", "apply", "anything", code=2)


def test_a_rule_is_taken_up_by_a_run_that_goes_on(leafcut: Leafcut, tmp_path: Path) -> None:
    place = make_playbook(tmp_path / "playbooks", AGES, "aware")
    slow = SLOW.replace("import sys\n", "import sys, time\ntime.sleep(1)\n")
    (place / "slow.py").write_text(slow, encoding="utf-8")
    target = make_repository(tmp_path / "target", modules(30))
    with leafcut.start("run", str(place), "--repo", str(target), *LOCAL, "-j", "1") as going:
        until = time.monotonic() + 60
        while time.monotonic() < until and not applied(leafcut):
            time.sleep(0.2)
        going.communicate(timeout=100)
    assert going.returncode == 0
    assert leafcut.status()["counts"]["landed"] == 30
    by = agents(leafcut)
    assert by.count("codemod") >= 5
    assert sum(one.startswith("rule:") for one in by) == 30 - by.count("codemod") > 0


def applied(leafcut: Leafcut) -> bool:
    """Apply the rule if there is one yet; say whether the run has taken it up."""
    found = leafcut("rules", "list", "--json", code=None)
    offered = json.loads(found.stdout)["rules"] if found.returncode == 0 else []
    if not offered:
        return False
    said = leafcut("rules", "apply", offered[0]["id"], "--json", code=None)
    return said.returncode == 0 and bool(json.loads(said.stdout)["applied"])
