"""A lazy agent lands nothing, whatever the checks say; an honest one lands, in three languages.

The agent is a codemod that leaves a prepared file behind, and the only check is always green.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.leafcut import Leafcut, events, git, make_playbook, make_repository

PLAYBOOK = """\
version: 1
name: migrate
title: Call fetch instead of get
find: {regex: ['client\\.get\\b']}
graph: {language: none}
codemod: {run: "cp ${{ playbook.dir }}/left ${{ task.files }}"}
limits: {attempts: 1}
checks:
  - {name: green, run: "true"}
"""
PYTHON = """\
def load(client):
    first = client.get("/a")
    second = client.get("/b")
    return first + second


def test_load():
    client = Client()
    assert load(client) == "ab"
    assert client.calls == 2
"""
JAVASCRIPT = """\
function load(client) {
  const first = client.get("/a");
  const second = client.get("/b");
  return first + second;
}

it("loads", () => {
  const client = new Client();
  expect(load(client)).toBe("ab");
  expect(client.calls).toBe(2);
});
"""
JAVA = """\
class LoadTest {
    static String load(Client client) {
        String first = client.get("/a");
        String second = client.get("/b");
        return first + second;
    }

    @Test
    void loads() {
        Client client = new Client();
        assertEquals("ab", load(client));
        assertEquals(2, client.calls());
    }
}
"""
SOURCES = {"test_load.py": PYTHON, "load.test.js": JAVASCRIPT, "src/LoadTest.java": JAVA}
PY, JS, JAVA_FILE = SOURCES

PY_BODY, JS_BODY, JAVA_BODY = (
    text[text.index(head) : text.index(tail)]
    for text, head, tail in (
        (PYTHON, "    first", "\n\ndef test"),
        (JAVASCRIPT, "  const first", "}\n\nit"),
        (JAVA, "        String first", "    }\n\n"),
    )
)

LAZY: Mapping[tuple[str, str], tuple[str, str, str]] = {
    (PY, "stub"): (PY_BODY, "    raise NotImplementedError\n", "guard:laziness"),
    (PY, "pass"): (PY_BODY, "    pass\n", "guard:laziness"),
    (PY, "todo"): ("    first", "    # TODO: fetch\n    first", "guard:laziness"),
    (PY, "elision"): (PY_BODY, "    # ... rest of the code\n    return 1\n", "guard:laziness"),
    (PY, "ignore"): ('get("/a")', 'fetch("/a")  # type: ignore', "guard:laziness"),
    (PY, "skip"): ("def test", "@pytest.mark.skip\ndef test", "guard:test_integrity"),
    (PY, "assertion"): ("    assert client.calls == 2\n", "", "guard:test_integrity"),
    (PY, "test"): ("def test_load", "def no_test_load", "guard:test_integrity"),
    (JS, "stub"): (JS_BODY, '  throw new Error("not implemented");\n', "guard:laziness"),
    (JS, "empty"): (JS_BODY, "", "guard:laziness"),
    (JS, "todo"): ("  const first", "  // TODO: fetch\n  const first", "guard:laziness"),
    (JS, "elision"): (JS_BODY, "  // ... existing code ...\n", "guard:laziness"),
    (JS, "ignore"): ("function", "/* eslint-disable */\nfunction", "guard:laziness"),
    (JS, "skip"): ('it("', 'it.skip("', "guard:test_integrity"),
    (JS, "assertion"): ("  expect(client.calls).toBe(2);\n", "", "guard:test_integrity"),
    (JS, "test"): ('it("loads"', 'run("loads"', "guard:test_integrity"),
    (JAVA_FILE, "stub"): (
        JAVA_BODY,
        "        throw new UnsupportedOperationException();\n",
        "guard:laziness",
    ),
    (JAVA_FILE, "todo"): ("        String first", "        // TODO\n        String first",
                          "guard:laziness"),
    (JAVA_FILE, "elision"): ("        String first", "        // ... rest of the method\n",
                             "guard:laziness"),
    (JAVA_FILE, "ignore"): ("    static", '    @SuppressWarnings("all")\n    static',
                            "guard:laziness"),
    (JAVA_FILE, "skip"): ("    @Test", "    @Disabled\n    @Test", "guard:test_integrity"),
    (JAVA_FILE, "assertion"): ("        assertEquals(2, client.calls());\n", "",
                               "guard:test_integrity"),
    (JAVA_FILE, "test"): ("    @Test\n", "", "guard:test_integrity"),
}  # fmt: skip


def run(leafcut: Leafcut, folder: Path, path: str, left: str, code: int) -> Any:
    """Run a codemod that leaves `left` in the file and return the run's events."""
    playbook = make_playbook(folder / "playbooks", PLAYBOOK, "migrate")
    (playbook / "left").write_text(left, encoding="utf-8")
    target = make_repository(folder / "target", {path: SOURCES[path]})
    arguments = ("--repo", str(target), "--sandbox", "local", "--yes", "--json")
    return events(leafcut("run", str(playbook), *arguments, code=code).stdout.splitlines())


def assert_nothing_landed(leafcut: Leafcut, said: Any, guard: str) -> None:
    """Assert that the branch is where it was and that the guard is named as the reason."""
    assert not [one for one in said if one["event"] == "landed"]
    status = leafcut.status()
    (task,) = status["tasks"]
    assert (task["state"], task["reason_code"]) == ("failed", guard)
    assert task["reason"].startswith(f"{guard}: ")
    canonical = leafcut.canonical(status["run"])
    assert git(canonical, "rev-parse", status["integration_branch"]).strip() == status["base"]


@pytest.mark.parametrize(("path", "how"), LAZY, ids=[f"{Path(p).suffix}-{h}" for p, h in LAZY])
def test_a_lazy_agent_lands_nothing(leafcut: Leafcut, tmp_path: Path, path: str, how: str) -> None:
    old, new, guard = LAZY[path, how]
    assert SOURCES[path].count(old) == 1
    left = SOURCES[path].replace(old, new).replace("client.get", "client.fetch")
    assert_nothing_landed(leafcut, run(leafcut, tmp_path, path, left, 3), guard)


@pytest.mark.parametrize("path", SOURCES)
def test_half_of_the_occurrences_land_nothing(leafcut: Leafcut, tmp_path: Path, path: str) -> None:
    left = SOURCES[path].replace('client.get("/a")', 'client.fetch("/a")')
    assert_nothing_landed(leafcut, run(leafcut, tmp_path, path, left, 3), "guard:residue")


@pytest.mark.parametrize("path", SOURCES)
def test_an_honest_agent_lands(leafcut: Leafcut, tmp_path: Path, path: str) -> None:
    left = SOURCES[path].replace("client.get", "client.fetch")
    said = run(leafcut, tmp_path, path, left, 0)
    assert [one["files"] for one in said if one["event"] == "landed"] == [[path]]
