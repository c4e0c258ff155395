"""Adds the shim through which modules of both worlds log, and lets the app set it up."""

from pathlib import Path

SHIM = '''\
"""Lets modules that use logging speak through oldlog, as long as some still use that."""

import logging

import oldlog


class ToOldLog(logging.Handler):
    """Hands what the new world logs to the old one."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, as oldlog does."""
        oldlog.log(record.levelname, record.name, record.getMessage())


def set_up() -> None:
    """Let all loggers write to oldlog."""
    logging.basicConfig(level=logging.INFO, handlers=[ToOldLog()])
'''

Path("compat_log.py").write_text(SHIM, encoding="utf-8")
main = Path("main.py")
text = main.read_text(encoding="utf-8")
text = text.replace("import oldlog\n", "import oldlog\nimport compat_log\n", 1)
text = text.replace("def main() -> None:\n", "def main() -> None:\n    compat_log.set_up()\n", 1)
main.write_text(text, encoding="utf-8")
