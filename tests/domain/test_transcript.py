"""Transcripts for people."""

from orchestrator.domain.attempt import Usage
from orchestrator.domain.transcript import LONGEST_STEP, SHOWN_RESULT, Transcript, readable, step


def test_a_readable_transcript() -> None:
    told = Transcript(
        steps=(
            step("other", "Loading"),
            step("message", "I look at the file.\nThen I change it."),
            step("tool", "Bash: cat a.py"),
            step("result", "x = 1\ny = 2\n"),
            step("error", "no such file"),
            step("message", "  "),
        ),
        usage=Usage(tokens=1234, cost_usd=0.5),
        error="it was denied Bash",
    )
    assert readable(told) == (
        "· Loading\n"
        "I look at the file.\nThen I change it.\n"
        "→ Bash: cat a.py\n"
        "  x = 1\n  y = 2\n"
        "✗ no such file\n"
        "✗ ended: it was denied Bash\n"
        "by its own account 1,234 tokens, $0.5000\n"
    )


def test_nothing_moves_the_cursor() -> None:
    told = Transcript(steps=(step("message", "\x1b[2Jgone\r"),), error="\x07")
    assert readable(told) == "\\x1b[2Jgone\n✗ ended: \\x07\n"


def test_long_steps_lose_their_middle() -> None:
    assert len(step("message", "x" * 10 * LONGEST_STEP).text) < LONGEST_STEP + 50
    shown = readable(Transcript(steps=(step("result", "x" * LONGEST_STEP),)))
    assert f"… {LONGEST_STEP - SHOWN_RESULT} characters …" in shown


def test_whether_an_agent_said_something() -> None:
    assert not Transcript(steps=(step("other", "noise"), step("message", " "))).said_something
    assert Transcript(steps=(step("tool", "Bash: x"),)).said_something
