"""What a person is told of a playbook's parameters before it is let loose."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestrator.domain.playbook import ParamValue
    from orchestrator.wiring.planning import Planned


def shown(params: "Mapping[str, ParamValue]") -> str:
    """Return all parameters on one line, as `--param` takes them."""
    values = (
        f"{name}={value if isinstance(value, str) else json.dumps(value)}"
        for name, value in params.items()
    )
    return ", ".join(values)


def told(planned: "Planned") -> Iterator[str]:
    """Return what is to be said of the oldest Python: where it is from, or that nobody said it."""
    from orchestrator.domain.requires import oldest

    requires = planned.requires
    for name, param in planned.loaded.playbook.params.items():
        if param.default_from is None:
            continue
        value = str(planned.plan.params[name])
        if requires is None:
            yield (
                f"⚠ {name}={value}: the repository does not say which Pythons it supports; "
                f"older ones may break (--param {name}=…)"
            )
        elif (oldest(value) or requires.oldest) > requires.oldest:
            yield (
                f"⚠ {name}={value}, but {requires.file} says {requires.said}: "
                "what lands may break on older Pythons"
            )
        else:
            yield f"{name}={value}: {requires.file} says {requires.said}"
