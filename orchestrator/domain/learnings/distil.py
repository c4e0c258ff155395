"""Trusted learnings as lines of a playbook's prompt: which ones, in what words, and where.

The section grows and shrinks by whole bullets, and everything around them stays a person's own:
prompts that a machine writes anew lose what they knew (ACE, https://arxiv.org/abs/2510.04618).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from orchestrator.domain.learnings.gist import gist
from orchestrator.domain.learnings.learning import LONGEST_TEXT, Learning
from orchestrator.domain.learnings.life import TOLD
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.visible import on_one_line

HEADING = "## What earlier runs have learned"
MOST = 20
"""How many bullets the section has at most."""

_MARK = re.compile(r"\{#- leafcut (l-[0-9a-f]{10}) #\}\s*$")
_OPENS = re.compile(r"\{(?=[{%#])")
_HEADING = re.compile(r"#{1,2} ")


def worth_a_line(standings: Iterable[Standing], now: float) -> list[Standing]:
    """Return the learnings that have earned a place in a prompt, the most helpful first.

    `now` is in seconds since the epoch.
    """
    found = [one for one in standings if _is_proven(one, now)]
    return sorted(found, key=lambda one: (-one.helpful, one.harmful, -one.clean, one.learning.id))


def _is_proven(standing: Standing, now: float) -> bool:
    if standing.status != "trusted" or standing.learning.has_expired(now):
        return False
    return standing.helpful + standing.clean > 0


def wording(learning: Learning, text: str = "") -> str:
    """Return what a bullet says: where it holds, then `text`, by default the learning's own."""
    said = on_one_line(" ".join(text.split()) or gist(learning.text))[:LONGEST_TEXT]
    where = ", ".join(f"`{on_one_line(path)}`" for path in learning.scope.paths)
    return f"In {where}: {said}" if where else said


def bullet(name: str, words: str) -> str:
    """Return the line of a template that says just these words; its mark is not rendered."""
    literal = _OPENS.sub("{{ '{' }}", words)
    return f"- {literal} {{#- leafcut {name} #}}"


def told_in(prompt: str) -> dict[str, str]:
    """Return the bullets that a prompt has already, by the id of their learning."""
    return {name: line for line in prompt.split("\n") if (name := _marked(line))}


def retired_in(prompt: str, standings: Mapping[str, Standing]) -> list[Standing]:
    """Return what a prompt tells although verdicts, or a person, speak against it by now."""
    there = (standings[name] for name in told_in(prompt) if name in standings)
    return [one for one in there if one.status not in TOLD]


def fresh(prompt: str, worthy: Sequence[Standing], gone: Collection[str]) -> list[Standing]:
    """Return which of the worthy a prompt lacks and still has room for.

    What says the same words as a bullet that is there is no news, whoever has learned it.
    """
    told = told_in(prompt)
    said = {_words(line) for line in told.values()}
    news = []
    for one in worthy:
        line = _words(bullet(one.learning.id, wording(one.learning)))
        if one.learning.id not in told and line not in said:
            said.add(line)
            news.append(one)
    return news[: max(0, MOST - len(told.keys() - set(gone)))]


def revised(prompt: str, bullets: Sequence[str], gone: Collection[str]) -> str:
    """Return a prompt without the bullets of `gone` and with these at the end of its section."""
    end = "\r" if "\r\n" in prompt else ""
    lines = [line for line in prompt.split("\n") if _marked(line) not in gone]
    if not bullets:
        return "\n".join(lines)
    new = [f"{line}{end}" for line in bullets]
    at = _place(lines)
    if at is None:
        return "\n".join([*_closed(lines, end), f"{HEADING}{end}", end, *new, ""])
    if not lines[at - 1].rstrip().startswith("- "):
        new.insert(0, end)
    return "\n".join([*lines[:at], *new, *lines[at:]])


def _place(lines: Sequence[str]) -> int | None:
    """Return the number of the line that new bullets go before; None: there is no section."""
    start = next((at for at, line in enumerate(lines, 1) if line.rstrip() == HEADING), None)
    if start is None:
        return None
    last = start
    for at, line in enumerate(lines[start:], start + 1):
        if _HEADING.match(line):
            break
        if line.strip():
            last = at
    return last


def _closed(lines: Sequence[str], end: str) -> Iterator[str]:
    """Yield lines so that a heading may follow: the last one ended, an empty one after it."""
    kept = list(lines)
    if kept and not kept[-1]:
        kept.pop()
    elif kept and end:
        kept[-1] += end
    yield from kept
    if kept and kept[-1].strip():
        yield end


def _marked(line: str) -> str:
    found = _MARK.search(line)
    return found[1] if found else ""


def _words(line: str) -> str:
    return " ".join(_MARK.sub("", line).lower().split())
