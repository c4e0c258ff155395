"""How much room a text takes in a prompt, by a rule of thumb for English and code.

What a prompt really takes is counted by the gateway.
"""

CHARACTERS_A_TOKEN = 4


def tokens(text: str) -> int:
    """Return about how many tokens a text has; a part of one counts as one."""
    return -(-len(text) // CHARACTERS_A_TOKEN)


def characters(most_tokens: int) -> int:
    """Return about how many characters so many tokens have."""
    return most_tokens * CHARACTERS_A_TOKEN
