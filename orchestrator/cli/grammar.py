"""How our commands read: global options anywhere, near misses, help in groups with examples."""

import copy
import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from orchestrator.cli import talk, values
from orchestrator.cli.usage import rows, synopsis

if TYPE_CHECKING:
    from typer.core import TyperOption

    Base = TyperCommand
else:
    Base = object

GLOBAL = ("directory", "color", "quiet")
"""The options of the whole program that may stand behind a command as well."""
SECTIONS = (
    START := "Start a run",
    LOOK := "See how it stands",
    STEER := "Steer it",
    PUBLISH := "Bring it home",
    LIBRARY := "Playbooks, agents, lessons",
    MACHINE := "This machine",
    "Commands",
)
"""How help groups commands, in this order."""
_EXAMPLE = re.compile(r"^Example: (.*(?:\n +.*)*)\n*", re.MULTILINE)


class _Ours(Base):
    """What our commands and groups have in common."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return its own parameters and the global options that it has no other use for."""
        own = super().get_params(ctx)
        return own if ctx.parent is None else [*own, *_global_options(ctx, own)]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words of a call; what is unknown is answered with the nearest."""
        try:
            return super().parse_args(ctx, args)
        except typer.TyperException as error:
            if hasattr(error, "possibilities"):
                option = getattr(error, "option_name", "")
                error.message = f"{error.message}{_nearest(self, ctx, option, args)}"
                error.possibilities = None
            elif plain := values.said(error):
                error.message = plain
            raise

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return what the line `Usage:` says after the name."""
        group = [self.subcommand_metavar] if isinstance(self, TyperGroup) else []
        return [*synopsis(self, ctx), *group]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options, and a group's commands."""
        for title, kind in (("Arguments", "argument"), ("Options", "option")):
            if found := list(rows(self, ctx, kind)):
                with formatter.section(title):
                    formatter.write_dl(found)
        if isinstance(self, TyperGroup):
            self.format_commands(ctx, formatter)

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write what it does, without the examples."""
        if text := told(self.help or "")[0]:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(text)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write the examples, each on a line of its own however long."""
        examples = told(self.help or "")[1]
        if not examples:
            return
        with formatter.section("Examples" if len(examples) > 1 else "Example"):
            for one in examples:
                formatter.write(f"{'':>{formatter.current_indent}}{one}\n")


class Command(_Ours, TyperCommand):
    """A command that also takes the global options, and shows its examples as they are typed."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command, coloured and as quiet as people want it."""
        with talk.settled(ctx):
            return super().invoke(ctx)


class Group(_Ours, TyperGroup):
    """A group of commands, which its help shows in sections."""

    def invoke(self, ctx: Any) -> Any:
        """Run what was asked for; a group may be a command of its own."""
        if ctx.parent is None:
            return super().invoke(ctx)
        with talk.settled(ctx):
            return super().invoke(ctx)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write a line for each command, in the sections that they were added to."""
        shown = {name: one for name, one in self.commands.items() if not one.hidden}
        width = max(map(len, shown), default=0)
        by_section: dict[str, list[tuple[str, str]]] = {section: [] for section in SECTIONS}
        for name, one in shown.items():
            short = one.get_short_help_str(formatter.width - 6 - width)
            by_section[_section(one)].append((name.ljust(width), short))
        for section, lines in by_section.items():
            if lines:
                with formatter.section(section):
                    formatter.write_dl(lines)


class Program(typer.Typer):
    """A Typer whose commands and groups are ours."""

    def __init__(self, name: str, text: str = "", **more: Any) -> None:
        """Take the name and what its help says, by default what its callback does."""
        about = {"help": text} if text else {}
        usual = {"cls": Group, "no_args_is_help": True, "rich_markup_mode": None}
        super().__init__(name=name, **{**usual, **about, **more})

    def command(self, name: str | None = None, **more: Any) -> Callable[[Any], Any]:
        """Add a command; `rich_help_panel` is the section that help shows it in."""
        return super().command(name, **{"cls": Command, **more})


def told(text: str) -> tuple[str, list[str]]:
    """Return what a command's documentation says, and its examples."""
    examples = [" ".join(one.split()) for one in _EXAMPLE.findall(text)]
    return _EXAMPLE.sub("", text).strip(), examples


def _global_options(ctx: Any, own: list[Any]) -> "Iterator[TyperOption]":
    """Yield the program's global options, hidden, with those spellings that are still free."""
    taken = {spelling for one in own for spelling in one.opts}
    for option in ctx.find_root().command.params:
        free = [spelling for spelling in option.opts if spelling not in taken]
        if option.name in GLOBAL and free:
            behind: TyperOption = copy.copy(option)
            # A name of its own: a command may have a parameter of the same one.
            behind.name, behind.opts = f"global_{option.name}", free
            behind.hidden, behind.expose_value = True, False
            yield behind


def _nearest(command: Any, ctx: Any, option: str, args: list[str]) -> str:
    """Say which option may be meant, or which command has it: a named one, or those beside."""
    below = _having(command, option)
    for name in (word for word in args if word in below):
        return f". It goes behind the command: {ctx.command_path} {name} {option}"
    if beside := _beside(ctx, option):
        return f". It goes with {ctx.parent.command_path} {' or '.join(beside)}"
    known = {spelling for one in command.get_params(ctx) for spelling in one.opts}
    near = get_close_matches(option, sorted(one for one in known if one.startswith("-")))
    return f". Did you mean {' or '.join(near)}?" if near else ""


def _beside(ctx: Any, option: str) -> list[str]:
    """Return the commands of the same group with that option; the program itself is no group."""
    within_a_group = ctx.parent is not None and ctx.parent.parent is not None
    return _having(ctx.parent.command, option) if within_a_group else []


def _having(group: Any, option: str) -> list[str]:
    """Return the names of a group's commands that have an option of that spelling."""
    return [
        name
        for name, one in getattr(group, "commands", {}).items()
        if any(option in (*param.opts, *param.secondary_opts) for param in one.params)
    ]


def _section(command: Any) -> str:
    section = getattr(command, "rich_help_panel", None)
    return section if section in SECTIONS else SECTIONS[-1]
