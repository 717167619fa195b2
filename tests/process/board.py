"""A `ledactor` process on a simulated board: its buttons, its LEDs, and what it says."""

import os
import pathlib
import re
import resource
import signal
import subprocess
import tempfile
import threading
import time
from typing import NamedTuple

LEDACTOR = os.environ["LEDACTOR"]
SANITIZED = re.search(b"__asan_init|__tsan_init", pathlib.Path(LEDACTOR).read_bytes()) is not None

LIMIT = 30  # [s] for whatever must happen; no test waits so long unless it fails

# For tests that wait until a silent peer counts as dead. Others must be heard of in that time, however
# busy the machine.
DEATH = 2  # [s]
QUICK_DEATH = ("--ledactor.link.heartbeat=100ms", f"--ledactor.link.dead-after={DEATH}s")

# A peer that does nothing any more neither speaks nor acknowledges; which of the two is missed first is
# a matter of chance.
DEAD = ("link down silent", "link down stalled")

# For tests that are about something else.
NO_DEATH = "--ledactor.link.dead-after=1h"

# Tests wait for clients that dial again, and must not wait long.
QUICK_REDIAL = ("--ledactor.link.reconnect-min=20ms", "--ledactor.link.reconnect-max=100ms")


def prepare(descriptors, ignored):
    """What the board is started with, as by `ulimit -n` and by `nohup`."""
    if descriptors:
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
    if ignored:
        signal.signal(ignored, signal.SIG_IGN)


class Ended(NamedTuple):
    """A session's own account of itself, from the log."""

    peer: str
    reason: str
    sent: int
    merged: int
    received: int


class Board:
    """Starts a board. A thread reads what it prints; nothing here sleeps or polls.

    The lines about the link are `news`, read one after the other by `expect`; the lines about LEDs
    are kept apart, as `lit` and `led_lines`.
    """

    def __init__(self, role, name, port, *options, descriptors=None, ignored=None, stderr=None, inside=()):
        """`inside` is a command that runs another in some other place, and becomes it."""
        command = [*inside, LEDACTOR, "--config-file=/dev/null", f"--role={role}", "--board=sim"]
        command += [f"--name={name}", f"--port={port}", *QUICK_REDIAL]
        command += ["--host=127.0.0.1"] if role == "client" else []
        if not any(option.startswith("--ledactor.web.") for option in options):
            command += ["--ledactor.web.enabled=false"]  # its port is for one board alone
        self.name = name
        self.port = port
        self.lit = set()
        self.led_lines = []
        self._news = []
        self._told = 0  # news that were expected
        self._silent = False  # stdout has ended
        self._killed = False
        self._changed = threading.Condition()
        self._fingers = threading.Lock()
        self._errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [*command, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors if stderr is None else stderr,
            text=True,
            preexec_fn=(descriptors or ignored) and (lambda: prepare(descriptors, ignored)),
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self._changed:
                self._take(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._silent = True
            self._changed.notify_all()

    def _take(self, line):
        led = re.fullmatch(r"led (\d+) (on|off)", line)
        if not led:
            self._news.append(line)
            return
        self.led_lines.append(line)
        (self.lit.add if led[2] == "on" else self.lit.discard)(int(led[1]))

    # Fingers

    def type(self, text):
        with self._fingers:
            self.process.stdin.write(text)
            self.process.stdin.flush()

    def press(self, *buttons):
        self.type("".join(f"press {button}\n" for button in buttons))

    def release(self, *buttons):
        self.type("".join(f"release {button}\n" for button in buttons))

    def tap(self, button):
        self.type(f"press {button}\nrelease {button}\n")

    # Eyes

    def wait_for(self, condition, what):
        """Waits until `condition` holds; it is looked at after each line."""
        with self._changed:
            self._changed.wait_for(lambda: condition() or self._silent, LIMIT)
            assert condition(), (
                f"{self.name} never showed {what}; lit {self.lit}, unexpected {self.unread_news}"
            )

    def expect(self, *lines):
        """Waits for the next news, which must be one of these lines."""
        self.wait_for(lambda: self.unread_news, f"any of {lines}")
        line = self.unread_news[0]
        self._told += 1
        assert line in lines, f"{self.name} printed '{line}' where {lines} was expected"
        return line

    def expect_at_last(self, line):
        """Waits for a line of the news; others may come before it, and are returned."""
        self.wait_for(lambda: line in self.unread_news, line)
        before = self.unread_news[: self.unread_news.index(line)]
        self._told += len(before) + 1
        return before

    @property
    def unread_news(self):
        return self._news[self._told :]

    def expect_lit(self, *leds):
        """Waits until these LEDs are lit, and no others."""
        self.wait_for(lambda: self.lit == set(leds), f"LEDs {leds}")

    def list_leds(self):
        """Asks for all four LEDs, while none changes, and waits for the answer: after it, the
        board has read its stdin so far."""
        before = len(self.led_lines)
        self.type("leds\n")
        self.wait_for(lambda: len(self.led_lines) >= before + 4, "its LEDs")

    # The process

    def send_signal(self, number):
        self.process.send_signal(number)

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self._killed = True
        self.process.kill()
        self.wait_for_end()

    def wait_for_end(self):
        """The exit status."""
        status = self.process.wait(LIMIT)
        self._reader.join(LIMIT)
        return status

    def stop(self):
        """Ends it as a service manager does. Returns how long that took [s]."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.wait_for_end()
        assert status == 0, f"{self.name} ended with {status} on SIGTERM"
        return time.monotonic() - begin

    def descriptors(self):
        """How many are open, once it has opened all that it needs: for the signals last."""
        folder = pathlib.Path(f"/proc/{self.process.pid}/fd")
        end = time.monotonic() + LIMIT
        while not any(os.path.realpath(fd).endswith("[signalfd]") for fd in folder.iterdir()):
            assert time.monotonic() < end, f"{self.name} never waited for signals"
            time.sleep(0.005)
        return len(os.listdir(folder))

    def memory(self):
        """What it has in RAM [KiB]; 0 under a sanitizer, which has memory of its own."""
        if SANITIZED:
            return 0
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])

    def log(self):
        """All that it logged, once it has ended: a thread of its own writes the log when there is time."""
        assert self.process.poll() is not None, f"{self.name} may still log more: stop it, or wait_for_log"
        return self._log_so_far()

    def _log_so_far(self):
        self._errors.seek(0)
        return self._errors.read()

    def wait_for_log(self, text):
        """Waits until the log has it. For what no line on stdout tells."""
        end = time.monotonic() + LIMIT
        while text not in self._log_so_far():
            assert time.monotonic() < end, f"{self.name} never logged {text}"
            time.sleep(0.005)

    def ended_sessions(self):
        """What the log tells of the sessions that have ended, in their order."""
        told = re.findall(
            r' ledactor\.session ended peer="(.*)" reason=(\S+) sent=(\d+) merged=(\d+) received=(\d+)',
            self.log(),
        )
        return [Ended(peer, reason, *map(int, counts)) for peer, reason, *counts in told]

    def clean_up(self):
        """Ends what the test has left. A board that crashed, or that cannot end well, fails."""
        try:
            if self.process.poll() is None:
                self.thaw()
                self.stop()
            status = self.process.returncode
            assert status == 0 or self._killed, f"{self.name} ended with status {status}"
            assert " ERROR " not in self.log(), f"{self.name} logged an error"
            # A simulated board loses no edge, however busy the machine is.
            assert "ledactor.chip corrected" not in self.log(), f"{self.name} doubted an edge"
        finally:
            self.process.kill()
            self.wait_for_end()
            self._show()
            self.process.stdin.close()
            self.process.stdout.close()
            self._errors.close()

    def _show(self):
        """pytest prints this if the test failed."""
        print(f"\n{self.name}: exit status {self.process.returncode}, lit {sorted(self.lit)}")
        print(f"{self.name}: news {self._news[:50]}")
        print(f"{self.name}: LEDs, the last of {len(self.led_lines)}: {self.led_lines[-12:]}")
        print(f"{self.name}: stderr, at its end:\n{self._log_so_far()[-4000:]}")
