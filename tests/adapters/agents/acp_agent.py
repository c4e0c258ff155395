"""An ACP agent that does what its one argument says, with the standard library only.

It stands in for real ones (`opencode acp` and `gemini --acp` have been talked to with the same
code) where a test needs a misbehaviour that they do not show.
"""

import json
import os
import sys
import time
from typing import Any

SESSION = "s1"


def send(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def receive() -> dict[str, Any]:
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    message: dict[str, Any] = json.loads(line)
    return message


def update(**fields: Any) -> None:
    send({"method": "session/update", "params": {"sessionId": SESSION, "update": fields}})


def say(text: str) -> None:
    update(sessionUpdate="agent_message_chunk", content={"type": "text", "text": text})


def ask(path: str, number: int) -> Any:
    options = [
        {"optionId": "a", "name": "Always", "kind": "allow_always"},
        {"optionId": "y", "name": "Yes", "kind": "allow_once"},
        {"optionId": "n", "name": "No", "kind": "reject_once"},
    ]
    call = {"toolCallId": "c1", "title": f"Write {path}", "locations": [{"path": path}]}
    send(
        {
            "id": number,
            "method": "session/request_permission",
            "params": {"sessionId": SESSION, "toolCall": call, "options": options},
        }
    )
    return receive()["result"]["outcome"]


def well(prompt: str) -> None:
    with open("made.txt", "w", encoding="utf-8") as file:
        file.write(prompt)
    say("All ")
    say("done.")


def permissions(_: str) -> None:
    inside, outside = ask("made.txt", 90), ask("/etc/passwd", 91)
    send({"id": 92, "method": "fs/read_text_file", "params": {"sessionId": SESSION, "path": "/x"}})
    reading = receive()
    send({"id": 93, "method": "terminal/create", "params": {"sessionId": SESSION, "command": "x"}})
    shell = receive()
    say(json.dumps([inside, outside, reading["error"]["code"], shell["error"]["code"]]))


def noise(_: str) -> None:
    print("Loading plugins…")
    print("[1, 2]")
    print('{"jsonrpc": "2.0", "id": [], "result": {}}')
    print('{"jsonrpc": "2.0", "id": 77, "error": "no object"}')
    print('{"jsonrpc": "2.0", "method": 5, "id": 78}')
    sys.stdout.flush()
    update(sessionUpdate="of_a_kind_to_come", content=3)
    say("Done.")


def big(_: str) -> None:
    say("x" * 3_000_000)


def flood(_: str) -> None:
    for number in range(1000, 1300):
        send({"id": number, "method": "fs/read_text_file", "params": {}})
    for _number in range(300):
        receive()
    say("Done.")


def silent(_: str) -> None:
    """Say nothing and call it done."""


def hang(_: str) -> None:
    while receive().get("method") != "session/cancel":
        pass
    say("Stopped.")


def deaf(_: str) -> None:
    time.sleep(600)


def dies(_: str) -> None:
    sys.stderr.write("Segmentation fault\n")
    sys.exit(3)


PARTS = {
    part.__name__: part for part in (well, permissions, noise, big, flood, silent, hang, deaf, dies)
}


def main() -> None:
    part = sys.argv[1]
    while True:
        message = receive()
        method, number = message.get("method"), message.get("id")
        if method == "initialize":
            capable = {"mcpCapabilities": {"http": True, "sse": False}}
            result: dict[str, Any] = {"protocolVersion": 1, "agentCapabilities": capable}
        elif method == "session/new" and part == "refuses":
            send({"id": number, "error": {"code": -32000, "message": "Authentication required"}})
            continue
        elif method == "session/new":
            with open(f"{os.environ['HOME']}/session.json", "w", encoding="utf-8") as file:
                json.dump(message["params"], file)
            result = {"sessionId": SESSION}
        elif method == "session/prompt":
            PARTS[part](message["params"]["prompt"][0]["text"])
            reason = "cancelled" if part == "hang" else "end_turn"
            usage = {"totalTokens": 120, "inputTokens": 100, "outputTokens": 20}
            result = {"stopReason": reason, "usage": usage}
        else:
            continue
        send({"id": number, "result": result})


main()
