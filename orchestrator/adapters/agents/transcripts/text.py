"""Plain text: all of it is messages, cut between lines where it is long."""

from collections.abc import Iterator

from orchestrator.domain.transcript import LONGEST_STEP, Transcript, step


def read_text(said: bytes) -> Transcript:
    """Return what was printed: more of it adds to the last message or after it."""
    text = said.decode("utf-8", "replace").strip()
    return Transcript(steps=tuple(step("message", piece) for piece in _pieces(text)))


def _pieces(text: str) -> Iterator[str]:
    piece: list[str] = []
    size = 0
    for line in text.split("\n"):
        if piece and size + len(line) >= LONGEST_STEP:
            yield "\n".join(piece)
            piece, size = [], 0
        piece.append(line)
        size += len(line) + 1
    if text:
        yield "\n".join(piece)
