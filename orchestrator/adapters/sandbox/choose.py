"""Which sandbox a run uses."""

from collections.abc import Mapping

from orchestrator.adapters.sandbox.bubblewrap import BubblewrapSandbox
from orchestrator.adapters.sandbox.local import LocalSandbox
from orchestrator.domain.settings import SandboxChoice
from orchestrator.errors import MissingRequirementError, UsageError
from orchestrator.ports.sandbox import Sandbox


def choose(
    choice: SandboxChoice,
    *,
    image: str = "",
    labels: Mapping[str, str] | None = None,
    isolated: bool = False,
) -> Sandbox:
    """Return the sandbox asked for; `auto` takes containers, then bubblewrap, then the machine.

    Containers need an `image`; `labels` are theirs, see `DockerSandbox`. Codemods are the user's
    own deterministic programs, so for them `auto` may end at `local`; with `isolated` it never
    does.

    Raises:
        MissingRequirementError: the sandbox asked for does not work here.
        UsageError: containers without an image, or a machine that would have to isolate.
    """
    if choice == "docker" and not image:
        raise no_image()
    if choice == "docker" or (choice == "auto" and image and answers()):
        from orchestrator.adapters.sandbox.docker import DockerSandbox

        return DockerSandbox(image, labels)
    if choice != "local":
        try:
            return BubblewrapSandbox()
        except MissingRequirementError:
            if choice == "bubblewrap" or isolated:
                raise
    elif isolated:
        raise not_isolated()
    return LocalSandbox()


def answers() -> bool:
    """Say whether a Docker daemon of this machine answers."""
    from orchestrator.adapters.sandbox.daemon import connect

    try:
        connect().close()
    except MissingRequirementError:
        return False
    return True


def no_image() -> UsageError:
    """Return what is wrong with containers of nothing."""
    return UsageError(
        "containers need an image, which holds the target's tools",
        hint="--image NAME, or environment: {image: NAME} in the playbook",
    )


def not_isolated() -> UsageError:
    """Return what is wrong with a language model on the bare machine."""
    return UsageError(
        "an agent with a language model would have all that you have: local does not isolate",
        hint="--sandbox auto, or --unsafe-local on a machine that holds nothing else",
    )
