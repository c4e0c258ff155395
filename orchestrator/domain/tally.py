"""What one agent has done in a run."""

from dataclasses import dataclass

from orchestrator.domain.attempt import AttemptResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """`attempts` counts those that were begun, `accepted` the change sets that were."""

    attempts: int = 0
    accepted: int = 0
    tokens: int = 0
    cost_usd: float = 0.0

    def begun(self) -> "Tally":
        """Return this with one more attempt begun."""
        return Tally(
            attempts=self.attempts + 1,
            accepted=self.accepted,
            tokens=self.tokens,
            cost_usd=self.cost_usd,
        )

    def ended(self, result: AttemptResult) -> "Tally":
        """Return this with what came of an attempt."""
        return Tally(
            attempts=self.attempts,
            accepted=self.accepted + (result.outcome == "accepted"),
            tokens=self.tokens + result.usage.tokens,
            cost_usd=self.cost_usd + result.usage.cost_usd,
        )
