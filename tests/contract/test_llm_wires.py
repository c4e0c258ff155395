"""The scripted model speaks every wire as the SDKs hear it, and misbehaves as it is told."""

import http.client
import json
import time
from urllib.parse import urlsplit

import pytest

from tests.support.llm import Play, Say, Script, ScriptedModel, Shell, Tokens, Tool, Trouble
from tests.support.llm_clients import CLIENTS, Client, post

MARKER = "Scripted task: a.py"
TOKENS = Tokens(input=100, output=20, cached=50)
EDIT = Script(
    marker=MARKER,
    plays=(Play(turns=(Shell("echo {turn} '\"ä"), Shell("second")), end=Say("All is done.")),),
    tokens=TOKENS,
)


def saying(text: str, times: int = 1) -> Script:
    """Return a script that only says something."""
    return Script(marker=MARKER, plays=(Play(end=Say(text, times)),))


def troubled(**trouble: object) -> Script:
    """Return a script that goes wrong and then says that all is well."""
    trouble_ = Trouble(**trouble)  # type: ignore[arg-type]
    return Script(marker=MARKER, plays=(Play(end=Say("Well.")),), troubles=(trouble_,))


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> Client:
    return CLIENTS[request.param]


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_each_turn_of_a_play_comes_in_order(client: Client, *, stream: bool) -> None:
    made: list[tuple[str, str]] = []
    with ScriptedModel(EDIT) as model:
        for command in ("echo 0 '\"ä", "second"):
            said = client.said(client.ask(model.url, MARKER, made, stream=stream).events)
            assert (said.text, said.command) == ("", command)
            assert (said.given, said.made) == (150, 20)
            made.append((command, f"result of {command}"))
        said = client.said(client.ask(model.url, MARKER, made, stream=stream).events)
    assert (said.text, said.command) == ("All is done.", "")
    assert [record.turn for record in model.asked(MARKER)] == [0, 1, 2]
    assert model.records[-1].results == tuple(result for _, result in made)
    assert not model.faults


def test_the_key_is_recorded_apart_from_what_is_shown(client: Client) -> None:
    with ScriptedModel(saying("{key}")) as model:
        said = client.said(client.ask(model.url, MARKER, key="sk-secret").events)
    (record,) = model.records
    assert (said.text, record.key) == ("sk-secret", "sk-secret")
    assert not record.holds("sk-secret")
    assert record.holds(MARKER)
    assert "sk-secret" not in repr(record)


def test_a_key_in_the_query_is_a_key() -> None:
    with ScriptedModel(saying("Well.")) as model:
        path = "/v1beta/models/m:generateContent?key=sk-secret"
        post(model.url + path, CLIENTS["gemini"].body(MARKER, (), False), {})  # noqa: FBT003 - no stream
    (record,) = model.records
    assert (record.key, record.path) == ("sk-secret", "/v1beta/models/m:generateContent")


def test_a_refusal_has_status_and_time(client: Client) -> None:
    with ScriptedModel(troubled(status=429, retry_after="7", times=2)) as model:
        refused = [client.ask(model.url, MARKER) for _ in range(2)]
        well = client.ask(model.url, MARKER)
    assert [one.status for one in refused] == [429, 429]
    assert {one.headers["retry-after"] for one in refused} == {"7"}
    assert "error" in json.loads(refused[0].text)
    assert client.said(well.events).text == "Well."


@pytest.mark.parametrize("status", [401, 500, 503, 529])
def test_a_refusal_lasts_where_no_number_is_given(client: Client, status: int) -> None:
    with ScriptedModel(troubled(status=status)) as model:
        assert {client.ask(model.url, MARKER).status for _ in range(3)} == {status}


def test_a_trouble_waits_for_its_turn(client: Client) -> None:
    script = Script(marker=MARKER, plays=EDIT.plays, troubles=(Trouble(status=529, at=1, times=1),))
    with ScriptedModel(script) as model:
        made = [("echo 0", "")]
        statuses = [client.ask(model.url, MARKER, done).status for done in ((), made, made)]
    assert statuses == [200, 529, 200]


def test_a_garbled_stream_is_no_json(client: Client) -> None:
    with ScriptedModel(troubled(manner="garble")) as model:
        response = client.ask(model.url, MARKER)
    with pytest.raises(json.JSONDecodeError):
        _ = response.events


def test_a_cut_stream_ends_before_its_end(client: Client) -> None:
    with ScriptedModel(troubled(manner="cut")) as model:
        assert client.ask(model.url, MARKER).broken


def test_a_stall_lasts_as_long_as_it_is_told(client: Client) -> None:
    with ScriptedModel(troubled(manner="stall", delay_s=0.3)) as model:
        start = time.monotonic()
        assert client.said(client.ask(model.url, MARKER).events).text == "Well."
    assert time.monotonic() - start >= 0.3


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_an_answer_may_be_empty_or_huge(client: Client, *, stream: bool) -> None:
    for script, size in ((saying(""), 0), (saying("x" * 1024, 2048), 2 * 1024 * 1024)):
        with ScriptedModel(script) as model:
            said = client.said(client.ask(model.url, MARKER, stream=stream).events)
        assert (len(said.text), said.command) == (size, "")


def test_an_endless_play_begins_again(client: Client) -> None:
    play = Play(turns=(Shell("echo {turn}"), Shell("true")), endless=True)
    with ScriptedModel(Script(marker=MARKER, plays=(play,))) as model:
        made = [("true", "")] * 100
        assert client.said(client.ask(model.url, MARKER, made).events).command == "echo 100"


def test_what_the_prompt_says_chooses_the_play(client: Client) -> None:
    plays = (Play(end=Say("Second."), when="verdict"), Play(end=Say("First.")))
    with ScriptedModel(Script(marker=MARKER, plays=plays)) as model:
        texts = [
            client.said(client.ask(model.url, prompt).events).text
            for prompt in (MARKER, f"{MARKER}\nthe verdict was red")
        ]
    assert texts == ["First.", "Second."]


def test_the_marker_that_comes_first_chooses_the_script(client: Client) -> None:
    other = Script(marker="Scripted task: b.py", plays=(Play(end=Say("Other.")),))
    with ScriptedModel(saying("Well."), other) as model:
        prompt = f"{MARKER}, after Scripted task: b.py"
        assert client.said(client.ask(model.url, prompt).events).text == "Well."


def test_a_tool_that_is_not_offered_is_a_fault(client: Client) -> None:
    script = Script(marker=MARKER, plays=(Play(turns=(Tool("verify"),)),))
    with ScriptedModel(script) as model:
        assert client.ask(model.url, MARKER).status == 400
    assert model.faults == [f"{MARKER}: no verify among ['bash']"]


def test_a_tool_that_is_kept_back_is_searched_for() -> None:
    client, script = (
        CLIENTS["responses"],
        Script(marker=MARKER, plays=(Play(turns=(Tool("verify"),)),)),
    )
    body = dict(client.body(MARKER, (), False))  # noqa: FBT003 - no stream
    body["tools"] = [*body["tools"], {"type": "tool_search", "execution": "client"}]
    with ScriptedModel(script) as model:
        (search,) = json.loads(post(f"{model.url}/v1/responses", body, {}).text)["output"]
        assert (search["type"], search["arguments"]["query"]) == ("tool_search_call", "verify")
        verify = {"type": "function", "name": "verify", "parameters": {}}
        found = {"type": "tool_search_output", "tools": [_namespace(verify)]}
        body["input"] = [*body["input"], search, found]
        (call,) = json.loads(post(f"{model.url}/v1/responses", body, {}).text)["output"]
        assert (call["namespace"], call["name"]) == ("mcp__leafcut", "verify")
        body["input"] = [*body["input"][:-1], {**found, "tools": []}]
        assert post(f"{model.url}/v1/responses", body, {}).status == 400
    assert len(model.faults) == 1


def _namespace(*tools: object) -> object:
    return {"type": "namespace", "name": "mcp__leafcut", "tools": tools}


def test_a_prompt_without_a_script_is_a_fault(client: Client) -> None:
    with ScriptedModel(EDIT) as model:
        assert client.ask(model.url, "Hello").status == 200
    assert "Hello" in model.faults[0]


def test_who_offers_no_tools_gets_a_title_or_a_shape() -> None:
    shape = {"type": "object", "properties": {"speaker": {"enum": ["user", "model"]}}}
    asked = {"role": "user", "parts": [{"text": MARKER}]}
    settings = {"responseMimeType": "application/json", "responseJsonSchema": shape}
    with ScriptedModel(troubled(status=500)) as model:
        url = f"{model.url}/v1beta/models/m:generateContent"
        title = post(url, {"contents": [asked]}, {})
        shaped = post(url, {"contents": [asked], "generationConfig": settings}, {})
    said = CLIENTS["gemini"].said
    assert said(title.events).text == "A title"
    assert json.loads(said(shaped.events).text) == {"speaker": "user"}
    assert not model.faults


def test_somebody_is_there_and_counts_tokens() -> None:
    with ScriptedModel() as model:
        connection = http.client.HTTPConnection(urlsplit(model.url).netloc)
        connection.request("HEAD", "/")
        assert connection.getresponse().read() == b""
        connection.request("GET", "/v1/models")
        assert json.loads(connection.getresponse().read())["data"] == []
        connection.close()
        counted = post(f"{model.url}/v1/messages/count_tokens", {"messages": []}, {})
        assert json.loads(counted.text)["input_tokens"] > 0
        assert post(f"{model.url}/v1/nothing", {}, {}).status == 404


def test_a_body_may_come_in_chunks() -> None:
    body = json.dumps(CLIENTS["chat"].body(MARKER, (), False)).encode()  # noqa: FBT003 - no stream
    with ScriptedModel(saying("Well.")) as model:
        connection = http.client.HTTPConnection(urlsplit(model.url).netloc)
        parts = iter([body[:10], body[10:]])
        connection.request("POST", "/v1/chat/completions", parts, encode_chunked=True)
        assert b"Well." in connection.getresponse().read()
        connection.close()


def test_every_answer_waits_as_long_as_the_model_thinks(client: Client) -> None:
    with ScriptedModel(saying("Well."), latency_s=0.2) as model:
        start = time.monotonic()
        client.ask(model.url, MARKER)
    assert time.monotonic() - start >= 0.2
