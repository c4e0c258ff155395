"""Which sandbox is taken, and what is refused."""

import os
from pathlib import Path

import pytest

from orchestrator.adapters.sandbox import daemon
from orchestrator.adapters.sandbox.choose import choose
from orchestrator.adapters.sandbox.daemon import labelled, reap
from orchestrator.errors import MissingRequirementError, UsageError
from tests.support import requirements
from tests.support.containers import BASE


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with neither containers nor bubblewrap."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")


def test_auto_takes_containers_where_an_image_is_named_and_a_daemon_answers() -> None:
    requirements.docker().close()
    chosen = choose("auto", image=BASE)
    assert chosen.name == "docker"
    chosen.close()
    requirements.bubblewrap().close()
    without = choose("auto")
    assert without.name == "bubblewrap"
    without.close()


def test_an_image_that_is_not_here_is_refused_and_not_done_without() -> None:
    requirements.docker().close()
    with pytest.raises(MissingRequirementError, match="no image leafcut-nowhere:1") as caught:
        choose("auto", image="leafcut-nowhere:1")
    assert caught.value.hint == "docker pull leafcut-nowhere:1, then try again"


def test_containers_need_an_image() -> None:
    with pytest.raises(UsageError) as caught:
        choose("docker")
    assert "--image NAME" in caught.value.hint


@pytest.mark.usefixtures("bare")
def test_what_must_be_isolated_never_ends_on_the_bare_machine() -> None:
    codemods = choose("auto", image=BASE)
    assert codemods.name == "local"
    codemods.close()
    with pytest.raises(MissingRequirementError):
        choose("auto", image=BASE, isolated=True)
    with pytest.raises(UsageError, match="local does not isolate") as caught:
        choose("local", isolated=True)
    assert "--unsafe-local" in caught.value.hint


@pytest.mark.parametrize("host", ["tcp://192.0.2.1:2375", "ssh://me@elsewhere", "https://d:2376"])
def test_a_daemon_of_another_machine_is_refused(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(MissingRequirementError, match="another machine") as caught:
        choose("docker", image=BASE)
    assert "unset DOCKER_HOST" in caught.value.hint


def test_nobody_reaps_by_no_label() -> None:
    with pytest.raises(ValueError, match="by label"):
        reap(object(), {})
    assert labelled({"run": "r", "leafcut.task": "t"}) == {"leafcut.run": "r", "leafcut.task": "t"}
    assert daemon.owner()["leafcut.process"] == str(os.getpid())
