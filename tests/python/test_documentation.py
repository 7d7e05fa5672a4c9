"""The programs of the pages in docs run as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ("frameworks.md", "payloads.md", "reliability.md", "text.md", "tokens.md")
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


def test_the_pages_have_programs() -> None:
    assert all(f"{page}:1" in PROGRAMS for page in PAGES)
