"""A language model that follows a script, behind a real HTTP server on the loopback interface.

It speaks Anthropic Messages, OpenAI Responses, OpenAI Chat Completions and Gemini, streamed and
not. `ScriptedModel` is the server, `Script` what it does for one task.
"""

from tests.support.llm.conversation import Conversation
from tests.support.llm.record import Record
from tests.support.llm.script import (
    Answer,
    Answering,
    Play,
    Say,
    Script,
    Shell,
    Tokens,
    Tool,
    Trouble,
    Turn,
)
from tests.support.llm.server import ScriptedModel

__all__ = [
    "Answer",
    "Answering",
    "Conversation",
    "Play",
    "Record",
    "Say",
    "Script",
    "ScriptedModel",
    "Shell",
    "Tokens",
    "Tool",
    "Trouble",
    "Turn",
]
