"""How learnings and messages read: as data, in blocks that nothing in them closes."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.learnings.learning import Learning, Provenance
from orchestrator.domain.learnings.message import Message
from orchestrator.domain.learnings.quoted import as_data, quoted, quoted_messages
from orchestrator.domain.learnings.room import tokens
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.prompt import sections

HERE = Provenance(
    source="verdict", run="r", who="codex", task="t1", attempt=2, commit="abcdef0123456789"
)


def lesson(text: str) -> Learning:
    return Learning(kind="fix", text=text, provenance=HERE)


def test_who_said_it_and_how_it_stands_is_told() -> None:
    one = lesson("use fetch")
    standing = Standing(learning=one, status="trusted", helpful=3, harmful=1)
    assert quoted([as_data(one, standing)]) == (
        f"{one.id} (fix; trusted, helped 3 times, hurt 1 time; from a verdict on `codex` at task "
        "`t1`, attempt 2, change set `abcdef0123` passed):\n```\nuse fetch\n```"
    )
    assert "trusted" not in quoted([as_data(one)])


@given(st.text(max_size=400))
def test_no_text_closes_its_block(text: str) -> None:
    told = sections({"learnings": [as_data(lesson(text))]}, tools=True)
    (head,) = [line for line in told.splitlines() if line.startswith("l-")]
    block = told.partition(f"{head}\n")[2]
    fence = block.partition("\n")[0]
    inside = block.removeprefix(fence).partition(f"\n{fence}\n\n## ")[0]
    assert set(fence) == {"`"}
    assert not any(line.strip() == fence for line in inside.splitlines())


def test_messages_name_their_sender() -> None:
    said = Message(
        kind="warning", to="t2", text="```\nrm", task="`t1`", agent="codex", token="k", number=1
    )
    assert (
        quoted_messages([said]) == "warning from `codex` at task `` `t1` ``:\n````\n```\nrm\n````"
    )


def test_four_characters_are_a_token() -> None:
    assert [tokens(text) for text in ("", "a", "abcd", "abcde")] == [0, 1, 1, 2]
