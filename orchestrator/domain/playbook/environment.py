"""What commands run in: an image, and what is installed beside it."""

from dataclasses import dataclass

from orchestrator.domain.durations import seconds
from orchestrator.domain.hosts import ANY, HostRule, rules_of
from orchestrator.domain.strict import Strict


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain(Strict):
    """The image that holds what the target is built and tested with.

    `image` is one that exists, `dockerfile` a file of the playbook's; its folder is the context
    that `leafcut playbook build` builds it from.
    """

    image: str | None = None
    dockerfile: str | None = None

    def __post_init__(self) -> None:
        """Refuse an image of no origin, or of two, or of a file elsewhere."""
        if (self.image is None) == (self.dockerfile is None):
            message = "environment needs either image or dockerfile"
            raise ValueError(message)
        parts = (self.dockerfile or "").split("/")
        if (parts[0] == "" and self.dockerfile) or ".." in parts:
            message = f"dockerfile is {self.dockerfile!r}, which is not in the playbook's folder"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup(Strict):
    """Commands that prepare a worktree before an agent or a check uses it.

    `inputs` are the files whose content makes a setup stale, `keep` the ignored paths that
    survive a reset of the worktree. `hosts` are those that the commands may reach, see
    `domain.hosts`; `"*"` alone is the machine's network.
    """

    run: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ANY
    timeout: str = "30m"

    def __post_init__(self) -> None:
        """Refuse a timeout that is no duration and a host that is none."""
        seconds(self.timeout)
        _ = self.host_rules

    @property
    def limited(self) -> bool:
        """Whether the commands reach named hosts only, or none."""
        return self.hosts != ANY

    @property
    def host_rules(self) -> tuple[HostRule, ...]:
        """What the commands may reach where they are limited."""
        return rules_of(self.hosts) if self.limited else ()
