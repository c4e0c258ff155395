"""The images of a run and its agents: found before it starts, built when a person asks."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestrator.adapters import images
from orchestrator.adapters.library.agents import LoadedAgent, agent_names, load_agent
from orchestrator.adapters.library.playbooks import PATH, LoadedPlaybook
from orchestrator.adapters.sandbox.choose import answers, no_image
from orchestrator.adapters.sandbox.daemon import Image, connect, require_image
from orchestrator.domain.playbook import Toolchain
from orchestrator.domain.settings import SandboxChoice
from orchestrator.errors import MissingRequirementError, UsageError
from orchestrator.wiring.library import find_playbook
from orchestrator.wiring.places import agent_shelves

DEFAULT_BASE = "debian:bookworm-slim"
"""What an agent's image stands on when nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunImages:
    """The digests of what a run's commands and agents run in; empty where there are no images."""

    environment: str = ""
    agents: Mapping[str, str] | None = None


def images_of_run(
    loaded: LoadedPlaybook, agents: tuple[str, ...], sandbox: SandboxChoice, named: str
) -> RunImages:
    """Find the images of a run; `named` is what a person said in place of the playbook's own.

    There are none where containers are not asked for: no image is named, or no daemon answers.

    Raises:
        MissingRequirementError: an image is not here, or no longer what it should be.
        UsageError: containers are asked for, and no image.
    """
    wanted = Toolchain(image=named) if named else loaded.playbook.environment
    if wanted is None and sandbox == "docker":
        raise no_image()
    if wanted is None or sandbox not in {"auto", "docker"}:
        return RunImages()
    if sandbox == "auto" and not answers():
        return RunImages()
    with closing(connect()) as client:
        environment = _environment(client, loaded, wanted)
        asked = named or wanted.image or environment.digest
        own = {name: _agents_own(client, name, environment, asked) for name in agents}
    return RunImages(
        environment=environment.digest,
        agents={name: image.digest for name, image in own.items() if image},
    )


def _environment(client: Any, loaded: LoadedPlaybook, wanted: Toolchain) -> Image:
    if wanted.image is not None:
        return require_image(client, wanted.image)
    named = str(loaded.folder) if loaded.source == PATH else loaded.playbook.name
    return images.built(client, _recipe(loaded, named))


def _recipe(loaded: LoadedPlaybook, name: str) -> images.Recipe:
    environment = loaded.playbook.environment
    if environment is None or environment.dockerfile is None:
        raise UsageError(
            f"playbook {loaded.playbook.name} has no environment of its own to build",
            hint="environment: {dockerfile: Dockerfile} in playbook.yaml",
        )
    playbook = loaded.playbook.name
    return images.environment_recipe(name, playbook, loaded.folder, environment.dockerfile)


def _agents_own(client: Any, name: str, environment: Image, asked: str) -> Image | None:
    agent = load_agent(name, agent_shelves())
    image = agent.spec.image
    if image is None:
        return None
    if image.ref is not None:
        return require_image(client, image.ref)
    recipe = images.agent_recipe(name, agent.folder, _dockerfile(name, agent), environment, asked)
    return images.built(client, recipe)


def _dockerfile(name: str, agent: LoadedAgent) -> str:
    image = agent.spec.image
    if image is None or image.dockerfile is None:
        raise UsageError(
            f"agent {name} has no Dockerfile to build",
            hint="leafcut agents list says which do",
        )
    return image.dockerfile


def images_of_agent(name: str, agent: LoadedAgent, environment: str) -> RunImages | None:
    """Find what one agent would run in, None where no image stands for it.

    `environment` is what a person named. Without it the newest image of the agent serves, whatever
    that stands on.

    Raises:
        MissingRequirementError: no daemon answers, or what was named is not here or has changed.
    """
    with closing(connect()) as client:
        if environment:
            found = require_image(client, environment)
            own = _agents_own(client, name, found, environment)
            return RunImages(
                environment=found.digest, agents={name: own.digest} if own is not None else {}
            )
        own = _newest(client, name, agent)
    if own is None:
        return None
    return RunImages(environment=own.digest, agents={name: own.digest})


def _newest(client: Any, name: str, agent: LoadedAgent) -> Image | None:
    image = agent.spec.image
    if image is not None and image.ref is not None:
        return require_image(client, image.ref)
    newest = next(iter(images.agents_images(client).get(agent.folder.name, ())), None)
    if image is None or newest is None:
        return None
    base = newest.labels.get("leafcut.base", "")
    stands_on = Image(digest=base, labels={}, volumes=())
    recipe = images.agent_recipe(name, agent.folder, _dockerfile(name, agent), stands_on, base)
    return images.built(client, recipe)


def build_agent(name: str, base: str, bundle: Path | None) -> Iterator[str]:
    """Build an agent's image on a base and yield what is said meanwhile, the digest last."""
    agent = load_agent(name, agent_shelves())
    dockerfile = _dockerfile(name, agent)
    with closing(connect()) as client:
        stands_on = require_image(client, base)
        recipe = images.agent_recipe(name, agent.folder, dockerfile, stands_on, base)
        yield from images.build(client, recipe, bundle)
        yield f"{recipe.tag} {images.built(client, recipe).digest}"


def build_environment(name: str) -> Iterator[str]:
    """Build a playbook's environment and yield what is said meanwhile, the digest last."""
    recipe = _recipe(find_playbook(name), name)
    with closing(connect()) as client:
        yield from images.build(client, recipe)
        yield f"{recipe.tag} {images.built(client, recipe).digest}"


def listed_agents() -> list[dict[str, object]]:
    """Return each agent on the shelves: its kind, and its image when it has one here."""
    here = _images_here()
    return [_entry(load_agent(name, agent_shelves()), here) for name in sorted(_names())]


def _names() -> set[str]:
    return agent_names(agent_shelves())


def _entry(agent: LoadedAgent, here: Mapping[str, list[Image]] | None) -> dict[str, object]:
    newest = next(iter((here or {}).get(agent.spec.name, ())), None)
    return {
        "name": agent.spec.name,
        "kind": agent.spec.kind,
        "description": agent.spec.description,
        "needs_image": agent.spec.image is not None,
        "image": newest.digest if newest else "",
        "version": newest.labels.get("leafcut.agent.version", "") if newest else "",
        "base": newest.labels.get("leafcut.base", "") if newest else "",
    }


def _images_here() -> Mapping[str, list[Image]] | None:
    """Return the agents' images, None when no daemon answers."""
    try:
        client = connect()
    except MissingRequirementError:
        return None
    with closing(client):
        return images.agents_images(client)
