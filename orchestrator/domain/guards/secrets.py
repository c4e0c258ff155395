"""Secrets: no token or private key that the base lacks."""

import re
from collections.abc import Iterator, Mapping

from orchestrator.domain.guards.case import Examined
from orchestrator.domain.verdict import Failure

CHECK = "guard:secrets"

SHAPES: Mapping[str, re.Pattern[bytes]] = {
    "an AWS access key": re.compile(rb"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    "a GitHub token": re.compile(rb"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_\w{60,}"),
    "a GitLab token": re.compile(rb"\bglpat-[\w-]{20,}"),
    "a Slack token": re.compile(rb"\bxox[abeoprs]-[0-9A-Za-z-]{20,}"),
    "a Slack webhook": re.compile(rb"hooks\.slack\.com/services/T\w+/B\w+/\w{20,}"),
    "a Google API key": re.compile(rb"\bAIza[\w-]{35}"),
    "a Stripe key": re.compile(rb"\b[sr]k_live_[0-9A-Za-z]{20,}"),
    "an Anthropic key": re.compile(rb"\bsk-ant-[\w-]{30,}"),
    "an OpenAI key": re.compile(rb"\bsk-(?:proj|svcacct)-[\w-]{40,}|\bsk-[A-Za-z0-9]{48}\b"),
    "an npm token": re.compile(rb"\bnpm_[A-Za-z0-9]{36}\b"),
    "a PyPI token": re.compile(rb"\bpypi-AgEI[\w-]{50,}"),
    "a token of an attempt": re.compile(rb"\bleafcut_[\w-]{43}"),
    "a private key": re.compile(
        rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s)+\S{16,}"
    ),
}
"""Shapes as their issuers document them, and PEM's of RFC 7468; each is hard to meet by chance."""


def masked(text: str) -> str:
    """Return what an agent says with the name of each secret in the secret's place."""
    said = text.encode("utf-8", "surrogateescape")
    for what, shape in SHAPES.items():
        said = shape.sub(f"[{what}]".encode(), said)
    return said.decode("utf-8", "surrogateescape")


def secrets(case: Examined) -> Iterator[Failure]:
    """Yield each new secret; what it says is not repeated, for failures are kept and shown."""
    if case.guards.secrets == "off":
        return
    base = b"\n".join(case.read(change.path) or b"" for change in case.changes.files)
    for change in case.changes.files:
        content = change.content or b""
        for what, shape in SHAPES.items():
            for found in shape.finditer(content):
                if found.group() not in base and not found.group().endswith(b"EXAMPLE"):
                    line = content.count(b"\n", 0, found.start()) + 1
                    yield Failure(CHECK, change.path, "secret", f"holds {what}", line)
