"""Readers of what agents print: bytes in, a `Transcript` out; pure, and none ever raises."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from orchestrator.adapters.agents.transcripts.acp import read_acp
from orchestrator.adapters.agents.transcripts.claude import read_claude
from orchestrator.adapters.agents.transcripts.codex import read_codex
from orchestrator.adapters.agents.transcripts.events import BROKEN_OFF
from orchestrator.adapters.agents.transcripts.gemini import read_gemini
from orchestrator.adapters.agents.transcripts.opencode import read_opencode
from orchestrator.adapters.agents.transcripts.text import read_text
from orchestrator.domain.agent_spec import TranscriptFormat
from orchestrator.domain.transcript import Transcript

READERS: Mapping[TranscriptFormat, Callable[[bytes], Transcript]] = {
    "text": read_text,
    "claude-stream-json": read_claude,
    "codex-json": read_codex,
    "gemini-stream-json": read_gemini,
    "opencode-json": read_opencode,
    "acp": read_acp,
}
"""The reader of each format that an agent.yaml may name."""


def read_so_far(form: TranscriptFormat, said: bytes) -> Transcript:
    """Read what an agent has printed that is still at work: that it breaks off is no news."""
    transcript = READERS[form](said)
    return replace(transcript, error="") if transcript.error == BROKEN_OFF else transcript
