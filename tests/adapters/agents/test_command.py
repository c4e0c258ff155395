"""The command agent: a client that nobody knows, as a folder of data with no Python in it."""

import json
from pathlib import Path

import pytest

from orchestrator.domain.attempt import Usage
from orchestrator.domain.trouble import Trouble
from orchestrator.errors import InvalidInputError
from orchestrator.ports.sandbox import ResourceLimits
from tests.support.clients import TOKEN, URL, OneLine, OpenLine, met, work
from tests.support.lines import Notebook

AGENT = """\
version: 1
name: fictitious
kind: command
command: [sh, "${{ home }}/bin/fictitious", --model, "${{ model }}", --, "${{ task.files }}"]
stdin: ${{ prompt }}
files:
  "${{ home }}/bin/fictitious": fictitious.sh
  "${{ home }}/settings.json": settings.json.j2
model: small
transcript: claude-stream-json
reports: [tokens, mcp]
llm: {wire: anthropic, url: FICTITIOUS_URL, token: FICTITIOUS_KEY}
secrets: [ANTHROPIC_API_KEY]
env: {FICTITIOUS_HOME: "${{ home }}"}
"""
SETTINGS = """\
{"mcp": {{ mcp.url | tojson }}, "key": {{ token | tojson }}, "tree": {{ tree | tojson }}}
"""
RESULT = '{"type": "result", "subtype": "success", "result": "ok", "is_error": false}'
SAYS = '{"type": "assistant", "message": {"content": [{"type": "text", "text": "Done."}]}}'
WELL = f"""\
cat > prompt.txt
printf '%s\\n' "$@" > words.txt
env | grep -E '^(FICTITIOUS|HOME|LEAFCUT_NOTES)' | sort > env.txt
echo noise
echo '{SAYS}'
echo '{RESULT}'
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "fictitious"
    folder.mkdir()
    (folder / "agent.yaml").write_text(AGENT)
    (folder / "settings.json.j2").write_text(SETTINGS)
    (folder / "fictitious.sh").write_text(WELL)
    return folder


def test_it_gets_prompt_words_variables_and_settings(folder: Path, tmp_path: Path) -> None:
    gateway = OneLine()
    names = ("a b.py", "-rf.py", "$(touch hacked).py")
    desk = Notebook()
    report = work(folder, tmp_path / "slot", gateway=gateway, files=names, desk=desk)
    tree, home = tmp_path / "slot" / "tree", tmp_path / "slot" / "scratch" / "home"
    assert (report.ending, report.message) == ("done", "")
    assert (tree / "prompt.txt").read_text() == desk.prompt
    assert desk.prompt.startswith("files ['a.py']")
    words = (tree / "words.txt").read_text().splitlines()
    assert words == ["--model", "small", "--", "a b.py", "./-rf.py", "$(touch hacked).py"]
    assert (tree / "env.txt").read_text().splitlines() == [
        f"FICTITIOUS_HOME={home}",
        f"FICTITIOUS_KEY={TOKEN}",
        f"FICTITIOUS_URL={URL}/llm/anthropic",
        f"HOME={home}",
        f"LEAFCUT_NOTES={tmp_path / 'slot' / 'notes'}",
    ]
    settings = json.loads((home / "settings.json").read_text())
    assert settings == {"mcp": f"{URL}/mcp", "key": TOKEN, "tree": str(tree)}
    assert (gateway.opened, gateway.open_now) == (1, False)


def test_a_prompt_in_a_file(folder: Path, tmp_path: Path) -> None:
    text = AGENT.replace("stdin: ${{ prompt }}\n", "")
    text = text.replace('"${{ task.files }}"', '"${{ prompt_file }}"')
    (folder / "agent.yaml").write_text(text)
    desk = Notebook()
    work(folder, tmp_path / "slot", desk=desk)
    tree = tmp_path / "slot" / "tree"
    assert (tree / "prompt.txt").read_text() == ""
    named = Path((tree / "words.txt").read_text().splitlines()[-1])
    assert named.read_text() == desk.prompt


@pytest.mark.parametrize(
    ("script", "ending", "message"),
    [
        (f"echo '{RESULT}'", "gave_up", "fictitious ended without an answer"),
        (f"echo '{SAYS}'", "gave_up", "fictitious gave up: its output breaks off: it did not"),
        (f"echo '{SAYS}{RESULT}' | tr '}}' '\\n'", "gave_up", "fictitious gave up: its output"),
        (f"echo '{SAYS}'; echo '{RESULT}'; exit 3", "gave_up", "fictitious ended with exit code 3"),
        (
            f"echo '{SAYS}'; echo '{RESULT}'; exit 127",
            "environment",
            "fictitious cannot be started",
        ),
        ("exec no-such-program", "environment", "fictitious cannot be started: "),
        ("sleep 60", "timeout", "fictitious did not end within 0.5 s"),
    ],
)
def test_how_it_ends(folder: Path, tmp_path: Path, script: str, ending: str, message: str) -> None:
    (folder / "fictitious.sh").write_text(script)
    report = work(folder, tmp_path / "slot", limits=ResourceLimits(wall_s=0.5))
    assert report.ending == ending
    assert report.message.startswith(message)


def test_exit_code_127_of_a_client_that_has_worked_is_not_the_environment(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "fictitious.sh").write_text(f"echo '{SAYS}'; echo '{RESULT}'; exit 127")
    gateway = OneLine(line=OpenLine(metered=Usage(tokens=9)))
    assert work(folder, tmp_path / "slot", gateway=gateway).ending == "gave_up"


@pytest.mark.parametrize(
    ("trouble", "ending", "message"),
    [
        (met(kind="limited", retry_at=7.0), "limited", "fictitious: its model is at a rate limit"),
        (met(kind="overloaded"), "overloaded", "fictitious: its model is overloaded"),
        (met(kind="unreachable"), "overloaded", "fictitious: its model cannot be reached"),
        (met(kind="malformed"), "overloaded", "fictitious: its model's answers cannot be read"),
        (Trouble(kind="authentication", message="HTTP 401: no"), "environment",
         "fictitious: its model refuses the key: HTTP 401: no"),
        (met(kind="refused"), "gave_up", "fictitious: its budget is spent"),
    ],
)  # fmt: skip
def test_the_gateways_word_counts_before_a_success_that_is_claimed(
    folder: Path, tmp_path: Path, trouble: Trouble, ending: str, message: str
) -> None:
    report = work(folder, tmp_path / "slot", gateway=OneLine(line=OpenLine(trouble=trouble)))
    assert report.ending == ending
    assert report.message.startswith(message)
    assert report.retry_at == trouble.retry_at


def test_a_request_that_was_wrong_matters_only_to_one_that_gave_up(
    folder: Path, tmp_path: Path
) -> None:
    trouble = Trouble(kind="rejected", message="HTTP 404: no such model", status=404)
    gateway = OneLine(line=OpenLine(trouble=trouble))
    assert work(folder, tmp_path / "well", gateway=gateway).ending == "done"
    (folder / "fictitious.sh").write_text("exit 1")
    report = work(folder, tmp_path / "badly", gateway=gateway)
    assert report.ending == "environment"
    assert report.message == "fictitious: its model does not take this: HTTP 404: no such model"
    gateway.line.trouble = Trouble(kind="rejected", message="HTTP 400: too long", status=400)
    assert work(folder, tmp_path / "again", gateway=gateway).ending == "gave_up"


def test_the_gateways_count_is_taken_before_the_agents_own(folder: Path, tmp_path: Path) -> None:
    usage = '{"input_tokens": 5, "output_tokens": 2}'
    end = RESULT.replace('"ok"', f'"ok", "usage": {usage}, "total_cost_usd": 0.5')
    (folder / "fictitious.sh").write_text(f"echo '{SAYS}'; echo '{end}'")
    assert work(folder, tmp_path / "own").usage == Usage(tokens=7, cost_usd=0.5)
    gateway = OneLine(line=OpenLine(metered=Usage(tokens=40)))
    assert work(folder, tmp_path / "metered", gateway=gateway).usage == Usage(tokens=40)


def test_standard_error_is_kept_behind_the_transcript(folder: Path, tmp_path: Path) -> None:
    (folder / "fictitious.sh").write_text(f"echo why >&2; echo '{SAYS}'; echo '{RESULT}'")
    assert work(folder, tmp_path / "slot").transcript.endswith(b"}\n\nwhy\n")


@pytest.mark.parametrize("template", ["{{ 1 / 0 }}", "{{ model.__class__ }}"])
def test_a_template_that_cannot_be_rendered_is_named(
    folder: Path, tmp_path: Path, template: str
) -> None:
    (folder / "settings.json.j2").write_text(template)
    with pytest.raises(InvalidInputError, match=r"settings\.json\.j2 cannot be rendered"):
        work(folder, tmp_path / "slot")


def test_the_line_is_closed_whatever_happens(folder: Path, tmp_path: Path) -> None:
    gateway = OneLine()
    (tmp_path / "slot" / "scratch" / "home").mkdir(parents=True)
    with pytest.raises(FileExistsError):
        work(folder, tmp_path / "slot", gateway=gateway)
    assert (gateway.opened, gateway.open_now) == (1, False)
