"""Names that nobody has: each is answered with what may be meant, in the same words."""

from pathlib import Path

import pytest

from tests.support.leafcut import Leafcut, make_playbook, make_repository, wide


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Leafcut:
    home = tmp_path_factory.mktemp("near") / "home"
    target = make_repository(home.parent / "target", {"src/core.py": "OLD\n", **wide(2)})
    text = 'version: 1\nname: replace\ntitle: t\nfind: {regex: ["OLD"]}\n'
    select = 'select: {include: ["**/*.py"]}\n'
    codemod = 'codemod: {run: "sed -i s/OLD/NEW/g ${{ task.files }}"}\n'
    playbook = make_playbook(home.parent / "books", text + select + codemod)
    leafcut = Leafcut(home, here=target)
    leafcut("run", str(playbook), "--yes", "-q")
    leafcut("learnings", "add", "fixtures live elsewhere")
    return leafcut


def name_of(there: Leafcut) -> str:
    (run,) = (there.home / "runs").glob("replace-*")
    return run.name


def test_a_run(there: Leafcut) -> None:
    name = name_of(there)
    said = there("status", f"{name[:-1]}x", code=2).stderr
    assert f"there is no run '{name[:-1]}x'\n  → did you mean {name}?" in said


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("logs", "--task", "scr/core.py"), "did you mean src/core.py?"),
        (("logs", "--task", "core.py"), "did you mean src/core.py?"),
        (("run", "upgrade-sintax"), "did you mean upgrade-syntax?"),
        (("playbook", "show", "anotate-types"), "did you mean annotate-types?"),
        (("retry", "--agent", "claud-code"), "did you mean claude-code?"),
        (("run", "upgrade-syntax", "--checkpoint", "layers"), "did you mean layer?"),
        (("run", "upgrade-syntax", "--base", "mian"), "did you mean main?"),
        (("learnings", "list", "--status", "trused"), "did you mean trusted?"),
    ],
)
def test_other_names(words: tuple[str, ...], answer: str, there: Leafcut) -> None:
    code = 5 if "--base" in words else 2
    if words[0] == "run":
        words = (*words, "--dry-run", "--yes")
    assert f"→ {answer}" in there(*words, code=code).stderr


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("report", "--format", "yaml"), "'yaml' is none of html, markdown, json, trace.\n"),
        (("report", "--format", "markdwn"), "trace. Did you mean markdown?\n"),
        (("--color", "alwas", "status"), "'alwas' is none of auto, always, never. Did you mean"),
        (("learnings", "add", "x", "--kind", "fixx"), "Did you mean fix?"),
        (("jobs", "many"), "'many' is no whole number.\n"),
        (("watch", "--port", "70000"), "70000 is more than 65535.\n"),
        (("run", "x", "--jobs", "0"), "0 is less than 1.\n"),
        (("run", "x", "--budget", "much"), "'much' is no number.\n"),
    ],
)
def test_a_value_that_an_option_cannot_have(
    words: tuple[str, ...], answer: str, there: Leafcut
) -> None:
    said = there(*words, code=2).stderr
    assert answer in said
    assert "Value error" not in said
    assert "Input should" not in said


def test_a_learning(there: Leafcut) -> None:
    known = there("learnings", "list").stdout.split()[2]
    wrong = f"{known[:-1]}{'0' if known[-1] != '0' else '1'}"
    said = there("learnings", "show", wrong, code=2).stderr
    assert f"the run has no learning '{wrong}'\n  → did you mean {known}?" in said


def test_where_nothing_is_near_the_first_few_are_listed(there: Leafcut, tmp_path: Path) -> None:
    assert f"→ there are {name_of(there)}" in there("status", "zzz", code=2).stderr
    nothing = Leafcut(tmp_path / "home")("status", "zzz", code=2).stderr
    assert "→ leafcut run PLAYBOOK --repo PATH" in nothing
