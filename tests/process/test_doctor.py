"""`ledactor doctor` on this machine: what it says of a board that would run, and of one that would
not. Lines are for the unit tests and the emulated boards, as a machine for tests has no GPIO chip."""

import grp
import json
import os
import pathlib
import pwd
import re
import socket

import pytest

from program import CONFIG, NO_WEB, USAGE, Program, without_privileges

HAS_GPIO = any(pathlib.Path("/dev").glob("gpiochip*"))

SIM = "--board=sim"


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def doctor(program, status, *arguments, **how):
    """What the doctor says, by `status`."""
    ended = program.run("doctor", *arguments, **how)
    assert (ended.returncode, ended.stderr) == (status, b""), ended.stdout.decode()
    return ended.stdout.decode()


def doctor_json(program, status, *arguments, **how):
    report = json.loads(doctor(program, status, "--json", *arguments, **how))
    assert report["ok"] == (status == 0)
    assert bool(report["faults"]) == (status != 0)
    for fault in report["faults"] + report["warnings"]:
        assert fault["text"] and fault["cure"]
    return report


def one_line(text):
    """Without the breaks between words."""
    return " ".join(text.split())


def fault_about(report, beginning):
    """The fault whose text begins with this."""
    [fault] = [f for f in report["faults"] if f["text"].startswith(beginning)]
    return fault


ABOUT_PORT = " is one of the ports"


def warnings(report):
    """But for that on the port, which is one of those that the kernel gives away, as it gave it to
    the test. Without a page, whose default port somebody else may have (`NO_WEB`), there is no other."""
    return [w for w in report["warnings"] if ABOUT_PORT not in w["text"]]


@pytest.fixture
def taken_port():
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


# Without a GPIO chip

NO_CHIP = "--chip=no-such-chip"  # for a machine that has some


def test_without_a_chip_it_says_what_is_missing_and_what_to_do(program, port):
    text = doctor(program, 1, NO_CHIP, f"--port={port}")
    assert text.startswith("Would a server run here")
    assert max(map(len, text.splitlines())) <= 80
    assert "\nLines\n  note   not checked, for want of a chip\n" in text
    end = one_line(text[text.index("\n1 fault:\n") :])
    if HAS_GPIO:
        assert 'no chip has the name or label "no-such-chip"' in end and "cure: there is gpiochip" in end
    else:
        assert "this machine has no GPIO chip (no /dev/gpiochip*)" in end
        assert "cure: run it on a Raspberry Pi" in end and "--board=sim" in end


def test_without_a_chip_json_says_so_too(program, port):
    report = doctor_json(program, 1, NO_CHIP, f"--port={port}")
    assert (report["backend"], report["chip"], bool(report["chips"])) == ("gpiod", None, HAS_GPIO)
    assert fault_about(report, "ledactor.board.chip: ")
    assert [line["role"] for line in report["lines"]][::4] == ["LED 1", "button 1", "control"]
    assert {line["free"] for line in report["lines"]} == {None}


# A simulated board


def test_a_simulated_server_would_run(program, port):
    text = doctor(program, 0, SIM, f"--port={port}")
    assert text.endswith("\nledactor would run here.\n")
    assert "left out: a simulated board (--board=sim)" in text
    assert "LED 1 -> resistor -> GND  GPIO4 |  7   8 | GPIO14" in text
    report = doctor_json(program, 0, SIM, f"--port={port}")
    assert (report["backend"], report["role"], report["network"]["port"]) == ("sim", "server", port)


def test_a_simulated_client_would_run_before_its_server_and_after(program, port, boards):
    client = [SIM, "--role=client", "--host=127.0.0.1", f"--port={port}"]
    alone = doctor(program, 0, *client)
    assert f"127.0.0.1 port {port} does not answer (Connection refused); a client keeps trying" in one_line(alone)
    assert "control (quit) to GND GPIO26" in alone
    server, friend = boards.pair()
    assert f"  ok     127.0.0.1 port {port} answers\n" in doctor(program, 0, *client)
    friend.press(1)  # whom the doctor's call did no harm
    server.expect_lit(1)


def test_it_leaves_the_port_to_a_server(program, port, boards):
    doctor(program, 0, SIM, f"--port={port}")
    server, client = boards.pair()
    client.press(1)
    server.expect_lit(1)


# What keeps a board from running


def test_a_port_that_is_taken_is_named(program, taken_port):
    fault = fault_about(
        doctor_json(program, 1, SIM, f"--port={taken_port}"),
        f"ledactor.server.port: port {taken_port} of 127.0.0.1 is taken",
    )
    assert "choose another port" in fault["cure"]
    assert "\n1 fault:\n" in doctor(program, 1, SIM, f"--port={taken_port}")


def test_the_port_of_a_running_board_is_taken(program, port, boards):
    boards.pair()
    fault = fault_about(doctor_json(program, 1, SIM, f"--port={port}"), "ledactor.server.port: ")
    assert "a board is running already" in fault["cure"]


def test_a_port_that_this_user_may_not_have_is_named(program):
    report = doctor_json(program, 1, SIM, "--port=80", preexec_fn=without_privileges)
    assert "from 1024 on" in fault_about(report, "ledactor.server.port: this user may not listen on port 80")["cure"]


@pytest.mark.parametrize("role", ["server", "client"])
def test_a_port_that_the_kernel_gives_away_is_a_warning(program, port, role):
    first, last = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    board = [SIM, f"--role={role}", *(["--host=127.0.0.1"] if role == "client" else [])]
    [warning] = [
        w for w in doctor_json(program, 0, *board, f"--port={port}")["warnings"] if ABOUT_PORT in w["text"]
    ]
    assert warning["text"].startswith(f"ledactor.{role}.port: {port} is one of the ports, {first} to {last}, ")
    assert f"choose a port below {first}" in warning["cure"]
    assert ABOUT_PORT not in doctor(program, 0, *board, f"--port={first - 1}")


def test_an_address_that_is_not_here_is_named_with_those_that_are(program):
    report = doctor_json(program, 1, SIM, "--listen=203.0.113.7", "--ledactor.plaintext")
    text = fault_about(report, "ledactor.server.listen: no interface has the address 203.0.113.7")["text"]
    assert "lo 127.0.0.1" in text
    [loopback] = [i for i in report["network"]["interfaces"] if i["name"] == "lo"]
    assert loopback["up"] and "127.0.0.1" in loopback["addresses"]


def test_a_host_without_an_address_is_named(program):
    report = doctor_json(program, 1, SIM, "--role=client", "--host=nobody.invalid", "--ledactor.plaintext")
    assert "address" in fault_about(report, "ledactor.client.host: nobody.invalid has no address")["cure"]


def test_what_does_not_go_together_is_one_fault_among_others(program, taken_port):
    report = doctor_json(program, 1, SIM, f"--port={taken_port}", "--ledactor.link.dead-after=1s")
    assert len(report["faults"]) == 2
    assert "at least twice" in fault_about(report, "ledactor.link.dead-after: 1s is not allowed")["cure"]


# The key


def test_it_shows_the_fingerprint_of_each_key(program, port):
    said = [program.output("keygen", name) for name in ("one", "two")]
    prints = [re.search(r"fingerprint ([0-9a-f-]{14})\.", text)[1] for text in said]
    report = doctor_json(program, 0, SIM, f"--port={port}", '--ledactor.key-file=["one", "two"]')
    assert report["keys"] == [{"file": name, "fingerprint": f} for name, f in zip(("one", "two"), prints)]
    assert prints[0] in doctor(program, 0, SIM, f"--port={port}", "--ledactor.key-file=one")


def test_a_key_file_that_is_of_no_use_is_named(program, port):
    program.output("keygen", "open")
    (program.folder / "open").chmod(0o640)
    report = doctor_json(program, 1, SIM, f"--port={port}", '--ledactor.key-file=["none", "open"]')
    assert [key["fingerprint"] for key in report["keys"]] == [None, None]
    fault_about(report, "ledactor.key-file: none: ")
    fault = fault_about(report, "ledactor.key-file: open: other users may open it")
    assert "chmod 600 open" in fault["cure"]


def test_a_link_without_a_key_is_a_warning_if_it_leaves_the_machine(program, port):
    inside = [SIM, f"--port={port}", NO_WEB]
    assert warnings(doctor_json(program, 0, *inside)) == []
    outside = [*inside, "--listen=0.0.0.0", "--ledactor.plaintext"]
    [warning] = warnings(doctor_json(program, 0, *outside))
    assert "ledactor keygen FILE" in warning["cure"]


def encryption_check(program, status, *arguments, **how):
    report = doctor_json(program, status, SIM, "--key-file=key", *arguments, **how)
    return [(check["mark"], check["text"]) for check in report["checks"] if check["section"] == "Encryption"]


def test_it_tries_a_handshake_where_a_key_is_used(program, port):
    program.output("keygen", "key")
    [found] = encryption_check(program, 0, f"--port={port}")
    assert found == ("ok", "a handshake with itself works (TLS 1.3, with a key)")
    assert encryption_check(program, 0, f"--port={port}", "--ledactor.link.wire=ece387") == []


def test_it_tells_when_openssl_makes_no_handshake(program, port):
    program.output("keygen", "key")
    conf = program.folder / "openssl.cnf"
    conf.write_text("openssl_conf = all\n[all]\nalg_section = algs\n[algs]\ndefault_properties = fips=yes\n")
    there = {**os.environ, "OPENSSL_CONF": str(conf)}
    [(mark, text)] = encryption_check(program, 1, f"--port={port}", env=there)
    assert mark == "fault" and text.startswith("OpenSSL has no ")


# The wire


def wire_check(program, wire, *arguments):
    """What JSON says of the link, and the one finding on it, with the text's own words for it."""
    arguments = [SIM, "--listen=0.0.0.0", "--ledactor.plaintext", f"--ledactor.link.wire={wire}", *arguments]
    report = doctor_json(program, 0, *arguments)
    [check] = [check for check in report["checks"] if check["section"] == "Wire"]
    assert check["text"] in one_line(doctor(program, 0, *arguments))
    assert (check["cure"] in [w["cure"] for w in report["warnings"]]) == (check["mark"] == "warning")
    return report["link"], check["mark"], check["text"]


@pytest.fixture
def with_key(program):
    program.output("keygen", "key")
    return "--key-file=key"


def key_check(program, *arguments):
    report = doctor_json(program, 0, SIM, *arguments)
    [check] = [check for check in report["checks"] if check["section"] == "Key"]
    return check["mark"], check["text"]


def test_the_native_wire_is_encrypted_with_a_key_alone(program, port, with_key):
    link, mark, text = wire_check(program, "native", with_key, f"--port={port}")
    assert link == {"wire": "native", "key_used": True, "encrypted": True}
    assert mark == "ok" and text.startswith("native: ") and "encrypted, and for boards with the key alone" in text
    link, mark, text = wire_check(program, "native", f"--port={port}")
    assert link == {"wire": "native", "key_used": False, "encrypted": False}
    assert mark == "note" and "not encrypted, for want of a key" in text


def test_the_originals_wire_is_never_encrypted_and_a_key_not_used(program, port, with_key):
    for key in ([], [with_key]):
        link, mark, text = wire_check(program, "ece387", *key, f"--port={port}")
        assert link == {"wire": "ece387", "key_used": False, "encrypted": False}
        assert mark == "warning" and "not encrypted, with a key or without" in text and "take a seat" in text
    ece387 = ["--ledactor.link.wire=ece387", f"--port={port}"]
    mark, text = key_check(program, with_key, *ece387)
    assert mark == "note" and text.endswith("; not used, since the original's wire knows no key")
    assert key_check(program, *ece387) == ("note", "none: the original's wire knows no key")


def test_either_wire_is_encrypted_for_those_with_a_key_and_not_for_originals(program, port, with_key):
    link, mark, text = wire_check(program, "any", with_key, f"--port={port}")
    assert link == {"wire": "any", "key_used": True, "encrypted": False}
    assert mark == "warning" and "originals need no key" in text and "as those of boards with the key are" in text
    link, mark, text = wire_check(program, "any", f"--port={port}")
    assert link == {"wire": "any", "key_used": False, "encrypted": False}
    assert mark == "warning" and "nor are others" in text


def test_the_originals_wire_within_this_machine_is_no_warning(program, port):
    report = doctor_json(program, 0, SIM, NO_WEB, "--ledactor.link.wire=ece387", f"--port={port}")
    assert warnings(report) == []
    [check] = [check for check in report["checks"] if check["section"] == "Wire"]
    assert check["mark"] == "note" and "does not leave this machine" in check["text"]


# As whom


def test_it_says_as_whom_it_runs(program, port):
    report = doctor_json(program, 0, SIM, f"--port={port}")
    assert report["user"]["uid"] == os.geteuid()
    assert report["user"]["name"] == pwd.getpwuid(os.geteuid()).pw_name
    assert report["user"]["groups"][0] == grp.getgrgid(os.getegid()).gr_name
    assert len(report["user"]["groups"]) == len({os.getegid(), *os.getgroups()})


# Calls that are wrong


def test_an_unknown_option_or_word_is_refused(program):
    assert program.complaint(USAGE, "doctor", "--jason").startswith("unknown option '--jason'")
    assert "--json" in program.complaint(USAGE, "--json")
    assert program.complaint(USAGE, "doctor", "--dump-config")
    assert program.complaint(USAGE, SIM, "doctor") == "'doctor' must be the first argument: ledactor doctor"
    assert "doctor" in program.complaint(USAGE, "docter")


def test_a_configuration_that_cannot_be_read_is_refused_as_by_a_run(program):
    program.configure("ledactor { server { port = 0 } }")
    line = program.complaint(CONFIG, "doctor", SIM)
    assert line == "caf-application.conf: ledactor.server.port: 0 is not allowed; allowed: 1 to 65535"


def test_it_has_help_of_its_own(program):
    text = program.output("doctor", "--help")
    assert text.startswith("Usage: ledactor doctor") and "--json" in text
    assert "ledactor doctor" in program.output("--help")
