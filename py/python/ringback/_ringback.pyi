"""The native module."""

import os
from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any, ClassVar, Generic, TypeVar, final, overload

from typing_extensions import Self

from ringback.errors import Outcome, RingbackError
from ringback.rest._resources import AsyncResources, Resources
from ringback.webhooks._ladder import LadderStep

_Instance = TypeVar("_Instance")
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
    def nest(self, verb: TwiML | str) -> Self: ...
    def add_text(self, text: str) -> None: ...
    def comment(self, text: str) -> Self: ...
    def add_child(self, name: str, value: object = ..., **attributes: Any) -> TwiML: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

class RequestValidator:
    """Checks the signatures of webhooks."""

    def __init__(self, token: str | list[str]) -> None: ...
    def validate(self, uri: object, params: object, signature: object) -> bool: ...
    def compute_signature(self, uri: str, params: object) -> str: ...

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
def decode(kind: str, value: object) -> Any: ...
def message_step(last: str | None, next: str) -> LadderStep: ...
def call_step(last: tuple[str, int | None] | None, next: tuple[str, int | None]) -> LadderStep: ...
def read_payload(params: object, class_: type | None = ..., /) -> Any: ...
def read_cloud_events(body: bytes | str) -> list[Any]: ...

class Domain:
    """A product of Twilio's."""

class Version:
    """A version of a product."""
