import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.adapters.git.checkouts import Checkouts
from orchestrator.adapters.imports.ruff import RuffImportGraph
from orchestrator.application.find import search
from orchestrator.application.plan import Find as FindFunction
from orchestrator.application.plan import Planner
from orchestrator.domain.plan import Plan
from orchestrator.domain.planning import Heading
from orchestrator.domain.playbook import Find, GraphOptions, Playbook, Select
from orchestrator.errors import UsageError
from tests.support.leafcut import git, make_repository


def _old(tree: Path, files: Sequence[str], _scratch: Path) -> Mapping[str, tuple[int, ...]]:
    return search(tree, files, ["OLD"])


_PLAYBOOK = Playbook(
    version=1, name="p", title="P", find=Find(regex=("OLD",)), select=Select(include=("*.py",))
)


def _plan(
    repository: Path,
    playbook: Playbook = _PLAYBOOK,
    *,
    find: FindFunction | None = _old,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    remembered: dict[str, tuple[int, ...]] | None = None,
) -> Plan:
    base = git(repository, "rev-parse", "HEAD").strip()
    cache = repository.parent / "cache"
    heading = Heading(
        playbook="p", playbook_digest="d", params={}, repository=str(repository), base=base
    )
    planner = Planner(
        export=Checkouts(repository / ".git", cache),
        imports={"python": RuffImportGraph()},
        find=find,
        scratch=cache,
        remembered={} if remembered is None else remembered,
    )
    return planner.plan(playbook, heading, include, exclude)


def _files(plan: Plan) -> list[tuple[str, ...]]:
    return [task.files for task in plan.tasks]


def _reasons(plan: Plan) -> dict[str, str]:
    return {one.file: one.reason.partition(":")[0] for one in plan.untouched}


def test_tasks_are_the_files_with_occurrences_in_order(tmp_path: Path) -> None:
    repository = make_repository(
        tmp_path / "r",
        {
            "a.py": "import b\nOLD\nOLD",
            "b.py": "import c\n",
            "c.py": "OLD\r\n",
            "d.txt": "OLD",
            ".github/CODEOWNERS": "c.py @c\n",
        },
    )

    plan = _plan(repository)

    assert [(task.files, task.occurrences, task.lines, task.owners) for task in plan.tasks] == [
        (("c.py",), 1, 1, ("@c",)),
        (("a.py",), 2, 3, ()),
    ]
    assert plan.tasks[1].depends_on == (plan.tasks[0].id,)
    assert _reasons(plan) == {"b.py": "no occurrence"}
    assert plan.base == git(repository, "rev-parse", "HEAD").strip()


def test_what_cannot_be_touched_is_named_with_the_reason(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "link.py").symlink_to("/etc/passwd")
    (folder / "inside.py").symlink_to("good.py")
    (folder / os.fsdecode(b"\xff.py")).write_text("OLD")
    sub = make_repository(tmp_path / "sub", {"x.py": "OLD"})
    subprocess.run(["git", "init", "-q", folder], check=True)
    git(folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(sub), "sub.py")
    repository = make_repository(
        folder,
        {
            "good.py": "OLD\n",
            "broken.py": "def (: OLD\n",
            "latin.py": "# OLD é".encode("latin-1"),
            "binary.py": b"OLD\0",
            "big.py": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            "none.py": "",
            "tests/t.py": "OLD\n",
            "odd\n name.py": "OLD\n",
        },
    )

    plan = _plan(
        repository, replace(_PLAYBOOK, select=Select(include=("*.py",), exclude=("tests/",)))
    )

    assert sorted(_files(plan)) == [("good.py",), ("odd\n name.py",)]
    assert _reasons(plan) == {
        "\\xff.py": "has a name that is not UTF-8",
        "big.py": "is a Git LFS pointer",
        "binary.py": "is binary",
        "broken.py": "cannot be parsed",
        "inside.py": "is a symbolic link",
        "latin.py": "cannot be parsed",
        "link.py": "is a symbolic link",
        "none.py": "no occurrence",
        "sub.py": "is a submodule",
        "tests/t.py": "is excluded",
    }


def test_the_command_line_only_narrows_what_the_playbook_selects(tmp_path: Path) -> None:
    files = ["a/x.py", "a/x.txt", "a/b/y.py", "b/z.py", "top.py"]
    repository = make_repository(tmp_path / "r", dict.fromkeys(files, "OLD\n"))

    def chosen(include: Sequence[str] = (), exclude: Sequence[str] = ()) -> list[str]:
        plan = _plan(repository, include=include, exclude=exclude)
        return sorted(file for task in plan.tasks for file in task.files)

    assert chosen() == ["a/b/y.py", "a/x.py", "b/z.py", "top.py"]
    assert chosen(["a/"]) == ["a/b/y.py", "a/x.py"]
    assert chosen(["a/*.py", "/top.*"]) == ["a/x.py", "top.py"]
    assert chosen(exclude=["a/b/", "top.py"]) == ["a/x.py", "b/z.py"]
    assert chosen(["a/"], ["**/x.py"]) == ["a/b/y.py"]
    assert chosen(["nothing/"]) == []


def test_a_glob_that_is_none_is_the_users_mistake(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "r", {"a.py": "OLD"})

    with pytest.raises(UsageError, match="no glob"):
        _plan(repository, include=["!"])


def test_without_find_every_selected_file_is_a_tasks(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "r", {"a.py": "import b", "b.py": "", "c.txt": ""})

    assert _files(_plan(repository, find=None)) == [("b.py",), ("a.py",)]


@pytest.mark.parametrize(
    "playbook",
    [
        replace(_PLAYBOOK, select=Select(), strategy="piecewise"),
        replace(_PLAYBOOK, select=Select(), graph=GraphOptions(language="none")),
    ],
    ids=["piecewise", "no language"],
)
def test_without_an_order_all_tasks_are_independent(tmp_path: Path, playbook: Playbook) -> None:
    files = {"a.py": "import b # OLD", "b.py": "import a # OLD", "c.txt": "OLD"}
    repository = make_repository(tmp_path / "r", files)

    plan = _plan(repository, playbook)

    assert _files(plan) == [("a.py",), ("b.py",), ("c.txt",)]
    assert plan.layers == 1


def test_what_find_said_of_a_content_is_asked_once(tmp_path: Path) -> None:
    repository = make_repository(
        tmp_path / "r", {"a.py": "OLD", "same.py": "OLD", "b.py": "", "c.py": "OLD, OLD"}
    )
    asked: list[str] = []
    remembered: dict[str, tuple[int, ...]] = {}

    def counting(tree: Path, files: Sequence[str], scratch: Path) -> Mapping[str, tuple[int, ...]]:
        asked.extend(files)
        return _old(tree, files, scratch)

    first = _plan(repository, find=counting, remembered=remembered)
    (repository / "c.py").write_text("OLD\n")
    git(repository, "commit", "-qam", "change")
    second = _plan(repository, find=counting, remembered=remembered)

    assert asked == ["a.py", "b.py", "c.py", "same.py", "c.py"]
    assert [task.occurrences for task in first.tasks] == [1, 2, 1]
    assert [task.occurrences for task in second.tasks] == [1, 1, 1]


def test_the_same_commit_gives_the_same_plan_wherever_it_lies(tmp_path: Path) -> None:
    files = {f"m{n}.py": f"import m{(n + 1) % 12}, m{n // 2}\nOLD\n" for n in range(12)}
    repository = make_repository(tmp_path / "one" / "r", files)
    git(tmp_path, "clone", "-q", str(repository), str(tmp_path / "two" / "r"))

    first, second = _plan(repository), _plan(tmp_path / "two" / "r")

    assert first.hash == second.hash
    assert first.cycles
    assert first.tasks == second.tasks


def test_uncommitted_work_is_not_seen(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "r", {"a.py": "OLD"})
    (repository / "a.py").write_text("")
    (repository / "new.py").write_text("OLD")

    assert _files(_plan(repository)) == [("a.py",)]
