"""What an attempt is told at its start of what others have learned, as its strategy has it."""

from orchestrator.application import transcripts
from orchestrator.application.learnings.sharing import Exchange
from orchestrator.domain.learnings.notebook import NOTEBOOK
from orchestrator.domain.learnings.quoted import quoted


def briefing(exchange: Exchange) -> dict[str, object]:
    """Return it as a part of the task; it counts as told each time.

    `learnings` and `transcripts` are told as they are, `notebook` names a file in the tree that is
    to be read, `shares` is what may be exchanged meanwhile.
    """
    given, strategy = exchange.given(), exchange.shop.learnings.strategy
    heard = _heard(exchange) if strategy == "transcripts" else ""
    notebook = _notebook(exchange) if strategy == "file" else ""
    exchange.count("".join((quoted(given), heard, notebook)))
    return {
        "learnings": given,
        "shares": sorted(exchange.shop.learnings.exchanges),
        "notebook": NOTEBOOK if strategy == "file" else "",
        "transcripts": heard,
    }


def _heard(exchange: Exchange) -> str:
    shop = exchange.shop
    return transcripts.of_others(shop.transcripts, exchange.spec.task.id, shop.learnings.max_tokens)


def _notebook(exchange: Exchange) -> str:
    content = exchange.shop.repository.read(exchange.spec.base, NOTEBOOK) or b""
    return content.decode("utf-8", "replace")
