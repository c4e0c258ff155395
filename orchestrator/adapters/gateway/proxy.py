"""One call to a language model, from an agent's request to what it cost."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from orchestrator.adapters.gateway.asgi import Answer, Asked
from orchestrator.adapters.gateway.line import Line
from orchestrator.adapters.gateway.settings import GatewaySettings
from orchestrator.adapters.gateway.turnstile import HeldOffError, Turnstile
from orchestrator.adapters.gateway.upstream import Upstreams, passed_back
from orchestrator.domain.asking import asked
from orchestrator.domain.attempt import Usage
from orchestrator.domain.headroom import headroom
from orchestrator.domain.metering.counts import Counts
from orchestrator.domain.metering.meter import BYTES_A_TOKEN, Meter
from orchestrator.domain.metering.prices import PriceTable
from orchestrator.domain.redaction import Redactor
from orchestrator.domain.trouble import Trouble, of_error, of_response
from orchestrator.domain.wires import Format, Route, Wire, query

_LARGEST_ERROR = 1024 * 1024
_OK = range(200, 300)
_MOVED = range(300, 400)
_FINAL = {"x-should-retry": "false"}
_REFUSED = 403
"""What every client takes for the last word. Of a 429 some sleep the whole Retry-After out, and
their attempt holds a place for as long as it may last."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Call:
    """One call: what it asks and, at its end, what it used."""

    line: Line
    route: Route
    format: Format | None
    model: str
    size: int
    used: Usage = Usage()
    well: bool = False

    def note(self, trouble: Trouble | None) -> None:
        self.line.note(self.model, trouble)


class Proxy:
    """Passes calls on to the upstreams: metered, within budgets and rates."""

    def __init__(
        self,
        settings: GatewaySettings,
        prices: PriceTable,
        upstreams: Upstreams,
        redactor: Redactor,
    ) -> None:
        self._bounds = settings.bounds
        self._prices = prices
        self._upstreams = upstreams
        self._redactor = redactor
        self._turnstiles: Mapping[Wire, Turnstile] = {
            wire: Turnstile(settings.rate, settings.bounds.patience_s)
            for wire in settings.upstreams
        }

    async def serve(
        self, line: Line, route: Route, request: Asked, body: bytes, answer: Answer
    ) -> None:
        """Answer one request with what its upstream says."""
        model = route.path.rpartition("/")[2].partition(":")[0] if route.wire == "gemini" else ""
        call = _Call(line=line, route=route, format=route.format, model=model, size=len(body))
        if route.format is not None:
            try:
                said = asked(route.format, body)
            except ValueError as error:
                await answer.error(400, str(error))
                return
            call.model, body = said.model or model, said.body
        expected = line.expect(self._by_size(call)) if route.format else Usage()
        lacking = line.refusal(expected) if route.format else ""
        if lacking:
            call.note(Trouble(kind="refused", message=lacking))
            await answer.error(_REFUSED, lacking, _FINAL)
            return
        line.begin(call, expected)
        try:
            await self._in_turn(call, expected.tokens, request, body, answer)
        finally:
            line.end(call, call.used)

    def _by_size(self, call: _Call) -> Usage:
        counts = Counts(model=call.model, fresh=call.size // BYTES_A_TOKEN)
        return self._prices.usage(counts)

    async def _in_turn(
        self, call: _Call, expected: int, request: Asked, body: bytes, answer: Answer
    ) -> None:
        turnstile = self._turnstiles[call.route.wire]
        try:
            await turnstile.enter(expected)
        except HeldOffError as error:
            call.note(
                Trouble(kind="limited", message=str(error), retry_at=time.time() + error.wait_s)
            )
            await answer.error(_REFUSED, str(error), _FINAL)
            return
        try:
            await self._ask(call, request, body, answer)
        except TimeoutError:
            await self._failed(call, answer, 504, "the language model's server keeps silent")
        except aiohttp.ClientError as error:
            reason = self._redactor.text(str(error)) or type(error).__name__
            await self._failed(call, answer, 502, f"the language model's server failed: {reason}")
        finally:
            turnstile.leave(expected=expected, used=call.used.tokens, well=call.well)

    async def _failed(self, call: _Call, answer: Answer, status: int, message: str) -> None:
        """Say that there is no answer; where one has begun, what is missing says it."""
        call.note(Trouble(kind="malformed" if answer.begun else "unreachable", message=message))
        if not answer.begun:
            await answer.error(status, message)

    async def _ask(self, call: _Call, request: Asked, body: bytes, answer: Answer) -> None:
        parameters = query(request.query)
        target = call.route.path + (f"?{parameters}" if parameters else "")
        async with self._upstreams.call(
            call.route.wire, request.method, target, request.headers, body
        ) as response:
            call.line.learn(headroom(_names_lowered(response), time.time()))
            if response.status in _OK:
                await self._relay(call, response, answer)
            elif response.status in _MOVED:
                await self._failed(call, answer, 502, "the language model has moved elsewhere")
            else:
                await self._turned_down(call, response, answer)

    async def _turned_down(
        self, call: _Call, response: aiohttp.ClientResponse, answer: Answer
    ) -> None:
        """Pass on an error; it may repeat the key that it was called with."""
        body = await response.content.read(_LARGEST_ERROR)
        while len(body) < _LARGEST_ERROR and not response.content.at_eof():
            body += await response.content.read(_LARGEST_ERROR - len(body))
        clean = self._redactor.clean(body)
        trouble = of_response(response.status, _names_lowered(response), clean, time.time())
        self._remember(call, trouble)
        if self._outlasts(trouble):
            await answer.error(_REFUSED, trouble.message, _FINAL)
        else:
            await answer.whole(response.status, passed_back(response), clean)

    def _outlasts(self, trouble: Trouble) -> bool:
        """Say whether a limit lasts longer than anybody waits here: the attempt is over then."""
        lasts_s = (trouble.retry_at or 0.0) - time.time()
        return trouble.kind == "limited" and lasts_s > self._bounds.patience_s

    def _remember(self, call: _Call, trouble: Trouble) -> None:
        call.note(trouble)
        if trouble.kind in {"limited", "overloaded"}:
            self._turnstiles[call.route.wire].hold_off(trouble.retry_at)

    async def _relay(self, call: _Call, response: aiohttp.ClientResponse, answer: Answer) -> None:
        """Pass on an answer while it comes, and read it on the way."""
        streamed = response.content_type == "text/event-stream"
        meter = call.format and Meter(call.format, streamed=streamed, request_size=call.size)
        clean = self._redactor.stream()
        size, whole = 0, False
        try:
            await answer.begin(response.status, passed_back(response))
            async for chunk in response.content.iter_any():
                size += len(chunk)
                if size > self._bounds.response:
                    raise aiohttp.ClientPayloadError(
                        f"its answer is longer than {self._bounds.response} bytes"
                    )
                if meter:
                    meter.feed(chunk)
                await answer.part(clean.feed(chunk))
            whole = True
        finally:
            if meter:
                self._settle(call, meter, whole=whole)
        await answer.part(clean.flush(), last=True)

    def _settle(self, call: _Call, meter: Meter, *, whole: bool) -> None:
        reading = meter.finish(whole=whole)
        call.used = self._prices.usage(
            reading.counts, asked=call.model, estimated=reading.estimated
        )
        call.line.end(call, call.used)
        if reading.error is not None:
            self._remember(call, of_error(reading.error, time.time()))
        elif reading.fault:
            call.note(Trouble(kind="malformed", message=reading.fault))
        elif whole:
            call.well = True
            call.note(None)


def _names_lowered(response: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
