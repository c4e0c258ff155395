"""The reference is what the code gives now."""

from pathlib import Path
from typing import Any

import typer

from orchestrator.cli.app import app
from orchestrator.cli.manual.facts import EXIT_STATUS
from orchestrator.cli.manual.pages import pages, write
from orchestrator.domain.config import KEYS
from orchestrator.errors import LeafcutError

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_what_is_committed_is_what_the_code_gives() -> None:
    committed = {file.name: file.read_text(encoding="utf-8") for file in REFERENCE.glob("*")}
    assert committed == pages(), "make docs"


def test_old_pages_go(tmp_path: Path) -> None:
    (tmp_path / "gone.md").touch()
    write(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == set(pages())


def test_every_option_of_every_command_is_in_it() -> None:
    root: Any = typer.main.get_command(app)
    made = pages()
    for name, command in root.commands.items():
        for one in (command, *getattr(command, "commands", {}).values()):
            for option in (spelling for param in one.params for spelling in param.opts):
                if option.startswith("-"):
                    assert option in made[f"{name}.md"], (name, option)


def test_every_setting_and_every_exit_code_is_in_it() -> None:
    index = pages()["README.md"]
    assert all(f"`{key.variable}`" in index for key in KEYS.values())
    codes = {one.exit_code for one in LeafcutError.__subclasses__()}
    assert codes <= set(EXIT_STATUS)
    assert all(f"- `{code}`: " in index for code in EXIT_STATUS)
