"""The cable, and what hangs on it, may go at any time and come back."""

import pytest

from pi import DEBUG, link

DEAD_AFTER = 3  # [s] as in the configuration file
MARGIN = 10  # [s] emulation is slow; without dead-after an LED would stay lit for ever


@pytest.mark.parametrize("end", ("server", "client"))
def test_cable_out_leds_off_cable_in_all_as_before(pair, end):
    server, client = pair
    server.press(2)
    client.press(3)
    server.expect_lit(3)
    client.expect_lit(2)
    board = server if end == "server" else client
    board.pull_cable()
    dark = max(each.expect_lit() for each in pair)
    assert dark < DEAD_AFTER + MARGIN
    for each in pair:  # the other end has a carrier still, as behind a switch
        each.program.expect_unlinked("cable" if each is board else "silent")
    board.plug_cable()
    for each in pair:
        each.program.expect("supervisor linked")
    server.expect_lit(3)
    client.expect_lit(2)
    client.release(3)
    server.expect_lit()


def test_leds_are_dark_within_100_ms_of_a_pulled_cable(boards):
    link(*boards)  # each line in the log takes its time
    server, client = boards
    server.press(2)
    took = []
    while len(took) < 3 and not any(each < 0.1 for each in took):  # a machine that is busy may take longer
        client.expect_lit(2)
        client.record_writes()
        client.mark_pull()
        client.pull_cable()
        client.expect_lit()
        took.append(client.dark_after_pull())
        print(f"from a carrier that is gone to an LED that is off: {took[-1] * 1000:.1f} ms")
        client.plug_cable()
    assert min(took) < 0.1


@pytest.mark.parametrize("name", ("server", "client"))
def test_power_cut_and_its_return(pair, name):
    there, here = pair if name == "client" else reversed(pair)
    there.press(2)
    here.press(4)
    here.expect_lit(2)
    there.expect_lit(4)
    here.cut_power()
    assert there.expect_lit() < DEAD_AFTER + MARGIN
    there.program.expect_unlinked("silent")
    here.power_on()
    here.wait_until_booted()
    here.start(DEBUG).expect("supervisor linked")
    here.expect_lit(2)
    here.press(1)
    there.expect_lit(1)


@pytest.mark.parametrize("listen", ("::", "link-local"))
def test_a_cable_needs_no_addresses(boards, listen):
    server, client = boards
    for board in boards:
        board.run("ip -4 address flush dev eth0")
        assert "192.168" not in board.run("ip address")
    address = f"{server.link_local_address()}%eth0"
    server.start(f"--listen={address if listen == 'link-local' else listen}", DEBUG)
    client.start(f"--host={address}", DEBUG).expect("supervisor linked")
    server.press(1)
    client.expect_lit(1)
    client.press(2)
    server.expect_lit(2)
