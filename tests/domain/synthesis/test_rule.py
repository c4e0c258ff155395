"""Rules as values and as ast-grep's YAML."""

from ruamel.yaml import YAML

from orchestrator.domain.synthesis.rule import Rewrite, rule_of

WARN = Rewrite(
    language="python",
    pattern="$A.warn",
    fix="$A.warning",
    values={"A": ("log", "self.log")},
)
NAME = Rewrite(language="tsx", kind="identifier", text="a$b", fix='a"b')


def documents(text: str) -> list[object]:
    return list(YAML(typ="safe").load_all(text))


def test_the_same_rewrites_have_the_same_name() -> None:
    assert rule_of((WARN,)) == rule_of((WARN,))
    assert rule_of((WARN,)).id != rule_of((NAME,)).id
    assert rule_of((WARN,)).id.startswith("warn-")
    assert rule_of((WARN,)).agent == f"rule:{rule_of((WARN,)).id}"


def test_yaml_says_what_is_found_and_what_takes_its_place() -> None:
    rule = rule_of((WARN, NAME))
    assert documents(rule.yaml) == [
        {
            "id": f"{rule.id}-1",
            "language": "python",
            "rule": {"pattern": "$A.warn"},
            "constraints": {"A": {"regex": r"^(?:log|self\.log)$"}},
            "fix": "$A.warning",
        },
        {
            "id": f"{rule.id}-2",
            "language": "tsx",
            "rule": {"kind": "identifier", "regex": r"^(?:a\$b)$"},
            "fix": 'a"b',
        },
    ]


def test_what_counts_beside_another_pattern_says_so() -> None:
    beside = Rewrite(language="java", pattern="import a.B;", fix="import c.D;", beside=("B.x()",))
    (found,) = documents(rule_of((beside,)).yaml)
    assert isinstance(found, dict)
    assert found["rule"]["inside"] == {
        "kind": "program",
        "stopBy": "end",
        "has": {"any": [{"pattern": "B.x()"}], "stopBy": "end"},
    }


def test_constrained_patterns_can_be_said_without_constraints() -> None:
    assert WARN.patterns == ("log.warn", "self.log.warn")
