"""Test files of all kinds, and what speaks for a runner in each."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.detection.styles import Style, styles

CASE = "import unittest\nclass A(unittest.TestCase):\n    def test_a(self):\n        pass\n"

FOR_PYTEST = {
    "def test_a():\n    pass\n": "has test functions",
    "async def test_a(tmp_path):\n    pass\n": "has test functions",
    "import x\r\n\r\ndef test_a():\r\n    pass\r\n": "has test functions",
    f"{CASE}\ndef test_a():\n    pass\n": "has test functions",
    "class TestA:\n    def test_a(self): ...\n": "has test classes of no TestCase",
    "class TestA(object):\n    def test_a(self): ...\n": "has test classes of no TestCase",
    "class Base:\n    x = 1\nclass TestA(Base):\n    def test_a(self): ...\n": (
        "has test classes of no TestCase"
    ),
    f"try:\n    import pytest\nexcept ImportError:\n    pass\n{CASE}": "imports pytest",
    f"from pytest import raises\n{CASE}": "imports pytest",
}


@pytest.mark.parametrize("text", FOR_PYTEST)
def test_some_tests_only_pytest_runs(text: str) -> None:
    assert styles({"test_a.py": text})["test_a.py"].pytest == FOR_PYTEST[text]


FOR_UNITTEST = (
    CASE,
    "class A(\n    Mixin,\n    TestCase,\n):\n    async def test_a(self): ...\n",
    "class A(IsolatedAsyncioTestCase):\n    def test_a(self): ...\n",
    "class A(with_metaclass(M, TestCase)):\n    def runTest(self): ...\n",
    "class Base(TestCase):\n    pass\nclass TestA(Base, metaclass=M):\n    def test_a(self): ...\n",
    "class TestMixin:\n    def test_a(self): ...\nclass TestA(TestMixin, TestCase):\n    x = 1\n",
    f"{CASE}\ndef test_suite():\n    pass\n\ndef test():\n    pass\n",
    f"{CASE}        def test_inner(): ...\n        class TestInner(Unknown):\n            pass\n",
)


@pytest.mark.parametrize("text", FOR_UNITTEST)
def test_some_tests_unittest_runs(text: str) -> None:
    style = styles({"test_a.py": text})["test_a.py"]
    assert (style.pytest, style.unittest) == ("", "has a TestCase")


NEITHER = (
    "",
    "def helper():\n    def test_inner(): ...\n",
    "class Helper:\n    def test_a(self): ...\n",
    "class Base(TestCase):\n    def setUp(self): ...\n",
    "def test_suite():\n    return DocTestSuite()\n",
    "def test_main():\n    pass\n",
    '"""\nclass of tests, see def\n"""\n# import pytest\n',
    "import pytest_is_not_meant\n",
)


@pytest.mark.parametrize("text", NEITHER)
def test_some_files_hold_no_test(text: str) -> None:
    assert styles({"test_a.py": text})["test_a.py"] == Style()


def test_load_tests_is_for_unittest() -> None:
    found = styles({"test_a.py": "def load_tests(loader, tests, pattern): ...\n"})
    assert (found["test_a.py"].pytest, found["test_a.py"].unittest) == ("", "has load_tests")


def test_a_base_may_be_in_another_file() -> None:
    texts = {
        "tests/test_base.py": "class Base(unittest.TestCase):\n    pass\n",
        "tests/test_a.py": "class TestA(test_base.Base):\n    def test_a(self): ...\n",
        "tests/test_b.py": "class TestB(Unknown):\n    def test_b(self): ...\n",
    }
    found = styles(texts)
    assert found["tests/test_a.py"].unittest == "has a TestCase"
    assert found["tests/test_b.py"] == Style(either="has classes of tests")


def test_a_runner_only_finds_files_of_certain_names() -> None:
    functions = "def test_a(): ...\n"
    found = styles({"tests.py": functions, "a_test.py": functions, "test_a-b.py": CASE})
    assert not found["tests.py"].pytest
    assert found["a_test.py"].pytest == "has test functions"
    assert found["test_a-b.py"] == Style(either="has a TestCase")


@given(st.text(alphabet="class def(TestCase):\n\t=test_.[]", max_size=200))
def test_whatever_a_file_holds_it_has_a_style(text: str) -> None:
    assert set(styles({"test_a.py": text})) == {"test_a.py"}


SIZE = 64 * 1024
HOSTILE = {
    "blanks": " " * SIZE,
    "a name": "def " + "a" * SIZE,
    "blanks after def": "def" + "\t" * SIZE,
    "bases": "class A(" + "a" * SIZE,
    "keywords": ("class A(" + "a" * 290 + " =\n") * (SIZE // 300),
    "open classes": "class A(\n" * (SIZE // 9),
    "heirs": "".join(f"class A{n}(A{n + 1}):\n" for n in range(SIZE // 20)) + "class A0(TestCase):",
    "a ring": "class A(B):\n def test(self):\nclass B(A):\n" * (SIZE // 40),
    "depth": "".join(f"{' ' * n}class A:\n" for n in range(350)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_text_takes_no_time(kind: str) -> None:
    begun = time.process_time()
    styles({"test_a.py": HOSTILE[kind]})
    assert time.process_time() - begun < 1
