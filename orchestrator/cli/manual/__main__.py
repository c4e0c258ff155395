"""`python -m orchestrator.cli.manual DOCS`: write the reference and the page about `--json`."""

import sys
from pathlib import Path

from orchestrator.cli.manual.documents import page
from orchestrator.cli.manual.pages import write

if __name__ == "__main__":
    docs = Path(sys.argv[1])
    write(docs / "reference")
    (docs / "json.md").write_text(page(docs / "schemas"), encoding="utf-8")
