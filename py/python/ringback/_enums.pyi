"""The class that all enums of the API have as their base."""

import enum

class TextEnum(str, enum.Enum):
    """A text that is one of a few; it compares, formats and serialises as its text."""

    # what only a checker sees: a value of an enum is text, but no text that another enum takes
    def __getnewargs__(self) -> tuple[str, TextEnum]: ...  # type: ignore[override]
