"""The local forge: what it writes, what it replaces, and what it leaves alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.adapters.forges.local import LocalForge, slug
from orchestrator.application.pages.body import Origin, Page, body, title
from orchestrator.application.slices.collate import BuiltSlice, Collator, landed_commits
from orchestrator.domain.cutting import cut
from orchestrator.domain.playbook import Find, Playbook
from orchestrator.domain.slices import SliceOptions
from orchestrator.domain.verdict import CheckResult, Failure
from orchestrator.errors import UsageError
from tests.support.landed import Edit, LandedRun, git, make_landed

HOSTILE = "q/a `|` @ada fixes #1\n.py"
BASE = {"p/a": b"a\r\nb\r\n", HOSTILE: b"a\n", "p/gone": b"1\n", "p/binary": b"\0\1"}
EDITS = (
    Edit("t1", {"p/a": b"a\r\nc\r\n", "p/gone": None}),
    Edit("t2", {HOSTILE: b"b\n", "q/caf\u00e9": b"new, no newline"}),
    Edit("t3", {"p/binary": b"\0\2"}),
)
PLAYBOOK = Playbook(
    version=1,
    name="p",
    title="Tidy | up",
    description="Because `it` closes #12.",
    find=Find(run="grep -n x | cut"),
)


BASELINE = CheckResult(
    check="tests",
    outcome="failed",
    command="",
    exit_code=1,
    duration_s=1,
    failures=(Failure("tests", "t", "a", "m"), Failure("tests", "t", "b", "m")),
)


@pytest.fixture
def landed(tmp_path: Path) -> Iterator[LandedRun]:
    made = make_landed(tmp_path, BASE, EDITS)
    yield made
    made.canonical.close()


def test_patches_lead_from_the_base_to_the_head(landed: LandedRun, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "slices"
    written = _written(folder, _pages(landed), {"run": "r"})
    assert [path.name for path in written] == ["01-tidy-up-1-2.md", "02-tidy-up-2-2.md"]
    root = landed.target.root
    for path in sorted(folder.glob("*.patch")):
        git(root, "am", "--quiet", "--keep-cr", str(path))
    head = landed.canonical.info(landed.run.head)
    assert git(root, "rev-parse", "HEAD^{tree}") == head.tree
    assert "Leafcut-Task: t1" in git(root, "log", "--format=%B")


def test_a_page_says_all_that_a_reviewer_needs(landed: LandedRun) -> None:
    first, second = (page.body for page in _pages(landed))
    assert "Because \\`it\\` closes \\#\u200b12." in first
    assert "`grep -n x | cut`" in first
    assert "| `p/a` | 1 | 1 | machine (`codemod`) |" in first
    assert "| `p/gone` | 0 | 1 | machine (`codemod`) |" in first
    passed = "✓ passed (2 known failures)"
    assert f"| `tests` | ✗ failed (2 failures) | {passed} | 0 | 1.2 | `pytest \\| tee` |" in first
    assert "none, it starts at" in first
    assert "leafcut run p --repo . --base" in first
    assert "--param 'name=it'\"'\"'s'" in first
    built = _built(landed)
    assert f"- previous: `{built[0].branch}`" in second
    assert f"- next: `{built[1].branch}`" in first
    assert "``q/a `\\|` @\u200bada fixes #\u200b1\\n.py``" in second
    assert "task `t2`, landed as" in second


def test_a_page_speaks_of_no_machine(landed: LandedRun) -> None:
    run = "${{ python }} ${{ playbook.dir }}/find.py --files-from ${{ files_from }}"
    playbook = replace(PLAYBOOK, find=Find(run=run))
    values = {"python": "/home/ada/venv/bin/python", "playbook.dir": "/home/ada/runs/r/playbook"}
    first, *_ = (page.body for page in _pages(landed, playbook, values))
    assert "`python p/find.py --files-from FILES`" in first
    assert "\npython -m pytest\n" in first
    assert "/home/ada" not in first
    assert "${{" not in first


def test_a_second_writing_replaces_the_first(landed: LandedRun, tmp_path: Path) -> None:
    folder = tmp_path / "slices"
    pages = _pages(landed)
    _written(folder, pages, {})
    (path,) = _written(folder, [replace(pages[1], number=1)], {"run": "r"})
    assert sorted(p.name for p in folder.iterdir()) == [
        "01-tidy-up-2-2.md",
        "01.patch",
        "slices.json",
    ]
    document = json.loads((folder / "slices.json").read_text())
    assert document["schema"] == 1
    assert document["slices"][0]["page"] == path.name
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_folder_with_other_files_is_left_alone(landed: LandedRun, tmp_path: Path) -> None:
    folder = tmp_path / "slices"
    _written(folder, _pages(landed), {})
    (folder / "mine.txt").write_text("precious")
    with pytest.raises(UsageError, match=r"mine\.txt"):
        LocalForge(folder)
    with pytest.raises(UsageError, match="canonical"):
        LocalForge(tmp_path)


def test_a_failed_writing_leaves_what_was_there(landed: LandedRun, tmp_path: Path) -> None:
    folder = tmp_path / "slices"
    pages = _pages(landed)
    _written(folder, pages, {})
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(TypeError):
        _written(folder, [replace(pages[0], facts={"no": object()})], {})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["canonical.git", "slices", "target"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Add types (1/3)", "add-types-1-3"),
        ("../../etc/passwd", "etc-passwd"),
        ("Größe ändern", "groe-andern"),
        ("变更", "slice"),
        ("x" * 200, "x" * 60),
    ],
)
def test_file_names_are_safe(text: str, name: str) -> None:
    assert slug(text) == name


def _built(landed: LandedRun, command: str = "pytest | tee") -> tuple[BuiltSlice, ...]:
    slices = cut("p", landed_commits(landed.run, landed.canonical), SliceOptions(max_lines=4))
    check = CheckResult(
        check="tests",
        outcome="passed",
        command=command,
        exit_code=0,
        duration_s=1.23,
        known=2,
    )
    built = Collator(landed.canonical, landed.run, slices, stacked=True).build()
    return tuple(replace(piece, checks=(check,)) for piece in built)


def _written(folder: Path, pages: Sequence[Page], facts: Mapping[str, object]) -> Sequence[Path]:
    with LocalForge(folder).writing(pages, facts) as paths:
        return paths


def _pages(
    landed: LandedRun, playbook: Playbook = PLAYBOOK, values: Mapping[str, str] | None = None
) -> list[Page]:
    built = _built(landed, f"{values['python']} -m pytest" if values else "pytest | tee")
    origin = Origin(
        run="r",
        playbook=playbook,
        params={"name": "it's"},
        values={"playbook.title": PLAYBOOK.title, **(values or {})},
        base=landed.run.plan.base,
        head=landed.run.head,
        baseline=(BASELINE,),
    )
    return [
        Page(
            number=piece.number,
            title=title(piece, len(built), origin),
            body=body(piece, built, origin),
            patch=landed.canonical.patch(piece.base, piece.tip),
            facts={"branch": piece.branch},
        )
        for piece in built
    ]
