"""The report in a real browser: it loads nothing, can be used by all, and looks as it should.

With SCREENSHOTS naming a folder, pictures of the page are left there.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, FloatRect, Page

from orchestrator.adapters.reporting.page import page as page_of
from tests.adapters.reporting.test_page import hostile
from tests.support import browser as browsers
from tests.support.leafcut import Leafcut, chain, make_playbook, make_repository, wide
from tests.support.reported import Story

PICTURES = os.environ.get("SCREENSHOTS", "")
TALLEST = 1_800
"""How much of a page is kept as a picture, in pixels from its top."""
DESKTOP, PHONE = (1280, 860), (390, 844)
Scheme = Literal["light", "dark"]

PICKY = """\
version: 1
name: picky
title: Replace old by new, but not everywhere
find: {regex: ['OLD\\b']}
select: {include: ["**/*.py"]}
strategy: dependency
graph: {language: python}
partition: {by: file, max_files: 1}
codemod: {run: "sed -i s/OLD/NEW/g ${{ task.files }}"}
checks:
  - {name: compile, run: "${{ python }} -m py_compile ${{ task.files }}", on: both}
  - {name: house, run: "! cat ${{ task.files }} | tr '\\n' ' ' | grep 'NEW.*KEEP'", on: attempt}
exit_criteria: [{residue: {at_most: 0}}]
"""


@dataclass(slots=True)
class Seen:
    """A page that is open, and what it asked for and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def complain(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def facts(self, script: str, *given: str) -> Any:
        return self.page.evaluate(script, *given)


@pytest.fixture(scope="module")
def axe() -> str:
    return browsers.axe()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a real run in which some tasks fail and others wait for them."""
    tmp_path = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path))
        (tmp_path / ".gitconfig").write_text(
            "[user]\n\tname = Ada\n\temail = ada@example.org\n", encoding="utf-8"
        )
        return _failing(tmp_path)


def _failing(tmp_path: Path) -> Path:
    leafcut = Leafcut(tmp_path / "leafcut-home")
    files = {f"src/{name}": text for name, text in chain(9).items()}
    files |= {f"lib/{name.replace('m', 'n')}": text for name, text in wide(12).items()}
    files["src/m05.py"] += "keep = 'KEEP'\n"
    files["lib/n03.py"] += "keep = 'KEEP'\n"
    target = make_repository(tmp_path / "target", files)
    playbook = make_playbook(tmp_path / "playbooks", PICKY, "picky")
    leafcut("run", str(playbook), "-C", str(target), "--yes", "--sandbox", "local", code=3)
    return next((leafcut.home / "runs").iterdir()) / "report.html"


@contextmanager
def opened(
    browser: Browser,
    file: Path,
    size: tuple[int, int] = DESKTOP,
    scheme: Scheme = "light",
    **more: Any,
) -> Iterator[Seen]:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
        **more,
    )
    seen = Seen(context.new_page())
    context.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("console", lambda message: seen.complain(message))  # noqa: PLW0108 - it has slots
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.goto(file.as_uri())
    try:
        yield seen
    finally:
        context.close()


def keep_picture(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        size = page.viewport_size or {"width": 0}
        top = FloatRect(x=0, y=0, width=size["width"], height=TALLEST)
        page.screenshot(path=f"{PICTURES}/report-{name}.png", full_page=True, clip=top)


def written(tmp_path: Path, story: Story) -> Path:
    file = tmp_path / "page.html"
    file.write_text(page_of(story.report()), encoding="utf-8")
    return file


def test_nothing_is_asked_for_nothing_is_wrong_and_nothing_is_too_wide(
    browser: Browser, report: Path
) -> None:
    for device, size in {"desktop": DESKTOP, "phone": PHONE}.items():
        schemes: tuple[Scheme, ...] = ("light", "dark")
        for scheme in schemes:
            with opened(browser, report, size, scheme) as seen:
                keep_picture(seen.page, f"{device}-{scheme}")
                seen.page.mouse.wheel(0, 9000)
                assert seen.facts("document.documentElement.scrollWidth") == size[0]
                assert seen.requests == [report.as_uri()]
                assert seen.complaints == []


def test_the_page_could_not_load_anything_if_it_wanted_to(browser: Browser, report: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, opened(browser, report) as seen:
        listener.setblocking(False)  # noqa: FBT003 - its only argument
        blocked = seen.facts(
            """async (site) => {
              const said = [];
              const hear = one => said.push(one.effectiveDirective);
              addEventListener("securitypolicyviolation", hear);
              await fetch(site).catch(() => 0);
              const image = new Image(); image.src = site;
              document.body.append(image);
              const script = document.createElement("script");
              script.textContent = "window.ran = 1";
              document.body.append(script);
              await new Promise(done => setTimeout(done, 300));
              return [said.sort(), window.ran]; }""",
            f"http://127.0.0.1:{listener.getsockname()[1]}/",
        )
        assert blocked == [["connect-src", "img-src", "script-src-elem"], None]
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_no_text_of_the_target_runs_or_shows(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, written(tmp_path, hostile())) as seen:
        seen.page.on("dialog", lambda _: seen.complaints.append("a dialog"))
        seen.page.locator("#find-task").evaluate("it => it.closest('details').open = true")
        seen.page.locator("#find-task").fill("script")
        seen.page.locator(".node").first.click()
        seen.page.get_by_text("2 found").wait_for()
        assert seen.complaints == []
        assert seen.facts("document.querySelectorAll('img, iframe, script').length") == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(
    browser: Browser, report: Path, axe: str, scheme: Scheme
) -> None:
    with opened(browser, report, scheme=scheme) as seen:
        seen.facts("document.querySelectorAll('details').forEach(it => { it.open = true })")
        seen.page.locator(".node").first.click()
        seen.facts(axe)
        found = seen.facts("axe.run(document, {resultTypes: ['violations']})")
        assert [
            (one["id"], one["impact"], [node["html"][:200] for node in one["nodes"][:3]])
            for one in found["violations"]
            if one["impact"] in {"serious", "critical"}
        ] == []
        assert len(found["passes"]) > 20


def test_a_file_that_is_not_done_is_found_by_keyboard(browser: Browser, report: Path) -> None:
    with opened(browser, report) as seen:
        page = seen.page
        page.get_by_label("Find a file or a reason").focus()
        page.keyboard.type("n03")
        page.get_by_text("1 found", exact=True).wait_for()
        assert page.locator("#undone li:visible").all_inner_texts()[0].startswith("lib/n03.py")
        page.keyboard.press("Escape")
        page.locator("#undone [hidden]").first.wait_for(state="detached")


def test_the_graph_is_gone_through_by_keyboard_and_tells_of_a_task(
    browser: Browser, report: Path
) -> None:
    with opened(browser, report) as seen:
        page = seen.page
        page.get_by_label("Find a task or file").focus()
        page.keyboard.type("m05")
        page.get_by_text("1 found", exact=True).wait_for()
        page.keyboard.press("Enter")
        told = page.locator("#chosen")
        assert told.locator("h3").inner_text() == "src/m05.py"
        assert "✗ failed" in told.inner_text()
        assert "Is waited for by: 1" in told.inner_text()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        assert told.locator("h3").inner_text() == "src/m04.py"
        assert "blocked" in told.inner_text()
        told.get_by_role("link", name="src/m05.py").click()
        assert page.locator("tr:target").inner_text().startswith("✗ failed")


def test_tables_are_sorted_and_colours_changed_by_buttons(browser: Browser, report: Path) -> None:
    with opened(browser, report) as seen:
        page = seen.page
        page.locator("#all-tasks").evaluate("it => { it.open = true }")
        head = page.locator("#task-table th").nth(2)
        layer = page.locator("#task-table tbody td:nth-child(3)").first
        for order, first in (("descending", "8"), ("ascending", "0")):
            head.get_by_role("button").click()
            assert head.get_attribute("aria-sort") == order
            assert layer.inner_text() == first
        before = seen.facts("getComputedStyle(document.body).backgroundColor")
        page.get_by_role("button", name="Dark colours").click()
        assert seen.facts("getComputedStyle(document.body).backgroundColor") != before
        assert page.get_by_role("button", name="Light colours").is_visible()


def test_of_many_tasks_those_looked_for_are_shown(browser: Browser, tmp_path: Path) -> None:
    story = Story.of({f"t{n:03}": [] for n in range(450)})
    for n in range(450):
        story.attempt(f"t{n:03}", n, n + 1).landing(n + 1, n + 1.5, f"t{n:03}")
    with opened(browser, written(tmp_path, story.ended(500))) as seen:
        page, shown = seen.page, seen.page.locator("#task-table tbody tr:visible")
        page.locator("#all-tasks > summary").click()
        assert page.locator("#found-task").inner_text() == "450 found, the first 200 are shown"
        assert shown.count() == 200
        page.get_by_label("Find a task", exact=True).fill("t44")
        page.get_by_text("10 found").wait_for()
        assert shown.count() == 10
        page.get_by_label("Find a task", exact=True).fill("")
        page.get_by_text("450 found").wait_for()
        seen.facts("location.hash = '#t449'")
        page.locator("tr:target").wait_for()
        assert page.locator("tr:target").inner_text().startswith("✓ landed\tt449")
        assert page.locator(".node").count() == 1


def test_the_chart_grows_within_its_frame(browser: Browser, report: Path) -> None:
    with opened(browser, report, PHONE) as seen:
        wide = "document.querySelector('svg.wide').getBoundingClientRect().width"
        before = seen.facts(wide)
        for _ in range(3):
            seen.page.get_by_role("button", name="Wider").click()
        assert seen.facts(wide) > before
        assert seen.facts("document.documentElement.scrollWidth") == PHONE[0]


def test_without_its_script_everything_can_be_read(browser: Browser, report: Path) -> None:
    with opened(browser, report, java_script_enabled=False) as seen:
        page = seen.page
        assert not page.locator("#theme").is_visible()
        assert page.locator(".node").count() == 21
        assert page.locator("#all-tasks").get_by_text("src/m05.py").first.is_visible()
        page.get_by_text("What was left, as a table").click()
        assert page.get_by_role("region", name="What was left over time").is_visible()


def test_paper_shows_what_is_closed_and_no_controls(browser: Browser, report: Path) -> None:
    with opened(browser, report) as seen:
        page = seen.page
        page.emulate_media(media="print")
        keep_picture(page, "print")
        assert page.get_by_role("region", name="Steps of the critical path").is_visible()
        assert page.get_by_role("region", name="All tasks", exact=True).is_visible()
        for hidden in ("nav", "#theme", ".zoom", "#find-task"):
            assert not page.locator(hidden).is_visible()
        assert page.pdf(format="A4").startswith(b"%PDF")
