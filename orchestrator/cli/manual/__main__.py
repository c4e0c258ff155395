"""`python -m orchestrator.cli.manual FOLDER`: write the reference."""

import sys
from pathlib import Path

from orchestrator.cli.manual.pages import write

if __name__ == "__main__":
    write(Path(sys.argv[1]))
