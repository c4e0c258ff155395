"""What is left of a model's limits, read off headers that nobody vouches for."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.durations import LONGEST_WAIT_S
from orchestrator.domain.headroom import KINDS, Headroom, headroom, newest

NOW = 1_800_000_000.0  # 2027-01-15T08:00:00Z


def anthropic(kind: str, limit: str, remaining: str, reset: str) -> dict[str, str]:
    said = {"limit": limit, "remaining": remaining, "reset": reset}
    return {f"anthropic-ratelimit-{kind}-{part}": text for part, text in said.items()}


def openai(kind: str, limit: str, remaining: str, reset: str) -> dict[str, str]:
    said = {"limit": limit, "remaining": remaining, "reset": reset}
    return {f"x-ratelimit-{part}-{kind}": text for part, text in said.items()}


def test_anthropics_limits_with_the_times_of_their_resets() -> None:
    headers = {
        **anthropic("requests", "50", "49", "2027-01-15T08:00:30Z"),
        **anthropic("tokens", "90000", "1200", "2027-01-15T09:01:00+01:00"),
        **anthropic("input-tokens", "80000", "800", "2027-01-15T08:01:00Z"),
        **anthropic("output-tokens", "10000", "400", "2027-01-15T08:01:00Z"),
    }
    assert headroom(headers, NOW) == (
        Headroom(kind="requests", limit=50, remaining=49, reset_at=NOW + 30),
        Headroom(kind="tokens", limit=90000, remaining=1200, reset_at=NOW + 60),
        Headroom(kind="input-tokens", limit=80000, remaining=800, reset_at=NOW + 60),
        Headroom(kind="output-tokens", limit=10000, remaining=400, reset_at=NOW + 60),
    )


@pytest.mark.parametrize(
    ("reset", "in_s"), [("6m0s", 360), ("1s", 1), ("120ms", 0.12), ("1h2m3.5s", 3723.5)]
)
def test_openais_limits_with_the_time_until_their_resets(reset: str, in_s: float) -> None:
    (found,) = headroom(openai("tokens", "150000", "149984", reset), NOW)
    assert (found.kind, found.limit, found.remaining) == ("tokens", 150000, 149984)
    assert found.reset_at == pytest.approx(NOW + in_s)


@pytest.mark.parametrize("count", ["", "-1", "1e9", "9" * 16, "0x10", "1٢", "nan", "10 20", "1.5"])
def test_what_is_no_count_is_left_out(count: str) -> None:
    assert headroom(openai("requests", count, "1", "1s"), NOW) == ()
    assert headroom(openai("requests", "10", count, "1s"), NOW) == ()


@pytest.mark.parametrize(
    "reset",
    ["", "soon", "9999-12-31T23:59:59Z", "2027-01-15T08:00:30", "99999999h", "1s" * 400, "nan"],
)
def test_a_reset_that_nobody_can_believe_is_none(reset: str) -> None:
    (found,) = headroom(openai("requests", "10", "5", reset), NOW)
    assert found.reset_at is None


def test_what_is_odd_is_cut_to_what_can_be() -> None:
    (found,) = headroom(anthropic("requests", "10", "99", "2026-01-01T00:00:00Z"), NOW)
    assert (found.remaining, found.reset_at) == (10, NOW)
    assert headroom(anthropic("requests", "0", "0", ""), NOW) == ()


def test_of_each_kind_the_last_word_counts() -> None:
    requests = Headroom(kind="requests", limit=10, remaining=9)
    tokens = Headroom(kind="tokens", limit=100, remaining=90)
    later = Headroom(kind="requests", limit=10, remaining=1)
    assert newest((requests, tokens), (later,)) == (later, tokens)
    assert newest((), (tokens, requests)) == (requests, tokens)


@given(st.sampled_from(KINDS), st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_no_header_breaks_the_bounds(kind: str, limit: str, remaining: str, reset: str) -> None:
    headers = {
        **openai(kind, limit, remaining, reset),
        **anthropic(kind, "7", remaining, reset),
    }
    for one in headroom(headers, NOW):
        assert 0 <= one.remaining <= one.limit
        assert one.reset_at is None or NOW <= one.reset_at <= NOW + LONGEST_WAIT_S
        assert one.reset_at is None or math.isfinite(one.reset_at)
