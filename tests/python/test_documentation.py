"""The programs of the pages in docs run as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
# the pages whose programs run here, and how many each has at least
PAGES = {
    "frameworks.md": 2,
    "payloads.md": 3,
    "reliability.md": 3,
    "streams.md": 4,
    "text.md": 3,
    "tokens.md": 3,
    "twiml.md": 1,
    "webhooks.md": 6,
}
PROGRAMS = {
    f"{page}:{at}": program
    for page in PAGES
    for at, program in enumerate(
        re.findall(r"^```python\n(.*?)^```$", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    )
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_program_of_the_page_runs(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    for line in re.findall(r"# (\d+:.*)", program):  # what a page says that its program prints
        assert line in done.stdout


def test_the_pages_have_programs() -> None:
    assert all(f"{page}:{least - 1}" in PROGRAMS for page, least in PAGES.items())
    assert sum(name.startswith("streams.md") for name in PROGRAMS) == PAGES["streams.md"]
