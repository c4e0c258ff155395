import pytest

from orchestrator.domain.owners import Owners


@pytest.mark.parametrize(
    ("pattern", "owned", "not_owned"),
    [
        ("*", ["a", "b/c.py"], []),
        ("*.js", ["x.js", "deep/er/x.js"], ["x.jsx", "x.py"]),
        ("/build/logs/", ["build/logs/a", "build/logs/b/c"], ["x/build/logs/a", "build/logs"]),
        ("docs/*", ["docs/a.md"], ["docs/deep/a.md", "x/docs/a.md"]),
        ("/*", ["a"], ["b/a"]),
        ("apps/", ["apps/a", "x/apps/y/z"], ["apps"]),
        ("/docs/", ["docs/a", "docs/b/c"], ["x/docs/a"]),
        ("/scripts", ["scripts", "scripts/run"], ["scripts2", "x/scripts/run"]),
        ("**/logs", ["logs/a", "x/y/logs/b"], ["blogs/a"]),
        ("/a/**/b", ["a/b", "a/x/y/b/z"], ["a/xb", "b"]),
        ("/a/**", ["a/b", "a/b/c"], ["a", "x/a/b"]),
        ("lib", ["lib/x", "y/lib/x", "lib"], ["glib/x"]),
        ("/src/f?o.py", ["src/foo.py"], ["src/f/o.py", "src/fo.py"]),
        (r"my\ docs/", ["my docs/a"], ["my/a"]),
        ("/Src/", ["Src/a"], ["src/a"]),
        ("a.b", ["a.b"], ["axb"]),
    ],
)
def test_a_pattern_names_what_it_names_on_github(
    pattern: str, owned: list[str], not_owned: list[str]
) -> None:
    owners = Owners(f"{pattern} @me\n")

    assert [path for path in owned if not owners(path)] == []
    assert [path for path in not_owned if owners(path)] == []


def test_the_last_rule_that_matches_wins() -> None:
    owners = Owners("* @all\n/src/ @src\n*.py @python\n/src/core/ @core\n/src/core/a.py\n")

    assert owners("README") == ("@all",)
    assert owners("src/x.c") == ("@src",)
    assert owners("src/x.py") == ("@python",)
    assert owners("src/core/x.py") == ("@core",)
    assert owners("src/core/a.py") == ()


def test_several_owners_a_mail_address_a_team_and_a_comment() -> None:
    owners = Owners("# about\n\n*.py  @one @org/team-x some.one@example.org # why\n")

    assert owners("a.py") == ("@one", "@org/team-x", "some.one@example.org")


@pytest.mark.parametrize("line", ["!*.py @me", "[Section] @me", "[a-z].py @me", r"\#x @me", "* me"])
def test_lines_that_github_does_not_understand_are_skipped(line: str) -> None:
    owners = Owners(f"* @all\n{line}\n")

    assert owners("a.py") == owners("#x") == ("@all",)


def test_without_a_file_nobody_owns_anything() -> None:
    assert Owners()("a") == ()
