"""Which runner test files are written for, told by their text; nothing is parsed, nothing is run.

A text may be a piece of a file: its lines are looked at one by one, and none of them is too deep.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

UNITTEST_NAMES = ("test*.py", "*_test.py")
"""Names of files that unittest is asked for; it looks for the first of them unasked."""
_PYTEST_NAME = re.compile(r"test_.*\.py|.*_test\.py")
_IMPORT = re.compile(r"^[ \t]*(?:import|from)[ \t]+pytest\b", re.MULTILINE)
_LINE = re.compile(
    r"^(?P<indent>[ \t]*)(?:async[ \t]+)?(?:def[ \t]+(?P<function>\w+)[ \t]*[(\[]"
    r"|class[ \t]+(?P<name>\w+)[ \t]*(?:\[[^\]\n]{0,200}\])?"
    r"[ \t]*(?:\((?P<bases>[^:]{0,300})\)[ \t]*)?:)",
    re.MULTILINE,
)
_SUITES = frozenset({"test_suite", "test_main"})
"""Functions by which older runners ask for tests; none of them is a test."""
_ROOTS = frozenset({"object", "ABC", "Generic", "Protocol"})


@dataclass(frozen=True, slots=True)
class Style:
    """What speaks for a runner in a test file, "" where nothing does.

    `pytest` is what only pytest can run, `either` what it can run as well as perhaps unittest.
    """

    pytest: str = ""
    unittest: str = ""
    either: str = ""


@dataclass(slots=True)
class _Class:
    name: str
    bases: tuple[str, ...]
    tests: bool = False


@dataclass(slots=True)
class _Outline:
    """What a text defines: classes, and functions outside of classes."""

    classes: list[_Class] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)


def is_test(name: str) -> bool:
    """Say whether a file may hold tests, by its name."""
    return any(fnmatchcase(name, pattern) for pattern in UNITTEST_NAMES)


def styles(texts: Mapping[str, str]) -> Mapping[str, Style]:
    """Return the style of each test file; a class may have its base in another of them."""
    outlines = {path: _outline(text) for path, text in texts.items()}
    classes = [one for outline in outlines.values() for one in outline.classes]
    cases = _cases(classes)
    mixed_in = {base for one in classes if one.name in cases for base in one.bases}
    known = {one.name for one in classes} | _ROOTS
    plain = {one.name for one in classes if known.issuperset(one.bases)} - cases - mixed_in
    return {path: _style(path, text, outlines[path], cases, plain) for path, text in texts.items()}


def _style(path: str, text: str, outline: _Outline, cases: set[str], plain: set[str]) -> Style:
    name = path.rpartition("/")[2]
    tested = [one for one in outline.classes if one.tests]
    case = bool(tested) and any(one.name in cases for one in outline.classes)
    tests = {one.name for one in tested if one.name.startswith("Test")} - cases
    loaded = "has load_tests" if "load_tests" in outline.functions else ""
    said = "has a TestCase" if case else loaded
    importable = name.removesuffix(".py").isidentifier()
    collected = _PYTEST_NAME.fullmatch(name) is not None
    return Style(
        pytest=_for_pytest(text, outline, tests & plain, case=case) if collected else "",
        unittest=said if importable else "",
        either=(said or ("has classes of tests" if tests else "")) if collected else "",
    )


def _for_pytest(text: str, outline: _Outline, plain: set[str], *, case: bool) -> str:
    """Say what only pytest can run."""
    functions = outline.functions - _SUITES - ({"test"} if case else set())
    if any(one.startswith("test") for one in functions):
        return "has test functions"
    if plain:
        return "has test classes of no TestCase"
    return "imports pytest" if _IMPORT.search(text) else ""


def _cases(classes: list[_Class]) -> set[str]:
    """Return the names of classes that come from a TestCase, over any number of others."""
    heirs: dict[str, list[str]] = {}
    for one in classes:
        for base in one.bases:
            heirs.setdefault(base, []).append(one.name)
    found: set[str] = set()
    new = [name for base, names in heirs.items() if "TestCase" in base for name in names]
    while new:
        name = new.pop()
        if name not in found:
            found.add(name)
            new += heirs.get(name, ())
    return found


def _outline(text: str) -> _Outline:
    """Tell by the indentation which class a function is in."""
    outline = _Outline()
    around: list[tuple[int, _Class]] = []
    for line in _LINE.finditer(text):
        depth = len(line["indent"].expandtabs())
        while around and around[-1][0] >= depth:
            around.pop()
        if line["name"]:
            one = _Class(line["name"], tuple(_bases(line["bases"] or "")))
            outline.classes.append(one)
            around.append((depth, one))
        elif around:
            around[-1][1].tests |= line["function"].startswith(("test", "runTest"))
        elif not depth:
            outline.functions.add(line["function"])
    return outline


def _bases(said: str) -> Iterator[str]:
    """Yield the last names of base classes; a keyword such as metaclass names none."""
    for word, value in re.findall(r"([\w.]+)(\s*=\s*[\w.]*)?", said):
        if not value:
            yield word.rpartition(".")[2]
