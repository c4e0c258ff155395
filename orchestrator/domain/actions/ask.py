"""What a workflow asks Leafcut for: inputs of the Action, or a comment.

Both are text of people. Each value is held against the form that it must have; what fits becomes
one word of a command line, never a part of a script.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

PREFIX = "LEAFCUT_INPUT_"
"""What stands before an input's name in the environment."""

TRIGGER = "/leafcut"
LONGEST = 10_000
"""How many characters of a comment or an input are read."""

_PARAM = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_PLAIN = re.compile(r"[\w][\w./@+-]*")
_SECRET = re.compile(r"[A-Z][A-Z0-9_]*")
_IMAGE = re.compile(r"[a-z0-9][\w./:@-]*")
_COUNT = re.compile(r"[1-9]\d{0,5}")
_MONEY = re.compile(r"\d{1,6}(?:\.\d{1,4})?")
_SANDBOX = re.compile(r"auto|docker|bubblewrap|local")
_PATH = re.compile(r"[\w./][^\n\r\0]*")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_PUBLISHING = {
    "bundle": _PATH,
    "repository": _PATH,
    "digest": re.compile(r"[0-9a-f]{64}"),
    "playbook": _PATH,
    "forge": re.compile(r"local|github"),
    "out": _PATH,
    "max-open": _COUNT,
    "sandbox": _SANDBOX,
    "image": _IMAGE,
}
_WORDS = re.compile(r"[^\n\r]+")


@dataclass(frozen=True, slots=True)
class Input:
    """One input: the option that it becomes, and the form of its value.

    `many` inputs have a value a line.
    """

    option: str
    form: re.Pattern[str]
    many: bool = False


INPUTS: Mapping[str, Input] = {
    "params": Input("--param", _PARAM, many=True),
    "base": Input("--base", _PLAIN),
    "include": Input("--include", _WORDS, many=True),
    "exclude": Input("--exclude", _WORDS, many=True),
    "concurrency": Input("--jobs", _COUNT),
    "budget": Input("--budget", _MONEY),
    "sample": Input("--sample", _COUNT),
    "max-tasks": Input("--max-tasks", _COUNT),
    "agent": Input("--agent", _PLAIN, many=True),
    "model": Input("--model", _PLAIN),
    "secrets": Input("--secret", _SECRET, many=True),
    "check": Input("--check", _WORDS, many=True),
    "checkpoint": Input("--checkpoint", _PLAIN, many=True),
    "sandbox": Input("--sandbox", _SANDBOX),
    "image": Input("--image", _IMAGE),
}
"""The inputs that become options of `leafcut run`."""

FLAGS: Mapping[str, str] = {"trust-target": "--trust-target", "unsafe-local": "--unsafe-local"}

BY_COMMENT = frozenset(
    {"params", "concurrency", "budget", "sample", "max-tasks", "agent", "model", "checkpoint"}
)
"""What a comment may ask for. Commands, images, secrets and trust are the workflow's to say."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a comment asks for: `run` of a playbook with inputs, or `approve` of a workflow run."""

    action: str
    playbook: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    run_id: str = ""


def publish_words(inputs: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words of `leafcut publish`: with a digest it opens, without one it only looks.

    Raises:
        ValueError: a value has not the form that it must have.
    """
    told = {name: _one(inputs, name, form) for name, form in _PUBLISHING.items()}
    words = ["publish", told.pop("bundle"), f"--repo={told.pop('repository') or '.'}", "--json"]
    words += ["--yes", *(() if told["digest"] else ("--check", "--rerun"))]
    words += [f"--{name}={value}" for name, value in told.items() if value]
    return tuple(words)


def verify_words(inputs: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words of `leafcut verify` for the commits of a pull request.

    Raises:
        ValueError: a value has not the form that it must have.
    """
    commits = [_one(inputs, name, _COMMIT) for name in ("base", "head")]
    if not all(commits):
        message = "inputs base and head: say two commits by their full ids"
        raise ValueError(message)
    words = ["verify", "..".join(commits), f"--repo={_one(inputs, 'repository', _PATH) or '.'}"]
    if is_on(inputs, "rerun"):
        more = {"playbook": _PATH, "sandbox": _SANDBOX}
        told = {name: _one(inputs, name, form) for name, form in more.items()}
        words += ["--rerun", "--yes", *(f"--{n}={value}" for n, value in told.items() if value)]
    return tuple(words)


def _one(inputs: Mapping[str, str], name: str, form: re.Pattern[str]) -> str:
    value = inputs.get(name, "")
    if value and not form.fullmatch(value):
        message = f"input {name}: {value[:80]!r} is none"
        raise ValueError(message)
    return value


def inputs_of(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the inputs that were given, by name."""
    return {
        name.removeprefix(PREFIX).lower().replace("_", "-"): value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX) and value.strip()
    }


def playbook_of(inputs: Mapping[str, str]) -> str:
    """Return the playbook's name or path.

    Raises:
        ValueError: there is none, or it would be taken for an option.
    """
    name = inputs.get("playbook", "")
    if not re.fullmatch(r"[\w./][\w./ -]{0,299}", name):
        message = f"input playbook: {name[:80]!r} is no playbook's name or path"
        raise ValueError(message)
    return name


def options_of(inputs: Mapping[str, str]) -> tuple[str, ...]:
    """Return the options of `leafcut run` that inputs stand for.

    Raises:
        ValueError: a value has not the form that it must have.
    """
    words: list[str] = []
    for name, known in INPUTS.items():
        for value in _values(inputs.get(name, ""), many=known.many):
            if not known.form.fullmatch(value) or "\0" in value:
                message = f"input {name}: {value[:80]!r} is none"
                raise ValueError(message)
            words.append(f"{known.option}={value}")
    words += [option for name, option in FLAGS.items() if is_on(inputs, name)]
    return tuple(words)


def is_on(inputs: Mapping[str, str], name: str) -> bool:
    """Return what a switch says.

    Raises:
        ValueError: it is neither true nor false.
    """
    value = inputs.get(name, "false").lower()
    if value not in {"true", "false"}:
        message = f"input {name}: {value[:80]!r} is neither true nor false"
        raise ValueError(message)
    return value == "true"


def _values(text: str, *, many: bool) -> Iterator[str]:
    if len(text) > LONGEST:
        message = f"an input has more than {LONGEST} characters"
        raise ValueError(message)
    lines = text.splitlines() if many else [text]
    return (line.strip() for line in lines if line.strip())


def asked(comment: str) -> Asked | None:
    """Return what a comment asks for, None when it is not about Leafcut.

    Only its first line counts, and only when it begins with `/leafcut`.

    Raises:
        ValueError: it asks for something that there is not.
    """
    first = comment[:LONGEST].strip().split("\n", 1)[0].strip()
    if first != TRIGGER and not first.startswith(f"{TRIGGER} "):
        return None
    try:
        words = shlex.split(first)[1:]
    except ValueError as error:
        message = f"the comment cannot be read: {error}"
        raise ValueError(message) from error
    action = _ACTIONS.get(words[0] if words else "")
    if action is None:
        message = f"{TRIGGER} knows run PLAYBOOK [NAME=VALUE…] and approve WORKFLOW-RUN"
        raise ValueError(message)
    return action(words[1:])


def _run(words: list[str]) -> Asked:
    if not words:
        message = f"{TRIGGER} run: say which playbook"
        raise ValueError(message)
    told: dict[str, str] = {"playbook": words[0]}
    for word in words[1:]:
        name, sign, value = word.partition("=")
        if name.startswith("params.") and sign:
            name, value = "params", f"{name.removeprefix('params.')}={value}"
        if name not in BY_COMMENT or not sign or "\n" in value:
            message = f"{TRIGGER} run: {word[:80]!r} is nothing that a comment may ask for"
            raise ValueError(message)
        told[name] = f"{told[name]}\n{value}" if name in told else value
    playbook_of(told)
    options_of(told)
    return Asked("run", playbook=told.pop("playbook"), inputs=told)


def _approve(words: list[str]) -> Asked:
    if len(words) != 1 or not re.fullmatch(r"\d{1,20}", words[0]):
        message = f"{TRIGGER} approve: say the number of the workflow run that waits"
        raise ValueError(message)
    return Asked("approve", run_id=words[0])


_ACTIONS: Mapping[str, Callable[[list[str]], Asked]] = {"run": _run, "approve": _approve}
