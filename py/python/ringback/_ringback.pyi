"""The native module."""

import os
from collections.abc import Callable, Generator
from decimal import Decimal
from types import TracebackType
from typing import Any, ClassVar, Generic, Literal, NoReturn, TypeVar, final, overload

from typing_extensions import Self

from ringback.errors import Outcome, RingbackError
from ringback.rest._resources import AsyncResources, Resources
from ringback.webhooks._ladder import LadderStep

_Instance = TypeVar("_Instance")
_Nested = TypeVar("_Nested", bound="TwiML | str")
_Result_co = TypeVar("_Result_co", covariant=True)

__version__: str

class Client(Resources):
    """A client of Twilio's API whose calls wait."""

    account_sid: str
    @overload
    def __init__(
        self,
        account_sid: str | None = ...,
        auth_token: str | None = ...,
        *,
        api_key: str | None = ...,
        api_secret: str | None = ...,
        client_id: str | None = ...,
        client_secret: str | None = ...,
        region: str | None = ...,
        edge: str | None = ...,
        base_url: str | None = ...,
        ca_file: str | os.PathLike[str] | None = ...,
        proxy: str | None = ...,
        timeout: float | None = ...,
        max_retries: int | None = ...,
        largest_body: int | None = ...,
        http_client: Any = ...,
        credential_provider: Any = ...,
        user_agent_extensions: list[str] | None = ...,
        correlate_callbacks: bool | None = ...,
        on_call: Callable[[CallRecord], object] | None = ...,
        client_validation: ClientValidation | None = ...,
    ) -> None: ...
    @overload
    def __init__(
        self,
        username: str | None = ...,
        password: str | None = ...,
        account_sid: str | None = ...,
        region: str | None = ...,
        *,
        edge: str | None = ...,
        base_url: str | None = ...,
        ca_file: str | os.PathLike[str] | None = ...,
        proxy: str | None = ...,
        timeout: float | None = ...,
        max_retries: int | None = ...,
        largest_body: int | None = ...,
        http_client: Any = ...,
        credential_provider: Any = ...,
        user_agent_extensions: list[str] | None = ...,
        correlate_callbacks: bool | None = ...,
        on_call: Callable[[CallRecord], object] | None = ...,
        client_validation: ClientValidation | None = ...,
    ) -> None: ...
    _make_error: ClassVar[Any]
    _warns_of_short_names: ClassVar[bool]
    _may_lack_credentials: ClassVar[bool]
    def _hand_over(self, url: str) -> tuple[str, dict[str, str], tuple[str, str] | None]: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

class AsyncClient(AsyncResources):
    """A client of Twilio's API whose calls are awaited."""

    account_sid: str
    @overload
    def __init__(
        self,
        account_sid: str | None = ...,
        auth_token: str | None = ...,
        *,
        api_key: str | None = ...,
        api_secret: str | None = ...,
        client_id: str | None = ...,
        client_secret: str | None = ...,
        region: str | None = ...,
        edge: str | None = ...,
        base_url: str | None = ...,
        ca_file: str | os.PathLike[str] | None = ...,
        proxy: str | None = ...,
        timeout: float | None = ...,
        max_retries: int | None = ...,
        largest_body: int | None = ...,
        http_client: Any = ...,
        credential_provider: Any = ...,
        user_agent_extensions: list[str] | None = ...,
        correlate_callbacks: bool | None = ...,
        on_call: Callable[[CallRecord], object] | None = ...,
        client_validation: ClientValidation | None = ...,
    ) -> None: ...
    @overload
    def __init__(
        self,
        username: str | None = ...,
        password: str | None = ...,
        account_sid: str | None = ...,
        region: str | None = ...,
        *,
        edge: str | None = ...,
        base_url: str | None = ...,
        ca_file: str | os.PathLike[str] | None = ...,
        proxy: str | None = ...,
        timeout: float | None = ...,
        max_retries: int | None = ...,
        largest_body: int | None = ...,
        http_client: Any = ...,
        credential_provider: Any = ...,
        user_agent_extensions: list[str] | None = ...,
        correlate_callbacks: bool | None = ...,
        on_call: Callable[[CallRecord], object] | None = ...,
        client_validation: ClientValidation | None = ...,
    ) -> None: ...
    async def close(self) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

@final
class CallRecord:
    """A call that is over, as `on_call` gets it."""

    operation: str
    """The name of the operation, such as `api.v2010.accounts.messages.create`."""
    method: str
    path: str
    """The path without its query."""
    status: int | None
    """The HTTP status, if an answer came."""
    outcome: Outcome
    error_kind: str | None
    """What went wrong, as in `RingbackError.kind`; `interrupted` if the caller stopped waiting."""
    seconds: float
    """How long the call took, repeats and the waits between them included."""
    attempts: int
    request_id: str | None
    """Twilio's name for the request, if it gave one."""

class ListResource:
    """A list of the API."""

class InstanceContext:
    """One instance of the API by its identifiers."""

class InstanceResource:
    """One instance of the API as Twilio sent it."""

class Page(Generic[_Instance]):
    """One page of a list."""

    next_page_url: str | None
    previous_page_url: str | None
    def __iter__(self) -> Self: ...
    def __next__(self) -> _Instance: ...

class Results(Generic[_Result_co]):
    """The results of many requests, each the instance or the error that it met."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> _Result_co | RingbackError: ...
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, place: int, /) -> _Result_co | RingbackError: ...
    @overload
    def __getitem__(self, place: slice, /) -> list[_Result_co | RingbackError]: ...
    index: int | None
    def stop(self) -> None: ...

class AsyncResults(Generic[_Result_co]):
    """The results of many requests, to be awaited one by one or all at once."""

    def __aiter__(self) -> Self: ...
    async def __anext__(self) -> _Result_co | RingbackError: ...
    def __await__(self) -> Generator[Any, None, list[_Result_co | RingbackError]]: ...
    def __len__(self) -> int: ...
    index: int | None
    def stop(self) -> None: ...

class TwiML:
    """A TwiML document or verb."""

    name: str
    def to_xml(self, xml_declaration: bool = ...) -> str: ...
    def append(self, verb: TwiML | str) -> Self: ...
    def nest(self, verb: _Nested) -> _Nested: ...
    def add_text(self, text: str) -> None: ...
    def comment(self, text: str) -> Self: ...
    def add_child(self, name: str, value: object = ..., **attributes: Any) -> TwiML: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

class Element:
    """An element of a TwiML document that was read."""

    @property
    def name(self) -> str: ...
    @property
    def attributes(self) -> dict[str, str]: ...
    @property
    def children(self) -> list[Element | str | Comment]: ...
    @property
    def text(self) -> str: ...
    def to_xml(self, xml_declaration: bool = ...) -> str: ...

class Comment:
    """A comment of a TwiML document that was read."""

    @property
    def text(self) -> str: ...

class Finding:
    """Something that is wrong with a TwiML document, or may be; its text is a line as compilers write them."""

    @property
    def severity(self) -> Literal["error", "warning"]: ...
    @property
    def code(self) -> int | None: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def message(self) -> str: ...
    @property
    def hint(self) -> str | None: ...

def parse_twiml(xml: str) -> Element: ...
def check_twiml(
    document: str | TwiML | Element,
    kind: Literal["voice", "messaging", "fax"] | None = ...,
    parameter: bool = ...,
    context: Literal["number_url", "conference_wait_url", "enqueue_wait_url", "queue_url"] | None = ...,
) -> list[Finding]: ...

class RequestValidator:
    """Checks the signatures of webhooks."""

    def __init__(self, token: str | list[str] | None = ..., *, shared_keys: dict[str, str] | None = ...) -> None: ...
    def validate(
        self, uri: object, params: object, signature: object, algorithm: str | None = ..., *, settings: object = ...
    ) -> bool: ...
    def explain(
        self,
        uri: object,
        params: object,
        signature: object,
        *,
        headers: object = ...,
        content_type: object = ...,
        algorithm: str | None = ...,
        settings: object = ...,
    ) -> Explanation: ...
    def compute_signature(self, uri: str, params: object, algorithm: str | None = ...) -> str: ...

class Reason:
    """One thing that is wrong with a request."""

    @property
    def kind(self) -> str: ...
    @property
    def problem(self) -> str: ...
    @property
    def remedy(self) -> str: ...
    @property
    def is_proven(self) -> bool: ...

class Explanation:
    """Why a request is refused; no verdict."""

    @property
    def reasons(self) -> list[Reason]: ...
    @property
    def kinds(self) -> list[str]: ...
    def __bool__(self) -> NoReturn: ...

class Begun:
    """Whether an event may be acted on; true if it may."""

    def __init__(self, key: str, state: str, claim: int = ...) -> None: ...
    @property
    def key(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def claim(self) -> int: ...
    def __bool__(self) -> bool: ...

class MemoryStore:
    """Keeps events in the memory of this process."""

    def __init__(
        self,
        *,
        lease: float = ...,
        keep: float = ...,
        capacity: int = ...,
        clock: Callable[[], float] | None = ...,
    ) -> None: ...
    def begin(self, key: str, /) -> Begun: ...
    def finish(self, begun: Begun, /) -> bool: ...
    def abandon(self, begun: Begun, /) -> bool: ...

class ReplayGuard:
    """Tells of requests that were seen before."""

    def __init__(self, store: object) -> None: ...
    def see(self, signature: str, idempotency_token: str | None = ...) -> str: ...

def signature_algorithm(settings: str, /) -> str: ...
def signature_algorithms() -> list[str]: ...
def event_key(params: object, idempotency_token: str | None = ...) -> str: ...
def event_statements() -> dict[str, Any]: ...

@final
class ClientValidation:
    """Signs a client's requests with a private key whose public half Twilio knows."""

    def __new__(cls, account_sid: str, api_key_sid: str, credential_sid: str, private_key: str | bytes) -> Self: ...
    def header(
        self, method: str, host: str, target: tuple[str, str], authorization: str, body: bytes
    ) -> tuple[str, str]: ...

class Segments:
    """The text messages that a text is cut into."""

    def __init__(self, body: str, *, smart_encoded: bool = ...) -> None: ...
    text: str
    """The whole text, after smart encoding where that was asked for."""
    encoding: Literal["GSM-7", "UCS-2"]
    count: int
    """How many segments there are, each of which is paid for; an empty text is one."""
    characters: int
    """How many characters a reader sees."""
    units: int
    """How many units the text takes: of 7 bits in GSM-7, of 16 bits in UCS-2."""
    room: int
    """How many units are left in the last segment."""
    is_too_long: bool
    """Whether Twilio refuses the text because it is longer than 1,600 UTF-16 units."""
    texts: list[str]
    """The text of each segment."""
    units_of_each: list[int]
    """The units that each segment takes."""
    unencodable: list[Unencodable]
    """The characters that make the text UCS-2."""
    def __len__(self) -> int: ...

@final
class Unencodable:
    """A character that GSM-7 does not have."""

    character: str
    index: int
    """Where it stands in the text."""
    look_alike: str | None
    """What smart encoding writes instead: nothing if it is empty, and None if the character stays."""

@final
class Address:
    """An address in the form in which Twilio takes and answers it."""

    def __init__(self, text: str) -> None: ...
    @staticmethod
    def whatsapp(number: str) -> Address: ...
    kind: Literal["phone", "whatsapp", "messenger", "rcs", "client", "sip", "sim", "short_code", "name"]
    value: str
    """The address without the name of its channel."""
    number: str | None
    """The number in it, of a phone, WhatsApp or RCS."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class MessagePrices:
    """The prices of text messages in one country, as this account pays them."""

    def __init__(self, answer: dict[str, Any]) -> None: ...
    country: str
    """The country, by its two letters of ISO 3166."""
    currency: str
    prices: list[MessagePrice]
    def estimate(
        self,
        body: str | int | Segments,
        *,
        direction: Literal["outbound", "inbound"] = ...,
        number_type: str | None = ...,
        smart_encoded: bool = ...,
    ) -> CostEstimate:
        """Estimate what a text, or so many segments, cost: over all carriers, and all kinds of number unless one is named."""

@final
class MessagePrice:
    """The price of one segment."""

    direction: Literal["outbound", "inbound"]
    number_type: str
    """The kind of the account's number, as Twilio calls it: `local`, `mobile`, `shortcode` and others."""
    carrier: str | None
    current: Decimal
    """What the account pays now."""
    base: Decimal
    """What is paid without discounts."""

@final
class CostEstimate:
    """What a message will cost; the two bounds differ where carriers or kinds of number do."""

    segments: int
    lowest: Decimal
    highest: Decimal
    currency: str

@final
class WebhookGuard:
    """Looks at requests as the settings of an adapter say."""

    max_body: int
    def __init__(
        self,
        auth_tokens: list[str] | None,
        *,
        by_account: bool,
        public_url: str | None,
        trusted_proxies: list[str] | None,
        max_body: int | None,
        replay_guard: ReplayGuard | None = ...,
    ) -> None: ...
    def admit(
        self,
        method: str,
        scheme: str,
        target: bytes,
        peer: str | None,
        headers: list[tuple[bytes, bytes]],
        url: str | None = ...,
    ) -> Admission | Refusal: ...

@final
class Admission:
    """A request whose head is in order."""

    url: str
    """The URL that Twilio was told, as far as it is known."""
    def account(self, body: bytes) -> str | Refusal | None: ...
    def check(self, body: bytes, auth_tokens: list[str] | None = ...) -> CheckedRequest | Refusal: ...

@final
class Refusal:
    """Why a request is refused; only whoever reads the log is told."""

    status: int
    """The HTTP status to answer."""
    kind: str
    cause: BaseException | None
    """What the store of the replay guard raised, if that is why."""
    def __init__(self, kind: str) -> None: ...

@final
class CheckedRequest:
    """A request that is Twilio's."""

    url: str
    """The URL that Twilio was told."""
    params: list[tuple[str, str]]
    """Names and values in the order sent: of the form, or of the URL for a GET and the handshake of a WebSocket."""
    body: bytes
    """The raw body."""
    idempotency_token: str | None
    """What stays the same when Twilio sends this webhook again; it is not signed."""
    sighting: Literal["fresh", "retried"] | None
    """Whether a replay guard has seen it before; what Twilio tries again is answered as before."""
    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...

class MessageLadder:
    """The last status of the messages that were heard of last; threads may share it."""

    def __init__(self, capacity: int = ...) -> None: ...
    def climb(self, sid: str, status: str) -> LadderStep: ...
    def status(self, sid: str) -> str | None: ...
    def __len__(self) -> int: ...

class CallLadder:
    """The last status of the calls that were heard of last; threads may share it."""

    def __init__(self, capacity: int = ...) -> None: ...
    def climb(self, sid: str, status: str, sequence_number: int | None = ...) -> LadderStep: ...
    def status(self, sid: str) -> str | None: ...
    def __len__(self) -> int: ...

class MediaSession:
    """What a program knows of a media stream."""

    stream_sid: str | None
    is_over: bool
    missed: int
    pending_marks: list[str]
    def receive(self, message: str | bytes) -> tuple[str, dict[str, Any]]: ...
    def media(self, payload: bytes) -> str: ...
    def frames(self, audio: bytes) -> list[str]: ...
    def mark(self, name: str) -> str: ...
    def clear(self) -> str: ...

class NativeEmulator:
    """A running emulator."""

    account: ClassVar[tuple[str, str]]
    url: str
    def __init__(self, port: int) -> None: ...
    def control(self, method: str, path: str, body: Any = ...) -> tuple[int, Any]: ...
    def stop(self) -> None: ...

def run(arguments: list[str]) -> int: ...
def error_kinds() -> list[str]: ...
def spell(what: str, name: str) -> str | None: ...
def modules() -> list[str]: ...
def class_of(module: str, name: str | None = ...) -> Any: ...
def twiml_class(module: str, name: str) -> Any: ...
def twiml_classes(module: str) -> list[str]: ...
def webhook_headers() -> list[str]: ...
def encode_target(path: bytes, query: bytes) -> bytes: ...
def correlation_id(url: str) -> str | None: ...
def token_encode(headers: Any, payload: Any, key: str | bytes, algorithm: str) -> str: ...
def token_decode(
    jwt: object, key: str | bytes | None, algorithm: str, leeway: int, now: int | None = ...
) -> tuple[dict[str, Any], dict[str, Any]]: ...
def token_registered(
    issuer: str | None, subject: str | None, not_before: int | None, expires_at: int
) -> dict[str, Any]: ...
def access_token_jwt(token: object, now: int, not_before: int | None, expires_at: int) -> str: ...
def access_token_claims(signing_key_sid: str, now: int, identity: Any, grants: dict[str, Any]) -> dict[str, Any]: ...
def access_token_headers(region: str | None) -> dict[str, Any]: ...
def access_token_check(account_sid: str, signing_key_sid: str, expires_at: int, now: int) -> None: ...
def grant_payload(key: str, grant: object) -> dict[str, Any]: ...
def scope_text(service: str, privilege: str, params: dict[str, Any]) -> str: ...
def scope_query(params: dict[str, Any]) -> str: ...
def capability_claims(
    scopes: list[tuple[str, str, str, dict[str, Any]]], client_name: str | None
) -> dict[str, Any]: ...
def task_router_policies(
    permission: str, workspace: str, resource: str, account_sid: str, channel: str
) -> list[dict[str, Any]]: ...
def task_router_claims(
    account_sid: str, workspace_sid: str, channel: str, policies: list[dict[str, Any]]
) -> dict[str, Any]: ...
def validation_headers(credential_sid: str) -> dict[str, Any]: ...
def validation_claims(
    target: tuple[str, str, str], headers: list[tuple[str, str]], signed: list[str], body: bytes
) -> dict[str, Any]: ...
def smart_encode(body: str) -> str:
    """Write a text as smart encoding does."""

def e164(number: str) -> str:
    """Give the number back if it is in E.164; the error says what to do about one that is not."""

def read_media(message: str | bytes) -> tuple[str, dict[str, Any]]: ...
def read_relay(message: str | bytes) -> tuple[str, dict[str, Any]]: ...
def media_media(stream_sid: str, payload: bytes) -> str: ...
def media_mark(stream_sid: str, name: str) -> str: ...
def media_clear(stream_sid: str) -> str: ...
def relay_text(
    token: str, last: bool, lang: str | None, interruptible: bool | None, preemptible: bool | None
) -> str: ...
def relay_play(source: str, times: int | None, interruptible: bool | None, preemptible: bool | None) -> str: ...
def relay_send_digits(digits: str) -> str: ...
def relay_language(tts_language: str | None, transcription_language: str | None) -> str: ...
def relay_end(handoff_data: str | None) -> str: ...
def decode_mulaw(mulaw: bytes) -> bytes: ...
def encode_mulaw(pcm: bytes) -> bytes: ...
def validate_handshake(validator: RequestValidator, url: object, signature: object) -> bool: ...
def decode(kind: str, value: object) -> Any: ...
def message_step(last: str | None, status: str) -> LadderStep: ...
def call_step(last: tuple[str, int | None] | None, status: tuple[str, int | None]) -> LadderStep: ...
def read_payload(params: object, class_: type | None = ..., /) -> Any: ...
def read_cloud_events(body: bytes | str) -> list[Any]: ...

class Domain:
    """A product of Twilio's."""

class Version:
    """A version of a product."""
