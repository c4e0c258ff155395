"""A playbook as values: the reusable recipe of one migration.

The shapes here are the schema: the reader (`adapters.library`) validates YAML against these
classes, so a key exists exactly when a field does. What a field alone cannot say is checked in
`__post_init__` with a ValueError, which the reader turns into an error with file, line and column.
One module has the keys that are about one thing; this one is all that the others need to know.
"""

from orchestrator.domain.playbook.acceptance import Check, CheckMoment, Guards, ReportFormat, Switch
from orchestrator.domain.playbook.cutting import (
    GraphOptions,
    GroupBy,
    Partition,
    Propagation,
    Sample,
)
from orchestrator.domain.playbook.environment import Setup, Toolchain
from orchestrator.domain.playbook.exits import PERCENT, AtMost, Bound, ExitCriterion, OwnBound
from orchestrator.domain.playbook.find import Find, Select
from orchestrator.domain.playbook.landing import (
    Commit,
    Landing,
    PullRequests,
    SliceBy,
    Stacked,
    Verify,
)
from orchestrator.domain.playbook.learnings import Exchanged, Learnings, Sharing
from orchestrator.domain.playbook.limits import Limits, Retry
from orchestrator.domain.playbook.params import Param, ParamType, ParamValue
from orchestrator.domain.playbook.recipe import (
    NAME_ADVICE,
    RESERVED_KEYS,
    Checkpoint,
    Playbook,
    Strategy,
    is_playbook_name,
    is_playbook_title,
)
from orchestrator.domain.playbook.stages import Codemod, Scaffold, Stage, Teardown

__all__ = [
    "NAME_ADVICE",
    "PERCENT",
    "RESERVED_KEYS",
    "AtMost",
    "Bound",
    "Check",
    "CheckMoment",
    "Checkpoint",
    "Codemod",
    "Commit",
    "Exchanged",
    "ExitCriterion",
    "Find",
    "GraphOptions",
    "GroupBy",
    "Guards",
    "Landing",
    "Learnings",
    "Limits",
    "OwnBound",
    "Param",
    "ParamType",
    "ParamValue",
    "Partition",
    "Playbook",
    "Propagation",
    "PullRequests",
    "ReportFormat",
    "Retry",
    "Sample",
    "Scaffold",
    "Select",
    "Setup",
    "Sharing",
    "SliceBy",
    "Stacked",
    "Stage",
    "Strategy",
    "Switch",
    "Teardown",
    "Toolchain",
    "Verify",
    "is_playbook_name",
    "is_playbook_title",
]
