"""`ledactor` as a user calls it: what it prints, and how it ends."""

import ctypes
import os
import re
import socket
import subprocess
import threading

LEDACTOR = os.environ["LEDACTOR"]

LIMIT = 60  # [s] for whatever must happen; no test waits so long unless it fails

# A board's default ports are one board's alone, and that they are taken is a warning.
NO_WEB = "--ledactor.web.enabled=false"

USAGE, UNAVAILABLE, OUTPUT, PERMISSION, CONFIG = 64, 69, 74, 77, 78


def without_privileges():
    """Run in a child before the program: takes what would let root pass where a user may not.
    It may fail for a user, who has none of it."""
    drop_from_bounding_set = 24  # prctl(2)
    for capability in (1, 2, 10):  # DAC_OVERRIDE, DAC_READ_SEARCH, NET_BIND_SERVICE
        ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


class Program:
    """Runs in a folder of its own, so that no other configuration file is read."""

    def __init__(self, folder):
        self.folder = folder

    def configure(self, text, name="caf-application.conf"):
        data = text if isinstance(text, bytes) else text.encode()
        (self.folder / name).write_bytes(data)

    def run(self, *arguments, **how):
        """Runs it to its end."""
        return subprocess.run(
            [LEDACTOR, *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIMIT,
            **how,
        )

    def complaint(self, status, *arguments, **how):
        """Runs it to its end, which must be this one. Returns the one line that it says."""
        ended = self.run(*arguments, **how)
        text = ended.stderr.decode()
        assert (ended.returncode, ended.stdout) == (status, b""), text
        assert text.startswith("ledactor: ") and text.endswith("\n"), text
        line = text[len("ledactor: ") : -1]
        assert line.isprintable(), f"not one line of plain text: {text!r}"
        assert len(line) < 400, "nobody reads so long a line"
        return line

    def complaint_about(self, text, *arguments):
        """The complaint about a configuration file, without the file's name."""
        self.configure(text)
        line = self.complaint(CONFIG, "--board=sim", *arguments)
        return line.removeprefix("caf-application.conf: ")

    def output(self, *arguments):
        """Runs it to a good end. Returns what it prints."""
        ended = self.run(*arguments)
        assert (ended.returncode, ended.stderr) == (0, b""), ended.stderr.decode()
        return ended.stdout.decode()

    def assert_starts(self, *arguments):
        """Starts a board, waits until it answers (a server) or dials (a client), and ends it."""
        process = subprocess.Popen(
            [LEDACTOR, "--board=sim", "--caf.logger.console.verbosity=debug", *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = threading.Timer(LIMIT, process.kill)
        deadline.start()
        lines, caller = [], None
        try:
            for line in process.stderr:
                lines.append(line)
                listening = re.search(r" listening address=(\S+) port=(\d+) ", line)
                if listening:
                    caller = socket.create_connection(listening.groups())
                if re.search(r" ledactor.endpoint (accepted|dial|cannot listen) ", line):
                    break
            process.terminate()
            lines += process.stderr.readlines()
            assert process.wait() == 0, "".join(lines)
        finally:
            deadline.cancel()
            process.kill()
            process.wait()
            process.stderr.close()
            if caller:
                caller.close()
