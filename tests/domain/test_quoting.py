import pytest

from orchestrator.domain.quoting import inside_quotes


@pytest.mark.parametrize(
    "script",
    [
        "cat ${{ a }}",
        "echo 'x'${{ a }}\"y\"",
        'test -z "$(grep -l x ${{ a }})"',
        "echo it\\'s ${{ a }}",
        "echo 'a\\' ${{ a }}",
        'echo "a\\"b" ${{ a }}',
        'echo "it\'s" ${{ a }}',
        "# don't\ncat ${{ a }}",
        "echo x#y ${{ a }} # '${{ a }}'",
        "(cd x; cat ${{ a }})",
        "case x in a) echo ${{ a }};; esac",
    ],
)
def test_expressions_outside_quotes_are_fine(script: str) -> None:
    assert list(inside_quotes(script)) == []


@pytest.mark.parametrize(
    "script",
    [
        "cat '${{ a }}'",
        'cat "x ${{a}}"',
        "cat $${{ a }}",
        "cat \\${{ a }}",
        "echo a#'${{ a }}'",
        "echo \"$(cat '${{ a }}')\" ${{ b }}",
        "'\\${{ a }}'",
        "cat ${{ b }} '${{ a }}",
    ],
)
def test_expressions_in_quotes_are_found(script: str) -> None:
    assert list(inside_quotes(script)) == ["a"]
