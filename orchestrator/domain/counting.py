"""Numbers of things and amounts of money, as a person says them."""

CENT = 0.01


def many(count: int, name: str) -> str:
    """Return a number with a noun: `1 task`, `2 tasks`, `3 branches`."""
    ending = "es" if name.endswith(("ch", "s", "x")) else "s"
    return f"{count} {name}{'' if count == 1 else ending}"


def dollars(usd: float) -> str:
    """Return an amount with its unit: `0 USD`, `less than 0.01 USD`, `1,234.50 USD`."""
    if not usd:
        return "0 USD"
    return f"{usd:,.2f} USD" if usd >= CENT else f"less than {CENT} USD"
