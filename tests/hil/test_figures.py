"""How fast it is, and what it takes, on emulated boards: recorded as just that, hardly judged."""

import os
import pathlib
import re

import pytest

from pi import BUTTONS, DEBUG, link

PRESSES = 200
IDLE = 10  # [s]

# Only the figures: each line in the log takes its time.
TERSE = '--caf.logger.console.excluded-components=["caf","caf_io","%s"]' % '","'.join(
    f"ledactor.{actor}" for actor in ("chip", "button", "panel", "led-bank")
)


@pytest.fixture(scope="module")
def figures():
    """What is written to the file of figures at the end."""
    lines = []
    yield lines
    text = "".join(f"under emulation: {line}\n" for line in lines)
    pathlib.Path(os.environ["LEDACTOR_FIGURES"]).write_text(text)


def test_press_to_led_time(boards, figures):
    server, client = boards
    link(server, client, DEBUG, TERSE)
    ping = client.run("ping -c 20 -i 0.1 192.168.0.2")
    server.run(f"tap {BUTTONS['server'][0]} {PRESSES} 25000")
    told = server.program.log("session acknowledged")
    times = [int(time) / 1000 for time in re.findall(r"round-trip-us=(\d+)", told)]
    assert len(times) >= 2 * PRESSES, f"{2 * PRESSES} changes, {len(times)} acknowledged"
    times.sort()
    median, most = times[len(times) // 2], times[len(times) * 99 // 100]
    figures += [
        f"{PRESSES} presses and releases, each until the other board's LED has changed and that is"
        f" known: median {median:.1f} ms, 99 % within {most:.1f} ms, longest {times[-1]:.1f} ms",
        f"a ping over the same cable: {re.search('min/avg/max = (.*)', ping)[1]} (min/avg/max)",
    ]
    print(*figures, sep="\n")


def test_idle_cpu(boards, figures):
    link(*boards)
    begin = [(board.uptime(), board.program.cpu_ticks()) for board in boards]
    boards[0].run(f"sleep {IDLE}")
    for board, (then, before) in zip(boards, begin):
        ticks, seconds = board.program.cpu_ticks() - before, board.uptime() - then
        share = ticks / seconds  # a tick is 10 ms
        figures.append(f"an idle, linked {board.role} takes {share:.2f} % of a core")
        print(figures[-1])
        assert share < 25
