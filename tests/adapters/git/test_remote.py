"""Pushing over HTTP: leases, whose refs, and where the key is seen."""

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from orchestrator.adapters.git.remote import Remote
from orchestrator.errors import AuthenticationError, InvalidInputError, MissingRequirementError
from tests.support.github import GitHubDouble
from tests.support.landed import Edit, LandedRun, git, make_landed

A, B = "refs/heads/leafcut/p/a", "refs/heads/leafcut/p/b"


@pytest.fixture
def landed(tmp_path: Path) -> Iterator[LandedRun]:
    made = make_landed(tmp_path, {"a": b"a\n"}, [Edit("t1", {"a": b"b\n"})])
    yield made
    made.canonical.close()


@pytest.fixture
def hub(landed: LandedRun, tmp_path: Path) -> Iterator[GitHubDouble]:
    with GitHubDouble(tmp_path / "hub", source=landed.target.root) as double:
        yield double


def remote(hub: GitHubDouble, token: str = "") -> Remote:
    return Remote(hub.clone_url, lambda: token or hub.token)


def test_refs_move_from_where_they_must_be(landed: LandedRun, hub: GitHubDouble) -> None:
    canonical, base, head = landed.canonical.directory, landed.run.base, landed.run.head
    remote(hub).push(canonical, {A: (None, head), B: (None, head)})
    remote(hub).push(canonical, {A: (None, head), B: (head, None)})  # A is there already
    assert hub.bare.refs("refs/heads/leafcut") == {A: head}
    with pytest.raises(InvalidInputError, match="moved by someone else; nothing was pushed"):
        remote(hub).push(canonical, {A: (base, None), B: (None, head)})
    assert hub.bare.refs("refs/heads/leafcut") == {A: head}


def test_a_lease_holds_when_someone_is_faster(landed: LandedRun, hub: GitHubDouble) -> None:
    canonical, head = landed.canonical.directory, landed.run.head
    remote(hub).push(canonical, {A: (None, head)})
    theirs = hub.people.push("leafcut/p/a", {"a": "theirs\n"})
    with pytest.raises(InvalidInputError, match="leafcut/p/a was moved"):
        remote(hub).push(canonical, {A: (head, landed.run.base)})
    assert hub.bare.refs("refs/heads/leafcut") == {A: theirs}


@pytest.mark.parametrize("ref", ["refs/heads/main", "refs/heads/leafcutter", "refs/tags/leafcut/x"])
def test_no_other_ref_is_pushed(landed: LandedRun, hub: GitHubDouble, ref: str) -> None:
    with pytest.raises(ValueError, match="none of Leafcut's refs"):
        remote(hub).push(landed.canonical.directory, {ref: (None, landed.run.head)})


def test_who_may_not(landed: LandedRun, hub: GitHubDouble) -> None:
    moves = {A: (None, landed.run.head)}
    with pytest.raises(AuthenticationError, match="does not take the key"):
        remote(hub, "ghp_wrong").push(landed.canonical.directory, moves)
    with pytest.raises(MissingRequirementError) as error:
        remote(hub, hub.token_of("linus")).push(landed.canonical.directory, moves)
    assert "contents" in error.value.hint


def test_a_base_that_the_forge_lacks(landed: LandedRun, tmp_path: Path) -> None:
    with GitHubDouble(tmp_path / "empty") as hub, pytest.raises(InvalidInputError, match="lacks"):
        remote(hub).push(landed.canonical.directory, {A: (None, landed.run.head)})


def test_a_commit_of_the_forges_is_brought(landed: LandedRun, hub: GitHubDouble) -> None:
    made = hub.people.push("main", {"b": "new\n"})
    remote(hub).fetch(landed.canonical.directory, made, "refs/leafcut/forge/main")
    assert landed.canonical.read(made, "b") == b"new\n"
    assert git(landed.canonical.directory, "rev-list", "--count", made) == "1"


def test_a_redirect_takes_the_key_nowhere(landed: LandedRun, hub: GitHubDouble) -> None:
    seen: list[str | None] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("Authorization"))
            self.send_response(302)
            self.send_header("Location", f"{hub.site}{self.path}")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    asked = len(hub.log)
    try:
        url = f"http://127.0.0.1:{server.server_port}/{hub.full_name}.git"
        with pytest.raises(MissingRequirementError):
            Remote(url, lambda: hub.token).push(
                landed.canonical.directory, {A: (None, landed.run.head)}
            )
    finally:
        server.shutdown()
        server.server_close()
    assert len(seen) == 1
    assert len(hub.log) == asked


def test_the_key_stands_in_no_argument_and_no_setting(
    landed: LandedRun, hub: GitHubDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []
    real = subprocess.run

    def spied(words: list[str], **how: object) -> object:
        calls.append(words)
        return real(words, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", spied)
    remote(hub).push(landed.canonical.directory, {A: (None, landed.run.head)})
    assert calls
    assert hub.token not in repr(calls)
    config = (landed.canonical.directory / "config").read_text()
    assert "extraHeader" not in config
    assert hub.token not in config
