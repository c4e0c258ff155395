"""Imports every module, runs the app and compares what it logs with what it always logged."""

import importlib
import subprocess
import sys
from pathlib import Path

EXPECTED = """\
INFO main: open
INFO shop.prices: apple costs 2
INFO shop.cart: added 3 apple
WARNING shop.stock: 1 apple left
INFO shop.report: total 6
INFO main: closed
"""

sys.path.insert(0, "")
sys.dont_write_bytecode = True
for path in sorted(Path().rglob("*.py")):
    importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
ran = subprocess.run([sys.executable, "-B", "main.py"], capture_output=True, text=True, check=False)
if ran.returncode or ran.stdout != EXPECTED:
    sys.exit(f"main.py logged\n{ran.stdout}{ran.stderr}")
