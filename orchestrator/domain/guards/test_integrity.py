"""Test integrity: no test is lost, none is weakened, none is switched off."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from orchestrator.domain.guards.case import Examined
from orchestrator.domain.guards.net import risen
from orchestrator.domain.sources import Facts, Test
from orchestrator.domain.verdict import Failure

CHECK = "guard:test_integrity"
TOLD = 10
"""How many lost tests of a file are named."""

_Sources = Sequence[tuple[str, Facts, Facts]]


def test_integrity(case: Examined) -> Iterator[Failure]:
    """Yield each test that is gone or has fewer cases, each file with fewer assertions, each skip.

    Tests may move between the change set's files; a new name counts when the playbook's
    `test_renames` leads from the old one to it.
    """
    if case.guards.test_integrity == "off":
        return
    sources = tuple(case.sources())
    yield from _lost(sources, case.guards.test_renames)
    yield from _fewer_cases(sources)
    yield from _fewer_assertions(sources, case.guards.test_renames)
    yield from _skips(sources)


test_integrity.__test__ = False  # type: ignore[attr-defined] # pytest takes it for a test


def renamed(test: str, renames: Mapping[str, str]) -> str | None:
    """Return a test's new id, None when it keeps the old one.

    A key is an id, or a regular expression that matches a whole id; its value may refer to groups.
    """
    if test in renames:
        return renames[test]
    for pattern, new in renames.items():
        if found := re.fullmatch(pattern, test):
            return found.expand(new)
    return None


def _lost(sources: _Sources, renames: Mapping[str, str]) -> Iterator[Failure]:
    before = [(path, test) for path, old, _ in sources for test in old.tests]
    there = Counter(test.id for _, _, new in sources for test in new.tests)
    unmatched = []
    for path, test in before:
        if there[test.id]:
            there[test.id] -= 1
        else:
            unmatched.append((path, test.id, renamed(test.id, renames)))
    broken = {path for path, _, new in sources if new.broken}
    told: Counter[str] = Counter()
    for path, test_id, new_id in unmatched:
        if new_id is not None and there[new_id]:
            there[new_id] -= 1
            continue
        told[path] += 1
        why = "; the file has syntax errors" if path in broken else ""
        to = f" and {new_id} is not there" if new_id is not None else ""
        if told[path] <= TOLD:
            yield Failure(CHECK, path, "test", f"test {test_id} is gone{to}{why}")
    for path, count in told.items():
        if count > TOLD:
            yield Failure(CHECK, path, "test", f"{count - TOLD} more tests are gone")


def _fewer_cases(sources: _Sources) -> Iterator[Failure]:
    for path, old, new in sources:
        now = {test.id: test for test in new.tests}
        for test in old.tests:
            after = now.get(test.id)
            if after and after.cases is not None and after.cases < (test.cases or 0):
                said = f"test {test.id} has {after.cases} cases, it had {test.cases}"
                yield Failure(CHECK, path, "cases", said, after.line)


def _fewer_assertions(sources: _Sources, renames: Mapping[str, str]) -> Iterator[Failure]:
    """Hold every file against itself; a test that moved takes its assertions along."""
    everywhere = {test.id: test for _, _, new in sources for test in new.tests}
    for path, old, new in sources:
        if not (old.is_test and new.is_test):
            continue
        here = {test.id for test in new.tests}
        moved = (_now(test, renames, everywhere) for test in old.tests)
        elsewhere = sum(test.assertions for test in moved if test and test.id not in here)
        after = new.assertions + elsewhere
        if after < old.assertions:
            said = f"asserts {after} times, it did {old.assertions} times"
            yield Failure(CHECK, path, "assertions", said)


def _now(test: Test, renames: Mapping[str, str], there: Mapping[str, Test]) -> Test | None:
    return there.get(test.id) or there.get(renamed(test.id, renames) or "")


def _skips(sources: _Sources) -> Iterator[Failure]:
    before = [(path, m) for path, old, _ in sources for m in old.marks if m.kind == "skip"]
    after = [(path, m) for path, _, new in sources for m in new.marks if m.kind == "skip"]
    for path, mark in risen(before, after):
        yield Failure(CHECK, path, "skip", f"switches tests off: {mark.text[:80]}", mark.line)
