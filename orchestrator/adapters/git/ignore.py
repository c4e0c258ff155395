"""Which untracked files the target's .gitignore files ignore, as git reads them."""

from collections.abc import Mapping

from pathspec import GitIgnoreSpec


class Ignored:
    """The .gitignore files of one commit. A deeper file overrules a higher one."""

    def __init__(self, contents: Mapping[str, str]) -> None:
        """Take the content of each .gitignore file by its path in the tree."""
        by_depth = sorted(contents.items(), key=lambda item: item[0].count("/"))
        self._specs = [
            (path.removesuffix(".gitignore"), GitIgnoreSpec.from_lines(text.split("\n")))
            for path, text in by_depth
        ]
        self._folders: dict[str, bool] = {}

    def __call__(self, path: str) -> bool:
        """Say whether an untracked file is ignored, or a folder, whose path ends with a slash.

        What lies in an ignored folder is ignored; no pattern can take it back.
        """
        holder = path.rstrip("/").rpartition("/")[0]
        return bool(holder and self._folder(holder + "/")) or self._matches(path)

    def _folder(self, path: str) -> bool:
        if path not in self._folders:
            self._folders[path] = self(path)
        return self._folders[path]

    def _matches(self, path: str) -> bool:
        ignored = False
        for folder, spec in self._specs:
            if path.startswith(folder):
                said = spec.check_file(path[len(folder) :]).include
                ignored = ignored if said is None else said
        return ignored
