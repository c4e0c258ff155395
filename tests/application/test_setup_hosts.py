"""A setup that may reach named hosts only, in each sandbox, over real sockets."""

import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from orchestrator.adapters.hosts import HostProxy
from orchestrator.adapters.sandbox.local import LocalSandbox
from orchestrator.domain.playbook import Setup
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.sandbox import Sandbox
from tests.support import requirements
from tests.support.bench import Bench, bench
from tests.support.site import NAME, Site, site

FETCH = b"""\
import ssl, sys, urllib.request
trusted = ssl.create_default_context(cafile="ca.pem")
with urllib.request.urlopen(sys.argv[1], context=trusted, timeout=20) as got:
    open("kept/got", "ab").write(got.read())
"""
DIRECT = b"""\
import socket, sys
for place in sys.argv[1:]:
    host, port = place.split(":")
    try:
        socket.create_connection((host, int(port)), 2)
    except OSError:
        continue
    sys.exit(f"{place} was reached")
"""
MAKERS: Mapping[str, Callable[[], Sandbox]] = {
    "bubblewrap": requirements.bubblewrap,
    "docker": requirements.docker,
    "local": LocalSandbox,
}
ISOLATING = ("bubblewrap", "docker")


def loopback(host: str, port: int) -> Sequence[str]:
    assert port
    return ["127.0.0.1"] if host.endswith("example.org") or host == "127.0.0.1" else []


def made_wheel(folder: Path) -> None:
    """Make what an index of packages serves."""
    place = folder / "simple" / "tiny"
    place.mkdir(parents=True)
    wheel = "tiny-1.0-py3-none-any.whl"
    (place / "index.html").write_text(f'<a href="{wheel}">{wheel}</a>')
    with zipfile.ZipFile(place / wheel, "w") as packed:
        packed.writestr("tiny.py", "SIZE = 1\n")
        about = "tiny-1.0.dist-info"
        packed.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        packed.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        packed.writestr(f"{about}/RECORD", "")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    files = tmp_path_factory.mktemp("files")
    (files / "a.txt").write_text("a\n")
    made_wheel(files)
    with site(tmp_path_factory.mktemp("made"), files) as served:
        yield served


@pytest.fixture(params=MAKERS)
def at(request: pytest.FixtureRequest, tmp_path: Path, there: Site) -> Iterator[Bench]:
    sandbox = MAKERS[request.param]()
    files = {
        ".gitignore": b"kept\n",
        "ca.pem": there.certificate,
        "fetch.py": FETCH,
        "direct.py": DIRECT,
    }
    with bench(tmp_path, sandbox, files) as made:
        yield made
    sandbox.close()


def run(at: Bench, script: str, hosts: Sequence[str]) -> None:
    """Set a worktree up."""
    python = "python3" if at.sandbox.name == "docker" else sys.executable
    setup = Setup(
        run=("mkdir -p kept", script.replace("python", python)),
        keep=("kept",),
        hosts=tuple(hosts),
        timeout="60s",
    )
    opened = partial(HostProxy, resolve=loopback)
    at.preparation(setup, opened)(at.worktree, at.base)


def test_named_hosts_are_reached_over_http_and_https(at: Bench, there: Site) -> None:
    urls = (f"https://{NAME}:{there.https}/a.txt", f"http://{NAME}:{there.http}/a.txt")
    script = "; ".join(["set -e", *(f"python fetch.py {url}" for url in urls)])
    hosts = [f"*.example.org:{there.https}", f"{NAME}:{there.http}"]
    addresses = [f"127.0.0.1:{there.https}", f"127.0.0.1:{there.http}"]
    run(at, script, [*hosts, *addresses])
    assert (at.worktree.root / "kept" / "got").read_text() == "a\na\n"
    assert there.seen[-2:] == [
        (f"{NAME}:{there.https}", "/a.txt"),
        (f"{NAME}:{there.http}", "/a.txt"),
    ]


def test_a_refused_host_is_named_when_the_setup_fails(at: Bench, there: Site) -> None:
    url = f"https://other.example.com:{there.https}/a.txt"
    with pytest.raises(MissingRequirementError, match="setup command failed") as caught:
        run(at, f"python fetch.py {url}", [f"{NAME}:{there.https}"])
    told = f"setup wanted to reach other.example.com:{there.https}, which setup.hosts does not name"
    assert caught.value.message.endswith(told)
    assert "setup.hosts" in caught.value.hint


def test_a_name_that_leads_inside_is_refused(at: Bench, there: Site) -> None:
    with pytest.raises(MissingRequirementError, match=r"leads to 127\.0\.0\.1, an address that is"):
        run(at, f"python fetch.py https://{NAME}:{there.https}/a.txt", [f"{NAME}:{there.https}"])


@pytest.mark.parametrize("at", ISOLATING, indirect=True)
def test_there_is_no_way_around_the_proxy(at: Bench, there: Site) -> None:
    """No route, no names: not even to what the list names."""
    around = f"python direct.py 127.0.0.1:{there.http} 172.17.0.1:{there.http} localhost:22"
    run(at, around, [f"127.0.0.1:{there.http}"])


@pytest.mark.parametrize("at", ISOLATING, indirect=True)
def test_with_an_empty_list_there_is_nothing(at: Bench, there: Site) -> None:
    run(at, f'test -z "$HTTPS_PROXY" && python direct.py 127.0.0.1:{there.http} 127.0.0.1:8377', [])
    with pytest.raises(MissingRequirementError) as caught:
        run(at, f"python fetch.py http://127.0.0.1:{there.http}/a.txt", [])
    assert "setup.hosts is empty" in caught.value.hint


@pytest.mark.parametrize("at", ["bubblewrap", "local"], indirect=True)
def test_without_a_list_setup_has_the_network(at: Bench, there: Site) -> None:
    run(at, f"python fetch.py http://127.0.0.1:{there.http}/a.txt", ["*"])
    assert (at.worktree.root / "kept" / "got").read_text() == "a\n"


@pytest.mark.parametrize("at", ["bubblewrap"], indirect=True)
def test_a_real_installer_goes_through(at: Bench, there: Site) -> None:
    install = (
        "python -m pip install --isolated --no-deps --no-cache-dir --disable-pip-version-check "
        f"-i {there.url(NAME)}/simple --cert ca.pem --target kept tiny"
    )
    hosts = [f"{NAME}:{there.https}", f"127.0.0.1:{there.https}"]
    run(at, install, hosts)
    assert (at.worktree.root / "kept" / "tiny.py").read_text() == "SIZE = 1\n"


def test_other_hosts_make_a_setup_stale(tmp_path: Path) -> None:
    sandbox = LocalSandbox()
    with bench(tmp_path, sandbox, {"a.py": b"a = 1\n"}) as made:
        for hosts in (("*",), (), ("example.org",), ("example.org",)):
            setup = Setup(run=(f"echo run >> {made.folder}/runs",), hosts=hosts)
            made.preparation(setup)(made.worktree, made.base)
        assert len(made.log("runs")) == 3
    sandbox.close()
