"""The page of a run: whole, small, and dead to whatever it tells of."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from orchestrator.adapters.reporting.page import page
from orchestrator.domain.plan import Plan, Task
from tests.support.reported import Story, chain, red

HOSTILE = (
    "</script><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    '" onmouseover="alert(1)',
    "a\u202egnp.exe\u2066",
    "{{ 7 * 7 }}{% for x in y %}",
    "bytes \udcff that are no text",
    "]]><!--",
)


class Elements(HTMLParser):
    """All start tags with their attributes, and the text outside of style and script."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._in = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in = tag if tag in {"style", "script"} else self._in

    def handle_endtag(self, tag: str) -> None:
        self._in = "" if tag == self._in else self._in

    def handle_data(self, data: str) -> None:
        self.text += "" if self._in else data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def parsed(text: str) -> Elements:
    found = Elements()
    found.feed(text)
    return found


def hostile() -> Story:
    """Return a run whose tasks, files, reasons and failures are all hostile text."""
    story = Story.of({word: [] for word in HOSTILE})
    for at, word in enumerate(HOSTILE):
        if at % 2:
            for number in (1, 2, 3):
                said = (red(word, f"{word}\n{word}"),)
                story.attempt(word, number, number + 1, "rejected", number, word, said)
        else:
            story.attempt(word, 1, 2).landing(at + 2, at + 2.5, word)
    return story.ended(20)


@pytest.fixture(scope="module")
def dangerous() -> str:
    return page(hostile().report(title=HOSTILE[0], target=HOSTILE[1]))


def test_hostile_text_makes_no_element_and_no_attribute(dangerous: str) -> None:
    found, harmless = parsed(dangerous), parsed(page(chain().report()))
    assert {tag for tag, _ in found.tags} <= {tag for tag, _ in harmless.tags} | {
        "details",
        "pre",
        "output",
    }
    assert len(found.named("script")) == 2
    names = {name for _, attributes in found.tags for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    assert "src" not in names
    assert all((one["href"] or "").startswith("#") for one in found.named("a"))


def test_hostile_text_is_there_to_be_read_with_its_direction_written_out(dangerous: str) -> None:
    text = parsed(dangerous).text
    for word in HOSTILE[:4]:
        assert word in text
    assert "{{ 7 * 7 }}" in text
    assert "a\\u202egnp.exe\\u2066" in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\udc80-\udcff]", dangerous)


def test_only_the_pages_own_script_may_run_and_nothing_may_be_loaded() -> None:
    text = page(chain().report())
    policy = parsed(text).named("meta")[1]["content"] or ""
    script = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"https?:|@import|url\((?!#)", text)
    assert not parsed(text).named("link")


def test_the_data_of_the_graph_is_json_that_ends_no_script(dangerous: str) -> None:
    data = dangerous.split('id="graph-data">', 1)[1].split("</script>", 1)[0]
    assert not set("<>&") & set(data)
    assert len(json.loads(data)["needs"]) == len(HOSTILE)


def test_the_page_tells_the_verdict_the_reasons_and_every_task() -> None:
    text = parsed(page(chain().report())).text
    for word in ("Make it so", "3 of 3", "critical path", "exit code 0"):
        assert word in " ".join(text.split())
    assert len(re.findall(r"<tr id=t\d+>", page(chain().report()))) == 3


def test_a_run_in_which_nothing_happened_has_a_page_too() -> None:
    text = parsed(page(Story.of({"a": []}).report())).text
    assert "Nothing has landed" in text
    assert "No agent has worked yet" in text
    empty = Story(replace(chain().plan, tasks=())).begun().ended(1)
    assert "done" in parsed(page(empty.report())).text


def test_a_run_that_goes_on_has_a_page_with_what_is_under_way() -> None:
    story = Story.of({"a": []}).attempt("a", 1, 5)
    story.events = story.events[:-1]
    report = story.report(alive=True)
    assert (report.verdict.state, report.attempts[0].ended) == ("running", None)
    text = parsed(page(report)).text
    assert "◔ under way" in " ".join(text.split())
    assert report.critical_path[-1].ended == report.lives[-1][1]


def test_a_run_of_which_nothing_was_recorded_has_a_page() -> None:
    assert "stopped" in parsed(page(Story(chain().plan).report())).text


def test_what_all_files_of_a_group_say_is_said_once() -> None:
    words = [f"nothing to offer: no change, {count} left" for count in (3, 4)]
    story = Story.of({"a": [], "b": []})
    for task, word in zip("ab", words, strict=True):
        for number in (1, 2, 3):
            story.attempt(task, number, number + 1, "rejected", number, word)
    text = page(story.ended(9).report())
    listed = re.findall(r"<li><code>(\w\.py)</code> <span class=\"dim\">(.*?)</span>", text)
    assert listed == [("a.py", "3 left"), ("b.py", "4 left")]


def objected(output: str) -> Story:
    """Return a run in which a check turns one task down, and another fails without a check."""
    story = Story.of({"a": [], "b": []})
    for number in (1, 2, 3):
        story.attempt("a", number, number + 1, "rejected", number, checks=(red("types", output),))
        story.attempt("b", number, number + 1, "rejected", number, "no change")
    return story.ended(9)


def test_what_the_red_check_of_a_cluster_printed_can_be_read() -> None:
    whole = page(objected("\n".join(f"line {n}" for n in range(40))).report())
    shown = re.findall(r'<details class="group said".*?</details>', whole, re.DOTALL)
    assert len(shown) == 1, "what no check has said has nothing to show"
    text = " ".join(parsed(shown[0]).text.split())
    assert "What check types printed at a" in text
    assert "$ run types … 10 earlier linesline 10line 11" in text, "spans are lines by style"
    assert "line 39 exit code 1" in text


def test_ten_thousand_tasks_make_a_page_below_three_megabytes() -> None:
    story = Story(_large(10_000)).begun()
    for n in range(10_000):
        name, at = f"src-package-{n:05}-0123abcd", n / 16
        if n % 10 == 0:
            story.attempt(name, at, at + 0.4, "rejected")
        story.attempt(name, at + 0.5, at + 1, number=2 if n % 10 == 0 else 1)
        story.landing(at + 1, at + 1.05, name)
    text = page(story.ended(700).report())
    assert len(text.encode()) < 3_000_000
    assert text.count("<tr id=t") == 10_000
    assert text.count("<rect") < 12_000


def _large(count: int) -> Plan:
    tasks = tuple(
        Task(
            id=f"src-package-{n:05}-0123abcd", title=f"src/package/part{n % 150}/module_{n:05}.py",
            files=(f"src/package/part{n % 150}/module_{n:05}.py",), layer=n // 2500, occurrences=1,
            depends_on=(f"src-package-{n - 2500:05}-0123abcd",) if n >= 2500 else (),
        )
        for n in range(count)
    )  # fmt: skip
    return replace(chain().plan, tasks=tasks, layers=4)
