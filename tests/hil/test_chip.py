"""The chip is a device like any other: somebody else may use it, and it may vanish."""

import json
import re

import pytest

from pi import BUTTONS, DEBUG, LEDS, lines_of, link
from program import Program

UNAVAILABLE = 69
CONFIG = 78


def hold_line(board, line):
    """Another process, with no other line in common, drives this one."""
    others = [f"--ledactor.server.leds=[{line}]", "--ledactor.server.buttons=[5]"]
    others += ["--ledactor.server.control=6", "--port=23999", "--listen=127.0.0.1"]
    holder = Program(board, "holder", ["--config-file=/dev/null", "--role=server", *others])
    holder.expect("endpoint listening")
    return holder


def test_a_line_held_by_another_process_is_named_with_its_holder(boards):
    server, _ = boards
    line = LEDS["server"][2]
    holder = hold_line(server, line)
    assert server.users()[line] == "ledactor"
    assert server.start().wait_for_end() == UNAVAILABLE
    assert said_by(server, rf"ledactor: .*\b(GPIO)?{line}\b.*ledactor")
    holder.stop()
    server.start().expect("endpoint listening")


def test_a_line_held_by_the_kernel_is_named_with_its_holder(boards):
    server, _ = boards
    line = BUTTONS["server"][1]
    server.run(f"hog_line {line} fan")
    try:
        assert server.users() == {line: "fan"}
        assert server.start().wait_for_end() == UNAVAILABLE
        assert said_by(server, rf"ledactor: .*\b(GPIO)?{line}\b.*fan")
        assert server.users() == {line: "fan"}
    finally:
        server.run(f"free_line {line}")


def said_by(board, pattern):
    """Whether one line says so; the log tells what was said instead."""
    print(f"{board.name} said: {board.program.log()}")
    return board.program.count(pattern) == 1


@pytest.mark.parametrize("loser", ("server", "client"))
def test_a_chip_that_vanishes_takes_the_leds_and_comes_back_by_itself(pair, loser):
    here, there = pair if loser == "server" else reversed(pair)
    here.press(1, 2)
    there.press(3)
    there.expect_lit(1, 2)
    here.expect_lit(3)
    here.run("remove_chip")
    there.expect_lit()
    there.program.expect_unlinked("board-lost")
    assert not here.program.has_ended()
    here.run("insert_chip")
    there.program.expect("supervisor linked")
    here.expect_lit(3)
    here.press(1)
    there.expect_lit(1)
    here.release(1)
    there.expect_lit()
    assert not here.program.has_ended()


def test_the_headers_chip_is_known_by_its_label_whatever_its_number(boards):
    server, client = boards
    server.run("insert_expander")
    try:
        assert server.run("cat $expander/b0/chip_name $sim/b0/chip_name").split() == [
            "gpiochip0",
            "gpiochip1",
        ]
        link(server, client)
        server.press(4)
        client.expect_lit(4)
        client.press(3)
        server.expect_lit(3)
        server.program.stop()
    finally:
        server.run("remove_expander")


def test_as_many_buttons_as_the_kernel_gives_work_and_one_more_is_refused(boards):
    server, _ = boards
    usual = ["--chip=expander", "--ledactor.server.control=64", "--ledactor.server.leds=[65]"]
    server.run("insert_expander")
    try:
        too_many = f"--ledactor.server.buttons={list(range(64))}"
        assert server.start(*usual, too_many).wait_for_end() == CONFIG
        assert said_by(server, "ledactor: ledactor.server.buttons: .*GPIO_V2_LINES_MAX")
        server.start(DEBUG, *usual, f"--ledactor.server.buttons={list(range(63))}")
        server.program.expect("endpoint listening")
        server.run("pull_expander down 62")
        server.program.expect("button pressed button=63")
        server.run("pull_expander down 64")
        server.program.expect("button pressed button=64")
        server.program.stop()
    finally:
        server.run("remove_expander")


def test_a_user_without_permission_is_told_of_the_group(boards):
    server, _ = boards
    status, told = server.ask_user_to_start()
    assert status == 77, told
    assert re.search("ledactor: .*/dev/gpiochip0.*group 'gpio'.*usermod -aG gpio", told), told


def test_without_a_chip_the_program_says_so(boards):
    server, _ = boards
    server.run("remove_chip")
    assert server.start().wait_for_end() == UNAVAILABLE
    assert said_by(server, "ledactor: .*chip")
    status, told = server.ask_ledactor("doctor")
    assert status == 1 and "chip" in told, told


def test_doctor_before_a_run_finds_all_well(boards):
    for board in boards:
        status, told = board.ask_ledactor("doctor")
        assert status == 0, told
        assert "pinctrl-bcm2711" in told and "GPIO17" in told, told
        status, told = board.ask_ledactor("doctor", "--json")
        found = json.loads(told)
        assert status == 0 and found["ok"], told
        assert {line["offset"]: line["name"] for line in found["lines"]} == {
            line: f"GPIO{line}" for line in lines_of(board)
        }
        assert all(line["free"] for line in found["lines"]), told
        assert board.users() == {}


def test_doctor_during_a_run_finds_the_lines_in_use(pair):
    for board in pair:
        status, told = board.ask_ledactor("doctor")
        assert status == 1, told
        for line in lines_of(board):
            assert re.search(rf"GPIO{line}\b.*ledactor", told), told
        status, told = board.ask_ledactor("doctor", "--json")
        found = json.loads(told)
        assert status == 1 and not found["ok"], told
        users = {line["offset"]: line["user"] for line in found["lines"]}
        assert users == board.users() == dict.fromkeys(lines_of(board), "ledactor")
    server, client = pair
    server.press(1)
    client.expect_lit(1)
