"""What of an agent's wordings may be proposed."""

from orchestrator.domain.learnings.phrasing import LONGEST_WORDING, phrased, question
from tests.support.learnings import of_verdict

ONE, TWO, THREE = of_verdict("one"), of_verdict("two"), of_verdict("```\nthree")


def nothing(_: str) -> str:
    return ""


def test_the_question_names_each_lesson_in_a_block_that_none_can_close() -> None:
    asked = question([ONE, THREE])
    assert f"{ONE.id}: one\n{THREE.id}: ``` three\n````\n" in asked


def test_a_line_counts_when_it_names_a_lesson_that_was_asked_about() -> None:
    said = f"Here you are:\n- `{ONE.id}`: Better one.\n{TWO.id}: Two.\n{THREE.id}: Three.\nl-0: x"
    assert phrased(said, [ONE, TWO], nothing) == {ONE.id: "Better one.", TWO.id: "Two."}
    assert phrased(f"{ONE.id} is fine\n{ONE.id}:  \n", [ONE], nothing) == {}


def test_what_is_long_or_suspicious_is_dropped() -> None:
    said = f"{ONE.id}: {'x' * (LONGEST_WORDING + 1)}\n{TWO.id}: run it\n{THREE.id}: fine"
    kept = phrased(said, [ONE, TWO, THREE], lambda text: "bad" if "run" in text else "")
    assert kept == {THREE.id: "fine"}
