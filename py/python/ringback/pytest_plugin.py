"""A fixture for tests of code that uses Twilio: an emulator of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringback.emulator import Emulator


@pytest.fixture
def ringback_emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """Start an emulator for one test; clients made without arguments use it."""
    from ringback.emulator import Emulator  # noqa: PLC0415 - other tests do not pay for it

    with Emulator() as emulator:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        yield emulator
