"""However a program ends: LEDs off, lines free, and the other board goes on."""

import re

import pytest

from pi import CONTROL, LEDS, lines_of


def test_a_start_takes_its_lines_and_lights_nothing(boards):
    server, _ = boards
    server.record_writes()
    server.start().expect("endpoint listening")
    assert server.users() == dict.fromkeys(lines_of(server), "ledactor")
    for led in (1, 2, 3, 4):
        written = server.writes(led)
        assert written and set(written) == {0}, f"LED {led} was set to {written}"


def test_the_clients_control_button_quits_and_frees_the_seat(pair):
    server, client = pair
    client.press(2)
    server.press(3)
    server.expect_lit(2)
    client.expect_lit(3)
    client.press(CONTROL)
    assert client.program.wait_for_end() == 0
    assert client.lit() == [] and client.users() == {}
    server.expect_lit()
    server.program.expect_unlinked("quit")
    client.release(CONTROL)
    client.start().expect("supervisor linked")
    client.expect_lit(3)


def test_a_control_line_that_is_low_at_the_start_is_no_press(boards):
    server, client = boards
    # A pull-up of the program's own would be the end of that finger.
    as_is = "--ledactor.board.bias=as-is"
    client.release(1, 2, 3, 4)
    client.press(CONTROL)
    status, told = client.ask_ledactor("doctor", as_is)
    assert status == 0 and re.search(r"pressed now: control \(line 26", told), told
    server.start()
    client.start(as_is)
    client.program.expect("button held button=5 since=start")
    client.program.expect("supervisor control held since=start")
    client.program.expect("supervisor linked")
    client.release(CONTROL)
    client.press(1)
    server.expect_lit(1)
    client.press(CONTROL)
    assert client.program.wait_for_end() == 0


def test_the_wrong_active_low_is_told_and_quits_nothing(boards):
    """Each button, pulled up and alone, counts as pressed: at the start, and when a chip is back."""
    server, client = boards
    wrong = "--ledactor.board.active-low=false"
    status, told = client.ask_ledactor("doctor", wrong)
    assert status == 0 and "active-low = false takes a high line" in " ".join(told.split()), told
    server.start()
    client.start(wrong)
    server.expect_lit(1, 2, 3, 4)
    client.run("remove_chip")
    server.expect_lit()
    client.run("insert_chip")
    server.expect_lit(1, 2, 3, 4)
    assert client.program.count("supervisor control held since=start") == 2
    client.press(CONTROL)  # in truth, it is let go
    client.release(CONTROL)
    assert client.program.wait_for_end() == 0


@pytest.mark.parametrize("ending", ("server", "client"))
def test_sigterm_puts_leds_off_and_frees_the_lines(pair, ending):
    here, there = pair if ending == "server" else reversed(pair)
    for board in pair:
        board.press(1, 4)
    for board in pair:
        board.expect_lit(1, 4)
    here.record_writes()
    here.program.stop()
    assert here.users() == {}
    for led in (1, 4):
        assert here.writes(led)[-1:] == [0], f"LED {led} was left on: it got {here.writes(led)}"
    there.expect_lit()
    there.program.expect_unlinked("shutdown")
    assert not there.program.has_ended()


def test_after_sigkill_ledactor_off_clears_the_outputs(pair):
    server, client = pair
    client.press(1, 3)
    server.expect_lit(1, 3)
    server.program.send_signal("KILL")
    assert server.program.wait_for_end() == 128 + 9
    assert server.users() == {}
    # A kernel that keeps driving what its dead owner drove; gpio-sim itself does not.
    server.run(f"pull up {LEDS['server'][0]} {LEDS['server'][2]}")
    assert server.lit() == [1, 3]
    server.record_writes()
    status, told = server.ask_ledactor("off")
    server.run(f"pull down {LEDS['server'][0]} {LEDS['server'][2]}")
    assert status == 0, told
    for led in (1, 2, 3, 4):
        assert server.writes(led)[-1:] == [0], f"LED {led} was not put off: {server.writes(led)}"
    assert server.users() == {}
    server.start().expect("supervisor linked")
    server.expect_lit(1, 3)


def test_ledactor_off_leaves_a_running_board_alone(pair):
    server, client = pair
    client.press(2)
    server.expect_lit(2)
    status, told = server.ask_ledactor("off")
    assert status == 69 and "ledactor" in told, (status, told)
    assert server.lit() == [2]
