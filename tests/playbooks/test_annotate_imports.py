"""Types that come from elsewhere in the tree, and the names that they get where they are used."""

from pathlib import Path

from tests.playbooks.annotating import returns, returns_of, work
from tests.playbooks.support import ANNOTATE, files_in, lay_out, script

SHAPES = """
    class Shape:
        def __init__(self): pass
        def area(self) -> float: ...
        def copy(self): return Shape()
    class Square(Shape):
        def half(self): return self.area()
        def again(self): return self.copy()
    def square(): return Square()
"""


def test_a_constructor_gives_its_class(tmp_path: Path) -> None:
    found = returns(tmp_path, SHAPES)
    assert found == {
        "Shape.__init__": "None",
        "Shape.copy": '"Shape"',
        "Square.half": "float",
        "Square.again": "Shape",
        "square": "Square",
    }


def test_a_class_that_is_not_there_yet_is_quoted(tmp_path: Path) -> None:
    code = """
        def f(): return Late()
        class Late: pass
        def g(): return Late()
        if f():
            class Perhaps: pass
        def h(): return Perhaps()
    """
    assert returns(tmp_path, code) == {"f": '"Late"', "g": "Late", "h": '"Perhaps"'}


def test_nothing_is_quoted_where_annotations_are_deferred(tmp_path: Path) -> None:
    code = """
        from __future__ import annotations
        def f(): return Late()
        class Late: pass
    """
    assert returns(tmp_path, code) == {"f": "Late"}


def test_classes_that_make_something_else(tmp_path: Path) -> None:
    code = """
        from typing import Generic, TypeVar
        import x
        T = TypeVar("T")
        class A(Generic[T]): pass
        class B(metaclass=x.Meta): pass
        @x.unknown
        class C: pass
        class D:
            def __new__(cls) -> int: return 1
        class E(D): pass
        def a(): return A()
        def b(): return B()
        def c(): return C()
        def d(): return D()
        def e(): return E()
    """
    assert returns(tmp_path, code) == {}


def test_names_are_followed_through_imports(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "from .shapes import *\nfrom .deep import inner as renamed\n",
        "pkg/shapes.py": "__all__ = ['Shape', 'make']\nclass Shape: pass\n"
        "def make() -> Shape: ...\n"
        "def hidden() -> int: ...\n",
        "pkg/deep/__init__.py": "from .inner import inner\n",
        "pkg/deep/inner.py": "def inner() -> str: ...\n",
        "pkg/user.py": """
            import pkg
            import pkg.deep.inner as m
            from pkg import Shape, make, renamed
            from . import shapes
            from .shapes import Shape as Form
            from .deep.inner import inner
            def a(): return make()
            def b(): return renamed()
            def c(): return pkg.make()
            def d(): return m.inner()
            def e(): return shapes.make()
            def f(): return inner()
            def g(): return Form()
            def h(): return pkg.hidden()
        """,
        "pkg/far.py": """
            import pkg
            from pkg.shapes import make
            def i(): return make()
            def j():
                import pkg.shapes as local
                return local.make()
        """,
        "src/lib/a.py": "def one() -> int: ...\n",
        "src/lib/b.py": "from lib.a import one\ndef k(): return one()\n",
    }
    assert returns_of(tmp_path, files) == {
        "a": "Form",
        "b": "str",
        "c": "Form",
        "d": "str",
        "e": "Form",
        "f": "str",
        "g": "Form",
        "i": '"pkg.Shape"',
        "j": '"pkg.Shape"',
        "k": "int",
    }


def test_a_type_without_a_name_here_is_not_written(tmp_path: Path) -> None:
    files = {
        "a.py": "class Shape: pass\ndef make() -> Shape: ...\n",
        "b.py": "from a import make\ndef f(): return make()\ndef g(): return make() is None\n",
    }
    assert returns_of(tmp_path, files) == {"g": "bool"}


def test_a_name_that_means_something_else_here_is_not_written(tmp_path: Path) -> None:
    code = """
        class Shape: pass
        class C:
            Shape = 1
            def list(self): return 1
            def f(self): return Shape()
            def g(self): return [1]
            def str(self): return 'a'
        def outer(int):
            Shape = 2
            def inner(): return len('a')
            return Shape
        def k(): return [2]
    """
    assert returns(tmp_path, code) == {
        "C.list": "int",
        "outer.inner": "int",
        "outer": "int",
        "k": "list[int]",
    }


def test_a_name_with_two_meanings_says_nothing(tmp_path: Path) -> None:
    files = {
        "a.py": "def f() -> int: ...\n",
        "b.py": """
            try:
                from a import f
            except ImportError:
                f = None
            if f:
                def g() -> int: ...
            else:
                def g() -> str: ...
            def h(): return f()
            def i(): return g()
        """,
    }
    assert returns_of(tmp_path, files) == {}


def test_imports_in_a_circle_end(tmp_path: Path) -> None:
    files = {
        "a.py": "from b import *\nfrom b import y as x\ndef f(): return x()\ndef g(): return z()\n",
        "b.py": "from a import *\nfrom a import x as y\n",
    }
    assert returns_of(tmp_path, files) == {}


def test_an_import_for_type_checking_only_is_quoted(tmp_path: Path) -> None:
    files = {
        "a.py": "class Shape: pass\ndef make() -> Shape: ...\n",
        "b.py": """
            from typing import TYPE_CHECKING
            from a import make
            if TYPE_CHECKING:
                from a import Shape
            def f(): return make()
        """,
    }
    assert returns_of(tmp_path, files) == {"f": '"Shape"'}


def test_attributes_and_methods_of_known_objects(tmp_path: Path) -> None:
    code = """
        import logging
        from pathlib import Path
        class Base:
            size: int
            maybe: "int | None"
            @property
            def name(self) -> str: ...
            def get(self) -> "Base": ...
        class C(Base):
            def a(self): return self.size
            def b(self): return self.name.upper()
            def c(self): return self.get().get().size
            def d(self): return self.maybe
            def e(self): return self.get
            def f(this): return this.size
            def g(self):
                self = 1
                return self.size
            @staticmethod
            def h(self): return self.size
        def i(): return logging.getLogger()
        def j(): return Path("a")
        def k(x: C): return x.size
    """
    assert returns(tmp_path, code) == {
        "C.a": "int",
        "C.b": "str",
        "C.c": "int",
        "C.f": "int",
        "i": "logging.Logger",
        "j": "Path",
        "k": "int",
    }


def test_an_overridden_attribute_hides_the_base(tmp_path: Path) -> None:
    code = """
        import x
        class Base:
            size: int
        class Mixed(x.Unknown, Base):
            def a(self): return self.size
        class Other(Base):
            size = x.size
            def b(self): return self.size
    """
    assert returns(tmp_path, code) == {}


def test_the_order_pays(tmp_path: Path) -> None:
    before = ANNOTATE / "fixture" / "before"
    files = files_in(before)

    def annotated(order: list[str], tree: Path) -> int:
        lay_out(tree, files)
        said = [script(ANNOTATE / "codemod.py", tree, [name]).out for name in order]
        return sum(int(line.split()[1]) for line in said)

    order = [f"shop/{name}.py" for name in ("money", "names", "stock", "__init__", "report")]
    first = annotated(order, tmp_path / "in-order")
    assert annotated(order[::-1], tmp_path / "reversed") < first
    assert files_in(tmp_path / "in-order") == files_in(ANNOTATE / "fixture" / "after")


def test_files_of_one_task_see_each_other(tmp_path: Path) -> None:
    files = {
        "b.py": "from a import g\ndef h(): return g()\n",
        "a.py": "def f(): return 1\ndef g(): return f()\n",
    }
    done = work(tmp_path, files, task=["b.py", "a.py"])
    assert {one.function.qualname for one in done.annotations(set())} == {"f", "g", "h"}
    alone = work(tmp_path, files, task=["b.py"])
    assert alone.annotations(set()) == []
