"""The contract of `ruff analyze graph`, which ruff calls experimental, at the version we pin."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event

import grimp
import networkx as nx
import pytest

from orchestrator.adapters.imports.ruff import RuffImportGraph, source_roots
from orchestrator.ports.imports import ImportEdges


def _read(
    tree: Path, files: Mapping[str, str | bytes], *, type_checking: bool = True
) -> ImportEdges:
    for name, content in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(content.encode() if isinstance(content, str) else content)
    sources = sorted(name for name in files if name.endswith((".py", ".pyi")))
    return RuffImportGraph(type_checking).read(tree, sources)


def test_modules_packages_and_names_from_packages(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        {
            "top.py": "import pkg.a\nfrom pkg import b\nfrom pkg.a import x\nimport os, missing\n",
            "pkg/__init__.py": "",
            "pkg/a.py": "x = 1\n",
            "pkg/b.py": "from . import a\nfrom .sub import c\n",
            "pkg/sub/__init__.py": "from ..a import x\n",
            "pkg/sub/c.py": "",
        },
    )

    assert found.unreadable == {}
    assert found.edges == {
        "pkg/__init__.py": (),
        "pkg/a.py": (),
        "pkg/b.py": ("pkg/a.py", "pkg/sub/c.py"),
        "pkg/sub/__init__.py": ("pkg/a.py",),
        "pkg/sub/c.py": (),
        "top.py": ("pkg/a.py", "pkg/b.py"),
    }


@pytest.mark.parametrize(
    "files",
    [
        {"src/p/__init__.py": "", "src/p/a.py": "import p.b", "src/p/b.py": ""},
        {"src/ns/p/__init__.py": "", "src/ns/p/a.py": "from ns.p import b", "src/ns/p/b.py": ""},
        {"src/ns/p/a.py": "import ns.p.b", "src/ns/p/b.py": ""},
        {
            "libs/one/src/one/__init__.py": "",
            "libs/one/src/one/a.py": "from two import b",
            "libs/two/src/two/__init__.py": "",
            "libs/two/src/two/b.py": "",
        },
        {
            "python/p/__init__.py": "",
            "python/p/a.py": "from .b import x",
            "python/p/b.py": "",
            "tests/test.py": "import p.a",
        },
        {"tests/q/__init__.py": "", "tests/q/a.py": "from q.b import x", "tests/q/b.py": ""},
    ],
    ids=["src", "namespace in src", "no __init__", "several roots", "another root", "tests"],
)
def test_source_roots_and_namespaces_are_found(tmp_path: Path, files: dict[str, str]) -> None:
    edges = _read(tmp_path, files).edges

    (a,) = (name for name in files if name.endswith("/a.py"))
    (b,) = (name for name in files if name.endswith("/b.py"))
    assert edges[a] == (b,)
    assert edges.get("tests/test.py", (a,)) == (a,)


def test_conditional_and_local_imports_count(tmp_path: Path) -> None:
    edges = _read(
        tmp_path,
        {
            "a.py": "try:\n import b\nexcept ImportError:\n import c\n"
            "if 1:\n import d\ndef f():\n import e\n",
            **dict.fromkeys(["b.py", "c.py", "d.py", "e.py"], ""),
        },
    ).edges

    assert edges["a.py"] == ("b.py", "c.py", "d.py", "e.py")


@pytest.mark.parametrize(("counted", "expected"), [(True, ("b.py",)), (False, ())])
def test_imports_for_type_checkers_count_as_asked(
    tmp_path: Path, *, counted: bool, expected: tuple[str, ...]
) -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import b\n"

    edges = _read(tmp_path, {"a.py": source, "b.py": ""}, type_checking=counted).edges

    assert edges["a.py"] == expected


def test_what_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        {
            "good.py": "import broken, latin, odd\n",
            "broken.py": "def (:\n",
            "latin.py": "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"),
            "sub/py2.py": "print 'x'\n",
            "odd\nname: x.py": "def (:\n",
            "bom.py": b"\xef\xbb\xbfimport good\r\n",
            "empty.py": b"",
        },
    )

    assert set(found.unreadable) == {"broken.py", "latin.py", "sub/py2.py", "odd\nname: x.py"}
    assert "UTF-8" in found.unreadable["latin.py"]
    assert all(why.startswith("cannot be parsed: ") for why in found.unreadable.values())
    assert all("\n" not in why and str(tmp_path) not in why for why in found.unreadable.values())
    assert found.edges == {
        "bom.py": ("good.py",),
        "empty.py": (),
        "good.py": ("broken.py", "latin.py"),
    }


def test_the_targets_own_configuration_hides_nothing(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        {
            ".gitignore": "ignored/\n",
            "pyproject.toml": "[tool.ruff]\nexclude = ['*.py']\nsrc = ['nowhere']\n",
            "ruff.toml": "broken = [",
            "a.py": "import ignored.b, build.c, venv.d\n",
            "ignored/b.py": "",
            "ignored/ruff.toml": "exclude = ['*.py']",
            "build/c.py": "",
            "venv/d.py": "",
        },
    )

    assert found.edges["a.py"] == ("build/c.py", "ignored/b.py", "venv/d.py")


def test_names_with_spaces_quotes_and_non_ascii(tmp_path: Path) -> None:
    names = ["a b/é.py", "$(id).py", 'it\'s "so".py', "[x].py", "*.py", "{a,b}.py"]
    found = _read(tmp_path, dict.fromkeys(names, "import größe\n") | {"größe.py": ""})

    assert found.unreadable == {}
    assert all(found.edges[name] == ("größe.py",) for name in names)


def test_thousands_of_source_roots(tmp_path: Path) -> None:
    roots = [f"{'deep/' * 12}root{n:04}/😀" for n in range(2000)]

    packages = {f"{root}/p{n}/__init__.py": "" for n, root in enumerate(roots)}
    edges = _read(tmp_path, {**packages, "a.py": "import p1999"}).edges

    assert edges["a.py"] == (f"{roots[-1]}/p1999/__init__.py",)


def test_more_names_than_a_call_can_take_are_one_graph(tmp_path: Path) -> None:
    _read(tmp_path, {"a.py": "import z\n", "z.py": "import a\n"})
    missing = [f"{'m' * 200}{n:04}.py" for n in range(5_000)]
    found = RuffImportGraph().read(tmp_path, ["a.py", *missing, "z.py"])
    assert found.edges == {"a.py": ("z.py",), "z.py": ("a.py",)}
    assert found.unreadable.keys() == set(missing)


def test_nothing_is_opened_that_was_not_asked_for(tmp_path: Path) -> None:
    """A link may lead to what never ends, such as /dev/zero; here it is a pipe that tells."""
    pipe, over = tmp_path / "pipe", Event()
    os.mkfifo(pipe)
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "endless.py").symlink_to(pipe)

    def readers() -> int:
        found = 0
        while not over.wait(0.01):
            with suppress(OSError):  # nobody has opened it for reading
                os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
                found += 1
        return found

    with ThreadPoolExecutor(1) as aside:
        watching = aside.submit(readers)
        found = _read(tree, {"a.py": "import endless, b\n", "b.py": ""})
        over.set()
    assert found.edges == {"a.py": ("b.py",), "b.py": ()}
    assert watching.result() == 0


def test_stubs_are_files_of_their_own(tmp_path: Path) -> None:
    edges = _read(tmp_path, {"a.pyi": "import b", "a.py": "", "b.pyi": ""}).edges

    assert edges == {"a.py": (), "a.pyi": ("b.pyi",), "b.pyi": ()}


def test_source_roots() -> None:
    files = [
        "src/a/__init__.py",
        "src/a/b/__init__.py",
        "tests/c/__init__.py",
        "x/src/y/z.py",
        "d.py",
    ]

    assert source_roots(files) == [".", "src", "tests", "x/src"]


def test_grimp_agrees_on_networkx(monkeypatch: pytest.MonkeyPatch) -> None:
    # grimp knows regular packages only: what lies in a folder without __init__ is ruff's alone.
    root = Path(nx.__file__).parents[1]
    files = sorted(str(path.relative_to(root)) for path in root.glob("networkx/**/*.py"))
    monkeypatch.syspath_prepend(str(root))

    theirs = grimp.build_graph("networkx", cache_dir=None)
    ours = RuffImportGraph().read(root, files).edges

    def module(file: str) -> str:
        return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    seen = {
        (module(file), module(to))
        for file in ours
        for to in ours[file]
        if module(file) in theirs.modules
    }
    known = {
        (one, to) for one in theirs.modules for to in theirs.find_modules_directly_imported_by(one)
    }
    assert len(files) > 500
    assert len(seen & known) > 1000
    assert seen ^ known == set()
