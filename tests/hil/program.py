"""A `ledactor` that runs on an emulated board: what it logs, and how it ends."""

import re
import shlex

from guest import LIMIT


class Program:
    """Its log is read line by line, by `expect`."""

    def __init__(self, guest, name, arguments):
        self._guest = guest
        self._name = name
        self._told = 0  # lines of the log that were expected, or came before such
        guest.run(f"launch {name} {shlex.join(arguments)}")
        assert guest.wait_for(f"[ -s /run/{name}.pid ]")
        self.pid = int(guest.run(f"cat /run/{name}.pid"))

    def expect(self, event, limit=LIMIT):
        """Waits for a line of the log that matches and has not been expected yet; lines before it
        are passed over. Returns the match."""
        log = f"/run/{self._name}.log"
        unread = f"tail -n +{self._told + 1} {log}"
        whole = f'[ -z "$(tail -c 1 {log})" ]'  # the last line, too
        seek = f"{unread} | grep -qE {shlex.quote(event)} && {whole}"
        found = self._guest.wait_for(f"{seek} || [ -e /run/{self._name}.status ]", limit)
        lines = self._guest.run(unread).splitlines()
        for number, line in enumerate(lines):
            match = re.search(event, line)
            if match:
                self._told += number + 1
                return match
        why = "ended" if found else f"went on for {limit} s"
        raise AssertionError(
            f"{self._guest.name}'s {self._name} {why} without logging '{event}', but {lines[-20:]}"
        )

    def expect_unlinked(self, reason):
        """Waits for the end of a link, which must have this reason."""
        given = self.expect("supervisor unlinked .*reason=([a-z-]+)")[1]
        assert given == reason, f"{self._guest.name} was told '{given}', not '{reason}'"

    def count(self, event):
        """How many lines of the log match, from its begin."""
        return int(self._guest.ask(f"grep -cE {shlex.quote(event)} /run/{self._name}.log")[1])

    def log(self, pattern="."):
        return self._guest.ask(f"grep -E {shlex.quote(pattern)} /run/{self._name}.log")[1]

    def has_ended(self):
        return self._guest.ask(f"[ -e /run/{self._name}.status ]")[0] == 0

    def send_signal(self, name):
        self._guest.run(f"kill -{name} {self.pid}")

    def wait_for_end(self):
        """The exit status; above 128, the signal that ended it."""
        ended = self._guest.wait_for(f"[ -e /run/{self._name}.status ]")
        assert ended, f"{self._guest.name}'s {self._name} does not end: {self.log()[-3000:]}"
        return int(self._guest.run(f"cat /run/{self._name}.status"))

    def stop(self):
        """Ends it as a service manager does."""
        self.send_signal("TERM")
        status = self.wait_for_end()
        assert status == 0, f"{self._guest.name}'s {self._name} ended with {status} on SIGTERM"

    def cpu_ticks(self):
        """The time it has spent, in the kernel and out of it [1/100 s]."""
        fields = self._guest.run(f"cat /proc/{self.pid}/stat").rpartition(") ")[2].split()
        return int(fields[11]) + int(fields[12])
