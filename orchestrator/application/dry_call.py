"""A dry call: an agent answers one question in an empty tree, as it would work in a run.

What it shows: the agent starts where it would work, its key is good, its model answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import Literal, TypeAlias

from orchestrator.application.usage import in_words
from orchestrator.domain.attempt import AttemptSpec, Usage
from orchestrator.domain.budget import Budget
from orchestrator.domain.expressions import Value
from orchestrator.domain.plan import Task
from orchestrator.domain.playbook import Exchanged
from orchestrator.domain.trouble import TroubleKind
from orchestrator.ports.agent import Agent, AgentEnding, AgentReport, Desk
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import Sandbox

PROMPT = "Reply with the single word ready. Change nothing.\n"
PATIENCE_S = 120.0
"""How long an agent may take for its answer, in seconds."""
BUDGET = Budget(usd=0.5, tokens=200_000)
"""What one dry call may use; clients send some ten thousand tokens of their own along."""
ALONE = "there are no other attempts"
MISSING, REFUSED = 7, 4

Level: TypeAlias = Literal["ok", "warn", "fail"]
Tools: TypeAlias = Literal["none", "unseen", "offered", "called"]
"""Leafcut's own: the agent takes none, has not asked for them, has, has called one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard of an agent's dry call, from the gateway and from itself.

    `expected` says whether it takes Leafcut's tools, `offered` whether it asked for them, `reached`
    whether it called one.
    `retry_s` is in seconds from now, None where nobody has said.
    """

    ending: AgentEnding
    message: str
    usage: Usage
    trouble: TroubleKind | None = None
    retry_s: float | None = None
    expected: bool = False
    offered: bool = False
    reached: bool = False

    @property
    def tools(self) -> Tools:
        """How far Leafcut's tools came."""
        if self.reached:
            return "called"
        if self.offered:
            return "offered"
        return "unseen" if self.expected else "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFinding:
    """What is known of one agent.

    `fail` means that it cannot work, `warn` that it cannot now or not to its full. `says` is one
    line, `mend` what helps. `image` is a digest, `version` what the client prints, `refused` says
    that its key is.
    """

    name: str
    kind: str
    level: Level
    says: str
    mend: str = ""
    refused: bool = False
    sandbox: str = ""
    image: str = ""
    version: str = ""
    model: str = ""
    tools: Tools = "none"
    usage: Usage = Usage()
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What comes of a dry call."""

    level: Level
    says: str
    mend: str = ""


def exit_code(findings: Sequence[AgentFinding]) -> int:
    """Return 4 when a key is refused, 7 when anything else is missing, 0 when all can work."""
    if any(one.refused for one in findings):
        return REFUSED
    return MISSING if any(one.level == "fail" for one in findings) else 0


def document(findings: Sequence[AgentFinding]) -> dict[str, object]:
    """Return what `leafcut agents check --json` prints."""
    return {
        "schema": 1,
        "ok": exit_code(findings) == 0,
        "agents": [asdict(finding) for finding in findings],
    }


def dry_call(agent: Agent, worktree: Worktree, commit: str, sandbox: Sandbox) -> AgentReport:
    """Ask an agent for one word; `worktree` shows `commit`, which has no files."""
    notes = worktree.slot / "notes"
    notes.mkdir(exist_ok=True)
    spec = AttemptSpec(
        run="check",
        task=Task(id="check", title="Say that you are ready", files=()),
        number=1,
        agent=agent.name,
        base=commit,
        token="check",
    )
    return agent.work(spec, worktree, sandbox, {}, {"LEAFCUT_NOTES": str(notes)}, EmptyDesk())


def prompting(question: str) -> Callable[..., str]:
    """Return what writes a prompt that is this question, for there is no task."""

    def written(task: Mapping[str, object], values: Mapping[str, Value], *, tools: bool) -> str:  # noqa: ARG001 - there is no task
        return question

    return written


class EmptyDesk(Desk):
    """A desk with nothing on it, for an agent that has no task."""

    @property
    def hear(self) -> None:
        """Nobody looks on."""

    def given(self, prompt: str) -> None:
        """Take nothing down."""

    @property
    def shares(self) -> frozenset[Exchanged]:
        """Nothing."""
        return frozenset()

    def task(self) -> Mapping[str, object]:
        """Say what the prompt says."""
        return {"task": PROMPT.strip(), "files": []}

    def verify(self) -> str:
        """Say that nothing is looked at."""
        return "accepted: there is no task, so nothing is checked"

    def report_blocked(self, why: str) -> None:
        """Take nothing down."""

    def hand_off(self, note: str) -> None:
        """Take nothing down."""

    def find_learnings(self, query: str = "", signature: str = "") -> str:  # noqa: ARG002 - nobody shares
        """Say that nobody shares."""
        return ALONE

    def share_learning(self, kind: str, text: str, signature: str = "", paths: str = "") -> str:  # noqa: ARG002 - nobody shares
        """Say that nobody shares."""
        return ALONE

    def send_message(self, to: str, kind: str, text: str) -> str:  # noqa: ARG002 - nobody shares
        """Say that nobody shares."""
        return ALONE

    def read_messages(self) -> str:
        """Say that nobody shares."""
        return ALONE


def judged(heard: Heard, secret: str) -> Judgement:
    """Return what a dry call says of its agent, whose key is called `secret`."""
    if heard.trouble == "authentication":
        return Judgement("fail", heard.message, f"give another key: --secret {secret}=@FILE")
    if heard.ending in _ENDED:
        return _ENDED[heard.ending](heard)
    if heard.ending != "done":
        return Judgement("fail", heard.message, _mend(heard))
    return _answered(heard)


def _answered(heard: Heard) -> Judgement:
    if heard.usage == Usage():
        return Judgement(
            "fail",
            "it answered, and asked no model for it",
            "its agent.yaml names the variables that lead its client to the gateway: llm",
        )
    used = in_words(heard.usage.tokens, heard.usage.cost_usd)
    unpriced = ", ".join(heard.usage.unpriced)
    cost = f"{used}, the price of {unpriced} is not known" if unpriced else used
    if heard.tools == "unseen":
        return Judgement(
            "warn",
            f"answers, {cost}; it has not asked for Leafcut's tools",
            "its settings name the MCP server: mcp.url, token; or leave mcp out of its reports",
        )
    return Judgement("ok", f"answers, {cost}{_TOOLS[heard.tools]}")


def _limited(heard: Heard) -> Judgement:
    wait = "later" if heard.retry_s is None else f"in {ceil(max(heard.retry_s, 1.0))} s"
    return Judgement("warn", heard.message, f"its key is good; try again {wait}")


def _overloaded(heard: Heard) -> Judgement:
    if heard.trouble == "unreachable":
        return Judgement("fail", heard.message, "see that this machine reaches the model's address")
    return Judgement("warn", heard.message, "try again later")


def _mend(heard: Heard) -> str:
    if heard.trouble == "refused":
        return "a model that costs less: --model NAME"
    if heard.trouble is not None:
        return "another model: --model NAME"
    if heard.ending == "environment":
        return "build its image, or install its client; its README.md says how"
    return "its README.md says what it needs"


_ENDED: Mapping[AgentEnding, Callable[[Heard], Judgement]] = {
    "limited": _limited,
    "overloaded": _overloaded,
}
_TOOLS: Mapping[Tools, str] = {
    "none": "",
    "unseen": "",
    "offered": ", Leafcut's tools were offered",
    "called": ", Leafcut's tools were called",
}
