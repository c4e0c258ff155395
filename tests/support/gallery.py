"""One story told by real commands, and every document that `--json` prints on its way."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.leafcut import Leafcut, add_commit, make_playbook, make_repository, wide

PLAYBOOK = """\
version: 1
name: replace
title: Replace old by new
params: {word: {type: string, default: NEW, description: what is written}}
find: {regex: ['OLD\\b']}
select: {include: ["*.py"]}
partition: {by: file, max_files: 1}
codemod:
  run: "sed -i -e s/OLD/${{ params.word }}/g -e '/SPOIL/s/value/(value/' ${{ task.files }}"
limits: {attempts: 1}
checks:
  - {name: compile, run: "${{ python }} -m py_compile ${{ task.files }}", report: lines}
"""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Documents by the name of their schema, with the commands that printed them."""

    leafcut: Leafcut
    shown: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)

    def ask(self, schema: str, *words: str, code: int | None = 0) -> list[Any]:
        """Run a command with --json and keep what it prints."""
        flag = () if "--format" in words else ("--json",)
        said = self.leafcut(*words, *flag, code=code).stdout
        found = _documents(said)
        self.shown.setdefault(schema, []).extend((" ".join(words), one) for one in found)
        return found


def _documents(text: str) -> list[Any]:
    """Return one document, or those of a text with one a line."""
    try:
        return [json.loads(text)]
    except ValueError:
        return [json.loads(line) for line in text.splitlines()]


def told(folder: Path) -> Gallery:
    """Tell the story in a folder of its own."""
    files = {**wide(7), "z.py": "value = 'OLD'  # SPOIL\n"}
    target = make_repository(folder / "target", files)
    books = folder / "books"
    playbook = str(make_playbook(books, PLAYBOOK))
    leafcut = Leafcut(folder / "home", here=target)
    gallery = Gallery(leafcut)
    _library(gallery, books, playbook)
    _run(gallery, playbook)
    _lessons(gallery)
    _slices(gallery, folder)
    _end(gallery, target)
    return gallery


def _library(gallery: Gallery, books: Path, playbook: str) -> None:
    ask = gallery.ask
    ask("plan", "plan", playbook, "--format", "json")
    ask("playbooks", "playbook", "list")
    ask("playbook", "playbook", "show", playbook)
    ask("playbook", "playbook", "show", "upgrade-syntax")
    ask("validated", "playbook", "validate", playbook)
    wrong = str(make_playbook(books, "version: 1\nnmae: wrong\n", "wrong"))
    ask("validated", "playbook", "validate", wrong, code=5)
    gallery.leafcut("playbook", "new", "starter", "--dir", str(books))
    ask("played", "playbook", "test", str(books / "starter"))
    ask("agents", "agents", "list")
    ask("agents-check", "agents", "check", "claude-code", code=None)
    ask("doctor", "doctor", code=None)
    ask("config", "config")
    ask("init", "init")


def _run(gallery: Gallery, playbook: str) -> None:
    ask = gallery.ask
    ask("run-event", "run", playbook, "--sample", "2", "--yes", code=6)
    ask("status", "status")
    ask("steered", "hold", "m05.py", "--reason", "later")
    ask("steered", "approve")
    ask("run-event", "resume", code=None)
    ask("status", "status")
    ask("steered", "retry", code=0)
    ask("run-event", "resume", code=None)
    ask("status", "status")
    ask("run-event", "watch")
    ask("report", "report", "--format", "json")
    ask("runs", "status", "--all")
    ask("log-entry", "logs")


def _lessons(gallery: Gallery) -> None:
    ask = gallery.ask
    (added,) = ask("taught", "learnings", "add", "fixtures live in tests/")
    name: Sequence[str] = added["learnings"]
    ask("learnings", "learnings", "list")
    ask("learnings", "learnings", "export")
    ask("learning", "learnings", "show", name[0])
    ask("distilled", "learnings", "distil")
    ask("taught", "learnings", "retire", name[0])
    ask("taught", "learnings", "trust", name[0])
    (found,) = ask("rules", "rules", "list")
    rule = found["rules"][0]["id"]
    ask("rule", "rules", "show", rule)
    ask("steered", "rules", "apply", rule)


def _slices(gallery: Gallery, folder: Path) -> None:
    ask = gallery.ask
    ask("slices", "prs", "preview")
    bundle = str(folder / "bundle")
    ask("bundle", "prs", "bundle", bundle)
    ask("published", "publish", bundle, "--check")
    (made,) = ask("slices", "prs", "create")
    ask("verified", "verify", f"main..{made['slices'][-1]['branch']}")


def _end(gallery: Gallery, target: Path) -> None:
    ask = gallery.ask
    ask("steered", "skip", "z.py", "--reason", "generated")
    ask("update", "update")
    add_commit(target, {"new.py": "value = 'OLD'\n"}, "more")
    ask("update", "update")
    ask("removed", "clean", "--yes")
