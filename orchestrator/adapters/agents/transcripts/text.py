"""Plain text: all of it is one message."""

from orchestrator.domain.transcript import Transcript, step


def read_text(said: bytes) -> Transcript:
    """Return what was printed as one message, without the codes that colour it."""
    text = said.decode("utf-8", "replace").strip()
    return Transcript(steps=(step("message", text),) if text else ())
