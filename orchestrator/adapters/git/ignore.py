"""Which untracked files the target's .gitignore files ignore, as git reads them."""

from collections.abc import Mapping

from pathspec import GitIgnoreSpec


class Ignored:
    """The .gitignore files of one commit. A deeper file overrules a higher one."""

    def __init__(self, contents: Mapping[str, str]) -> None:
        """Take the content of each .gitignore file by its path in the tree."""
        by_depth = sorted(contents.items(), key=lambda item: item[0].count("/"))
        self._specs = [
            (path.removesuffix(".gitignore"), GitIgnoreSpec.from_lines(text.splitlines()))
            for path, text in by_depth
        ]

    def __call__(self, path: str) -> bool:
        """Say whether an untracked file is ignored."""
        ignored = False
        for folder, spec in self._specs:
            if path.startswith(folder):
                said = spec.check_file(path[len(folder) :]).include
                ignored = ignored if said is None else said
        return ignored
