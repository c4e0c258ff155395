"""The local forge: a folder with a page and a patch for each slice."""

import json
import re
import shutil
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from orchestrator.application.pages.body import Page
from orchestrator.domain.markdown import plain
from orchestrator.errors import UsageError

MANIFEST = "slices.json"
_LONGEST = 60


class LocalForge:
    """Keeps pull requests as files in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Write into `folder`, which need not exist.

        Raises:
            UsageError: it holds something that this forge did not write.
        """
        self.folder = folder.absolute()
        foreign = self._foreign()
        if foreign:
            raise UsageError(
                f"{folder} holds {foreign}, which is none of Leafcut's", hint="give another --out"
            )

    @contextmanager
    def writing(
        self, pages: Sequence[Page], facts: Mapping[str, object]
    ) -> Iterator[tuple[Path, ...]]:
        """Write pages aside, and at exit put them in place of what the folder holds.

        Gives their paths to be. If what happens meanwhile fails, the folder stays as it is.

        Raises:
            UsageError: they cannot be written.
        """
        staged = self._aside()
        try:
            staged.chmod(0o755)
            names = _fill(staged, pages, facts)
            yield tuple(self.folder / name for name in names)
            self._swap(staged)
        finally:
            shutil.rmtree(staged, ignore_errors=True)

    def _aside(self) -> Path:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            return Path(mkdtemp(prefix=f".{self.folder.name}-", dir=self.folder.parent))
        except OSError as error:
            raise UsageError(
                f"{self.folder} cannot be written: {error.strerror}", hint="give another --out"
            ) from error

    def _swap(self, staged: Path) -> None:
        """Put the staged folder in place; what stood there goes last."""
        if not self.folder.exists():
            staged.rename(self.folder)
            return
        aside = staged.with_name(f"{staged.name}-old")
        self.folder.rename(aside)
        staged.rename(self.folder)
        shutil.rmtree(aside)

    def _foreign(self) -> str:
        """Return the name of something in the folder that this forge did not write, or nothing."""
        if self.folder.is_symlink() or (self.folder.exists() and not self.folder.is_dir()):
            return self.folder.name
        there = {path.name for path in self.folder.iterdir()} if self.folder.is_dir() else set()
        return min(there - self._ours(), default="")

    def _ours(self) -> set[str]:
        try:
            document = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
            return {MANIFEST, *map(str, document["files"])}
        except (OSError, ValueError, KeyError, TypeError):
            return set()


def _fill(folder: Path, pages: Sequence[Page], facts: Mapping[str, object]) -> list[str]:
    width = max(2, len(str(len(pages))))
    names: list[str] = []
    patches: list[str] = []
    for page in pages:
        number = f"{page.number:0{width}}"
        names.append(f"{number}-{slug(page.title)}.md")
        patches.append(f"{number}.patch")
        apply = f"Apply it elsewhere with `git am --keep-cr {patches[-1]}`."
        text = f"# {plain(page.title)}\n\n{page.body}\n{apply}\n"
        (folder / names[-1]).write_bytes(text.encode("utf-8", "backslashreplace"))
        (folder / patches[-1]).write_bytes(page.patch)
    document = {
        "schema": 1,
        **facts,
        "slices": [
            {**page.facts, "page": name, "patch": patch}
            for page, name, patch in zip(pages, names, patches, strict=True)
        ],
        "files": [*names, *patches],
    }
    (folder / MANIFEST).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return names


def slug(title: str) -> str:
    """Return a title as a file name that is safe everywhere: ASCII letters, digits and dashes."""
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")
    return words[:_LONGEST].rstrip("-") or "slice"
