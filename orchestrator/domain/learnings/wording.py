"""How it reads when a text tells its reader what to do beyond the code: one table."""

import re
from collections.abc import Mapping

OUTSIDE = "paths outside of the task"

_TEST = r"\b(?:tests?|checks?|verif\w+|lint\w*|type.?check\w*|ci|hooks?|assertions?|verdict)\b"
_FEW = r"(?:[^\s.;:!?]+\s+){0,4}"
"""At most four words, within a sentence."""
_MANAGERS = (
    "pip3?|pipx|conda|apt|apt-get|yum|dnf|apk|brew|gem|cargo|go|poetry|uv|uvx|npm|npx|pnpm|yarn|bun"
)
_TELL = "print|show|read|send|log|echo|dump|reveal|leak|copy|paste|export|cat|expose"

_PUT: Mapping[str, tuple[str, ...]] = {
    "the network": (
        r"\b(?:curl|wget|netcat|telnet|scp|ssh)\b",
        r"\b(?:https?|ftps?|wss?)\s*:/",
        r"\bwww\.|[\w-]\.(?:com|org|xyz|top)(?![\w.])",
        r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
        r"\b(?:down|up)load\b.{0,40}\b(?:from|to)\b",
        r"\bexfiltrat|\bwebhook",
        r"\b(?:send|post|report)\b.{0,60}\bto\b.{0,30}\b(?:server|host|url|endpoint|site)\b",
        r"\bgit\s+(?:push|clone|fetch|pull|remote)\b",
    ),
    "installing packages": (
        rf"\b(?:{_MANAGERS})\s+(?:pip\s+)?(?:install|add|i|ci|get|exec|dlx|run)\b",
    ),
    "secrets or the environment": (
        r"\b(?:api|access)[ _-]?keys?\b|\bcredentials?\b|\bprivate key\b|\bid_rsa\b",
        r"\.netrc\b|(?<!\w)\.env\b|\benv(?:ironment)?[ -]?var(?:iable)?s?\b|\bprintenv\b",
        rf"\b(?:{_TELL})\b.{{0,40}}\b(?:secrets?\b(?!\.)|passwords?\b|tokens?\b|env(?:iron)?\b)",
        r"\bexport\s+\w+=",
        r"\$\{?(?-i:[A-Z][A-Z_]{2,})",
    ),
    "checks and tests": (
        r"\b(?:skip|disable|ignore|omit|bypass|delete|remove|drop|comment\s+out|turn\s+off"
        r"|switch\s+off|weaken|relax|mute|silence|avoid|suppress|circumvent)\s+" + _FEW + _TEST,
        _TEST + r"\s+(?:\w+\s+){0,2}(?:be\s+)?(?:skipped|disabled|ignored|omitted|bypassed|deleted"
        r"|removed|dropped)\b",
        r"\b(?:never|not|n't|no\s+need\s+to|without)\s+(?:run(?:ning)?|verify(?:ing)?"
        r"|call(?:ing)?|us(?:e|ing))\s+" + _FEW + _TEST,
        r"\bwithout\s+(?:the\s+)?(?:tests|checks)\b",
        r"\balways\s+(?:pass|green|succeed|true)",
        r"\b(?:force|fake|make)\s+" + _FEW + _TEST,
        r"\bxfail|\bmark\.skip|\b(?:call|add|put|use)\b.{0,30}(?:\.skip|\bskiptest)\b",
        r"--no-verify|\|\|\s*true\b|\bexit\(?\s*0\b|\bassert\s+true\b",
        r"\bno.?qa\b|\bnosec\b|type:\s*ignore|eslint-disable|pragma:\s*no",
    ),
    OUTSIDE: (
        r"\.github\b|\.gitlab|\.circleci\b|\bjenkinsfile\b|\bazure-pipelines|\bworkflows?/",
        r"(?<![\w*])\.git(?:/|\b(?![\w.-]))|\.git(?:config|modules|attributes|ignore)\b",
        r"\bci\s+(?:config\w*|files?|pipelines?|jobs?)\b",
        r"\.leafcut\b|\.ssh\b|\.\w+rc\b|(?<![\w.)\]}])~/",
        r"(?:^|[\s\"'`(=/\\])\.\.[/\\]|\b[a-z]:\\",
        r"(?:^|[\s\"'`(=,:])/(?:[\w.-]+/[\w.-]+|(?:etc|home|root|usr|var|tmp|proc|dev|opt|w)\b)",
    ),
    "tools and commands": (
        r"\b(?:run|execute|invoke|launch)\s+" + _FEW + r"(?:commands?|scripts?|shell|bash|sh"
        r"|binary|program|daemon)\b",
        r"\b(?:call|use|invoke)\s+" + _FEW + r"tools?\b|\bmcp\b",
        r"\b(?:sudo|chmod|chown|crontab)\b|\brm\s+-|\bbase64\s+-|\bos\.system\b",
        r"\|\s*(?:ba|z)?sh\b|\$\(",
        r"\b(?:share_learning|send_message|report_blocked|hand_off|find_learnings)\b",
    ),
    "rules and policy": (
        r"\b(?:ignore|disregard|forget|override|overrule|violate|break)\s+" + _FEW
        + r"(?:instructions?|rules?|prompts?|guidelines?|polic(?:y|ies)|restrictions?|above"
        r"|previous)\b",
        r"\bsystem\s+(?:prompt|message)\b|\bnew\s+instructions\b|\bjailbreak",
        r"\byou\s+are\s+(?:now|an?|the)\b|\byour\s+(?:new\s+)?(?:task|goal|instructions?)\b",
        r"\bbudgets?\b|\bsandbox\w*|(?<!type )\bguards?\b(?! clause)|\bpermissions?\b",
        r"\bpolic(?:y|ies)\b|\bprivileges?\b|\ballow-?list\b",
    ),
}  # fmt: skip

WORDING: Mapping[str, re.Pattern[str]] = {
    word: re.compile("|".join(ways), re.IGNORECASE) for word, ways in _PUT.items()
}
"""What a lesson has no business with: a word for people, and how it is put."""
