"""What is new in a text that grows."""

from orchestrator.application.news import News


def test_each_line_is_told_once_and_the_last_when_two_readings_agree() -> None:
    news = News()
    assert news.take("one\ntw\n", whole=False) == ["one"]
    assert news.take("one\ntwo\n", whole=False) == []
    assert news.take("one\ntwo\n", whole=False) == ["two"]
    assert news.take("one\ntwo\n", whole=False) == []
    assert news.take("one\ntwo\nthree\nfour\n", whole=True) == ["three", "four"]
    assert news.take("one\ntwo\nthree\nfour\n", whole=True) == []


def test_a_line_that_was_told_and_goes_on_is_told_again_once() -> None:
    news = News()
    for _ in range(2):
        told = news.take("one\ntw\n", whole=False)
    assert told == ["tw"]
    assert news.take("one\ntwo\nthree\n", whole=False) == ["two"]
    assert news.take("one\ntwo\nthree\n", whole=True) == ["three"]


def test_what_was_told_is_not_told_again_while_more_comes() -> None:
    news = News()
    lines: list[str] = []
    told: list[str] = []
    for number in range(50):
        lines.append(f"line {number}")
        for _ in range(number % 3):
            told += news.take("\n".join(lines), whole=False)
    told += news.take("\n".join(lines), whole=True)
    assert told == lines


def test_blank_lines_and_nothing_at_all() -> None:
    news = News()
    assert news.take("", whole=False) == []
    assert news.take("\n\na\n", whole=True) == ["", "", "a"]
    assert News().take("", whole=True) == []
