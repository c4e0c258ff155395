"""Tasks that go wrong in one of five ways, and a model that does so until it has read how not to.

The model sees what a real one would: the prompt and what tools answered. Where neither holds the
telling words of the lesson, it fails in the task's way at the first two attempts and finds out at
the third. Its tokens are a quarter of the characters of what it is sent, so that what is shared has
its price.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.support.leafcut import make_playbook, make_repository
from tests.support.llm import (
    Answering,
    Conversation,
    Say,
    Script,
    ScriptedModel,
    Shell,
    Tokens,
    Tool,
    Trouble,
    Turn,
    tools,
)
from tests.support.thinking import Job, marker

NOTEBOOK = ".leafcut/learnings.md"
FINDS_OUT = 3
"""The attempt at which the model finds out by itself."""

PROMPT = """\
Scripted task: {{ task.files | join(" ") }}

Attempt {{ attempt }}. Replace old calls by new ones.
"""
PLAYBOOK = """\
version: 1
name: scripted
title: Replace old calls by new ones
select: {include: ["*.py"]}
find: {regex: ['\\bold_\\w+']}
graph: {language: none}
partition: {by: file, max_files: 1}
prompt: prompt.md
agents: [light]
learnings: {strategy: STRATEGY}
limits: {attempts: 3, attempt_timeout: 120s, concurrency: 4}
checks:
  - name: calls
    run: "${{ python }} ${{ playbook.dir }}/calls.py ${{ task.files }}"
    report: lines
    on: attempt
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to go wrong: the word of the call, what it wants, and what the check says."""

    call: str
    wants: str
    said: str

    def right(self, name: str) -> str:
        """Return the line as it should be; what it `wants` are the telling words."""
        return f'value = new_{self.call}("{name}", {self.wants})'

    def wrong(self, name: str) -> str:
        """Return the line as the model writes it that does not know."""
        return f'value = new_{self.call}("{name}")'


WAYS = (
    Way(call="read", wants='mode="strict"', said="is read without a mode"),
    Way(call="send", wants="deadline=30", said="may be sent for ever"),
    Way(call="sort", wants="key=str.casefold", said="is sorted by nothing"),
    Way(call="open", wants="newline=None", said="is opened with line ends of its own"),
    Way(call="join", wants="strict=True", said="is joined whatever its length"),
)
_CALLS = f"""\
import pathlib, re, sys

WAYS = {[(way.call, way.wants, way.said) for way in WAYS]!r}
bad = False
for path in sys.argv[1:]:
    for at, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
        for call, wants, said in WAYS:
            if found := re.search(rf'new_{{call}}\\("(\\w+)"', line):
                if wants not in line:
                    bad = True
                    print(f"{{path}}:{{at}}: error: '{{found[1]}}' {{said}}")
sys.exit(bad)
"""


def way_of(number: int) -> Way:
    """Return the way in which a task goes wrong."""
    return WAYS[number % len(WAYS)]


def file_of(number: int) -> str:
    """Return the file of a task."""
    return f"m{number:02}.py"


def lessons_job(folder: Path, numbers: Mapping[int, Way], strategy: str = "shared") -> Job:
    """Write the playbook and a repository with a file for each task."""
    playbook = make_playbook(
        folder / "playbooks", PLAYBOOK.replace("STRATEGY", strategy), "scripted"
    )
    (playbook / "prompt.md").write_text(PROMPT, encoding="utf-8")
    (playbook / "calls.py").write_text(_CALLS, encoding="utf-8")
    files = {
        file_of(number): f'value = old_{way.call}("{file_of(number)[:-3]}")\n'
        for number, way in numbers.items()
    }
    return Job(playbook=playbook, target=make_repository(folder / "target", files))


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """What is known of an attempt from its conversation."""

    number: int
    attempt: int
    way: Way
    asked: Conversation

    @property
    def name(self) -> str:
        """The file's name, without its ending."""
        return file_of(self.number)[:-3]

    @property
    def knows(self) -> bool:
        """Whether the lesson was read, or the model finds out by itself."""
        heard = (self.asked.prompt, *self.asked.results)
        return self.attempt >= FINDS_OUT or any(self.way.wants in text for text in heard)

    @property
    def has_notebook(self) -> bool:
        """Whether the prompt names the file that all share."""
        return NOTEBOOK in self.asked.prompt

    def before(self, results: int) -> "Try":
        """Return the attempt as it was after so many answers of tools."""
        return replace(self, asked=replace(self.asked, results=self.asked.results[:results]))

    def offers(self, tool: str) -> bool:
        """Say whether a tool of Leafcut's is offered."""
        return any(one.name == tool or one.name.endswith(f"_{tool}") for one in self.asked.offers)


class LessonModel(ScriptedModel):
    """A context manager; within it the model answers at `url`."""

    def __init__(self, numbers: Mapping[int, Way], latency_s: float = 0.0) -> None:
        """Take the tasks."""
        scripts = (Script(marker=marker(file_of(number)), plays=()) for number in numbers)
        super().__init__(*scripts, latency_s=latency_s)
        self._numbers = {marker(file_of(number)): number for number in numbers}
        self._ways = numbers

    def answer(self, asked: Conversation, key: str) -> Answering:
        """Do the next thing of the attempt that the conversation is about."""
        script = self.script(asked)
        if script is None:
            return super().answer(asked, key)
        number = self._numbers[script.marker]
        found = re.search(r"^Attempt (\d+)\.", asked.prompt, re.MULTILINE)
        one = Try(
            number=number,
            attempt=int(found[1]) if found else 1,
            way=self._ways[number],
            asked=asked,
        )
        size = len(asked.prompt) + sum(map(len, asked.results))
        try:
            return tools.answer(self.turn(one), asked, key, Tokens(input=size // 4, output=20))
        except tools.NotOfferedError as error:
            self.faults.append(f"{script.marker}: {error}")
            return Trouble(status=400)

    def turn(self, one: Try) -> Turn:
        """Return what is done next: look around, edit, have it verified, mend it."""
        turns = tuple(self.turns(one))
        return turns[one.asked.calls] if one.asked.calls < len(turns) else Say(_last_words(one))

    def turns(self, one: Try) -> Iterator[Turn]:
        """Yield what is done, as far as that can be known by now."""
        looks = [] if one.before(0).knows else list(_looks(one))
        yield from looks
        if not one.before(len(looks)).knows:
            yield write(one, one.way.wrong(one.name))
            yield Tool("verify")
        if one.knows:
            yield write(one, one.way.right(one.name))
            yield Tool("verify")
            if one.attempt >= FINDS_OUT and one.has_notebook:
                yield _note(one)


def _looks(one: Try) -> Iterator[Turn]:
    """Yield how the model looks for what others have found out."""
    if one.offers("find_learnings"):
        yield Tool("find_learnings", {"query": f"new_{one.way.call}"})
    if one.has_notebook:
        yield Shell(f"cat {NOTEBOOK} 2>/dev/null")


def write(one: Try, line: str) -> Shell:
    """Return the command that makes a line the task's file; each attempt's differs."""
    file = file_of(one.number)
    return Shell(f"cat > {file} <<'END'\n# attempt {one.attempt}\n{line}\nEND")


def _note(one: Try) -> Shell:
    """Return the line of the notebook that says how it is done."""
    line = f"- new_{one.way.call} wants {one.way.wants}"
    return Shell(f"mkdir -p .leafcut; cat >> {NOTEBOOK} <<'END'\n{line}\nEND")


def _last_words(one: Try) -> str:
    """Return what the model says that it did, as models do."""
    done = one.way.right(one.name) if one.knows else one.way.wrong(one.name)
    return f"{file_of(one.number)} has `{done}` now."
