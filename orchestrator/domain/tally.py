"""What one agent has done in a run."""

from dataclasses import dataclass, replace

from orchestrator.domain.attempt import AttemptResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """`attempts` counts those that were begun, `accepted` the change sets that were.

    `offered` counts the attempts whose agent asked which of Leafcut's tools there are, `reached`
    those that called one. `learning_tokens` estimates what was told of others' learnings.
    """

    attempts: int = 0
    accepted: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    offered: int = 0
    reached: int = 0
    learning_tokens: int = 0

    def begun(self) -> "Tally":
        """Return this with one more attempt begun."""
        return replace(self, attempts=self.attempts + 1)

    def ended(self, result: AttemptResult) -> "Tally":
        """Return this with what came of an attempt."""
        return Tally(
            attempts=self.attempts,
            accepted=self.accepted + (result.outcome == "accepted"),
            tokens=self.tokens + result.usage.tokens,
            cost_usd=self.cost_usd + result.usage.cost_usd,
            offered=self.offered + (result.offered or bool(result.tools)),
            reached=self.reached + bool(result.tools),
            learning_tokens=self.learning_tokens + result.learning_tokens,
        )
