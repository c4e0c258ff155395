"""Tests that are lost, weakened or switched off, and migrations that keep them."""

import pytest

from tests.support.guarding import failures, told

UNITTEST = """\
import unittest


class TestCart(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(total([1, 2]), 3)
        self.assertTrue(total([]) == 0)

    def test_wrong(self):
        with self.assertRaises(ValueError):
            total("x")
"""
PYTEST = """\
import pytest


class TestCart:
    def test_sum(self):
        assert total([1, 2]) == 3
        assert total([]) == 0

    @pytest.mark.parametrize("text", ["x", "y"])
    def test_wrong(self, text):
        with pytest.raises(ValueError):
            total(text)
"""
MOCHA = """\
describe("cart", () => {
  it("adds up", () => {
    expect(total([1, 2])).to.equal(3);
    total([]).should.be.zero;
    assert.deepEqual(rows(), []);
  });
  it("refuses text", async () => {
    await request(app).get("/").expect(400);
  });
});
"""
JEST = """\
describe("cart", () => {
  it("adds up", () => {
    expect(total([1, 2])).toBe(3);
    expect(total([])).toBe(0);
    expect(rows()).toEqual([]);
  });
  it("refuses text", async () => {
    expect((await get("/")).status).toBe(400);
  });
});
"""
JUNIT4 = """\
package shop;

public class CartTest {
    @Test
    public void addsUp() {
        assertEquals(3, total(1, 2));
        assertThat(rows(), is(empty()));
    }

    @Test(expected = IllegalArgumentException.class)
    public void refusesText() {
        total("x");
    }
}
"""
JUNIT5 = """\
package shop;

class CartTest {
    @Test
    void addsUp() {
        assertThat(total(1, 2)).isEqualTo(3);
        assertThat(rows()).isEmpty();
    }

    @Test
    void refusesText() {
        assertThrows(IllegalArgumentException.class, () -> total("x"));
    }
}
"""
FILES = {"test_cart.py": PYTEST, "cart.test.ts": JEST, "src/test/java/CartTest.java": JUNIT5}
PY, TS, JAVA = FILES


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [(PY, UNITTEST, PYTEST), (TS, MOCHA, JEST), (JAVA, JUNIT4, JUNIT5)],
)
def test_an_honest_migration_passes(path: str, old: str, new: str) -> None:
    assert told({path: old}, {path: new}) == []


WEAKER = [
    (PY, "        assert total([]) == 0\n", "", "assertions"),
    (PY, "assert total([]) == 0", "assert True", "assertions"),
    (PY, "assert total([]) == 0", "assert total([]) == 0 or True", "assertions"),
    (PY, "assert total([]) == 0", "assert total([]) == total([])", "assertions"),
    (PY, "assert total([]) == 0", "# assert total([]) == 0", "assertions"),
    (PY, "assert total([]) == 0", "'assert total([]) == 0'", "assertions"),
    (PY, "        assert total([1", "        return\n        assert total([1", "assertions"),
    (PY, "with pytest.raises(ValueError):\n            total", "if True:\n            total",
     "assertions"),
    (PY, "def test_sum", "def _test_sum", "test"),
    (PY, "class TestCart", "class Cart", "test"),
    (PY, "def test_wrong", "def test_sum", "test"),
    (PY, '["x", "y"]', '["x"]', "cases"),
    (PY, "    def test_sum", "    @pytest.mark.skip\n    def test_sum", "skip"),
    (PY, "    def test_sum", "    @pytest.mark.xfail(reason='x')\n    def test_sum", "skip"),
    (PY, "    def test_sum", "    @unittest.skip('later')\n    def test_sum", "skip"),
    (PY, "import pytest\n", "import pytest\npytestmark = pytest.mark.skipif(True)\n", "skip"),
    (PY, "        assert total([1", "        pytest.skip('x')\n        assert total([1", "skip"),
    (PY, '"y"]', 'pytest.param("y", marks=pytest.mark.xfail)]', "skip"),
    (TS, "    expect(total([])).toBe(0);\n", "", "assertions"),
    (TS, "expect(total([])).toBe(0)", "expect(true).toBe(true)", "assertions"),
    (TS, "expect(total([])).toBe(0)", "expect(total([]))", "assertions"),
    (TS, "expect(rows()).toEqual([])", "expect(rows()).toEqual(rows())", "assertions"),
    (TS, "expect(rows()).toEqual([])", "// expect(rows()).toEqual([])", "assertions"),
    (TS, "    expect(total([1", "    return;\n    expect(total([1", "assertions"),
    (TS, 'it("adds up"', 'it.skip("adds up"', "skip"),
    (TS, 'it("adds up"', 'xit("adds up"', "skip"),
    (TS, 'it("adds up"', 'it.only("adds up"', "skip"),
    (TS, 'it("adds up"', 'test.failing("adds up"', "skip"),
    (TS, 'describe("cart"', 'describe.skip("cart"', "skip"),
    (TS, 'describe("cart"', 'fdescribe("cart"', "skip"),
    (TS, 'it("adds up"', 'it("adds"', "test"),
    (JAVA, "        assertThat(rows()).isEmpty();\n", "", "assertions"),
    (JAVA, "assertThat(rows()).isEmpty()", "assertTrue(true)", "assertions"),
    (JAVA, "assertThat(rows()).isEmpty()", 'log("assertThat(rows()).isEmpty()")', "assertions"),
    (JAVA, "    @Test\n    void addsUp", "    @Disabled @Test\n    void addsUp", "skip"),
    (JAVA, "    @Test\n    void addsUp", '    @Ignore("x")\n    @Test\n    void addsUp', "skip"),
    (JAVA, "    @Test\n    void addsUp", "    @Test(enabled = false)\n    void addsUp", "skip"),
    (JAVA, "        assertThat(total", "        assumeTrue(m);\n        assertThat(total", "skip"),
    (JAVA, "    @Test\n    void addsUp", "    void addsUp", "test"),
    (JAVA, "void addsUp", "void adds", "test"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "rule"), WEAKER)
def test_a_weaker_test_is_told(path: str, old: str, new: str, rule: str) -> None:
    assert FILES[path].count(old) == 1
    found = failures(FILES, {path: FILES[path].replace(old, new)})
    assert {one.rule for one in found if one.check == "guard:test_integrity"} == {rule}
    assert {one.path for one in found} == {path}


@pytest.mark.parametrize("path", FILES)
def test_a_deleted_file_takes_its_tests_along(path: str) -> None:
    assert {rule for _, rule, _ in told(FILES, {path: None})} == {"test"}


@pytest.mark.parametrize("path", FILES)
def test_a_file_that_moves_does_not(path: str) -> None:
    assert told(FILES, {path: None, f"test/sub/{path}": FILES[path]}) == []


def test_what_is_no_test_may_go() -> None:
    files = {"cart.py": "def test_connection():\n    assert up()\n", "cart.ts": "it('x', f);\n"}
    assert told(files, {"cart.py": "", "cart.ts": ""}) == []


def test_names_that_only_look_like_switches_are_fine() -> None:
    text = "it('a', () => { test.write('x'); t.only = 1; this.list.skip(); expect(b).toBe(1) })\n"
    assert told({}, {"a.test.js": text}) == []


def test_a_helper_that_asserts_counts() -> None:
    helper = "def check(x):\n    assert x\n    assert x.y\n\n\ndef test_a():\n    check(a())\n"
    plain = "def test_a():\n    assert a()\n    assert a().y\n"
    assert told({"test_a.py": plain}, {"test_a.py": helper}) == []


RENAMED = PYTEST.replace("test_sum", "test_total")


@pytest.mark.parametrize(
    "renames",
    [
        {"TestCart::test_sum": "TestCart::test_total"},
        {r"(.*)::test_sum": r"\1::test_total"},
    ],
)
def test_a_map_leads_from_old_names_to_new_ones(renames: dict[str, str]) -> None:
    assert told({PY: PYTEST}, {PY: RENAMED}) == [("test_integrity", "test", 0)]
    assert told({PY: PYTEST}, {PY: RENAMED}, test_renames=renames) == []
    assert told({PY: PYTEST}, {PY: PYTEST}, test_renames=renames) == []


def test_two_tests_cannot_become_one() -> None:
    old = "class TestA:\n    def test_x(self):\n        assert 1 == f()\n"
    both = old + old.replace("TestA", "TestB")
    renames = {r"Test\w::(test_\w+)": r"\1"}
    flat = "def test_x():\n    assert 1 == f()\n    assert 1 == f()\n"
    (found,) = failures({PY: both}, {PY: flat}, test_renames=renames)
    assert found.message == "test TestB::test_x is gone and test_x is not there"


def test_many_lost_tests_of_a_file_are_counted() -> None:
    many = "".join(f"def test_{n}():\n    assert f({n})\n" for n in range(14))
    found = failures({PY: many}, {PY: ""}, test_integrity="on")
    messages = [one.message for one in found if one.rule == "test"]
    assert len(messages) == 11
    assert messages[-1] == "4 more tests are gone"


def test_a_playbook_can_relax_it() -> None:
    assert told(FILES, dict.fromkeys(FILES), test_integrity="off") == []
