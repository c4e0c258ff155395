"""Playbooks: what is refused where, look-up, parameters, digest."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.adapters.library.playbooks import (
    LoadedPlaybook,
    Shelf,
    digest,
    find,
    load,
    parameters,
    snapshot,
)
from orchestrator.adapters.library.source import InvalidFileError
from orchestrator.domain.playbook import RESERVED_KEYS, Param
from orchestrator.errors import InvalidInputError, UsageError
from tests.support.playbooks import AGENTS, MINIMAL, write_playbook


def loaded(folder: Path, text: str) -> LoadedPlaybook:
    return load(write_playbook(folder, text), "path", [AGENTS])


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(InvalidFileError) as caught:
        loaded(folder, text)
    assert caught.value.exit_code == 5
    path = folder / "playbook.yaml"
    return [str(fault).removeprefix(f"{path}:") for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("environment: {}", "environment needs either image or dockerfile"),
        ("environment: {image: a, dockerfile: b}", "environment needs either"),
        ("environment: {dockerfile: ../Dockerfile}", "is not in the playbook's folder"),
        ("environment: {dockerfile: /Dockerfile}", "is not in the playbook's folder"),
    ],
)
def test_an_environment_is_one_image_of_the_playbooks_own(
    tmp_path: Path, text: str, said: str
) -> None:
    (fault,) = faults(tmp_path, MINIMAL + text + "\n")
    assert said in fault


def test_a_whole_playbook_becomes_a_value(tmp_path: Path) -> None:
    text = MINIMAL + (
        "params:\n  level: {type: integer, default: 2, choices: [1, 2]}\n"
        "checks:\n  - {name: tests, run: 'sh -c \"$(cat ${{ files_from }})\"', on: landing}\n"
        "limits: {budget_usd: 3}\n"
    )
    playbook = loaded(tmp_path / "p", text).playbook
    assert playbook.params == {"level": Param(type="integer", default=2, choices=(1, 2))}
    assert [(check.name, check.on) for check in playbook.checks] == [("tests", "landing")]
    assert playbook.find.regex == ("x",)
    assert playbook.limits.budget_usd == 3.0


SHAPES = [
    ("versoin: 1\n", "6:1: unknown key versoin — did you mean version?"),
    ("parms: {}\n", "6:1: unknown key parms — did you mean params?"),
    ("zzz: {}\n", "6:1: unknown key zzz — known are agents, checkpoints, checks, "),
    ("partition: {max_fils: 1}\n", "6:13: unknown key max_fils — did you mean max_files?"),
    ("params: {a: {typ: x}}\n", "6:14: unknown key typ — did you mean type?"),
    ("checks:\n  - {name: a, run: b}\n  - {name: c}\n", "8:5: the key run is missing — add it"),
    ("checks: {name: a}\n", '6:9: checks is {"name": "a"} — it must be a list'),
    ("checks: [{name: a, run: b, timeout: 15}]\n", "6:37: timeout is 15 — it must be text"),
    ("checks: [{name: a, run: b, timeout: 15x}]\n", "6:37: '15x' is no duration; write for"),
    ("checks: [{name: a, run: b, on: always}]\n", "6:32: on is \"always\" — it must be 'attempt'"),
    ("checks: [{name: a, run: b}, {name: a, run: b}]\n", "6:9: two checks are named 'a'"),
    ("select: {include: '**'}\n", '6:19: include is "**" — it must be a list'),
    ("select: {include: [1]}\n", "6:20: item 1 of include is 1 — it must be text"),
    (
        "pull_requests: {stacked: sideways}\n",
        "6:26: stacked is \"sideways\" — it must be 'auto' or true or false",
    ),
    ("pull_requests: {body: '${{ task.id }}'}\n", "6:"),
    ("limits: {attempts: '3'}\n", '6:20: attempts is "3" — it must be a whole number'),
    ("limits: {attempts: 3.5}\n", "6:20: attempts is 3.5 — it must be a whole number"),
    ("limits: {attempts: true}\n", "6:20: attempts is true — it must be a whole number"),
    ("limits: {attempts: 0}\n", "6:20: concurrency and attempts must be at least 1"),
    ("limits:\n", "6:1: limits is null — it must be a mapping of keys to values"),
    ("strategy: random\n", "6:11: strategy is \"random\" — it must be 'dependency'"),
    ("strategy: scaffold\n", "6:11: strategy scaffold needs the keys scaffold and teardown"),
    ("scaffold: {files: [a]}\n", "6:11: the keys scaffold and teardown go with strategy "),
    ("scaffold: {files: []}\n", "6:19: files must name at least one file"),
    ("exit_criteria: [{}]\n", "6:17: an exit criterion is either residue, scaffold or find"),
    ("exit_criteria: [{residue: {at_most: 120%}}]\n", "6:37: at_most is '120%', and must be"),
    ("exit_criteria: [{residue: {at_most: -1}}]\n", "6:37: at_most is -1, and must be"),
    ("exit_criteria: [{residue: {at_most: 1.5}}]\n", "6:37: at_most is 1.5 — it must be a whole"),
    ("exit_criteria: [{find: {name: x}}]\n", "6:24: find needs either run or regex"),
    ("exit_criteria: [{scaffold: {at_most: 3}}]\n", "6:16: exit_criteria on the scaffold go"),
    (
        "params: {a: {default: [1]}}\n",
        "6:23: default is [1] — it must be text or a whole number or",
    ),
    ("params: {str: {default: [1]}}\n", "6:25: default is [1] — it must be text or a whole"),
    ("agents: []\n", "6:9: agents must name at least one agent"),
]


@pytest.mark.parametrize(("line", "said"), SHAPES, ids=[line.strip() for line, _ in SHAPES])
def test_wrong_shapes(tmp_path: Path, line: str, said: str) -> None:
    found = faults(tmp_path / "p", MINIMAL + line)
    assert len(found) == 1
    assert found[0].startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MINIMAL.replace("version: 1", "version: 2"), "1:10: version is 2 — it must be 1"),
        (MINIMAL.replace("title: A playbook\n", ""), "1:1: the key title is missing — add it"),
        (MINIMAL.replace("[x]", "[x], run: y"), "4:25: find needs either run or regex"),
        (MINIMAL.replace("name: p", "name: P q"), "2:7: 'P q' cannot be a branch and a folder"),
        (MINIMAL.replace("name: p", "name: ../p"), "2:7: '../p' cannot be a branch and a folder"),
        (MINIMAL.replace("A playbook", '"a\\nb"'), "3:8: the title must be one line of text"),
        (MINIMAL.replace("[x]", "['(']"), "4:16: '(' is no regular expression: missing )"),
        (MINIMAL.replace("[x]", "['x(?i)']"), "4:16: 'x(?i)' is no regular expression: global"),
        (MINIMAL.replace("[x]", "['']"), "4:16: '' is no regular expression: it is empty"),
        (MINIMAL.replace("regex: [x]", "run: x, prefilter: '['"), "4:27: '[' is no regular"),
    ],
)
def test_wrong_heads(tmp_path: Path, text: str, said: str) -> None:
    found = faults(tmp_path / "p", text)
    assert len(found) == 1
    assert found[0].startswith(said)


@pytest.mark.parametrize("dotted", RESERVED_KEYS)
def test_reserved_keys_say_what_holds_instead(tmp_path: Path, dotted: str) -> None:
    section, _, key = dotted.partition(".")
    if section == "find":
        text = MINIMAL.replace("{regex", f"{{{key}: x, regex")
    else:
        text = MINIMAL + (f"{section}: {{{key}: x}}\n" if key else f"{section}: x\n")
    (found,) = faults(tmp_path / "p", text)
    assert found.endswith(f"{dotted} is not supported yet: {RESERVED_KEYS[dotted]}")


RULES = [
    ("commit: {message: '${{ task.titel }}'}\n", "6:20: ${{ task.titel }} is not known here — did"),
    ("commit: {message: 'a ${{ params.x }}'}\n", "6:22: ${{ params.x }} is not known here — "),
    ("commit: {message: '${{ 1 + 1 }}'}\n", "6:20: ${{ 1 + 1 }} is no name; expressions are"),
    ("commit: {message: 'a ${{ python'}\n", "6:19: ${{ is not closed — write ${{ name }}"),
    ("commit: {message: '${{ slice.number }}'}\n", "6:20: ${{ slice.number }} is not known here"),
    ("pull_requests: {title: '${{ task.id }}'}\n", "6:25: ${{ task.id }} is not known here"),
    ("setup: {run: ['a', 'b ${{ task.files }}']}\n", "6:23: ${{ task.files }} is not known here"),
    ("setup:\n  run:\n    - |\n      a\n      b ${{ no }}\n", "10:9: ${{ no }} is not known here"),
    ("setup: {run: [' ']}\n", "6:15: the command is empty — write what to run"),
    ("setup: {hosts: [a.org, a b]}\n", "6:24: 'a b' is no host — write example.org"),
    ("setup:\n  hosts:\n  - '*.a.org:99999'\n", "8:5: '*.a.org:99999' is no host"),
    ("setup: {hosts: ['*', a.org]}\n", "6:17: '*' is the machine's own network and stands"),
    ("setup: {hosts: }\n", "6:9: hosts is null — it must be a list"),
    ("setup: {hosts: a.org}\n", '6:16: hosts is "a.org" — it must be a list'),
    ("setup: {keep: [../x]}\n", "6:16: '../x' leaves the tree — give a path inside it"),
    ("setup: {inputs: [/etc/passwd]}\n", "6:18: '/etc/passwd' leaves the tree"),
    ("setup: {keep: [a/.GIT/hooks]}\n", "6:16: 'a/.GIT/hooks' is git's own"),
    ("checks: [{name: a, run: b, cwd: a/../..}]\n", "6:33: 'a/../..' leaves the tree"),
    ("checks: [{name: a, run: b, cache: ['~/x']}]\n", "6:36: '~/x' leaves the tree"),
    ("checks: [{name: a/b, run: b}]\n", "6:17: a check cannot be named 'a/b'"),
    ("checks: [{name: a, run: '${{ playbook.dir }}/no.py'}]\n", "6:46: no.py is not in the"),
    ("checks: [{name: a, run: '${{ playbook.dir }}/../x'}]\n", "6:25: ../x leaves the playbook's"),
    ("select: {include: ['../**']}\n", "6:20: '../**' is no gitignore-style pattern"),
    ("select: {exclude: ['# x']}\n", "6:20: '# x' is no gitignore-style pattern"),
    ("guards: {allow_new_files: ['']}\n", "6:28: '' is no gitignore-style pattern"),
    ("guards: {allow_moves: ['../x']}\n", "6:24: '../x' is no gitignore-style pattern"),
    ("guards: {test_renames: {'a(': b}}\n", "6:31: 'a(' is no regular expression"),
    ("guards: {test_renames: {'a': '\\2'}}\n", "6:30: '\\\\2' cannot stand for what 'a' matches"),
    ("params: {a: {default: 1}}\n", "6:23: 1 is no string — correct it or the type"),
    ("params: {a: {type: integer, default: true}}\n", "6:38: True is no integer — correct it"),
    ("params: {a: {choices: [b], default: c}}\n", "6:37: the default is not among the choices"),
    ("params: {1a: {default: c}}\n", "6:10: no expression can name params.1a"),
    ("agents: [codmod]\n", "6:10: unknown agent codmod — did you mean codemod?"),
    ("agents: [../codemod]\n", "6:10: ../codemod is no folder with an agent.yaml inside the"),
    ("agents: [/tmp/codemod]\n", "6:10: /tmp/codemod is no folder with an agent.yaml inside"),
]


@pytest.mark.parametrize(("line", "said"), RULES, ids=[line.strip() for line, _ in RULES])
def test_broken_rules(tmp_path: Path, line: str, said: str) -> None:
    found = faults(tmp_path / "p", MINIMAL + line)
    assert len(found) == 1
    assert found[0].startswith(said)


def test_an_expression_in_quotes_is_refused_since_it_would_run_file_names(tmp_path: Path) -> None:
    text = MINIMAL.replace('"true"', "\"cat '${{ task.files }}'\"")
    (found,) = faults(tmp_path / "p", text)
    assert found.startswith("5:22: ${{ task.files }} stands in quotes")


def test_a_playbook_that_lists_the_codemod_has_one(tmp_path: Path) -> None:
    text = MINIMAL.replace('codemod: {run: "true"}\n', "agents: [codemod]\n")
    (found,) = faults(tmp_path / "p", text)
    assert found.startswith("5:9: agent codemod has nothing to run — add `codemod:")


def test_faults_of_all_kinds_are_told_at_once_each_at_its_place(tmp_path: Path) -> None:
    text = MINIMAL + (
        "parms: {}\n"
        "params: {a: {type: integer, default: x}, b: {choises: [1]}}\n"
        "checks:\n"
        "  - {name: a, run: '${{ params.no }}', timeout: soon}\n"
        "  - 3\n"
        "  - {name: b, run: '${{ params.b }} ${{ params.no }}', cwd: /x, cache: [1, /y]}\n"
        "  - {name: b, run: 4}\n"
        "select: {include: ['']}\n"
    )
    found = faults(tmp_path / "p", text)
    assert [fault.split(" ")[0] for fault in found] == [
        "6:1:",  # parms
        "7:38:",  # no integer
        "7:46:",  # choises
        "9:49:",  # no duration
        "10:5:",  # no mapping
        "11:37:",  # params.no
        "11:61:",  # /x
        "11:73:",  # 1
        "11:76:",  # /y
        "12:20:",  # no text
        "13:20:",  # no pattern
    ]


YAML = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["params", "select", "find", "checks", "setup", "guards", "limits", "agents", "codemod", "name",
     "commit", "partition", "prompt", "title", "on_failed_dependency", "landing", "find.run"]
)  # fmt: skip


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(KEYS, YAML, max_size=4))
def test_no_data_makes_anything_but_a_clear_error(tmp_path: Path, data: dict[str, object]) -> None:
    head = {"version": 1, "name": "p", "title": "t", "find": {"regex": ["x"]}}
    text = json.dumps({**head, **data})  # which is YAML
    assert told(write_playbook(tmp_path / "p", text))


def told(folder: Path) -> bool:
    """Say whether a playbook is loaded, or refused with a place."""
    try:
        return bool(load(folder, "path", [AGENTS]).digest)
    except InvalidFileError as error:
        return f"{folder / 'playbook.yaml'}:" in error.message


def test_an_explicit_path_a_users_shelf_then_what_is_built_in(tmp_path: Path) -> None:
    user, built_in = Shelf("user", tmp_path / "user"), Shelf("built in", tmp_path / "own")
    for folder in (user.folder / "p", built_in.folder / "p", tmp_path / "x" / "p"):
        write_playbook(folder)
    shelves = (user, built_in)
    assert find("p", shelves, [AGENTS]).source == "user"
    assert find("p", shelves[1:], [AGENTS]).folder == built_in.folder / "p"
    for name in (f"{tmp_path}/x/p", f"{tmp_path}/x/p/playbook.yaml"):
        assert find(name, shelves, [AGENTS]).folder == tmp_path / "x" / "p"


def test_a_bare_name_is_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_playbook(tmp_path / "p")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        find("p", [Shelf("user", tmp_path / "none")], [AGENTS])
    assert caught.value.hint == "for the folder here write ./p"
    assert find("./p", [], [AGENTS]).folder == tmp_path / "p"
    monkeypatch.chdir(tmp_path / "p")
    assert find(".", [], [AGENTS]).folder == find("playbook.yaml", [], [AGENTS]).folder


def test_an_unknown_name_lists_what_was_searched_and_the_nearest(tmp_path: Path) -> None:
    shelf = Shelf("user", tmp_path / "user")
    for name in ("rename-logger", "upgrade"):
        write_playbook(shelf.folder / name, MINIMAL.replace("name: p", f"name: {name}"))
    with pytest.raises(UsageError) as caught:
        find("rename-loger", [shelf], [AGENTS])
    assert f"searched {shelf.folder} (user)" in caught.value.message
    assert caught.value.hint == "did you mean rename-logger?"
    with pytest.raises(UsageError, match="there is no playbook ''"):
        find("", [shelf], [AGENTS])


def test_on_a_shelf_the_folder_has_the_playbooks_name(tmp_path: Path) -> None:
    write_playbook(tmp_path / "other")
    with pytest.raises(InvalidFileError, match=r":2:7: p is not the folder's name — other"):
        find("other", [Shelf("user", tmp_path)], [AGENTS])


def test_paths_where_no_playbook_is(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(MINIMAL)
    with pytest.raises(UsageError, match=r"there is no playbook\.yaml in"):
        find(f"{tmp_path}/", [], [AGENTS])
    for name in ("none", "f.yaml", "none/playbook.yaml"):
        with pytest.raises(UsageError, match=r"is no folder with a playbook\.yaml"):
            find(f"{tmp_path}/{name}", [], [AGENTS])
    (tmp_path / "d" / "playbook.yaml").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"there is no playbook\.yaml in"):
        find(f"{tmp_path}/d", [], [AGENTS])


def test_an_agent_in_the_playbooks_own_folder(tmp_path: Path) -> None:
    folder = write_playbook(tmp_path / "p", MINIMAL + "agents: [./mine]\n")
    (folder / "mine").mkdir()
    (folder / "mine" / "agent.yaml").write_text("version: 1\nname: mine\nkind: codemod\n")
    expected = (str(folder / "mine"),)
    assert load(folder, "path", [AGENTS]).playbook.agents == expected
    assert snapshot(folder).agents == expected


def test_the_digest_is_of_names_modes_and_contents(tmp_path: Path) -> None:
    folder = write_playbook(tmp_path / "p")
    script = folder / "codemod.py"
    seen = {digest(folder)}
    script.write_text("1")
    seen.add(digest(folder))
    script.chmod(0o755)
    seen.add(digest(folder))
    script.rename(folder / "other.py")
    seen.add(digest(folder))
    (folder / "other.py").write_text("2")
    seen.add(digest(folder))
    assert len(seen) == 5
    for unseen in ("fixture", "__pycache__"):
        (folder / unseen).mkdir()
        (folder / unseen / "x").write_text("x")
    assert digest(folder) in seen


def test_a_link_in_a_playbook_is_refused(tmp_path: Path) -> None:
    folder = write_playbook(tmp_path / "p")
    (folder / "codemod.py").symlink_to("/etc/passwd")
    with pytest.raises(InvalidInputError, match=r"codemod\.py is a symbolic link"):
        load(folder, "path", [AGENTS])


PARAMS = """\
params:
  word: {default: a, choices: [a, b]}
  count: {type: integer, default: 1}
  share: {type: number, default: 0.5}
  deep: {type: boolean, default: false}
"""


def test_parameters_have_their_types(tmp_path: Path) -> None:
    playbook = loaded(tmp_path / "p", MINIMAL + PARAMS).playbook
    assert parameters(playbook, []) == {"word": "a", "count": 1, "share": 0.5, "deep": False}
    given_ = ["word=b", "count=-7", "share=2", "deep=True"]
    assert parameters(playbook, given_) == {"word": "b", "count": -7, "share": 2.0, "deep": True}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("word", "--param 'word' is not name=value", "--param word=…"),
        ("wort=a", "playbook p has no parameter 'wort'", "did you mean word?"),
        ("zzz=a", "playbook p has no parameter 'zzz'", "its parameters: word, count, share, deep"),
        ("word=c", "parameter word cannot be 'c'", "one of a, b"),
        ("count=1.5", "parameter count is of type integer, not '1.5'", ""),
        ("share=nan", "parameter share is of type number, not 'nan'", ""),
        ("deep=1", "parameter deep is of type boolean, not '1'", "true or false"),
        ("deep=", "parameter deep is of type boolean, not ''", "true or false"),
    ],
)
def test_wrong_parameters(tmp_path: Path, text: str, message: str, hint: str) -> None:
    playbook = loaded(tmp_path / "p", MINIMAL + PARAMS).playbook
    with pytest.raises(UsageError) as caught:
        parameters(playbook, [text])
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_parameter_given_twice_and_one_that_is_missing(tmp_path: Path) -> None:
    text = MINIMAL + "params: {a: {}, b: {type: integer}, c: {default: x}}\n"
    playbook = loaded(tmp_path / "p", text).playbook
    with pytest.raises(UsageError, match="--param a is given twice"):
        parameters(playbook, ["a=1", "a=2"])
    with pytest.raises(UsageError, match="playbook p needs a, b"):
        parameters(playbook, [])
    assert parameters(playbook, ["a==", "b=2"]) == {"a": "=", "b": 2, "c": "x"}
