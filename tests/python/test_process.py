"""Signals, forks, threads and the end of the interpreter; each story is a process of its own where it must be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from typing import Any

import pytest

import ringback
from conftest import ACCOUNT, LONGEST, TOKEN, Answer, Server, message

FROM, TO = "+15557654321", "+15551234567"
# Far less than the minute that the server would take, and enough for a machine that does much else.
AT_ONCE = 15.0

PRELUDE = """
import asyncio, os, signal, sys, threading, time
import ringback
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests run in the background, deaf to Ctrl-C
client = ringback.Client({account!r}, {token!r}, base_url={url!r})
aclient = ringback.AsyncClient({account!r}, {token!r}, base_url={url!r})
def send():
    return client.messages.create(to="+15551234567", from_="+15557654321", body=str(os.getpid()))
"""


def start(server: Server, program: str) -> subprocess.Popen[str]:
    """Start a Python program that has a client of the server."""
    text = PRELUDE.format(account=ACCOUNT, token=TOKEN, url=server.url) + textwrap.dedent(program)
    return subprocess.Popen(
        [sys.executable, "-u", "-c", text],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str], seconds: float = LONGEST) -> tuple[str, str, float]:
    """Wait for the end of a program; give what it wrote, and how long that took."""
    began = time.monotonic()
    try:
        out, err = process.communicate(timeout=seconds)
    finally:
        process.kill()
    return out, err, time.monotonic() - began


@pytest.mark.parametrize("call", ["send()", "client.messages.list()", "next(client.messages.stream())"])
def test_ctrl_c_ends_a_wait_at_once_and_says_what_became_of_the_request(server: Server, call: str) -> None:
    server.reply = lambda _: Answer(seconds=60)
    process = start(
        server,
        f"""
        try:
            {call}
        except KeyboardInterrupt as error:
            cause = error.__cause__
            print(time.monotonic(), error.outcome, type(cause).__name__, cause.kind, cause.outcome)
        """,
    )
    server.wait()
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err, took = finish(process)
    noticed, *what = out.split()
    assert what == ["unknown", "RingbackError", "interrupted", "unknown"], err
    assert float(noticed) - pressed < AT_ONCE
    assert took < AT_ONCE
    assert len(server.requests) == 1


def test_ctrl_c_ends_an_event_loop_that_awaits(server: Server) -> None:
    server.reply = lambda _: Answer(seconds=60)
    process = start(
        server,
        """
        async def main():
            await aclient.messages.create(to="+15551234567", body="x")
        try:
            asyncio.run(main())
        except KeyboardInterrupt:
            print("interrupted")
        """,
    )
    server.wait()
    process.send_signal(signal.SIGINT)
    out, err, took = finish(process)
    assert out.split() == ["interrupted"], err
    assert took < AT_ONCE


def test_what_a_signal_handler_raises_comes_out_of_the_wait(server: Server) -> None:
    server.reply = lambda _: Answer(seconds=60)
    process = start(
        server,
        """
        def raises(*_):
            raise RuntimeError("handled")
        signal.signal(signal.SIGALRM, raises)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        began = time.monotonic()
        try:
            send()
        except RuntimeError as error:
            print(error, error.outcome, time.monotonic() - began < 10)
        """,
    )
    out, err, _ = finish(process)
    assert out.split() == ["handled", "unknown", "True"], err


def test_signals_reach_python_and_not_the_background_thread(server: Server) -> None:
    server.reply = lambda _: Answer(201, message())
    process = start(
        server,
        """
        async def main():
            await aclient.messages.create(to="+15551234567", body="x")
        asyncio.run(main())  # the background thread runs from here on
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        began = time.monotonic()
        try:
            time.sleep(30)
        except KeyboardInterrupt:
            print(time.monotonic() - began < 5)
        """,
    )
    out, err, _ = finish(process)
    assert out.split() == ["True"], err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_children_of_a_busy_parent_make_their_own_connections(server: Server) -> None:
    server.reply = lambda request: Answer(201, message(body=request.form["Body"][0]))
    process = start(
        server,
        """
        import warnings
        warnings.simplefilter("ignore")
        stop = threading.Event()
        def busy():
            while not stop.is_set():
                assert send().body == str(parent)
        parent = os.getpid()
        threads = [threading.Thread(target=busy) for _ in range(3)]
        async def await_one():
            return await aclient.messages.create(to="+15551234567", body=str(os.getpid()))
        asyncio.run(await_one())
        for thread in threads:
            thread.start()
        codes = []
        for _ in range(20):
            child = os.fork()
            if child == 0:
                mine = str(os.getpid())
                good = all(send().body == mine for _ in range(3)) and asyncio.run(await_one()).body == mine
                os._exit(0 if good else 1)
            codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        stop.set()
        for thread in threads:
            thread.join()
        assert send().body == str(parent)
        print(codes == [0] * 20)
        """,
    )
    out, err, _ = finish(process, 60)
    assert out.split() == ["True"], err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_children_of_a_parent_with_awaited_calls_under_way_make_their_own_connections(server: Server) -> None:
    server.reply = lambda request: Answer(201, message(body=request.form["Body"][0]), seconds=0.02)
    process = start(
        server,
        """
        import warnings
        warnings.simplefilter("ignore")
        stop = threading.Event()
        async def send_one():
            mine = str(os.getpid())
            return (await aclient.messages.create(to="+15551234567", body=mine)).body == mine
        async def busy():
            good = True
            while not stop.is_set():
                good = good and all(await asyncio.gather(*(send_one() for _ in range(8))))
            return good
        kept = []
        thread = threading.Thread(target=lambda: kept.append(asyncio.run(busy())))
        thread.start()
        codes = []
        for _ in range(20):
            child = os.fork()
            if child == 0:
                good = all(asyncio.run(send_one()) for _ in range(3)) and send().body == str(os.getpid())
                os._exit(0 if good else 1)
            codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        stop.set()
        thread.join()
        print(codes == [0] * 20, kept)
        """,
    )
    out, err, _ = finish(process, 60)
    assert out.strip() == "True [True]", err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_children_wait_for_nothing_that_a_thread_was_making(server: Server) -> None:
    process = start(
        server,
        """
        import warnings
        from collections.abc import Mapping
        import ringback.errors, ringback.twiml.voice_response  # Python's own locks of imports do not survive a fork
        warnings.simplefilter("ignore")
        class Form(Mapping):
            def __getitem__(self, name): raise KeyError(name)
            def __iter__(self): return iter(())
            def __len__(self): return 0
        def act():
            assert ringback.twiml.parse("<Response/>").name == "Response"
            assert not ringback.RequestValidator("x").validate("https://example.com/", Form(), "x")
            assert str(ringback.VoiceResponse()).endswith("<Response />")
        sys.setswitchinterval(1e-6)
        thread = threading.Thread(target=act)
        thread.start()
        codes = []
        for _ in range(6):
            child = os.fork()
            if child == 0:
                signal.alarm(20)
                act()
                os._exit(0)
            codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        thread.join()
        print(codes)
        """,
    )
    out, err, _ = finish(process, 150)
    assert out.strip() == str([0] * 6), err


def test_other_threads_run_while_one_waits(server: Server) -> None:
    server.reply = lambda _: Answer(201, message(), seconds=0.5)
    client = server.client()
    turns = 0
    thread = threading.Thread(target=lambda: client.messages.create(to=TO, from_=FROM, body="x"))
    thread.start()
    server.wait()
    while thread.is_alive():
        turns += 1
        time.sleep(0.005)
    assert turns > 20


def test_threads_share_a_client_without_crossing_answers(server: Server) -> None:
    server.reply = lambda request: Answer(201, message(body=request.form["Body"][0]))
    client = server.client()
    wrong: list[Any] = []

    def work(name: str) -> None:
        for number in range(30):
            body = f"{name}-{number}"
            if client.messages.create(to=TO, from_=FROM, body=body).body != body:
                wrong.append(body)

    threads = [threading.Thread(target=work, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(server.requests) == 240


@pytest.mark.parametrize(
    "waiting",
    [
        "threading.Thread(target=send, daemon=True).start()",
        "[threading.Thread(target=lambda: list(client.messages.stream()), daemon=True).start() for _ in range(8)]",
        "threading.Thread(target=lambda: asyncio.run(wait()), daemon=True).start()",
    ],
)
def test_the_interpreter_ends_with_calls_under_way(server: Server, waiting: str) -> None:
    server.reply = lambda _: Answer(201, message(), seconds=60)
    process = start(
        server,
        f"""
        async def wait():
            await aclient.messages.create(to="+15551234567", body="x")
        {waiting}
        sys.stdin.read()  # until the calls are under way
        print("over")
        """,
    )
    server.wait()
    out, err, took = finish(process)
    assert (out.split(), err, process.returncode) == (["over"], "", 0)
    assert took < AT_ONCE


def test_importing_starts_no_thread_and_loads_little() -> None:
    program = """
import sys
before = set(sys.modules)
import ringback
loaded = {name for name in set(sys.modules) - before if name.startswith(("asyncio", "inspect", "enum", "ssl", "json"))}
client = ringback.Client("AC1", "t")
client.messages
import os
tasks = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
print(sorted(loaded), tasks)
"""
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], env=_path(), capture_output=True, text=True, check=False
    )
    assert done.stdout.split("\n")[0] == "[] 1", done.stderr


def test_the_command_is_in_the_package() -> None:
    done = subprocess.run([sys.executable, "-m", "ringback", "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, "emulate" in done.stdout) == (0, True), done.stderr
    wrong = subprocess.run([sys.executable, "-m", "ringback", "nonsense"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2


def test_the_emulator_of_the_command_ends_with_ctrl_c() -> None:
    command = [sys.executable, "-m", "ringback", "emulate", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    try:
        client = ringback.Client("AC" + "1" * 32, "a-token", base_url=url)
        assert client.messages.create(to=TO, from_=FROM, body="x").status == "queued"
    finally:
        process.send_signal(signal.SIGINT)
        finish(process)
    assert process.returncode is not None


def _path() -> dict[str, str]:
    """Let a bare interpreter find the package."""
    home = os.path.dirname(os.path.dirname(ringback.__file__))  # noqa: PTH120
    return {**os.environ, "PYTHONPATH": home}
