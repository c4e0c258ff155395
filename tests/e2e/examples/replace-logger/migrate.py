"""Lets the modules that it is given log with the standard library."""

import re
import sys
from pathlib import Path

CALL = re.compile(r'\boldlog\.(info|warning)\("([\w.]+)", ')

for name in sys.argv[1:]:
    path = Path(name)
    text = path.read_text(encoding="utf-8")
    if call := CALL.search(text):
        text = CALL.sub(r"log.\1(", text)
        logger = f'log = logging.getLogger("{call[2]}")\n'
        *_, last = re.finditer(r"^(?:import|from) .*\n", text, re.MULTILINE)
        text = f"{text[: last.end()]}\n{logger}{text[last.end() :]}"
        text = text.replace("import oldlog\n", "import logging\n", 1)
    path.write_text(text, encoding="utf-8")
