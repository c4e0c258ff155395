"""The pages: one for each command and group, one of what they all have in common."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

from orchestrator.cli.app import app
from orchestrator.cli.grammar import SECTIONS, told
from orchestrator.cli.manual.facts import ENVIRONMENT, EXIT_STATUS, FILES
from orchestrator.cli.usage import rows
from orchestrator.domain.config import KEYS

INDEX = "README.md"
_NOTE = "<!-- Written by `make docs` from the code. -->"


def pages() -> dict[str, str]:
    """Return all pages by file name."""
    root: Any = typer.main.get_command(app)
    context = root.context_class(root, info_name="leafcut", **root.context_settings)
    found = {INDEX: _page(_index(root, context))}
    for name, command in root.commands.items():
        if not command.hidden:
            found[f"{name}.md"] = _page(_command_page(command, _below(context, command)))
    return found


def write(folder: Path) -> None:
    """Write all pages into a folder, and remove those of commands that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in folder.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


def _page(lines: Iterable[str]) -> str:
    return "\n".join([_NOTE, "", *lines]).rstrip() + "\n"


def _below(context: Any, command: Any) -> Any:
    settings = {"help_option_names": context.help_option_names}
    return command.context_class(command, info_name=command.name, parent=context, **settings)


def _index(root: Any, context: Any) -> Iterator[str]:
    yield from _about(root, context)
    yield from ("## Commands", "")
    for section in SECTIONS:
        lines = [
            f"- [`leafcut {name}`]({name}.md): {_plain(_short(one))}"
            for name, one in root.commands.items()
            if not one.hidden and one.rich_help_panel == section
        ]
        if lines:
            yield from (f"### {section}", "", *lines, "")
    yield from ("## Settings", "", *_settings(), "")
    yield from ("## Environment", "", *_entries(ENVIRONMENT), "")
    yield from ("## Files", "", *_entries(FILES), "")
    yield from ("## Exit status", "")
    yield from _entries({str(code): meaning for code, meaning in sorted(EXIT_STATUS.items())})


def _command_page(command: Any, context: Any) -> Iterator[str]:
    yield from _about(command, context)
    for one in getattr(command, "commands", {}).values():
        if not one.hidden:
            yield from _about(one, _below(context, one), level=2)
    yield f"[All commands, settings, variables, files and exit codes]({INDEX})"


def _about(command: Any, context: Any, level: int = 1) -> Iterator[str]:
    """Yield what there is to say of one command, as pages of a manual do."""
    text, examples = told(command.help or "")
    first, _, rest = text.partition("\n\n")
    mark = "#" * (level + 1)
    usage = " ".join(command.collect_usage_pieces(context))
    yield from (f"{'#' * level} {context.command_path}", "", _plain(_joined(first)), "")
    yield from (f"{mark} Synopsis", "", "```", f"{context.command_path} {usage}", "```", "")
    if rest:
        yield from (f"{mark} Description", "", _plain(_joined(rest)), "")
    for title, kind in (("Arguments", "argument"), ("Options", "option")):
        if found := [_entry(*row) for row in rows(command, context, kind)]:
            yield from (f"{mark} {title}", "", *found, "")
    if examples:
        title = "Example" if len(examples) == 1 else "Examples"
        yield from (f"{mark} {title}", "", "```sh", *examples, "```", "")


def _entry(name: str, meaning: str) -> str:
    said = _plain(" ".join(meaning.split()))
    return f"- `{name}`: {said}" if said else f"- `{name}`"


def _settings() -> Iterator[str]:
    yield "What is set again and again stands in `config.toml`, as `key = value`. The strongest"
    yield "first: an option of the command, the variable, the target's `.leafcut/config.toml` as of"
    yield "the base commit, your own file, the playbook. The target's file can only make a run"
    yield "stricter; a number in it counts only where it is the lowest, and its checks only with"
    yield "`--trust-target`. Lists of checks, globs and checkpoints add up."
    yield "`leafcut config` shows what holds and who said it."
    yield ""
    yield "| key | variable | may be set by | meaning |"
    yield "|---|---|---|---|"
    for key in KEYS.values():
        yield f"| `{key.name}` | `{key.variable}` | {key.who} | {_plain(key.help)} |"
    yield ""
    yield "In a variable, items of a list are separated by commas, checks by line ends."


def _entries(facts: Mapping[str, str]) -> Iterator[str]:
    for name, meaning in facts.items():
        names = ", ".join(f"`{one}`" for one in name.split(", "))
        yield f"- {names}: {meaning}"


def _short(command: Any) -> str:
    return _joined(told(command.help or "")[0].partition("\n\n")[0])


def _joined(text: str) -> str:
    """Return paragraphs, each on one line."""
    return "\n\n".join(" ".join(one.split()) for one in text.split("\n\n"))


def _plain(text: str) -> str:
    """Return text in which Markdown and HTML find nothing of theirs but code."""
    parts = text.split("`")
    for at in range(0, len(parts), 2):
        for mark, escaped in (("<", "&lt;"), ("*", r"\*"), ("[", r"\["), ("|", r"\|")):
            parts[at] = parts[at].replace(mark, escaped)
    return "`".join(parts)
