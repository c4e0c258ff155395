from pathlib import Path

import pytest

from orchestrator.adapters.find_cache import remembered


def test_what_was_found_is_there_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "find" / "key.json"

    with remembered(path) as known:
        assert known == {}
        known["oid"] = (1, 2)
        known["none"] = ()

    with remembered(path) as known:
        assert known == {"oid": (1, 2), "none": ()}
    assert [file.name for file in path.parent.iterdir()] == ["key.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": 1}', b"\xff"])
def test_a_damaged_file_counts_as_empty(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key.json"
    path.write_bytes(content)

    with remembered(path) as known:
        assert known == {}
        known["oid"] = (3,)

    with remembered(path) as known:
        assert known == {"oid": (3,)}


def test_nothing_is_kept_when_planning_fails(tmp_path: Path) -> None:
    path = tmp_path / "key.json"

    def fail() -> None:
        with remembered(path) as known:
            known["oid"] = (1,)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not path.exists()
