"""What stands before every answer of REST: the token, the limits, the table."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.github import apps, graphql
from tests.support.github.access import admit, bad_credentials, token_in, whose
from tests.support.github.answers import Answer, Refused, not_found, refuse, saying
from tests.support.github.call import Call
from tests.support.github.following import follow
from tests.support.github.limits import Limits
from tests.support.github.paging import paged
from tests.support.github.routes import Route, find
from tests.support.github.state import Account, State

_CHANGES = {"POST", "PUT", "PATCH"}


@dataclass(frozen=True)
class Asked:
    """A request as it came; `path` is without the prefix and still quoted."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes
    api: str
    site: str

    @property
    def authorization(self) -> str:
        """The header that has the token."""
        return self.headers.get("authorization", "")

    @property
    def body(self) -> Any:
        """The content as JSON.

        Raises:
            ValueError: it is none.
        """
        return json.loads(self.content) if self.content.strip() else {}


@dataclass
class Service:
    """Answers REST and GraphQL."""

    state: State
    limits: Limits
    app: apps.App

    def answer(self, asked: Asked) -> Answer:
        """Answer one request; every answer says what is left of the primary limit."""
        with self.state.lock:
            follow(self.state)
            who = whose(self.state, asked.authorization)
            try:
                said = self._answer(asked, who)
            except Refused as refused:
                said = refused.answer
            if who is None:
                return said
            rates = self.limits.headers(who.login)
        return Answer(said.status, said.body, {**rates, **said.headers})

    def _answer(self, asked: Asked, who: Account | None) -> Answer:
        """https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent."""
        if not asked.headers.get("user-agent"):
            return saying(403, "Request forbidden by administrative rules.")
        try:
            body = asked.body
        except ValueError:
            return saying(400, "Problems parsing JSON")
        of_app = self._of_app(asked, body)
        if of_app is not None:
            return of_app
        if not token_in(asked.authorization):
            raise refuse(401, "Requires authentication")
        if who is None:
            raise bad_credentials()
        return self._limited(asked, body, who)

    def _of_app(self, asked: Asked, body: Any) -> Answer | None:
        """Answer what an App asks with its JWT, or nothing if it is not that."""
        parts = asked.path.strip("/").split("/")
        match parts:
            case ["app", "installations", number, "access_tokens"] if number.isdecimal():
                call = self._call(asked, self.app.bot, {"id": number}, body)
                return apps.access_token(call, self.app)
            case ["repos", _, _, "installation"]:
                call = self._call(asked, self.app.bot, {}, body)
                return apps.installation(call, self.app)
        return None

    def _call(self, asked: Asked, who: Account, named: Mapping[str, str], body: Any) -> Call:
        return Call(
            self.state,
            who,
            asked.api,
            asked.site,
            named,
            asked.query,
            body,
            asked.authorization,
        )

    def _limited(self, asked: Asked, body: Any, who: Account) -> Answer:
        if asked.path == "/rate_limit":
            return Answer(200, self.limits.status_of(who.login))
        makes = asked.method in _CHANGES and asked.path != "/graphql"
        too_much = self.limits.count(who.login, self.state.clock(), makes=makes)
        if too_much is not None:
            return too_much
        if (asked.method, asked.path) == ("POST", "/graphql"):
            return graphql.answer(self._call(asked, who, {}, body))
        found = find(asked.method, asked.path)
        if found is None:
            raise not_found()
        return self._routed(asked, body, who, *found)

    def _routed(
        self, asked: Asked, body: Any, who: Account, route: Route, named: Mapping[str, str]
    ) -> Answer:
        name = f"{named.get('owner', self.state.owner)}/{named.get('repo', self.state.name)}"
        if name.lower() != self.state.full_name.lower():
            raise not_found()
        if route.least != "none":
            admit(self.state, who, route.least)
        said = route.answer(self._call(asked, who, named, body))
        if asked.method != "GET":
            return said
        return paged(said, asked.query, f"{asked.api}{asked.path}")
