"""What is kept of an agent's output while it works."""

from pathlib import Path

import pytest

from orchestrator.application import live as module
from orchestrator.application.live import Live
from orchestrator.domain.redaction import Redactor, forms

KEY = "sk-live-0a1b2c3d4e5f6071"
REDACTOR = Redactor({"KEY": KEY})


def heard(path: Path, *pieces: bytes, redactor: Redactor = REDACTOR) -> bytes:
    with Live(path, redactor.stream()) as live:
        for piece in pieces:
            live.hear(piece)
    return path.read_bytes()


def test_whole_lines_are_there_at_once_and_the_rest_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "transcripts" / "t-1.live"
    with Live(path, REDACTOR.stream()) as live:
        assert path.read_bytes() == b""
        live.hear(b"one\ntw")
        assert path.read_bytes() == b"one\n"
        live.hear(b"o\nthr")
        assert path.read_bytes() == b"one\ntwo\n"
    assert path.read_bytes() == b"one\ntwo\nthr\n"


@pytest.mark.parametrize("form", sorted(set(forms(KEY.encode()))))
def test_a_secret_in_two_pieces_is_never_on_the_disk(tmp_path: Path, form: bytes) -> None:
    path = tmp_path / "t-1.live"
    text = b"a line\nkey=" + form + b" end\nlast\n"
    for cut in range(len(text)):
        with Live(path, REDACTOR.stream()) as live:
            live.hear(text[:cut])
            early = path.read_bytes()
            live.hear(text[cut:])
        assert path.read_bytes() == b"a line\nkey=[redacted KEY] end\nlast\n"
        assert b"a line\nkey=[redacted KEY] end\nlast\n".startswith(early)


def test_a_secret_over_two_lines_is_not_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "t-1.live"
    with Live(path, REDACTOR.stream()) as live:
        live.hear(b"before\n" + KEY[:10].encode() + b"\n")
        assert path.read_bytes() == b"before\n"
        live.hear(KEY[10:].encode() + b"\nafter\n")
    assert path.read_bytes() == b"before\n[redacted KEY]\nafter\n"


def test_an_attempt_that_died_leaves_nothing_in_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "t-1.live"
    path.write_bytes(b"old\n")
    assert heard(path, b"new\n") == b"new\n"


def test_a_line_that_is_too_long_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_LINE", 10)
    said = heard(tmp_path / "t-1.live", *[b"0123456789"] * 5, b"\nshort\n")
    assert said == b"0123456789\nshort\n"


def test_a_flood_ends_at_a_whole_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 100)
    said = heard(tmp_path / "t-1.live", *[b"line of 16 bytes\n"] * 1000, b"x\n")
    assert said == b"line of 16 bytes\n" * 5


def test_a_file_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "t-1.live").mkdir()
    with Live(tmp_path / "t-1.live", REDACTOR.stream()) as live:
        live.hear(b"one\n")
    assert (tmp_path / "t-1.live").is_dir()


def test_a_full_disk_ends_nothing() -> None:
    with Live(Path("/dev/full"), REDACTOR.stream()) as live:
        live.hear(b"one\n")
        live.hear(b"two\n")
