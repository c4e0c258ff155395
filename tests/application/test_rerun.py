"""What of a receipt is run again, and what is not."""

from dataclasses import replace

import pytest

from orchestrator.application.rerun import commands, unsafe
from orchestrator.domain.playbook import Setup
from tests.support.receipts import make_receipt


def test_each_command_is_shown_once_setups_first() -> None:
    setup = Setup(run=("make", "make"))
    told = [make_receipt(), make_receipt("d", setup=setup)]
    assert commands(told) == ("make", "pytest 'a dir' ${{ task.files }}")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("x ${{ params.x }}", "nobody knows"),
        ("x '${{ task.files }}'", "once more"),
        ("x ${{ 1 + 1 }}", "is no name"),
    ],
)
def test_a_command_that_no_playbook_may_have_is_not_run(command: str, said: str) -> None:
    (check,) = make_receipt().checks
    as_check = make_receipt(checks=(replace(check, command=command),))
    as_setup = make_receipt(setup=Setup(run=(command,)))
    for receipt in (as_check, as_setup):
        (fault,) = unsafe(receipt)
        assert said in fault


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "a\0b"])
def test_a_path_that_leads_out_of_the_tree_is_not_taken(path: str) -> None:
    (check,) = make_receipt().checks
    for receipt in (
        make_receipt(files=(path,)),
        make_receipt(setup=Setup(run=("make",), keep=(path,))),
        make_receipt(setup=Setup(run=("make",), inputs=(path,))),
        make_receipt(checks=(replace(check, cwd=path),)),
    ):
        (fault,) = unsafe(receipt)
        assert "leads out of the tree" in fault
    assert list(unsafe(make_receipt())) == []


def test_a_setup_that_opens_what_is_not_public_is_not_run() -> None:
    hosts = ("example.org", "127.0.0.1:6379")
    (fault,) = unsafe(make_receipt(setup=Setup(run=("make",), hosts=hosts)))
    assert "opens 127.0.0.1, an address that is not public" in fault
    assert list(unsafe(make_receipt(setup=Setup(run=("make",), hosts=hosts[:1])))) == []
