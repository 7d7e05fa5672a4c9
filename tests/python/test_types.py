"""What the checkers of types make of a program that is right and of one that is full of mistakes."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import ringback
from surface import methods

PROGRAMS = Path(__file__).parent / "types"
HOME = Path(ringback.__file__).parent


def mypy(program: Path, scratch: Path) -> dict[int, set[str]]:
    """Run mypy; give the rules that each line broke."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(scratch), "--no-pretty"]
    run = subprocess.run([*command, str(program)], cwd=scratch, capture_output=True, text=True, check=False)
    assert "Success" in run.stdout or "Found" in run.stdout, run.stdout + run.stderr
    found: dict[int, set[str]] = {}
    for file, line, rule in re.findall(r"^(.+):(\d+): error: .* \[([\w-]+)\]$", run.stdout, re.MULTILINE):
        assert file.endswith(program.name), run.stdout
        found.setdefault(int(line), set()).add(rule)
    return found


def pyright(program: Path, scratch: Path) -> dict[int, set[str]]:
    """Run pyright; give the rules that each line broke."""
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    run = subprocess.run([*command, str(program)], cwd=scratch, capture_output=True, text=True, check=False)
    report: Any = json.loads(run.stdout[run.stdout.index("{") :])
    assert report["summary"]["filesAnalyzed"] == 1
    found: dict[int, set[str]] = {}
    for one in report["generalDiagnostics"]:
        if one["severity"] == "error":
            found.setdefault(one["range"]["start"]["line"] + 1, set()).add(one["rule"])
    return found


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that both programs share, since reading all stubs takes its time."""
    return tmp_path_factory.mktemp("types")


@pytest.mark.parametrize("check", [mypy, pyright])
def test_a_right_program_is_accepted(check: Any, scratch: Path) -> None:
    assert check(PROGRAMS / "right.py", scratch) == {}


@pytest.mark.parametrize(("at", "check"), [(0, mypy), (1, pyright)])
def test_every_mistake_is_found_and_nothing_else(at: int, check: Any, scratch: Path) -> None:
    program = PROGRAMS / "wrong.py"
    lines = enumerate(program.read_text(encoding="utf-8").splitlines(), 1)
    marked = {number: line.split("  # ")[1].split(", ")[at] for number, line in lines if "  # " in line}
    assert len(marked) > 25
    found = check(program, scratch)
    assert set(found) == set(marked)
    for number, rule in marked.items():
        assert rule in found[number], (number, rule, found[number])


def test_every_method_is_in_the_stubs_with_its_arguments() -> None:
    known = {path: path.read_text(encoding="utf-8") for path in (HOME / "rest").rglob("*.pyi")}
    forms = 0
    for cls, name, method in methods(plain=False):
        parts = cls.__module__.split(".")[2:]
        here = HOME.joinpath("rest", *parts)
        text = known.get(here.with_suffix(".pyi")) or known[here / "__init__.pyi"]
        for prefix in ("", "Async"):
            body = text.split(f"\nclass {prefix}{name}(", 1)[1].split("\nclass ", 1)[0]
            call = method.__name__
            if prefix and call.endswith("_async"):
                continue
            forms += 1
            if call.endswith(("_async", "_with_http_info")):
                assert f"\n    {call} = _" in body, (cls, call)
                continue
            word = "async def" if prefix and call != "stream" else "def"
            line = next(line for line in body.split("\n") if line.startswith(f"    {word} {call}(self"))
            for argument in inspect.signature(method).parameters:
                assert argument == "self" or f" {argument}: " in line, (cls, method, argument)
    assert forms > 9000
