"""Numbers of things, as a person says them."""


def many(count: int, name: str) -> str:
    """Return a number with a noun: `1 task`, `2 tasks`, `3 branches`."""
    ending = "es" if name.endswith(("ch", "s", "x")) else "s"
    return f"{count} {name}{'' if count == 1 else ending}"
