"""Receipts for tests, made the short way."""

from dataclasses import replace
from typing import Any

from orchestrator.domain.playbook import Check, Setup
from orchestrator.domain.receipt import Environment, Receipt, ReceiptCommit, receipt_check
from orchestrator.domain.verdict import CheckResult

CHECK = Check(name="tests", run="pytest ${{ params.where }} ${{ task.files }}")


def result(**changes: Any) -> CheckResult:
    """Return what a green check said."""
    told = CheckResult(check="tests", outcome="passed", command="c", exit_code=0, duration_s=1.0)
    return replace(told, **changes)


def make_receipt(*commits: str, **changes: Any) -> Receipt:
    """Return a receipt of commits named by a letter, `c` alone by default; ids are 40 of it."""
    named = commits or ("c",)
    told = Receipt(
        run="r",
        base="b" * 40,
        parent="b" * 40,
        commits=tuple(
            ReceiptCommit(commit=one * 40, task=f"t{one}", agent="codemod", change=f"change {one}")
            for one in named
        ),
        tree="e" * 40,
        verify="commit" if len(named) == 1 else "head",
        tested=named[-1] * 40,
        tested_tree="e" * 40,
        files=("a.py",),
        checks=(receipt_check(CHECK, result(), {"params.where": "a dir"}),),
        setup=Setup(),
        environment=Environment(leafcut="1", python="3.11"),
    )
    return replace(told, **changes)
