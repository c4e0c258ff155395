"""Images of agents and environments: built, found again, and told when they no longer fit."""

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from orchestrator import __version__
from orchestrator.adapters import images
from orchestrator.adapters.images import Recipe, agent_recipe
from orchestrator.adapters.sandbox.daemon import connect, find_image, require_image
from orchestrator.errors import LeafcutError, MissingRequirementError, UsageError
from orchestrator.ports.sandbox import Command
from tests.support import requirements
from tests.support.containers import BASE

DOCKERFILE = """\
ARG BASE
FROM ${BASE}
COPY client /opt/client
RUN test -x /opt/client
LABEL leafcut.agent.version=1.2.3
USER 65534:65534
"""


@pytest.fixture
def client() -> Iterator[Any]:
    """A client of the daemon."""
    requirements.docker().close()
    with closing(connect()) as made:
        yield made


@pytest.fixture
def recipe(client: Any, tmp_path: Path) -> Iterator[Recipe]:
    """An agent of its own name, whose images are removed."""
    folder = tmp_path / f"agent-{uuid4().hex[:8]}"
    folder.mkdir()
    (folder / "Dockerfile").write_text(DOCKERFILE)
    (folder / "client").write_text("#!/bin/sh\necho client\n")
    (folder / "client").chmod(0o755)
    yield agent_recipe(folder.name, folder, "Dockerfile", require_image(client, BASE), BASE)
    for image in client.images(name=f"leafcut-agent-{folder.name}*"):
        client.remove_image(image["Id"], force=True)


def test_a_built_image_says_what_it_was_made_of(client: Any, recipe: Recipe) -> None:
    said = list(images.build(client, recipe))
    assert any("test -x /opt/client" in line for line in said)
    found = images.built(client, recipe)
    name = recipe.context.name
    assert found.labels["leafcut.agent"] == name
    assert found.labels["leafcut.version"] == __version__
    assert found.labels["leafcut.base"] == require_image(client, BASE).digest
    (listed,) = images.agents_images(client)[name]
    assert (listed.digest, listed.labels["leafcut.agent.version"]) == (found.digest, "1.2.3")


def test_what_is_missing_or_has_changed_names_the_command(client: Any, recipe: Recipe) -> None:
    with pytest.raises(MissingRequirementError) as caught:
        images.built(client, recipe)
    command = f"leafcut agents build {recipe.context.name} --from {BASE}"
    assert caught.value.hint == command
    list(images.build(client, recipe))
    images.built(client, recipe)
    (recipe.context / "client").write_text("#!/bin/sh\necho another\n")
    with pytest.raises(MissingRequirementError, match="has changed since") as caught:
        images.built(client, recipe)
    assert caught.value.hint == command


def test_a_failed_step_is_shown_and_leaves_no_image(client: Any, recipe: Recipe) -> None:
    (recipe.context / "client").chmod(0o644)
    with pytest.raises(LeafcutError, match="cannot be built"):
        list(images.build(client, recipe))
    assert find_image(client, recipe.tag) is None


def test_certificates_are_there_before_the_first_step(
    client: Any, recipe: Recipe, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n")
    script = 'RUN grep -q bm8= "$SSL_CERT_FILE" && test -n "$NODE_EXTRA_CA_CERTS"\n'
    text = DOCKERFILE.replace("COPY", f"USER root\n{script}COPY")
    (recipe.context / "Dockerfile").write_text(text)
    list(images.build(client, recipe, bundle))
    assert images.built(client, recipe).labels["leafcut.base"] == recipe.base


def test_an_image_that_keeps_folders_on_disk_gets_them_in_memory(
    client: Any, recipe: Recipe
) -> None:
    (recipe.context / "Dockerfile").write_text(f"{DOCKERFILE}VOLUME /data\n")
    list(images.build(client, recipe))
    assert images.built(client, recipe).volumes == ("/data",)
    command = ["docker", "volume", "ls", "--quiet"]
    before = subprocess.run(command, capture_output=True, check=True).stdout
    sandbox = requirements.docker()
    with closing(sandbox):
        done = sandbox.run(
            recipe.context,
            Command(script="stat -f -c %T /data; touch /data/x", image=recipe.tag),
        )
    assert (done.stdout, done.exit_code) == (b"tmpfs\n", 0), done.stderr
    assert subprocess.run(command, capture_output=True, check=True).stdout == before


@pytest.mark.parametrize("name", ["UPPER:case", "-x", "a" * 300])
def test_what_cannot_be_an_images_name_is_refused(client: Any, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be an image's name"):
        find_image(client, name)


def test_a_name_that_leads_elsewhere_is_no_image(client: Any) -> None:
    assert find_image(client, "../version") is None
