"""Secrets that the base lacks, and files that move."""

import pytest

from tests.support.guarding import failures, told

# Put together here, so that no scanner takes them for the real thing.
SECRETS = [
    ("AKIA" + "Z2X7QW5ERTY3UIOP", "an AWS access key"),
    ("gh" + "p_" + "a1B2" * 9, "a GitHub token"),
    ("github" + "_pat_" + "a1B2" * 20, "a GitHub token"),
    ("xox" + "b-123456789012-" + "a1B2" * 6, "a Slack token"),
    ("-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIE" * 16, "a private key"),
    ("-----BEGIN " + "PRIVATE KEY-----\\n" + "MIIE" * 16, "a private key"),
    ("sk_" + "live_" + "a1B2" * 6, "a Stripe key"),
    ("sk-" + "ant-api03-" + "a1B2" * 10, "an Anthropic key"),
    ("AI" + "za" + "a1B2_" * 7, "a Google API key"),
    ("npm" + "_" + "a1B2" * 9, "an npm token"),
    ("leafcut" + "_" + "aB-_1" * 8 + "xyz", "a token of an attempt"),
]


@pytest.mark.parametrize(("secret", "what"), SECRETS)
def test_a_new_secret_is_told_without_being_repeated(secret: str, what: str) -> None:
    (found,) = failures({"a.yml": "a: 1\n"}, {"a.yml": f'a: 1\nkey: "{secret}"\n'})
    assert (found.check, found.rule, found.line) == ("guard:secrets", "secret", 2)
    assert found.message == f"holds {what}"
    assert told({"a.yml": "a: 1\n"}, {"a.yml": f"key: {secret}\n"}, secrets="off") == []


@pytest.mark.parametrize(("secret", "_"), SECRETS)
def test_one_that_the_base_has_may_move(secret: str, _: str) -> None:
    assert (
        told({"a.yml": f"k: {secret}\n", "b.yml": ""}, {"a.yml": "", "b.yml": f"{secret}\n"}) == []
    )


@pytest.mark.parametrize(
    "text", ["AKIA" + "IOSFODNN7EXAMPLE", "ghp_short", "-----BEGIN PUBLIC KEY-----\nMIIE",
             "xoxo-love", "BEGIN PRIVATE KEY", "sk-learn"]
)  # fmt: skip
def test_what_is_no_secret(text: str) -> None:
    assert told({}, {"a.md": text}) == []


STRICT = {"allow_new_files": (), "allow_deleted": ()}
TEXT = "".join(f"line {n}\n" for n in range(10))


def test_a_file_may_move_where_the_playbook_says() -> None:
    moved = {"a.py": None, "src/a.py": TEXT.replace("line 1\n", "")}
    assert told({"a.py": TEXT}, moved, allow_moves=("src/",), **STRICT) == []
    scope = [("scope", "deleted", 0), ("scope", "new", 0)]
    assert told({"a.py": TEXT}, moved, **STRICT) == scope
    assert told({"a.py": TEXT}, moved, allow_moves=("lib/",), **STRICT) == scope


def test_a_move_keeps_at_least_half_of_the_lines() -> None:
    for lines, expected in ((5, []), (4, [("scope", "deleted", 0), ("scope", "new", 0)])):
        kept = "".join(TEXT.splitlines(keepends=True)[:lines])
        moved = {"a.py": None, "src/a.py": kept}
        assert told({"a.py": TEXT}, moved, allow_moves=("src/",), **STRICT) == expected


def test_one_new_file_stands_for_one_move_only() -> None:
    moved = {"a.py": None, "b.py": None, "src/a.py": TEXT}
    found = told({"a.py": TEXT, "b.py": TEXT}, moved, allow_moves=("src/",), **STRICT)
    assert found == [("scope", "deleted", 0)]
