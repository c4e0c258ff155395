"""Removes the shim and the old module; the app sets up the standard library instead."""

from pathlib import Path

SET_UP = """\
    logging.basicConfig(
        level=logging.INFO, stream=sys.stdout, format="%(levelname)s %(name)s: %(message)s"
    )
"""

main = Path("main.py")
text = main.read_text(encoding="utf-8")
text = text.replace("import compat_log\n", "import sys\n").replace(
    "    compat_log.set_up()\n", SET_UP
)
main.write_text(text, encoding="utf-8")
Path("compat_log.py").unlink()
Path("oldlog.py").unlink()
