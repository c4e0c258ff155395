"""What no command says of itself: variables, files, and how calls end."""

from collections.abc import Mapping

from orchestrator.adapters.bus.address import PASSWORD
from orchestrator.cli.boundary import BUG, INTERRUPTED
from orchestrator.cli.streams import UNREAD
from orchestrator.domain.config import PLACE
from orchestrator.errors import (
    AuthenticationError,
    CheckpointError,
    InvalidInputError,
    MissingRequirementError,
    UsageError,
)

ENVIRONMENT: Mapping[str, str] = {
    "LEAFCUT_HOME": "Where runs and caches lie, instead of the folders below.",
    PASSWORD: "The password of the server that `--redis` names.",
    "GH_TOKEN, GITHUB_TOKEN": "The key to GitHub; more of them in docs/github.md.",
    "LEAFCUT_APP_ID, LEAFCUT_APP_PRIVATE_KEY": "A GitHub App that opens pull requests.",
    "NO_COLOR": "When it is not empty: no colour. The strongest of the three.",
    "FORCE_COLOR, CLICOLOR_FORCE": "When not empty and not 0: colour off a terminal as well.",
    "CLICOLOR": "When it is 0: no colour.",
    "XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME": "Where the folders below lie.",
}
"""Variables beside those of the settings, and what each does."""

FILES: Mapping[str, str] = {
    "~/.config/leafcut/config.toml": "Your settings; `leafcut config path` says where it is.",
    "~/.config/leafcut/playbooks/": "Your playbooks, a folder each.",
    "~/.config/leafcut/agents/": "Your agents, a folder each.",
    "~/.local/state/leafcut/runs/": "Runs, a folder each; `leafcut clean` removes one.",
    "~/.cache/leafcut/": "What can be made again.",
    PLACE.as_posix(): "In the target, as of the base commit: settings that make runs stricter.",
    ".leafcut/playbooks/": "In the target, as of the base commit: playbooks for --trust-target.",
}
"""Files that people write or look for."""

EXIT_STATUS: Mapping[int, str] = {
    0: "Done.",
    BUG: "A bug in Leafcut.",
    UsageError.exit_code: "The call makes no sense as it is.",
    3: "Some tasks failed or are blocked, something is red, or an exit criterion is not met.",
    AuthenticationError.exit_code: "A key is missing or refused.",
    InvalidInputError.exit_code: "A playbook, a plan, settings or a repository has faults.",
    CheckpointError.exit_code: "The run waits for a person.",
    MissingRequirementError.exit_code: "This machine lacks something; the message says what.",
    INTERRUPTED: "Interrupted; `leafcut resume` goes on.",
    UNREAD: "Nobody reads what is printed any more.",
}
"""How calls end."""
