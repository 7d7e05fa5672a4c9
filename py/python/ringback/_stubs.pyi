"""What the stubs of the resources are made of."""

from builtins import list as _list
from collections.abc import AsyncIterator as _AsyncIterator
from collections.abc import Callable, Coroutine, Iterable
from collections.abc import Iterator as _Iterator
from collections.abc import Mapping as _Mapping
from collections.abc import Sequence as _Sequence
from datetime import date as _date
from datetime import datetime as _datetime
from decimal import Decimal as _Decimal
from typing import Any as _Any
from typing import Concatenate, Generic, Protocol, TypeVar, overload

from typing_extensions import ParamSpec, Self

from ringback._enums import TextEnum as _TextEnum
from ringback._models import Model as _Model
from ringback._reconciliation import Reconciliation as _Reconciliation
from ringback._responses import ApiResponse, Headers
from ringback._ringback import AsyncResults, Results
from ringback._ringback import InstanceContext as _InstanceContext
from ringback._ringback import InstanceResource as _InstanceResource
from ringback._ringback import ListResource as _ListResource
from ringback._ringback import Page as _Page
from ringback._ringback import TwiML as _TwiML

__all__ = [
    "_Any",
    "_AsyncCreateMany",
    "_AsyncIterator",
    "_CreateMany",
    "_Decimal",
    "_InstanceContext",
    "_InstanceResource",
    "_Iterator",
    "_ListResource",
    "_Mapping",
    "_Model",
    "_Page",
    "_Reconciliation",
    "_Sequence",
    "_Text",
    "_TextEnum",
    "_TwiML",
    "_awaited",
    "_awaited_info",
    "_awaited_stream",
    "_awaited_stream_info",
    "_date",
    "_datetime",
    "_info",
    "_info_of_awaited",
    "_info_of_awaited_stream",
    "_list",
    "_same",
    "_stream_info",
]

class _Text(Protocol):
    """A text that is not a value of an enum: where one enum is wanted, another one is a mistake."""

    def __getnewargs__(self) -> tuple[str]: ...
    def upper(self) -> str: ...

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_Given_co = TypeVar("_Given_co", covariant=True)

class _Method(Generic[_Arguments, _Given_co]):
    """A method that takes what another one takes."""

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Callable[_Arguments, _Given_co]: ...
    def __call__(self, instance: object, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Given_co: ...

_Plain = Callable[Concatenate[_Any, _Arguments], _Result]
_Waiting = Coroutine[_Any, _Any, _Result]
_Beside = tuple[_Result, int, Headers]

# the forms of a method, made from the plain one
def _same(method: _Plain[_Arguments, _Result]) -> _Method[_Arguments, _Result]: ...
def _awaited(method: _Plain[_Arguments, _Result]) -> _Method[_Arguments, _Waiting[_Result]]: ...
def _info(method: _Plain[_Arguments, _Result]) -> _Method[_Arguments, ApiResponse[_Result]]: ...
def _awaited_info(method: _Plain[_Arguments, _Result]) -> _Method[_Arguments, _Waiting[ApiResponse[_Result]]]: ...
def _info_of_awaited(
    method: _Plain[_Arguments, _Waiting[_Result]],
) -> _Method[_Arguments, _Waiting[ApiResponse[_Result]]]: ...

# a stream has the status and the headers of its first page beside it
def _awaited_stream(
    method: _Plain[_Arguments, _Iterator[_Result]],
) -> _Method[_Arguments, _Waiting[_AsyncIterator[_Result]]]: ...
def _stream_info(
    method: _Plain[_Arguments, _Iterator[_Result]],
) -> _Method[_Arguments, _Beside[_Iterator[_Result]]]: ...
def _awaited_stream_info(
    method: _Plain[_Arguments, _Iterator[_Result]],
) -> _Method[_Arguments, _Waiting[_Beside[_AsyncIterator[_Result]]]]: ...
def _info_of_awaited_stream(
    method: _Plain[_Arguments, _AsyncIterator[_Result]],
) -> _Method[_Arguments, _Waiting[_Beside[_AsyncIterator[_Result]]]]: ...

class _CreateMany(Protocol[_Given_co]):
    """The method that creates many instances, each by a dict of the arguments of `create`."""

    def __call__(
        self,
        requests: Iterable[_Mapping[str, _Any]],
        concurrency: int = ...,
        per_second: float | None = ...,
        ordered: bool = ...,
        progress: bool | Callable[[int, int | None], object] | None = ...,
    ) -> Results[_Given_co]: ...

class _AsyncCreateMany(Protocol[_Given_co]):
    """The same where results are awaited."""

    def __call__(
        self,
        requests: Iterable[_Mapping[str, _Any]],
        concurrency: int = ...,
        per_second: float | None = ...,
        ordered: bool = ...,
        progress: bool | Callable[[int, int | None], object] | None = ...,
    ) -> AsyncResults[_Given_co]: ...
