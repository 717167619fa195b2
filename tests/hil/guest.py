"""An emulated PC: its power, its cable, and commands that run in it."""

import json
import re
import socket
import subprocess
import time

from image import KERNEL, QEMU

LIMIT = 60  # [s] for whatever must happen; no test waits so long unless it fails
BOOT_LIMIT = 240  # [s] three boards may boot at once, on a machine that is busy


class Lines:
    """Reads what a qemu process says on one end of a socket pair; ends when that process ends."""

    def __init__(self, ours):
        self.socket = ours
        self._unread = b""

    def send(self, text):
        self.socket.sendall(text.encode())

    def read_until(self, pattern, limit):
        """Waits for a pattern; returns what came before it, and the match."""
        end = time.monotonic() + limit
        while True:
            found = re.search(pattern, self._unread)
            if found:
                before, self._unread = self._unread[: found.start()], self._unread[found.end() :]
                return before.decode(errors="replace"), found
            self.socket.settimeout(max(end - time.monotonic(), 0.001))
            try:
                more = self.socket.recv(65536)
            except (TimeoutError, ConnectionResetError):
                more = b""
            assert more, f"the emulated PC said no {pattern} within {limit} s, only {self._unread}"
            self._unread += more


class Guest:
    """A PC that boots the image. `cables` lead to other guests, by name, over local sockets that
    nothing else can reach; what is sent to a guest without power is lost."""

    def __init__(self, name, address, folder, cables):
        self.name = name
        self.address = address
        self.mac = "52:54:00:00:00:%02x" % int(address.split(".")[-1])
        self._folder = folder
        self._cables = cables
        self._console = folder / f"{name}.console"
        self.process = None

    # Power

    def power_on(self):
        """Returns at once; `wait_until_booted` waits."""
        agent, agents = socket.socketpair()
        monitor, monitors = socket.socketpair()
        self._agent, self._monitor, self._number = Lines(agent), Lines(monitor), 0
        with agents, monitors:
            # A guest ends with this process, whatever ends that.
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", QEMU, *self._machine()]
                + ["-chardev", f"socket,id=agent,fd={agents.fileno()}", "-serial", "chardev:agent"]
                + ["-chardev", f"socket,id=monitor,fd={monitors.fileno()}"]
                + ["-mon", "chardev=monitor,mode=control"],
                pass_fds=(agents.fileno(), monitors.fileno()),
                stdin=subprocess.DEVNULL,
            )

    def _machine(self):
        options = ["-accel", "tcg", "-M", "q35", "-cpu", "max", "-m", "192", "-nodefaults"]
        options += ["-display", "none", "-no-reboot", "-serial", f"file:{self._console}"]
        options += ["-kernel", KERNEL, "-initrd", self._folder / "initrd.gz", "-append"]
        names = f"lab_name={self.name} lab_address={self.address}"
        # Without a check of the timer, which a guest that has to wait for a processor may fail.
        options += [f"console=ttyS0 quiet panic=-1 no_timer_check {names}"]
        for number, other in enumerate(self._cables):
            here, there = f"{self.name}-{other}", f"{other}-{self.name}"
            ends = f"local.type=unix,local.path={self._folder / here}"
            ends += f",remote.type=unix,remote.path={self._folder / there}"
            options += ["-netdev", f"dgram,id=cable{number},{ends}"]
            options += ["-netdev", f"hubport,id=port{number},hubid=0,netdev=cable{number}"]
        options += ["-netdev", "hubport,id=socket,hubid=0", "-device"]
        options += [f"virtio-net-pci,netdev=socket,id=nic,mac={self.mac},romfile="]
        return options

    def wait_until_booted(self):
        try:
            self._agent.read_until(rb"\x1e0 0\n", BOOT_LIMIT)
        except AssertionError as fault:
            raise AssertionError(f"{self.name} did not boot: {self.console()[-3000:]}") from fault
        self._monitor.read_until(rb'"QMP".*\n', LIMIT)
        self._tell_monitor("qmp_capabilities")

    def cut_power(self):
        """Without a word to what runs in it."""
        if self.process:
            self.process.kill()
            self.process.wait(LIMIT)
            self._agent.socket.close()
            self._monitor.socket.close()
            self.process = None

    # Cable

    def pull_cable(self):
        self._tell_monitor("set_link", name="nic", up=False)
        self.run("await 30 '[ $(cat /sys/class/net/eth0/carrier) = 0 ]'")

    def plug_cable(self):
        self._tell_monitor("set_link", name="nic", up=True)
        self.run("await 30 '[ $(cat /sys/class/net/eth0/carrier) = 1 ]'")

    def _tell_monitor(self, command, **arguments):
        self._monitor.send(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        while True:
            line = self._monitor.read_until(rb".*\n", LIMIT)[1][0]
            answer = json.loads(line)
            if "event" not in answer:
                assert "return" in answer, f"{self.name}: {command} failed: {answer}"
                return

    # Commands

    def ask(self, command, limit=LIMIT):
        """Runs a line of shell. Returns its exit status and what it printed."""
        self._number += 1
        self._agent.send(f"{self._number} {command}\n")
        printed, found = self._agent.read_until(rb"\x1e%d (\d+)\n" % self._number, limit + 10)
        return int(found[1]), printed

    def run(self, command, limit=LIMIT):
        """Runs a line of shell that must succeed. Returns what it printed."""
        status, printed = self.ask(command, limit)
        assert status == 0, f"{self.name}: '{command}' ended with {status}: {printed}"
        return printed

    def wait_for(self, condition, limit=LIMIT):
        """Waits in the guest for a line of shell to succeed. Returns whether it did."""
        quoted = condition.replace("'", "'\\''")
        return self.ask(f"await {limit} '{quoted}'", limit)[0] == 0

    def uptime(self):
        """By the guest's own clock [s]."""
        return float(self.run("cat /proc/uptime").split()[0])

    def console(self):
        return self._console.read_text(errors="replace") if self._console.exists() else ""
