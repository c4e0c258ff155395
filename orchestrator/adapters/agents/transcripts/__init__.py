"""Readers of what agents print: bytes in, a `Transcript` out; pure, and none ever raises."""

from collections.abc import Callable, Mapping

from orchestrator.adapters.agents.transcripts.acp import read_acp
from orchestrator.adapters.agents.transcripts.claude import read_claude
from orchestrator.adapters.agents.transcripts.codex import read_codex
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
