"""What the tests of the drop-in share: the comparison of every operation, made once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import whole

if TYPE_CHECKING:
    from whole import Comparison


@pytest.fixture(scope="session")
def comparison() -> Comparison:
    """Give the comparison of every operation in every form."""
    return whole.compare()
