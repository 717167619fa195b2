"""stdin, stdout and stderr: closed, full, or with nobody at their other end."""

import os
import resource
import subprocess

import pytest

from board import LIMIT
from program import LEDACTOR, NO_WEB, OUTPUT, USAGE, Program
from wire import connect

SIM = "--board=sim"

# All that say something and need no board that runs, but for `off`, which needs a GPIO chip.
SPEAKERS = [
    ["--help"],
    ["--version"],
    ["--dump-config"],
    ["log", "--help"],
    ["doctor", SIM, NO_WEB],
    ["doctor", SIM, NO_WEB, "--json"],
]


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def run(program, arguments, stdout, **how):
    """Runs it to its end with that stdout. Returns how it ends, and what it says on stderr."""
    ended = subprocess.run(
        [LEDACTOR, *arguments],
        cwd=program.folder,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=LIMIT,
        **how,
    )
    return ended.returncode, ended.stderr.decode()


@pytest.fixture
def unread():
    """A pipe that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


def let_no_file_grow():
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


# What cannot be written


@pytest.mark.parametrize("arguments", SPEAKERS)
def test_what_cannot_be_printed_is_told(program, own_address, arguments):
    where = [f"--listen={own_address}"] if "--board=sim" in arguments else []
    with open("/dev/full", "wb") as full:
        assert run(program, [*arguments, *where], full) == (
            OUTPUT,
            "ledactor: cannot write to stdout: No space left on device\n",
        )


def test_a_new_key_whose_place_cannot_be_printed_is_told(program):
    with open("/dev/full", "wb") as full:
        status, said = run(program, ["keygen", "key"], full)
    path = program.folder / "key"
    assert (status, said) == (
        OUTPUT,
        f"ledactor: cannot write to stdout: No space left on device; the new key is in {path} all the same\n",
    )
    assert path.exists()


def test_a_tour_that_cannot_be_printed_is_told_and_leaves_nothing(program):
    there = {**os.environ, "TMPDIR": str(program.folder)}
    with open("/dev/full", "wb") as full:
        assert run(program, ["demo"], full, env=there) == (
            OUTPUT,
            "ledactor demo: cannot write to stdout: No space left on device\n",
        )
    assert list(program.folder.iterdir()) == []


def test_a_file_that_may_not_grow_is_told_like_a_full_disk(program):
    with (program.folder / "output").open("wb") as file:
        assert run(program, ["--help"], file, preexec_fn=let_no_file_grow) == (
            OUTPUT,
            "ledactor: cannot write to stdout: File too large\n",
        )


# A reader that has gone


@pytest.mark.parametrize("arguments", SPEAKERS)
def test_a_reader_that_has_gone_is_no_fault(program, own_address, unread, arguments):
    where = [f"--listen={own_address}"] if "--board=sim" in arguments else []
    assert run(program, [*arguments, *where], unread) == (0, "")


def test_a_tour_ends_with_its_reader_and_says_nothing(program, unread):
    there = {**os.environ, "TMPDIR": str(program.folder)}
    broken_pipe = 128 + 13
    assert run(program, ["demo"], unread, env=there) == (broken_pipe, "")
    assert list(program.folder.iterdir()) == []


def test_a_board_that_cannot_print_says_so_once_and_works_on(program, port):
    with open("/dev/full", "w") as full, subprocess.Popen(
        [LEDACTOR, SIM, NO_WEB, f"--port={port}"],
        cwd=program.folder,
        stdin=subprocess.PIPE,
        stdout=full,
        stderr=subprocess.PIPE,
        text=True,
    ) as board:
        try:
            board.stdin.write("leds\nleds\nnonsense\n")
            board.stdin.flush()
            said = [board.stderr.readline()]
            while "nonsense" not in said[-1]:
                assert said[-1], f"it ended, and said {said}"
                said.append(board.stderr.readline())
            lost = [line for line in said if "stdout" in line]
            assert lost == ["ledactor: stdout: No space left on device; lines are lost\n"]
            board.terminate()
            assert board.wait(LIMIT) == 0
        finally:
            board.kill()


# Closed ones


def close(*streams):
    return lambda: [os.close(stream) for stream in streams]


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_nothing_else_takes_the_place_of_a_closed_stream(program, port, closed):
    board = subprocess.Popen(
        [LEDACTOR, SIM, NO_WEB, f"--port={port}"],
        cwd=program.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=close(*closed),
    )
    try:
        connect(port).close()  # by now it has opened all that it needs
        for stream in (0, 1, 2):
            assert os.readlink(f"/proc/{board.pid}/fd/{stream}") == "/dev/null"
        board.terminate()
        assert board.wait(LIMIT) == 0
    finally:
        board.kill()
        board.wait()


def test_a_command_without_streams_ends_as_otherwise(program):
    nothing = {"preexec_fn": close(0, 1, 2)}
    assert program.run("--version", **nothing).returncode == 0
    assert program.run("--nonsense", **nothing).returncode == USAGE
    program.run("keygen", "key", **nothing)
    assert len((program.folder / "key").read_text().splitlines()) == 1
