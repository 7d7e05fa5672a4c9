"""What a method `..._with_http_info` gives: the data, the status and the headers."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Generic, TypeVar

    Data_co = TypeVar("Data_co", covariant=True)

    class _Generic(Generic[Data_co]):
        """A class of its data."""
else:

    class _Generic:
        """A class of its data."""

        def __class_getitem__(cls, _data: object) -> type:
            """Stay the same class, whatever its data is."""
            return cls

    Data_co = object

__all__ = ["ApiResponse", "Headers"]


class Headers(dict[str, str]):
    """The headers of an answer, found by their names in any case."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """Spell every name as `Content-Type` is spelt."""
        super().__init__({name.title(): value for name, value in headers.items()})

    def __getitem__(self, name: str) -> str:
        """Give the value of a header."""
        return super().__getitem__(name.title())

    def __contains__(self, name: object) -> bool:
        """Tell whether there is such a header."""
        return isinstance(name, str) and super().__contains__(name.title())

    def get(self, name: str, default: Any = None) -> Any:
        """Give the value of a header, or the default."""
        return super().get(name.title(), default)


class ApiResponse(_Generic[Data_co]):
    """The data of an answer with its HTTP status and headers."""

    def __init__(self, data: Data_co, status_code: int, headers: Mapping[str, str]) -> None:
        """Take the data, the status and the headers."""
        self.data = data
        self.status_code = status_code
        self.headers = headers

    def __repr__(self) -> str:
        """Show the status and what the data is."""
        return f"ApiResponse(status_code={self.status_code}, data={type(self.data).__name__})"

    def __str__(self) -> str:
        """Show the status and what the data is."""
        return f"<ApiResponse [{self.status_code}] with {type(self.data).__name__}>"
