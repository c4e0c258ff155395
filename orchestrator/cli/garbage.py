"""What short commands that make many values do about garbage: nothing."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave cycles of garbage alone.

    Plans and journals make few, and looking for them is a tenth of a plan's time and a fifth of
    a status's. What lives is a few hundred bytes a file or an event; the process ends with it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
