"""Which files exit criteria look into, and how the residue of a teardown is found."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestrator.application.exits import Everywhere, selected
from orchestrator.application.find import search
from orchestrator.domain.playbook import Select


def _tree(folder: Path) -> Path:
    files = {
        "a.py": "OLD\n",
        "lib/b.py": "OLD SHIM\n",
        "lib/.venv/c.py": "OLD\n",
        ".venv/d.py": "OLD\n",
        ".git": "gitdir: elsewhere\n",
        "tests/e.py": "OLD\n",
        "data.py": "OLD\0",
        "f.txt": "OLD\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "link.py").symlink_to("/etc/passwd")
    (folder / "folder.py").symlink_to("lib")
    return folder


_SELECT = Select(include=("**/*.py",), exclude=("tests/",))


def test_what_is_kept_is_no_part_of_the_tree_nor_is_what_leads_out_of_it(tmp_path: Path) -> None:
    tree = _tree(tmp_path)
    assert selected(tree, _SELECT, (".venv/",)) == ["a.py", "lib/.venv/c.py", "lib/b.py"]
    assert ".venv/d.py" in selected(tree, _SELECT)
    assert ".git" not in selected(tree, Select())


def test_everywhere_looks_at_all_that_is_selected_by_every_rule(tmp_path: Path) -> None:
    def rule(pattern: str) -> object:
        def scan(tree: Path, files: Sequence[str], _: Path) -> Mapping[str, tuple[int, ...]]:
            return search(tree, files, [pattern])

        return scan

    left = Everywhere(
        scans=[rule("OLD"), rule("SHIM")],  # type: ignore[list-item]
        select=_SELECT,
        keep=(".venv",),
        unplanned=frozenset({"lib/.venv/c.py"}),
    )
    found = left(_tree(tmp_path / "tree"), ["a.py"], tmp_path)
    assert found == {"a.py": (1,), "lib/b.py": (1, 1)}
