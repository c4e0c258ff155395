"""Secrets taken out of what is stored, whoever said it.

`Redact` is the one seam: it knows the secrets of this process and all their spellings.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from orchestrator.domain.guards.secrets import masked
from orchestrator.domain.shortening import bounded
from orchestrator.domain.verdict import CheckResult, Failure, Verdict

Redact: TypeAlias = Callable[[bytes], bytes]
"""Returns bytes with every known secret replaced."""


def as_it_is(said: bytes) -> bytes:
    """Take nothing out: there are no secrets."""
    return said


def clean(text: str, redact: Redact) -> str:
    """Return text without secrets."""
    said = text.encode("utf-8", "surrogateescape")
    return redact(said).decode("utf-8", "surrogateescape")


def spotless(text: str, redact: Redact) -> str:
    """Return text without secrets, nor what looks like one."""
    return masked(clean(text, redact))


def words(text: str, redact: Redact) -> str:
    """Return what an agent says, short, without secrets, nor what looks like one."""
    return bounded(spotless(text, redact))


def clean_check(result: CheckResult, redact: Redact) -> CheckResult:
    """Return what a check said without secrets."""
    return replace(
        result,
        command=clean(result.command, redact),
        output=clean(result.output, redact),
        failures=clean_failures(result.failures, redact),
    )


def clean_failures(failures: tuple[Failure, ...], redact: Redact) -> tuple[Failure, ...]:
    """Return failures whose messages and rules are without secrets."""
    return tuple(
        replace(one, rule=clean(one.rule, redact), message=clean(one.message, redact))
        for one in failures
    )


def clean_verdict(verdict: Verdict, redact: Redact) -> Verdict:
    """Return a verdict without secrets."""
    return Verdict(
        failures=clean_failures(verdict.failures, redact),
        checks=tuple(clean_check(check, redact) for check in verdict.checks),
    )
