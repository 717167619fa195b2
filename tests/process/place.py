"""Places with a network of their own (network namespaces): interfaces, ports and cables in them are
nobody else's."""

import os
import subprocess

import pytest

LIMIT = 30  # [s] for whatever must happen

# Root may make them anywhere, even in a chroot; others only as root of a user namespace.
UNSHARE = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]


class Place:
    """Lasts as long as the process in it, which ends with this one."""

    def __init__(self, unshare=UNSHARE):
        self._keeper = subprocess.Popen(
            [*unshare, "sh", "-c", "echo here; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if self._keeper.stdout.readline() != "here\n":
            why = self._keeper.communicate()[1].strip()
            pytest.fail(f"no network of its own can be made here: {why}")
        self.run("ip", "link", "set", "lo", "up")

    @property
    def inside(self):
        """What to put before a command that is to run here."""
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", f"--target={self._keeper.pid}", "--net", *user]

    def run(self, *command):
        subprocess.run([*self.inside, *command], check=True, timeout=LIMIT)

    def close(self):
        self._keeper.communicate(timeout=LIMIT)


class Cable:
    """Two places, and a cable between them; either end can be taken out of its socket."""

    def __init__(self):
        self.left = Place()
        # A part of the left one's user namespace, if it has one, so that an interface may cross over.
        self.right = Place([*self.left.inside, "unshare", "--net"])
        pid = str(self.right._keeper.pid)
        self.left.run(*"ip link add eth0 type veth peer name eth0 netns".split(), pid)
        self.left.run(*"ip address add 192.168.0.2/24 dev eth0".split())
        self.right.run(*"ip address add 192.168.0.3/24 dev eth0".split())
        self.plug()

    def plug(self):
        for place in (self.left, self.right):
            place.run("ip", "link", "set", "eth0", "up")

    def pull(self, place):
        """The other end's interface has no carrier any more, and this one's is off."""
        place.run("ip", "link", "set", "eth0", "down")

    def close(self):
        self.right.close()
        self.left.close()
