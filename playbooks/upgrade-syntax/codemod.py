"""Upgrade the syntax of the listed files in place, with pyupgrade."""

from pathlib import Path

from upgrading import arguments, upgraded


def main() -> None:
    """Edit the listed files and say what was done."""
    settings, paths = arguments(__doc__)
    changed = 0
    for file in upgraded(paths, settings):
        if file.after != file.before:
            Path(file.path).write_bytes(file.after.encode())
            changed += 1
    print(f"upgraded {changed} of {len(paths)} files")


if __name__ == "__main__":
    main()
