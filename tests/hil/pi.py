"""An emulated board like a Raspberry Pi: a 40-pin header's chip, buttons, LEDs and a program."""

import re
import time

from guest import LIMIT, Guest
from program import Program

CONFIG = "--config-file=/etc/ledactor/caf-application.conf"
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

    def release_all(self):
        self.release(1, 2, 3, 4, CONTROL)

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
        found = re.findall(r"^ gpio-(\d+) +\([^|)]*\|([^)]*)\)", told, re.MULTILINE)
        return {int(line): user.strip() for line, user in found}

    # The program

    def start(self, *options):
        """Starts ledactor as a user would, but for the encryption that is yet to come."""
        self.program = Program(self, "ledactor", self.arguments(*options))
        return self.program

    def arguments(self, *options):
        plain = [CONFIG, f"--role={self.role}", "--ledactor.plaintext=true"]
        plain += [f"--listen={self.address}"] if self.role == "server" else []
        return [*plain, *options]

    def tidy(self):
        """After a scenario: no program, no finger on a button, cable in."""
        if self.program and not self.program.has_ended():
            self.program.send_signal("KILL")
            self.program.wait_for_end()
        self.program = None
        self.plug_cable()
        self.release_all()

    def show(self):
        """pytest prints this if the test failed."""
        if self.process and self.process.poll() is None:
            print(f"\n{self.name}: lit {self.ask(self._look())}, lines {self.users()}")
            if self.program:
                print(f"{self.name}: log, at its end:\n{self.program.log()[-6000:]}")
        print(f"{self.name}: console, at its end:\n{self.console()[-2000:]}")
