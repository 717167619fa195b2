"""An emulated board like a Raspberry Pi: a 40-pin header's chip, buttons, LEDs and a program."""

import re
import shlex
import time

from guest import LIMIT, Guest
from program import Program

CONFIG = "--config-file=/etc/ledactor/caf-application.conf"
KEY = "--key-file=/etc/ledactor/key"
PLAINTEXT = "--ledactor.plaintext=true"
DEBUG = "--caf.logger.console.verbosity=debug"
CONTROL = "control"

# The wiring in the configuration file: what is a button of one board is an LED of the other.
LEFT, RIGHT = (4, 17, 27, 22), (23, 24, 25, 13)
LEDS = {"server": LEFT, "client": RIGHT}
BUTTONS = {"server": RIGHT, "client": LEFT}
CONTROL_LINE = 26


class Pi(Guest):
    """A board that is wired for its role. Buttons and LEDs are counted from 1."""

    def __init__(self, role, name, address, folder, cables):
        super().__init__(name, address, folder, cables)
        self.role = role
        self.program = None

    # Fingers

    def press(self, *buttons):
        self._pull("down", buttons)

    def release(self, *buttons):
        self._pull("up", buttons)

    def _pull(self, way, buttons):
        self.run(f"pull {way} {' '.join(str(self.line_of(button)) for button in buttons)}")

    def line_of(self, button):
        return CONTROL_LINE if button == CONTROL else BUTTONS[self.role][button - 1]

    # Eyes

    def lit(self):
        """The LEDs that are lit: their lines are high."""
        return [int(led) for led in self.run(self._look()).split()]

    def expect_lit(self, *leds, limit=LIMIT):
        """Waits until these LEDs are lit, and no others. Returns how long that took [s]."""
        begin = time.monotonic()
        wanted = " ".join(map(str, leds))
        seen = self.wait_for(f'[ "$(echo $({self._look()}))" = "{wanted}" ]', limit)
        assert seen, f"{self.name} shows LEDs {self.lit()}, not {leds}, after {limit} s"
        return time.monotonic() - begin

    def _look(self):
        return f"high {' '.join(map(str, LEDS[self.role]))}"

    def users(self):
        """Which lines are in use, and by whom: the kernel's own account."""
        told = self.run("cat /sys/kernel/debug/gpio")
        found = re.findall(r"^ gpio-(\d+) +\((.*)\)", told, re.MULTILINE)
        return {int(line): user for line, user in found if user != "<unused>"}

    def record_writes(self):
        """From now on the kernel records each value that a line is given."""
        self.run("record_writes")

    def writes(self, led):
        """The values that this LED's line was given since, in order: what was on the wire, even if
        a line looks the same once it is released."""
        base = int(self.run("cat /sys/class/gpio/gpiochip*/base"))
        line = base + LEDS[self.role][led - 1]
        told = self.run("cat /sys/kernel/tracing/trace")
        return [int(value) for value in re.findall(rf"gpio_value: {line} set (\d)", told)]

    def mark_pull(self):
        """Has the kernel's record tell when the carrier goes, too, as soon as it can be seen."""
        gone = "[ $(cat /sys/class/net/eth0/carrier) = 0 ]"
        mark = "echo pulled > /sys/kernel/tracing/trace_marker"
        self.run(f"( until {gone}; do usleep 1000; done; {mark} ) > /dev/null 2>&1 &")

    def dark_after_pull(self):
        """How long after that the first line was set to low [s]."""
        told = self.run("cat /sys/kernel/tracing/trace")
        pulled = re.search(r" (\d+\.\d+): \S+: pulled", told)
        dark = re.search(r" (\d+\.\d+): gpio_value: \d+ set 0", told)
        return float(dark[1]) - float(pulled[1])

    # The program

    def start(self, *options):
        """Starts ledactor as a user would."""
        self.program = Program(self, "ledactor", self.arguments(*options))
        return self.program

    def arguments(self, *options):
        usual = [CONFIG, f"--role={self.role}"]
        usual += [] if PLAINTEXT in options else [KEY]
        usual += [f"--listen={self.address}"] if self.role == "server" else []
        return [*usual, *options]

    def ask_user_to_start(self):
        """The same by one who is in no group of use. Returns its exit status and what it said."""
        command = "start-stop-daemon -S -c user:users -x /bin/ledactor --"
        return self.ask(f"{command} {shlex.join(self.arguments(PLAINTEXT))}")

    def ask_ledactor(self, command, *options):
        """Runs a command such as doctor. Returns its exit status and what it printed."""
        return self.ask(shlex.join(["ledactor", command, *self.arguments(*options)]))

    # The network

    def link_local_address(self):
        """Waits until the kernel has made sure that nobody else has it."""
        told = "ip -6 address show dev eth0 scope link"
        assert self.wait_for(f"{told} | grep inet6 | grep -qv tentative")
        return re.search(r"inet6 (fe80:[0-9a-f:]+)/", self.run(told))[1]

    def cut_power(self):
        super().cut_power()
        self.program = None

    # Between scenarios

    def tidy(self):
        """No program, all that was taken away is back, and no finger is on a button."""
        if not self.process:
            return
        try:
            if self.program and not self.program.has_ended():
                self.program.stop()
        finally:
            self.program = None
            self.run("killall -q -KILL ledactor; await 30 '! pidof ledactor'")
            self.plug_cable()
            self.run("grep -q 1 $sim/live || insert_chip")
            self.run("ip address replace $lab_address/24 dev eth0")
            self.release(1, 2, 3, 4, CONTROL)

    def show(self):
        """pytest prints this if the scenario failed."""
        print(f"\n{self.name}: console, at its end:\n{self.console()[-2000:]}")
        if self.process:
            print(f"{self.name}: lit {self.ask(self._look())[1].split()}, in use {self.users()}")
        if self.program:
            print(f"{self.name}: log, at its end:\n{self.program.log()[-6000:]}")


def lines_of(board):
    return {*LEDS[board.role], *BUTTONS[board.role], CONTROL_LINE}


def link(server, client, *options):
    """Starts both boards' programs, and waits until they are linked."""
    server.start(*options)
    client.start(*options)
    server.program.expect(f'supervisor linked .*peer="{client.name}"')
    client.program.expect(f'supervisor linked .*peer="{server.name}"')
