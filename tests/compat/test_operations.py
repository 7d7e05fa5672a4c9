"""Every operation does in ringback what it does in the official package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import answers
from accepted import ACCEPTED

if TYPE_CHECKING:
    from whole import Comparison

SHOWN = 25


def test_every_operation_asks_and_answers_as_the_official_package(
    comparison: Comparison, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\n{comparison.places} lists and contexts, {comparison.operations} methods")
        print(f"calls: {dict(comparison.calls)}")
        print(f"{comparison.examples} examples; {comparison.rate():.2%} equal, {comparison.meant} differ as meant:")
        for accepted in ACCEPTED:
            print(f"  {accepted.seen:5} {accepted.reason}")
    shown = "\n".join(map(str, comparison.unexpected[:SHOWN]))
    assert not comparison.unexpected, f"{len(comparison.unexpected)} differences are not meant:\n{shown}"
    assert comparison.operations > 2000


def test_every_difference_that_is_meant_still_occurs(comparison: Comparison) -> None:
    assert comparison.calls
    has_examples = answers.SPECIFICATION.is_dir()
    expected = [accepted for accepted in ACCEPTED if has_examples or not accepted.of_examples]
    assert not [accepted.reason for accepted in expected if not accepted.seen]


def test_the_examples_of_the_specification_are_read_alike(comparison: Comparison) -> None:
    if not answers.SPECIFICATION.is_dir():
        pytest.skip(f"there is no specification at {answers.SPECIFICATION}")
    assert comparison.examples > 1000
