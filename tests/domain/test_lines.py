"""Lines out of pieces."""

from orchestrator.domain.lines import Lines


def test_lines_are_cut_wherever_the_pieces_end() -> None:
    lines = Lines(longest=4)
    assert lines.feed(b"ab") == []
    assert lines.feed(b"c\n\nabcdefgh") == [b"abc", b""]
    assert lines.feed(b"ij\nxy") == [b"abcd"]
    assert lines.rest() == [b"xy"]
    assert lines.rest() == []
