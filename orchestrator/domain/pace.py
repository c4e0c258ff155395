"""How fast a run may go: it speeds up while all is well and slows down at once when it is not.

Additive increase, multiplicative decrease (Chiu and Jain, "Analysis of the Increase and Decrease
Algorithms for Congestion Avoidance", 1989): more agents at once are worth less than nothing when
their changes collide.
"""

from dataclasses import dataclass, replace

from orchestrator.domain.policy import Policy

MOST_ATTEMPTS = 64
"""How many attempts at once a person may ask a run under way for; threads are there for these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`window` bounds the attempts at once, `batch` the commits of one landing."""

    window: float
    batch: int
    most_at_once: int
    max_batch: int

    @classmethod
    def of(cls, policy: Policy) -> "Pace":
        """Start at full speed."""
        return cls(
            window=float(policy.concurrency),
            batch=policy.max_batch,
            most_at_once=policy.concurrency,
            max_batch=policy.max_batch,
        )

    @property
    def attempts(self) -> int:
        """How many attempts may run at once."""
        return max(1, int(self.window))

    def within(self, max_batch: int) -> "Pace":
        """Return the pace under another bound on the commits of one landing."""
        return replace(self, max_batch=max_batch, batch=min(self.batch, max_batch))

    def allowing(self, attempts: int) -> "Pace":
        """Return the pace under another bound on the attempts at once.

        One that is not lower holds at once, whatever had slowed the run down. Under a lower one
        what is under way goes on, and nothing begins until there is room.
        """
        lower = attempts < self.most_at_once
        window = min(self.window, float(attempts)) if lower else float(attempts)
        return replace(self, window=window, most_at_once=attempts)

    def after_overload(self) -> "Pace":
        """Return the pace after a model could not take what was asked of it."""
        return replace(self, window=max(1.0, self.window / 2))

    def after_landing(self, *, landed: int, set_back: int) -> "Pace":
        """Return the pace after a landing: `landed` tasks did, `set_back` came back."""
        if set_back:
            return replace(
                self, window=max(1.0, self.window / 2), batch=max(1, min(self.batch, landed + 1))
            )
        grown = self.window + landed / self.window
        return replace(
            self,
            window=min(float(self.most_at_once), grown),
            batch=min(self.max_batch, self.batch * 2) if landed >= self.batch else self.batch,
        )
