"""Playbooks that the target repository brings."""

from dataclasses import fields
from pathlib import Path

import pytest

from orchestrator.adapters.library import trust
from orchestrator.domain.playbook import Guards
from tests.support.leafcut import REPLACE, Leafcut, add_commit, make_repository
from tests.support.playbooks import write_playbook


@pytest.fixture
def leafcut(home: Path) -> Leafcut:
    return Leafcut(home / "leafcut")


def repository(folder: Path, playbook: str = REPLACE) -> Path:
    files = {"a.py": "v = 'OLD'\n", ".leafcut/playbooks/replace/playbook.yaml": playbook}
    return make_repository(folder, files)


def test_it_needs_trust_once_for_each_content(leafcut: Leafcut, tmp_path: Path) -> None:
    target = repository(tmp_path / "r")
    plan = ("plan", "replace", "--repo", str(target))
    said = leafcut(*plan, code=2).stderr
    assert "playbook replace is the target repository's own code" in said
    assert "then add --trust-target" in said
    leafcut(*plan, "--trust-target")
    made = tmp_path / "plan.json"
    leafcut(*plan, "-o", str(made))
    leafcut("run", str(made), "--repo", str(target), "--dry-run")
    changed = {".leafcut/playbooks/replace/playbook.yaml": REPLACE.replace("NEW", "EVIL")}
    add_commit(target, changed, "change it")
    assert "then add --trust-target" in leafcut(*plan, code=2).stderr


def test_only_the_base_commit_counts(leafcut: Leafcut, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "r", {"a.py": "v = 'OLD'\n"})
    write_playbook(target / ".leafcut" / "playbooks" / "replace", REPLACE)
    done = leafcut("plan", "replace", "--repo", str(target), "--trust-target", code=2)
    assert "there is no playbook 'replace'; searched" in done.stderr


def test_it_never_shadows_another(leafcut: Leafcut, home: Path, tmp_path: Path) -> None:
    target = repository(tmp_path / "r", "no playbook at all")
    write_playbook(home / "config" / "leafcut" / "playbooks" / "replace", REPLACE)
    leafcut("plan", "replace", "--repo", str(target))


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("guards: {residue: 'off'}\n", "guards.residue"),
        ("guards: {max_changed_lines: 0}\n", "guards.max_changed_lines"),
        ("guards: {allow_new_files: ['*']}\n", "guards.allow_new_files"),
        ("guards: {allow_deleted: ['*']}\n", "guards.allow_deleted"),
        ("guards: {allow_moves: ['*']}\n", "guards.allow_moves"),
        ("guards: {laziness: 'off'}\n", "guards.laziness"),
        ("guards: {allow_laziness: [todo]}\n", "guards.allow_laziness"),
        ("guards: {test_integrity: 'off'}\n", "guards.test_integrity"),
        ("guards: {test_renames: {a: b}}\n", "guards.test_renames"),
        ("guards: {secrets: 'off'}\n", "guards.secrets"),
        ("limits: {attempts: 4}\n", "limits.attempts"),
        ("limits: {attempt_timeout: 1h}\n", "limits.attempt_timeout"),
        ("agents: [codemod, codemod]\n", "agents"),
        ("setup: {hosts: [example.org, '127.0.0.1:6379']}\n", "setup.hosts"),
        ("environment: {image: mine}\n", "environment"),
    ],
)
def test_it_cannot_relax_what_protects(
    leafcut: Leafcut, tmp_path: Path, line: str, place: str
) -> None:
    target = repository(tmp_path / "r", REPLACE + line)
    done = leafcut("plan", "replace", "--repo", str(target), "--trust-target", code=5)
    assert f"{place} cannot be relaxed by the target repository's own playbook" in done.stderr


def test_no_relaxation_of_a_guard_is_forgotten() -> None:
    looked_at = {place[-1] for place in trust._relaxed(("guards",), Guards())}
    assert looked_at == {field.name for field in fields(Guards)}


def test_a_link_in_its_place_is_refused(leafcut: Leafcut, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    write_playbook(elsewhere / "playbooks" / "replace", REPLACE)
    target = make_repository(tmp_path / "r", {"a.py": "v = 'OLD'\n"})
    (target / ".leafcut").symlink_to(elsewhere)
    add_commit(target, {}, "link")
    done = leafcut("plan", "replace", "--repo", str(target), "--trust-target", code=5)
    assert "is a symbolic link" in done.stderr
