"""A fault on its whole way: one line on stderr that names it, and the exit status; and no fault where
there is none. Which inputs are faults is tested with the parsers, in tests/main."""

import pathlib
import socket

import pytest

from program import CONFIG, NO_WEB, PERMISSION, UNAVAILABLE, USAGE, Program, without_privileges

QUIET = "--caf.logger.console.verbosity=quiet"


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


# What is wrong with the input


@pytest.mark.parametrize(
    "text, complaint",
    [
        (
            'ledactor {\n  role = "server"\n  nmae = "a"\n}\n',
            "caf-application.conf: unknown key 'ledactor.nmae'; the nearest is 'ledactor.name'; "
            "see ledactor --help",
        ),
        ("ledactor {\n} }\n", "caf-application.conf: line 2, column 3: unexpected '}'"),
        (
            "caf { scheduler { max-threads = 0 } }",
            "caf.scheduler.max-threads: 0 is not allowed; allowed: 1 to 64",
        ),
        (
            "ledactor { link { heartbeat = 2s } }",
            "ledactor.link.dead-after: 3s is not allowed; allowed: at least twice "
            "ledactor.link.heartbeat, 4s",
        ),
    ],
)
def test_a_bad_file_ends_the_start(program, text, complaint):
    program.configure(text)
    assert program.complaint(CONFIG, "--board=sim") == complaint


def test_a_file_that_is_named_must_be_there(program):
    line = program.complaint(CONFIG, "--config-file=absent.conf")
    assert line == "absent.conf: cannot open it: No such file or directory"


@pytest.mark.parametrize(
    "argument, complaint",
    [
        ("--prot=5", "unknown option '--prot'; the nearest is '--port'; see ledactor --help"),
        ("--port=70000", "--port: 70000 is not allowed; allowed: 1 to 65535"),
        (
            "--name=\x1b[2J",
            '--name: "\\x1b[2J" is not allowed; allowed: 1 to 63 printable ASCII characters, no blank '
            "at either end",
        ),
        (
            "--caf.scheduler.polcy=sharing",
            "unknown option '--caf.scheduler.polcy'; CAF's nearest is '--caf.scheduler.policy'",
        ),
        (
            "--caf.scheduler.max-threads=x",
            '--caf.scheduler.max-threads: "x" is not allowed; allowed: 1 to 64',
        ),
        ("demo", "'demo' must be the first argument: ledactor demo"),
    ],
)
def test_a_bad_argument_ends_the_start(program, argument, complaint):
    assert program.complaint(USAGE, "--board=sim", argument) == complaint


@pytest.mark.parametrize("sign", ["--", "", "--name="])
def test_a_long_argument_is_not_repeated_in_full(program, sign):
    program.complaint(USAGE, "--board=sim", sign + "x" * 100000)


def test_a_simulated_board_cannot_be_turned_off(program):
    line = program.complaint(USAGE, "off", "--board=sim")
    assert line == "off: a simulated board has no LEDs that could stay lit"


# What is good


@pytest.mark.parametrize(
    "text, arguments",
    [
        (None, []),
        ("ledactor { server { leds = [1], buttons = [2] }, client { leds = [2], buttons = [1] } }", []),
        ('ledactor { client { host = "192.0.2.1" } }', ["--listen=::1", "--name=\"\\"]),
        ("ledactor { plaintext = true }", ["--listen=0.0.0.0"]),
        ("", ["--listen=0.0.0.0", "--key-file=key"]),
        ("", ["--listen=0.0.0.0", "--key-file=key", "--ledactor.link.wire=any", "--ledactor.plaintext"]),
        ("", ["--listen=0.0.0.0", "--key-file=key", "--ledactor.link.wire=ece387", "--ledactor.plaintext"]),
        pytest.param("", ["--listen=fe80::1%nowhere0", "--ledactor.plaintext"], id="no-interface-yet"),
        ("", ["--role=client", "--host=127.1.2.3"]),
        ("", ["--role=client", "--host=192.0.2.1", "--ledactor.plaintext"]),
        ("", ["--role=client", "--host=192.0.2.1", "--key-file=key"]),
    ],
)
def test_a_good_configuration_starts_a_board(program, port, text, arguments):
    if text is not None:
        program.configure(text)
    program.output("keygen", "key")
    program.assert_starts(f"--port={port}", *arguments)


# What the operating system refuses


@pytest.mark.parametrize("command", [[], ["off"]])
def test_without_its_gpio_chip_a_board_names_the_way_out(program, command):
    """Most machines that run this have no chip at all."""
    line = program.complaint(UNAVAILABLE, *command, "--chip=/dev/null", NO_WEB)
    assert line.startswith("ledactor.board.chip: ")
    if list(pathlib.Path("/dev").glob("gpiochip*")):
        assert "/dev/null is no GPIO chip; there is gpiochip" in line
    else:
        assert "this machine has no GPIO chip" in line and "--board=sim" in line


@pytest.mark.parametrize("arguments", [["--config-file=secret.conf"], []])
def test_a_file_that_may_not_be_read_is_a_matter_of_permission(program, arguments):
    name = "secret.conf" if arguments else "caf-application.conf"
    program.configure("", name)
    (program.folder / name).chmod(0)
    line = program.complaint(PERMISSION, "--board=sim", *arguments, preexec_fn=without_privileges)
    assert line == f"{name}: cannot open it: Permission denied"


def test_a_log_that_cannot_be_written_is_refused(program):
    log = ["--board=sim", "--caf.logger.file.verbosity=info"]
    line = program.complaint(CONFIG, *log, "--caf.logger.file.path=absent/log")
    assert line == "caf.logger.file.path: cannot write into 'absent/': No such file or directory"
    (program.folder / "closed").mkdir(mode=0o555)
    line = program.complaint(
        PERMISSION, *log, "--caf.logger.file.path=closed/log", preexec_fn=without_privileges
    )
    assert line == "caf.logger.file.path: cannot write into 'closed/': Permission denied"


def test_a_port_in_use_is_unavailable(program):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        line = program.complaint(UNAVAILABLE, "--board=sim", QUIET, NO_WEB, f"--port={port}")
    assert line == (
        f"ledactor.server.port: another process listens on 127.0.0.1 port {port}; "
        "stop it, or choose another port on both boards"
    )


def test_a_privileged_port_is_a_matter_of_permission(program):
    first_free_to_all = int(open("/proc/sys/net/ipv4/ip_unprivileged_port_start").read())
    assert first_free_to_all > 1, "this machine has no privileged ports: nothing to refuse here"
    line = program.complaint(
        PERMISSION, "--board=sim", QUIET, NO_WEB, "--port=1", preexec_fn=without_privileges
    )
    assert line == (
        "ledactor.server.port: this user may not listen on 127.0.0.1 port 1; "
        "choose a port from 1024 up"
    )


def test_a_metrics_port_in_use_is_unavailable(program, port):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        metrics = holder.getsockname()[1]
        line = program.complaint(
            UNAVAILABLE,
            "--board=sim",
            QUIET,
            NO_WEB,
            f"--port={port}",
            "--caf.middleman.prometheus-http.address=127.0.0.1",
            f"--caf.middleman.prometheus-http.port={metrics}",
        )
    assert line.startswith("caf.middleman.prometheus-http.port: ")
