"""Receipts as values: what they keep of a check, and one text and digest for one value."""

import hashlib
import json
from dataclasses import asdict, replace

import pytest

from orchestrator.domain.playbook import Check, Setup
from orchestrator.domain.receipt import Environment, note, portable, receipt_check
from tests.support.receipts import CHECK, make_receipt, result


def test_a_command_keeps_only_what_belongs_to_a_machine() -> None:
    run = "${{ python }} ${{ playbook.dir }}/c.py ${{ params.x }} ${{ task.files }} ${{files_from}}"
    values = {"python": "/home/me/python", "playbook.dir": "/home/me", "params.x": "$(id)"}
    assert portable(run, values) == (
        "${{ python }} ${{ playbook.dir }}/c.py '$(id)' ${{ task.files }} ${{files_from}}"
    )


def test_a_check_comes_back_as_it_can_be_run_again() -> None:
    check = Check(name="n", run="x ${{ params.p }}", report="lines", timeout="3s", cwd="d",
                  flaky_retries=2, on="landing")  # fmt: skip
    again = receipt_check(check, result(), {"params.p": 1}).check()
    assert again == replace(check, run="x 1", on="both")


def test_a_receipt_counts_what_the_check_said() -> None:
    told = receipt_check(
        CHECK, result(outcome="flaky", exit_code=3, known=2), {"params.where": "w"}
    )
    assert (told.outcome, told.exit_code, told.known, told.failures) == ("flaky", 3, 2, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"run": "s"},
        {"base": "0" * 40},
        {"parent": "0" * 40},
        {"tree": "0" * 40},
        {"tested": "0" * 40},
        {"tested_tree": "0" * 40},
        {"files": ()},
        {"checks": ()},
        {"setup": Setup(run=("true",))},
        {"setup": Setup(hosts=())},
        {"setup": Setup(hosts=("example.org",))},
        {"environment": Environment()},
        {"environment": Environment(leafcut="1", python="3.11", image="sha256:1")},
        {"verify": "head"},
    ],
)
def test_every_field_is_in_the_digest(changes: dict[str, object]) -> None:
    assert make_receipt(**changes).digest != make_receipt().digest
    assert make_receipt().digest == make_receipt().digest


def test_without_images_a_digest_is_that_of_a_receipt_which_knows_none() -> None:
    table = {name: "" for name in asdict(Environment()) if name not in {"image", "agent_images"}}
    text = json.dumps(table, sort_keys=True, separators=(",", ":"))
    assert Environment().digest == hashlib.sha256(text.encode()).hexdigest()
    images = Environment(agent_images={"a": "sha256:1"})
    assert images.digest != Environment().digest


def test_a_note_is_json_with_both_digests() -> None:
    receipt = make_receipt("c", "d", files=("gr\u00fcn.py",))
    document = json.loads(note(receipt))
    assert document["digest"] == receipt.digest
    assert document["environment_digest"] == receipt.environment.digest
    assert document["receipt"]["files"] == ["gr\u00fcn.py"]
    assert [one["task"] for one in document["receipt"]["commits"]] == ["tc", "td"]
    assert note(receipt).isascii()


def test_a_receipt_of_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="at least one commit"):
        make_receipt(commits=())
