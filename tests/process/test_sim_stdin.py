"""The lines that drive a simulated board, and the lines it prints."""

import contextlib
import fcntl
import os
import random
import signal
import subprocess
import threading

import pytest

from board import QUICK_REDIAL
from program import LEDACTOR, LIMIT, NO_WEB

LONGEST = 256  # [bytes] of a line, its newline apart


def complaints(board):
    """What the board has said on stderr beside its log. Ends it, so that all is written."""
    board.stop()
    return [line for line in board.log().splitlines() if line.startswith("ledactor: ")]


def type_bytes(board, data):
    board.process.stdin.buffer.write(data)
    board.process.stdin.buffer.flush()


class Unread:
    """A client whose stdout is read by hand, and whose log is read line by line."""

    PIPE = 4096  # [bytes] that its stdout takes: a page
    BACKLOG = 64 * 1024  # [bytes] that it keeps at most

    def __init__(self, port):
        self.stdout, output = os.pipe()
        fcntl.fcntl(self.stdout, fcntl.F_SETPIPE_SZ, self.PIPE)
        self.process = subprocess.Popen(
            [LEDACTOR, "--config-file=/dev/null", "--role=client", "--board=sim", "--name=unread"]
            + [f"--port={port}", "--host=127.0.0.1", NO_WEB, *QUICK_REDIAL]
            + ["--caf.logger.console.verbosity=debug"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(output)
        self._limit = threading.Timer(LIMIT, self.process.kill)
        self._limit.start()

    def type(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def read_line(self):
        """Reads no byte beyond the line's end."""
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(self.stdout, 1)
            assert byte, f"stdout has ended after {line}"
            line += byte
        return line.decode().strip()

    def wait_for_log(self, part):
        for line in self.process.stderr:
            if part in line:
                return
        raise AssertionError(f"it ended without '{part}'")

    def stop(self):
        self.process.terminate()
        self.process.stderr.read()
        return self.process.wait(LIMIT)

    def clean_up(self):
        self._limit.cancel()
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stderr.close()
        with contextlib.suppress(OSError):
            os.close(self.stdout)


@pytest.fixture
def unread(boards, port):
    """Linked to a server."""
    server = boards.server()
    board = Unread(port)
    try:
        server.expect("link up unread")
        assert board.read_line() == "link up server"
        yield server, board
    finally:
        board.clean_up()


# Good lines


def test_press_holds_until_release(boards):
    server, client = boards.pair()
    client.type("press 2\n")
    server.expect_lit(2)
    client.type("press 4\npress 2\n")  # a finger that is down stays down
    server.expect_lit(2, 4)
    client.type("release 2\n")
    server.expect_lit(4)
    client.type("release 2\nrelease 4\n")
    server.expect_lit()
    assert server.led_lines == ["led 2 on", "led 4 on", "led 2 off", "led 4 off"]
    assert not complaints(client)


def test_press_with_a_time_ends_by_itself(boards):
    server, client = boards.pair()
    client.type("press 1 1\npress 2 3600000\n")
    server.wait_for(lambda: "led 1 off" in server.led_lines, "LED 1 off again")
    server.expect_lit(2)
    client.type("press 2 1\n")  # the newest time counts
    server.expect_lit()


def test_leds_lists_all_leds_as_they_are(boards):
    server, client = boards.pair()
    server.press(1, 3)
    client.expect_lit(1, 3)
    before = len(client.led_lines)
    client.list_leds()
    assert client.led_lines[before:] == ["led 1 on", "led 2 off", "led 3 on", "led 4 off"]


def test_the_control_button_is_one_more_button(boards):
    server, client = boards.pair()
    server.type("press control 1\n")
    client.expect("kicked")
    client.expect("link down kicked")
    assert client.wait_for_end() == 0
    server.expect("link down kicked")
    again = boards.client(name="again")
    again.expect("link up server")
    again.type("press control\n")
    assert again.wait_for_end() == 0
    assert not complaints(server)


def test_a_press_that_waits_on_stdin_before_the_start_counts(boards):
    for number in range(5):
        client = boards.client(name=f"eager {number}")
        client.type("press control\n")
        assert client.wait_for_end() == 0


@pytest.mark.parametrize(
    "text",
    [b"press 3\r\n", b"  press   3  \n", b"\tpress\t3\t\n", b"\n\r\n \n\t\r\npress 3\n", b"press 3" + b" " * 249 + b"\n"],
)
def test_blanks_and_dos_line_ends_do_not_matter(boards, text):
    server, client = boards.pair()
    type_bytes(client, text)
    server.expect_lit(3)
    assert not complaints(client)


def test_a_line_may_come_in_pieces_and_several_at_once(boards):
    server, client = boards.pair()
    for piece in "press 1\npre":
        client.type(piece)
    server.expect_lit(1)
    client.type("ss 2\nrelease 1\npress 3\nrel")
    server.expect_lit(2, 3)
    client.type("ease 2\n")
    server.expect_lit(3)
    assert not complaints(client)


# Bad lines

NO_BUTTON = "; allowed: 1 to 4, or control"
NO_TIME = "; allowed: 1 to 3600000 ms"
KNOWN = "; known: press N [MS], release N, leds"

BAD_LINES = [
    ("pres 1", "unknown command 'pres'" + KNOWN),
    ("PRESS 1", "unknown command 'PRESS'" + KNOWN),
    ("press1", "unknown command 'press1'" + KNOWN),
    ("quit", "unknown command 'quit'" + KNOWN),
    ("1", "unknown command '1'" + KNOWN),
    ("press", "press: no button ''" + NO_BUTTON),
    ("press 0", "press: no button '0'" + NO_BUTTON),
    ("press 5", "press: no button '5'" + NO_BUTTON),
    ("press -1", "press: no button '-1'" + NO_BUTTON),
    ("press 1.5", "press: no button '1.5'" + NO_BUTTON),
    ("press one", "press: no button 'one'" + NO_BUTTON),
    ("press Control", "press: no button 'Control'" + NO_BUTTON),
    ("press 4294967297", "press: no button '4294967297'" + NO_BUTTON),
    ("release", "release: no button ''" + NO_BUTTON),
    ("release 5", "release: no button '5'" + NO_BUTTON),
    ("release 1 5", "release: too much on the line, from '5'"),
    ("press 1 0", "press: cannot hold for '0'" + NO_TIME),
    ("press 1 -5", "press: cannot hold for '-5'" + NO_TIME),
    ("press 1 1s", "press: cannot hold for '1s'" + NO_TIME),
    ("press 1 3600001", "press: cannot hold for '3600001'" + NO_TIME),
    ("press 1 5 6", "press: too much on the line, from '6'"),
    ("press control x", "press: cannot hold for 'x'" + NO_TIME),
    ("leds 1", "leds: too much on the line, from '1'"),
    ("\x1b[2J", r"unknown command '\x1b[2J'" + KNOWN),
    ("press \x00", r"press: no button '\x00'" + NO_BUTTON),
    ("press 1\x00", r"press: no button '1\x00'" + NO_BUTTON),
    ("\x00press 1", r"unknown command '\x00press'" + KNOWN),
    ("pr\u00e9ss 1", r"unknown command 'pr\xc3\xa9ss'" + KNOWN),
    ("press " + "9" * 200, "press: no button '" + "9" * 40 + "...'" + NO_BUTTON),
]


def test_a_bad_line_is_answered_with_one_line_and_changes_nothing(boards):
    server, client = boards.pair()
    server.press(1)
    client.expect_lit(1)
    for line, _ in BAD_LINES:
        client.type(f"{line}\n")
        client.list_leds()
    client.press(2)
    server.expect_lit(2)
    assert server.led_lines == ["led 2 on"]
    assert client.lit == {1}
    assert not client.unread_news and not server.unread_news
    assert complaints(client) == [f"ledactor: stdin: {complaint}" for _, complaint in BAD_LINES]


@pytest.mark.parametrize("length", [LONGEST + 1, 4096, 5000, 1_000_000])
def test_an_overlong_line_is_skipped_with_one_complaint(boards, length):
    server, client = boards.pair()
    line = "press 1 " + "0" * (length - 8)
    client.type(f"{line}\npress 2\n{line}\npress 3\n")
    server.expect_lit(2, 3)
    assert complaints(client) == [f"ledactor: stdin: a line of more than {LONGEST} bytes is skipped"] * 2


def test_the_longest_line_is_taken(boards):
    server, client = boards.pair()
    client.type("press" + "1".rjust(LONGEST - 5) + "\n")
    server.expect_lit(1)
    assert not complaints(client)


def test_an_overlong_line_may_come_in_pieces(boards):
    server, client = boards.pair()
    for _ in range(100):
        client.type("press 1 " * 20)
    client.type("\npress 2\n")
    server.expect_lit(2)
    assert len(complaints(client)) == 1


def test_binary_garbage_does_no_harm(boards):
    server, client = boards.pair()
    dice = random.Random(42)
    type_bytes(client, dice.randbytes(20_000) + b"\n")
    client.press(2)
    server.expect_lit(2)
    client.list_leds()
    assert not client.unread_news
    said = complaints(client)
    assert said and all(line.startswith("ledactor: stdin: ") and line.isprintable() for line in said)


# The ends of stdin and stdout


def test_the_end_of_stdin_changes_nothing(boards):
    server, client = boards.pair()
    client.press(2)
    server.expect_lit(2)
    client.process.stdin.close()
    server.press(1, 3)
    client.expect_lit(1, 3)
    server.release(1)
    client.expect_lit(3)
    assert server.led_lines == ["led 2 on"]  # the finger is still down
    server.list_leds()
    assert not server.unread_news
    client.stop()


def test_a_board_needs_no_stdin(boards, port):
    """As a service has it: the end comes at once."""
    server = boards.server()
    process = subprocess.Popen(
        [LEDACTOR, "--config-file=/dev/null", "--role=client", "--board=sim", "--name=silent"]
        + ["--host=127.0.0.1", f"--port={port}", NO_WEB],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        server.expect("link up silent")
        server.press(4)
        lines = [process.stdout.readline() for _ in range(2)]
        assert sorted(lines) == ["led 4 on\n", "link up server\n"]
        process.terminate()
        assert process.wait(LIMIT) == 0
        assert process.stdout.read().splitlines()[0] in ("led 4 off", "link down shutdown")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    server.expect("link down shutdown")


def test_a_board_works_on_when_nobody_reads_any_more(unread):
    server, client = unread
    os.close(client.stdout)
    for button in (1, 2, 3):
        server.press(button)
    client.wait_for_log("write leds=0x7 ")
    client.type("leds\npress 4\n")
    server.expect_lit(4)
    server.release(2)
    client.wait_for_log("write leds=0x5 ")
    assert client.stop() == 0
    server.expect("link down shutdown")


def test_a_reader_that_lags_finds_the_newest_levels(unread):
    """Its backlog is bounded: what finds no room in it is told as it is when there is room."""
    server, client = unread
    lists = 2 * (client.PIPE + client.BACKLOG) // len("led 1 off\n" * 4)
    client.type("leds\n" * lists + "full\n")
    client.wait_for_log("ledactor: stdin: unknown command 'full'")
    for text in ("press 1\n", "press 2\n", "release 1\n", "press 3\n", "release 2\n", "press 4\n"):
        server.type(text)
    client.wait_for_log("write leds=0xc ")
    client.type("press 1\n")  # the board itself does not wait for its reader
    server.expect_lit(1)
    lines = [client.read_line()]
    while lines[-1] != "led 4 on":
        lines.append(client.read_line())
    assert set(lines[:-2]) == {f"led {number} off" for number in (1, 2, 3, 4)}
    assert lines[-2:] == ["led 3 on", "led 4 on"]  # and nothing of LEDs 1 and 2
    read = sum(len(line) + 1 for line in lines)
    assert client.BACKLOG < read < client.PIPE + client.BACKLOG + 100
    server.release(4)
    assert client.read_line() == "led 4 off"
    client.type("leds\n")
    leds = [client.read_line() for _ in range(4)]
    assert leds == ["led 1 off", "led 2 off", "led 3 on", "led 4 off"]
    assert client.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_board_ends_although_nobody_reads(unread, number):
    _, client = unread
    client.type("leds\n" * 5000 + "full\n")
    client.wait_for_log("ledactor: stdin: unknown command 'full'")
    client.process.send_signal(number)
    client.process.stderr.read()
    assert client.process.wait(LIMIT) == 0
