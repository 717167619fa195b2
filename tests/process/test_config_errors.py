"""Bad input: one line that names what is wrong and what is allowed, and the right exit status."""

import pathlib
import re
import socket

import pytest

from program import CONFIG, NO_WEB, PERMISSION, UNAVAILABLE, USAGE, Program, without_privileges


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def nested(key, value):
    """A configuration file with this one key of the ledactor section."""
    *sections, name = key.split(".")
    return " { ".join(["ledactor", *sections, f"{name} = {value}"]) + " }" * (len(sections) + 1)


# Unknown keys and sections


@pytest.mark.parametrize(
    "text, unknown, nearest",
    [
        ('ledactor { rol = "server" }', "key 'ledactor.rol'", "'ledactor.role'"),
        ("ledactor { link { hartbeat = 1s } }", "key 'ledactor.link.hartbeat'", "'ledactor.link.heartbeat'"),
        ("ledactor { link { heratbeat = 1s } }", "key 'ledactor.link.heratbeat'", "'ledactor.link.heartbeat'"),
        ("ledactor { heartbeat = 1s }", "key 'ledactor.heartbeat'", "'ledactor.link.heartbeat'"),
        ("ledactor { link { debounce = 1ms } }", "key 'ledactor.link.debounce'", "'ledactor.board.debounce'"),
        ("ledactor { server { Port = 1 } }", "key 'ledactor.server.Port'", "'ledactor.server.port'"),
        ("ledactor { lnk { heartbeat = 1s } }", "section 'ledactor.lnk'", "'ledactor.link'"),
        ("ledactor { sever { } }", "section 'ledactor.sever'", "'ledactor.server'"),
        ("ledactor { server { leds { } } }", "ledactor.server.leds: a section", "list of 1 to 64"),
        ("ledactr { role = 1 }", "section 'ledactr'", "'ledactor'"),
        ("spam { role = 1 }", "section 'spam'", "known: the sections ledactor and caf"),
        ("spam = 1", "key 'spam'", "known: the sections ledactor and caf"),
        ("server { port = 1 }", "section 'server'", "as ledactor.server"),
        ('role = "server"', "key 'role'", "known: the sections ledactor and caf"),
        ('ledactor { "ro\\nle" = 1 }', r"key 'ledactor.ro\x0ale'", "'ledactor.role'"),
        pytest.param(
            "ledactor { " + "x" * 10000 + " = 1 }", "key 'ledactor.xxx", "the nearest is", id="long"
        ),
        ("caf { x = 1 }", "key 'caf.x'", "nearest"),
        ("caf { scheduler { polcy = 1 } }", "key 'caf.scheduler.polcy'", "'caf.scheduler.policy'"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(program, text, unknown, nearest):
    line = program.complaint_about(text)
    assert unknown in line
    assert nearest in line.split(unknown)[1]


def test_one_bad_key_is_enough(program):
    line = program.complaint_about('ledactor {\n  role = "server"\n  nmae = "a"\n}\n')
    assert line == "unknown key 'ledactor.nmae'; the nearest is 'ledactor.name'; see ledactor --help"


# Values of the wrong kind

WRONG_KIND = [
    ("server.port", '"23870"', "1 to 65535", "without quotes"),
    ("server.port", '"http"', "1 to 65535", ""),
    ("server.port", "1.5", "1 to 65535", ""),
    ("server.port", "true", "1 to 65535", ""),
    ("server.port", "5s", "1 to 65535", ""),
    ("server.port", "[1, 2]", "1 to 65535", ""),
    ("role", "5", "server, client", "in quotes"),
    ("role", "true", "server, client", "in quotes"),
    ("name", "5", "1 to 63 printable ASCII characters", "in quotes"),
    ("name", "[]", "1 to 63 printable ASCII characters", "in quotes"),
    ("plaintext", "1", "true, false", ""),
    ("plaintext", '"true"', "true, false", "without quotes"),
    ("plaintext", '"yes"', "true, false", ""),
    ("link.heartbeat", "1", "10ms to 1h", "with its unit: ms, s, min or h"),
    ("link.heartbeat", "0", "10ms to 1h", "with its unit: ms, s, min or h"),
    ("link.heartbeat", '"1s"', "10ms to 1h", "without quotes"),
    ("link.heartbeat", '"soon"', "10ms to 1h", ""),
    ("link.heartbeat", "[1s]", "10ms to 1h", ""),
    ("board.debounce", "5", "0ms to 1s", "with its unit: ms, s, min or h"),
    ("server.leds", "4", "a list of 1 to 64 lines", "in brackets"),
    ("server.leds", '"GPIO4"', "a list of 1 to 64 lines", "in brackets"),
    ("server.leds", "4s", "a list of 1 to 64 lines", ""),
    ("client.control", "[26]", "a BCM offset from 0 to 1023, or a line name", ""),
    ("client.control", "1.5", "a BCM offset from 0 to 1023, or a line name", ""),
]


@pytest.mark.parametrize("key, value, allowed, advice", WRONG_KIND)
def test_a_value_of_the_wrong_kind_is_refused(program, key, value, allowed, advice):
    line = program.complaint_about(nested(key, value))
    assert line.startswith(f"ledactor.{key}: {value} is not allowed; allowed: {allowed}")
    assert line.rpartition("; write it ")[2] == advice if advice else "; write it" not in line


@pytest.mark.parametrize("section", ["server", "client", "board", "web", "link"])
def test_a_value_where_a_section_belongs_is_refused(program, section):
    line = program.complaint_about(nested(section, "5"))
    assert line == f"ledactor.{section}: 5 is not allowed; allowed: a section, {section} {{ ... }}"


@pytest.mark.parametrize("section", ["ledactor", "caf"])
def test_a_value_where_a_top_section_belongs_is_refused(program, section):
    line = program.complaint_about(f'{section} = "x"')
    assert line == f'{section}: "x" is not allowed; allowed: a section, {section} {{ ... }}'


@pytest.mark.parametrize("key", ["role", "server.port", "server.leds", "link.heartbeat", "plaintext"])
def test_a_section_where_a_value_belongs_is_refused(program, key):
    line = program.complaint_about(nested(key, "{ a = 1 }"))
    assert line.startswith(f"ledactor.{key}: a section is not allowed; allowed: ")


# Values out of range

RANGES = {  # below, least, most, above
    "server.port": ("0", "1", "65535", "65536"),
    "server.seats": ("0", "1", "64", "65"),
    "client.port": ("0", "1", "65535", "65536"),
    "board.debounce": ("-1ms", "0s", "1s", "1001ms"),
    "board.bounce": ("-1ns", "0s", "1s", "1000000001ns"),
    "board.link-loss-grace": ("-1s", "0s", "1h", "3601s"),
    "web.port": ("0", "1", "65535", "65536"),
    "link.ece387-pace": ("999us", "1ms", "1s", "1001ms"),
    "link.heartbeat": ("9999us", "10ms", "1h", "3600001ms"),
    "link.dead-after": ("19ms", "20ms", "1h", "61min"),
    "link.reconnect-min": ("9ms", "10ms", "1h", "2h"),
    "link.reconnect-max": ("9ms", "10ms", "1h", "2h"),
}


@pytest.mark.parametrize("key", RANGES)
def test_a_value_out_of_range_is_refused(program, key):
    below, least, most, above = RANGES[key]
    for value in (below, above):
        line = program.complaint_about(nested(key, value))
        assert re.match(rf"ledactor\.{key}: {value} is not allowed; allowed: \d+\w* to {most}", line)
        given = program.complaint(USAGE, f"--ledactor.{key}={value}")
        assert given == "--" + line
    (program.folder / "caf-application.conf").unlink()
    for value in (least, most):
        effective = program.output("--dump-config", f"--ledactor.{key}={value}")
        assert f"{key.split('.')[-1]} = {value}\n" in effective


def test_each_option_with_a_range_is_in_the_table(program):
    option = re.compile(r"--ledactor\.(\S+)=\n.*\n +allowed: \d+\w* to \d+\w*(?:[;,\n])")
    assert set(option.findall(program.output("--help"))) == set(RANGES)


@pytest.mark.parametrize("value", ["99999999999999999999", "-99999999999999999999"])
def test_a_number_beyond_all_bounds_is_refused(program, value):
    assert re.match(r"line 1, column \d+: integer (over|under)flow", program.complaint_about(nested("server.port", value)))
    line = program.complaint(USAGE, f"--port={value}")
    assert line == f'--port: "{value}" is not allowed; allowed: 1 to 65535'


@pytest.mark.parametrize("value", ["18446744074s", "5124096h", "9223372036854775807min", "-18446744074s"])
def test_a_duration_that_wraps_around_is_refused(program, value):
    line = program.complaint_about(nested("link.heartbeat", value))
    assert line.endswith(f"the duration {value} is too long")
    line = program.complaint(USAGE, f"--ledactor.link.heartbeat={value}")
    assert line == f'--ledactor.link.heartbeat: "{value}" is not allowed; allowed: 10ms to 1h'


def test_a_duration_that_wraps_around_is_no_key_either(program):
    line = program.complaint_about("ledactor { board { bounce = [1 675415205662s = 2] } }")
    assert line.endswith("the duration 675415205662s is too long")


@pytest.mark.parametrize("value", ["1parsec", "1.5s", "5 s", "1m", "1hour"])
def test_a_bad_unit_is_refused(program, value):
    assert re.match(r"line 1, column \d+: ", program.complaint_about(nested("link.heartbeat", value)))
    line = program.complaint(USAGE, f"--ledactor.link.heartbeat={value}")
    assert line == f'--ledactor.link.heartbeat: "{value}" is not allowed; allowed: 10ms to 1h'


# Choices

CHOICES = {
    "role": "server, client",
    "server.when-busy": "queue, refuse",
    "client.on-kick": "exit, rejoin",
    "board.backend": "gpiod, sim",
    "board.bias": "pull-up, pull-down, disabled, as-is",
    "board.debounce-by": "actor, kernel",
    "board.on-link-loss": "off, hold, on",
    "link.wire": "native, ece387, any",
}


@pytest.mark.parametrize("key", CHOICES)
@pytest.mark.parametrize("word", ["sever", "", "Server", "server, client", "queue,", "a\\nb"])
def test_a_word_that_is_no_choice_is_refused(program, key, word):
    line = program.complaint_about(nested(key, f'"{word}"'))
    assert line == f'ledactor.{key}: "{word}" is not allowed; allowed: {CHOICES[key]}'


# Lines of the GPIO chip


@pytest.mark.parametrize(
    "value, culprit",
    [
        ("[]", "[]"),
        ("[4, -1]", "-1 in the list"),
        ("[4, 1024]", "1024 in the list"),
        ("[4, 9223372036854775807]", "9223372036854775807 in the list"),
        ("[4, 1.5]", "1.5 in the list"),
        ("[4, true]", "true in the list"),
        ("[4, 5s]", "5s in the list"),
        ("[4, [5]]", "[5] in the list"),
        ('[4, ""]', '"" in the list'),
        ('[4, " GPIO5"]', '" GPIO5" in the list'),
        ('[4, "17"]', '"17" in the list'),
        ('[4, "GPIO\\n5"]', '"GPIO\\n5" in the list'),
        (f'[4, "{"x" * 32}"]', f'"{"x" * 32}" in the list'),
        (str(list(range(65))), "a list of 65"),
    ],
)
@pytest.mark.parametrize("key", ["server.leds", "client.buttons"])
def test_bad_lines_are_refused(program, key, value, culprit):
    line = program.complaint_about(nested(key, value))
    assert line.startswith(f"ledactor.{key}: {culprit} is not allowed; allowed: a list of 1 to 64 lines")
    assert ("; a name has 1 to 31" in line) == culprit.endswith('" in the list')
    given = program.complaint(USAGE, f"--ledactor.{key}={value}")
    assert given.startswith(f"--ledactor.{key}: ") and "a list of 1 to 64 lines" in given


@pytest.mark.parametrize(
    "value, advice",
    [
        ("-1", ""),
        ("1024", ""),
        ('""', "; a name has 1 to 31 printable ASCII characters, and not digits alone"),
        ('"17"', "; write it without quotes"),
        ('"1700"', "; a name has 1 to 31 printable ASCII characters, and not digits alone"),
        (f'"{"x" * 32}"', "; a name has 1 to 31 printable ASCII characters, and not digits alone"),
    ],
)
def test_a_bad_control_line_is_refused(program, value, advice):
    line = program.complaint_about(nested("server.control", value))
    assert line == (
        f"ledactor.server.control: {value} is not allowed; "
        f'allowed: a BCM offset from 0 to 1023, or a line name such as "GPIO17"{advice}'
    )


def test_a_range_of_lines_is_not_stored_number_by_number(program):
    line = program.complaint_about(nested("server.leds", "[1..9999999999]"))
    assert line.endswith("a range, 1..9999999999, is not known here")
    line = program.complaint(USAGE, "--ledactor.server.leds=[1..9999999999]")
    assert "a list of 1 to 64 lines" in line


@pytest.mark.parametrize("role", ["server", "client"])
@pytest.mark.parametrize(
    "leds, buttons, control, where, line, taken",
    [
        ("[17]", "[17]", "5", "buttons", 17, "leds"),
        ("[17]", '["GPIO17"]', "5", "buttons", 17, "leds"),
        ('["GPIO17"]', "[4, 17]", "5", "buttons", 17, "leds"),
        ("[4, 5, 4]", "[6]", "7", "leds", 4, None),
        ('[4, "GPIO4"]', "[6]", "7", "leds", 4, None),
        ("[4]", "[6, 6]", "7", "buttons", 6, None),
        ("[4]", "[6]", "4", "control", 4, "leds"),
        ("[4]", "[6]", '"GPIO6"', "control", 6, "buttons"),
    ],
)
def test_a_line_used_twice_is_refused(program, role, leds, buttons, control, where, line, taken):
    settings = f"leds = {leds}, buttons = {buttons}, control = {control}"
    complaint = program.complaint_about(
        f'ledactor {{ role = "{role}", {role} {{ {settings} }}, client {{ host = "::1" }} }}'
    )
    user = f"ledactor.{role}.{taken}" if taken else "the same list"
    assert complaint == (
        f"ledactor.{role}.{where}: line GPIO{line} is taken already, by {user}; "
        "each LED and button needs a line of its own"
    )


def test_the_other_role_may_use_the_same_lines(program, port):
    program.configure("ledactor { server { leds = [1], buttons = [2] }, client { leds = [2], buttons = [1] } }")
    program.assert_starts(f"--port={port}")


# What belongs together


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        (
            ["--ledactor.link.heartbeat=2s"],
            "dead-after: 3s is not allowed; allowed: at least twice ledactor.link.heartbeat, 4s",
        ),
        (
            ["--ledactor.link.heartbeat=50ms", "--ledactor.link.dead-after=99ms"],
            "dead-after: 99ms is not allowed; allowed: at least twice ledactor.link.heartbeat, 100ms",
        ),
        (
            ["--ledactor.link.reconnect-min=6s"],
            "reconnect-max: 5s is not allowed; allowed: at least ledactor.link.reconnect-min, 6s",
        ),
        (
            ["--ledactor.link.reconnect-max=249ms"],
            "reconnect-max: 249ms is not allowed; allowed: at least ledactor.link.reconnect-min, 250ms",
        ),
    ],
)
def test_times_that_do_not_go_together_are_refused(program, arguments, complaint):
    line = program.complaint(CONFIG, "--board=sim", *arguments)
    assert line == f"ledactor.link.{complaint}"


def test_times_that_just_go_together_are_taken(program, port):
    program.assert_starts(
        f"--port={port}",
        "--ledactor.link.heartbeat=50ms",
        "--ledactor.link.dead-after=100ms",
        "--ledactor.link.reconnect-min=100ms",
        "--ledactor.link.reconnect-max=100ms",
    )


@pytest.mark.parametrize("command", [[], ["off"]])
def test_without_its_gpio_chip_a_board_names_the_way_out(program, command):
    """Most machines that run this have no chip at all."""
    line = program.complaint(UNAVAILABLE, *command, "--chip=/dev/null", NO_WEB)
    assert line.startswith("ledactor.board.chip: ")
    if list(pathlib.Path("/dev").glob("gpiochip*")):
        assert "/dev/null is no GPIO chip; there is gpiochip" in line
    else:
        assert "this machine has no GPIO chip" in line and "--board=sim" in line


def test_a_simulated_board_cannot_be_turned_off(program):
    line = program.complaint(USAGE, "off", "--board=sim")
    assert line == "off: a simulated board has no LEDs that could stay lit"


# Names


@pytest.mark.parametrize("name", ["", " ", " desk", "desk ", "a\\tb", "a\\nb", "\x1b[2J", "\x7f", "caf\u00e9", "x" * 64])
def test_a_bad_name_is_refused(program, name):
    line = program.complaint_about(nested("name", f'"{name}"'))
    assert line.startswith('ledactor.name: "')
    assert line.endswith("is not allowed; allowed: 1 to 63 printable ASCII characters, no blank at either end")


@pytest.mark.parametrize(
    "name", ["", " desk", "a\tb", "a\nb", "\x1b[2J", "x" * 64, pytest.param("x" * 100000, id="long")]
)
def test_a_bad_name_on_the_command_line_is_refused(program, name):
    line = program.complaint(USAGE, "--board=sim", f"--name={name}")
    assert line.startswith('--name: "') and "allowed: 1 to 63 printable ASCII characters" in line


@pytest.mark.parametrize("name", ["x", "left desk", "x" * 63, '"\\'])
def test_a_good_name_is_taken(program, port, name):
    program.assert_starts(f"--port={port}", f"--name={name}")


# Addresses


@pytest.mark.parametrize("address", ["", "localhost", "example.org", "127.0.0.1:80", "256.0.0.1", "::1::", " 127.0.0.1", "fe80::1%", "fe80::1%a b", "::1%eth0"])
def test_a_server_listens_on_addresses_only(program, address):
    line = program.complaint_about(nested("server.listen", f'"{address}"'))
    assert line == f'ledactor.server.listen: "{address}" is not allowed; allowed: an IPv4 or IPv6 address'
    line = program.complaint(USAGE, "--board=sim", f"--listen={address}")
    assert line == f'--listen: "{address}" is not allowed; allowed: an IPv4 or IPv6 address'


@pytest.mark.parametrize("host", ["", " ", "a b", "http://desk", "desk\\n", "b\u00fcro", "x" * 254])
def test_a_client_dials_names_and_addresses_only(program, host):
    line = program.complaint_about(nested("client.host", f'"{host}"'), "--role=client")
    assert line.startswith('ledactor.client.host: "')
    assert line.endswith("is not allowed; allowed: a host name or an address")


BEYOND = (
    "is beyond this machine, and there is no key to encrypt the link with; make one with `ledactor "
    "keygen FILE`, copy it to the other board, and set key-file on both; or set plaintext = true "
    "if you trust the cable"
)


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.1", "::", "2001:db8::1", "128.0.0.1"])
def test_a_server_beyond_loopback_is_refused(program, address):
    line = program.complaint(CONFIG, "--board=sim", f"--listen={address}")
    assert line == f"ledactor.server.listen: '{address}' {BEYOND}"


@pytest.mark.parametrize("host", ["192.168.0.2", "desk.example", "2001:db8::1", "localhost.example"])
def test_a_client_beyond_loopback_is_refused(program, host):
    line = program.complaint(CONFIG, "--board=sim", "--role=client", f"--host={host}")
    assert line == f"ledactor.client.host: '{host}' {BEYOND}"


def test_the_default_host_of_a_client_is_beyond_loopback(program):
    line = program.complaint(CONFIG, "--board=sim", "--role=client")
    assert line == f"ledactor.client.host: '192.168.0.2' {BEYOND}"


@pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "::1"])
@pytest.mark.parametrize("role, option", [("server", "listen"), ("client", "host")])
def test_loopback_needs_no_permission(program, port, role, option, address):
    program.assert_starts(f"--role={role}", f"--port={port}", f"--{option}={address}")


def test_a_server_beyond_loopback_starts_in_plaintext_if_told(program, port):
    program.configure("ledactor { plaintext = true }")
    program.assert_starts("--listen=0.0.0.0", f"--port={port}")


def test_a_board_beyond_loopback_starts_with_a_key(program, port):
    program.output("keygen", "key")
    program.assert_starts("--listen=0.0.0.0", f"--port={port}", "--key-file=key")
    program.assert_starts("--role=client", "--host=192.0.2.1", f"--port={port}", "--key-file=key")


def test_a_server_waits_for_an_interface_that_is_not_there_yet(program, port):
    program.assert_starts("--listen=fe80::1%nowhere0", f"--port={port}", "--ledactor.plaintext=true")


def test_a_client_beyond_loopback_starts_in_plaintext_if_told(program, port):
    program.assert_starts("--role=client", "--host=192.0.2.1", f"--port={port}", "--ledactor.plaintext=true")


@pytest.mark.parametrize("wire", ["ece387", "any"])
def test_the_originals_wire_leaves_this_machine_only_in_plaintext_even_with_a_key(program, port, wire):
    program.output("keygen", "key")
    options = ["--listen=0.0.0.0", f"--port={port}", "--key-file=key", f"--ledactor.link.wire={wire}"]
    line = program.complaint(CONFIG, "--board=sim", *options)
    assert line == (
        "ledactor.server.listen: '0.0.0.0' is beyond this machine, and the original's wire cannot "
        "be encrypted, with a key or without; set plaintext = true if you trust the cable, or wire "
        '= "native"'
    )
    program.assert_starts(*options, "--ledactor.plaintext=true")


def test_a_client_speaks_one_wire(program):
    line = program.complaint(
        CONFIG, "--board=sim", "--role=client", "--host=127.0.0.1", "--ledactor.link.wire=any"
    )
    assert line == 'ledactor.link.wire: "any" is not allowed; allowed for a client: native, ece387'


def test_the_address_of_the_other_role_does_not_matter(program, port):
    program.configure('ledactor { client { host = "192.0.2.1" } }')
    program.assert_starts(f"--port={port}")


# The file


def test_a_named_file_must_be_there(program):
    line = program.complaint(CONFIG, "--config-file=absent.conf")
    assert line == "absent.conf: cannot open it: No such file or directory"


def test_the_default_file_need_not_be_there(program, port):
    program.assert_starts(f"--port={port}")


def test_a_folder_is_no_file(program):
    (program.folder / "folder").mkdir()
    line = program.complaint(CONFIG, "--config-file=folder")
    assert line == "folder: cannot read it: Is a directory"
    (program.folder / "caf-application.conf").mkdir()
    line = program.complaint(CONFIG, "--board=sim")
    assert line == "caf-application.conf: cannot read it: Is a directory"


@pytest.mark.parametrize("arguments", [["--config-file=secret.conf"], []])
def test_a_file_that_may_not_be_read_is_a_matter_of_permission(program, arguments):
    name = "secret.conf" if arguments else "caf-application.conf"
    program.configure("", name)
    (program.folder / name).chmod(0)
    line = program.complaint(PERMISSION, "--board=sim", *arguments, preexec_fn=without_privileges)
    assert line == f"{name}: cannot open it: Permission denied"


@pytest.mark.parametrize(
    "text, where, what",
    [
        ("ledactor { role = server }", (1, 19), "unexpected 's'; a text is written in quotes"),
        ("ledactor {\n  role =\n}\n", (2, 9), "a value is missing"),
        ("ledactor {\n  role\n}\n", (2, 7), "the line ends too early"),
        ('ledactor {\n  role = "server\n}\n', (2, 17), "the line ends too early"),
        ('# a comment\n\nledactor { role = "a\\xb" }', (3, 22), "invalid escape sequence"),
        ("ledactor {\n} }\n", (2, 3), "unexpected '}'"),
        ("}", (1, 1), "unexpected '}'"),
        ("ledactor { ro\x1ble = 1 }", (1, 14), r"unexpected '\x1b'"),
        ("ledactor { server { leds = [1, 2 } }", (1, 34), "unexpected '}'"),
        ("ledactor { server { port = 1x } }", (1, 29), "unexpected 'x'"),
        ("ledactor.role = 1", (1, 1), "the key 'ledactor.role' has dots"),
        ("ledactor {\n  server.port = 1\n}\n", (2, 3), "the key 'server.port' has dots"),
        ("ledactor { }\n\x00", (2, 1), "a NUL byte; allowed: text"),
        ("# \x00\nledactor { }", (1, 3), "a NUL byte; allowed: text"),
        ('ledactor { name = "a\x00" }', (1, 21), "a NUL byte; allowed: text"),
    ],
)
def test_a_syntax_error_is_located(program, text, where, what):
    line = program.complaint_about(text)
    assert line.startswith(f"line {where[0]}, column {where[1]}: {what}")


@pytest.mark.parametrize(
    "text",
    [
        "ledactor",
        "ledactor {",
        "ledactor { # and no more",
        "ledactor {\n",
        'ledactor { role = "client"',
        'ledactor {\n  role = "client"\n',
        "ledactor { server {\n} ",
        "ledactor { role =",
        'ledactor { role = "cli',
        "ledactor { server { leds = [1, 2",
        "{ ledactor { }",
    ],
)
def test_a_file_that_ends_too_early_is_refused(program, text):
    """CAF's own call takes it, and forgets the section that has no end."""
    line = program.complaint_about(text)
    assert re.match(r"line \d, column \d+: the file ends too early; a brace", line)


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "ledactor { }", "ledactor { server { } }\ncaf { }\n"])
def test_an_empty_file_is_taken(program, text):
    program.configure("", "empty.conf")
    defaults = program.output("--config-file=empty.conf", "--dump-config")
    program.configure(text)
    assert program.output("--dump-config") == defaults


@pytest.mark.parametrize("text", [b"\x00" * 100, b"\x7fELF\x02\x01\x01", bytes(range(256)), b"\xff\xfel\x00e\x00", b"PK\x03\x04"])
def test_binary_garbage_is_refused(program, text):
    program.configure(text)
    ended = program.run("--board=sim")
    assert ended.returncode == CONFIG
    assert re.fullmatch(rb"ledactor: caf-application.conf: line 1, column \d+: .*\n", ended.stderr)


@pytest.mark.parametrize("sign", ["[", "{", "a{", "ledactor { server { leds = [["])
def test_brackets_without_end_are_refused(program, sign):
    line = program.complaint_about(sign * 30000)
    assert "is nested more than 16 deep" in line


def test_a_deep_argument_is_refused(program):
    line = program.complaint(USAGE, "--ledactor.server.leds=" + "[" * 100000)
    assert "allowed: a list of 1 to 64 lines" in line
    line = program.complaint(USAGE, "--caf.logger.console.excluded-components=" + "[" * 100000)
    assert "allowed: a list of texts in quotes" in line


def test_a_very_large_file_is_refused(program):
    limit = 1024 * 1024
    text = 'ledactor { name = "big" }\n'
    program.configure(text + "#" * (limit - len(text)))
    assert 'name = "big"' in program.output("--dump-config")
    line = program.complaint_about("#" * (limit + 1))
    assert line == "is larger than 1 MiB, which no configuration is"
    line = program.complaint(CONFIG, "--config-file=/dev/zero")
    assert line == "/dev/zero: is larger than 1 MiB, which no configuration is"


def test_several_settings_on_a_line_need_no_commas(program):
    """design.md writes them so; CAF's parser wants commas."""
    program.configure('ledactor { role = "client"  link { heartbeat = 2s  dead-after = 9s } name = "a = b" }')
    effective = program.output("--dump-config")
    for line in ('role = "client"', "heartbeat = 2s", "dead-after = 9s", 'name = "a = b"'):
        assert line in effective


@pytest.mark.parametrize("text", [b'ledactor {\r\n  role = "client"\r\n}\r\n', b'\xef\xbb\xbfledactor { role = "client" }'])
def test_what_other_editors_write_is_taken(program, text):
    program.configure(text)
    assert 'role = "client"' in program.output("--dump-config")


# CAF's section

VERBOSITY = "quiet, error, warning, info, debug, trace"


@pytest.mark.parametrize(
    "key, value, allowed",
    [
        ("logger.console.verbosity", '"loud"', VERBOSITY),
        ("logger.console.verbosity", "3", VERBOSITY),
        ("logger.file.verbosity", '"INFO"', VERBOSITY),
        ("logger.console.format", '"%q"', "after each %, one of cCdFLmMnprta%"),
        ("logger.console.format", '"50%"', "after each %, one of cCdFLmMnprta%"),
        ("logger.console.colored", '"yes"', "true, false"),
        ("logger.console.excluded-components", '"caf"', "a list of texts in quotes"),
        ("logger.file.path", "5", "a text in quotes"),
        ("scheduler.policy", '"fair"', "sharing, stealing"),
        ("scheduler.policy", "5", "sharing, stealing"),
        ("scheduler.max-threads", '"x"', "1 to 64"),
        ("scheduler.max-threads", "0", "1 to 64"),
        ("scheduler.max-threads", "-1", "1 to 64"),
        ("scheduler.max-threads", "65", "1 to 64"),
        ("scheduler.max-throughput", "0", "1 to 1000000"),
        ("middleman.max-consecutive-reads", "0", "1 to 1000000"),
        ("middleman.heartbeat-interval", '"x"', "a duration, such as 1s"),
        ("middleman.network-backend", '"testing"', "default"),
        ("middleman.manual-multiplexing", "true", "false"),
        ("middleman.prometheus-http.port", "65536", "a whole number in range"),
        ("middleman.prometheus-http.port", '"http"', "a whole number in range"),
        ("middleman.prometheus-http.address", "5", "a text in quotes"),
    ],
)
def test_a_bad_value_for_caf_is_refused(program, key, value, allowed):
    *sections, name = key.split(".")
    text = "\n".join(f"{section} {{" for section in ["caf", *sections])
    line = program.complaint_about(f"{text}\n{name} = {value}\n" + "}\n" * (len(sections) + 1))
    assert line == f"caf.{key}: {value} is not allowed; allowed: {allowed}"


@pytest.mark.parametrize(
    "argument, complaint",
    [
        ("--caf.logger.console.verbosity=loud", f'"loud" is not allowed; allowed: {VERBOSITY}'),
        ("--caf.scheduler.max-threads=x", '"x" is not allowed; allowed: 1 to 64'),
        ("--caf.scheduler.policy=5", '"5" is not allowed; allowed: sharing, stealing'),
        ("--caf.logger.console.colored=1", "1 is not allowed; allowed: true, false"),
    ],
)
def test_a_bad_argument_for_caf_is_refused(program, argument, complaint):
    line = program.complaint(USAGE, "--board=sim", argument)
    assert line == f"{argument.split('=')[0]}: {complaint}"


def test_an_unknown_argument_for_caf_is_refused(program):
    line = program.complaint(USAGE, "--board=sim", "--caf.scheduler.polcy=sharing")
    assert line == "unknown option '--caf.scheduler.polcy'; CAF's nearest is '--caf.scheduler.policy'"
    line = program.complaint(USAGE, "--board=sim", "--caf.scheduler.policy")
    assert line == "'--caf.scheduler.policy' needs a value: --caf.scheduler.policy=VALUE"


def test_a_log_that_cannot_be_written_is_refused(program):
    log = ["--board=sim", "--caf.logger.file.verbosity=info"]
    line = program.complaint(CONFIG, *log, "--caf.logger.file.path=absent/log")
    assert line == "caf.logger.file.path: cannot write into 'absent/': No such file or directory"
    (program.folder / "closed").mkdir(mode=0o555)
    line = program.complaint(
        PERMISSION, *log, "--caf.logger.file.path=closed/log", preexec_fn=without_privileges
    )
    assert line == "caf.logger.file.path: cannot write into 'closed/': Permission denied"


# The command line


@pytest.mark.parametrize(
    "option, nearest",
    [
        ("--prot=5", "--port"),
        ("--rol=server", "--role"),
        ("--Role=server", "--role"),
        ("-port=5", "--port"),
        ("--config=x", "--config-file"),
        ("--dump", "--dump-config"),
        ("--hlep", "--help"),
        ("--plaintext", "--ledactor.plaintext"),
        ("--heartbeat=1s", "--ledactor.link.heartbeat"),
        ("--link.heartbeat=1s", "--ledactor.link.heartbeat"),
        ("--ledactor.link.hearbeat=1s", "--ledactor.link.heartbeat"),
        ("--ledactor.port=1", "--ledactor.server.port"),
        ("--leds=[4]", "--ledactor.server.leds"),
    ],
)
def test_an_unknown_option_is_refused_with_the_nearest_known_one(program, option, nearest):
    line = program.complaint(USAGE, "--board=sim", option)
    name = option.split("=")[0]
    assert line == f"unknown option '{name}'; the nearest is '{nearest}'; see ledactor --help"


@pytest.mark.parametrize(
    "option",
    ["-", "--", "--=", "---", "--\n", "--\x1b[2J=1", pytest.param("--" + "x" * 100000, id="long")],
)
def test_a_strange_option_is_refused(program, option):
    line = program.complaint(USAGE, "--board=sim", option)
    assert line.startswith("unknown option '-") and line.endswith("; see ledactor --help")


@pytest.mark.parametrize(
    "arguments, name",
    [
        (["--board"], "--board"),
        (["--port", "--board=sim"], "--port"),
        (["--board=sim", "--config-file"], "--config-file"),
        (["--ledactor.link.heartbeat"], "--ledactor.link.heartbeat"),
    ],
)
def test_a_missing_value_is_asked_for(program, arguments, name):
    assert program.complaint(USAGE, *arguments) == f"'{name}' needs a value: {name}=VALUE"


@pytest.mark.parametrize(
    "argument, complaint",
    [
        ("--port=", '--port: "" is not allowed; allowed: 1 to 65535'),
        ("--port=http", '--port: "http" is not allowed; allowed: 1 to 65535'),
        ("--port=0", "--port: 0 is not allowed; allowed: 1 to 65535"),
        ("--port=70000", "--port: 70000 is not allowed; allowed: 1 to 65535"),
        ("--role=sever", '--role: "sever" is not allowed; allowed: server, client'),
        ("--board=gpio", '--board: "gpio" is not allowed; allowed: gpiod, sim'),
        ("--host=", '--host: "" is not allowed; allowed: a host name or an address'),
        ("--ledactor.plaintext=1", "--ledactor.plaintext: 1 is not allowed; allowed: true, false"),
        (
            "--ledactor.link.heartbeat=1",
            "--ledactor.link.heartbeat: 1 is not allowed; allowed: 10ms to 1h; write it with its unit: ms, s, min or h",
        ),
        ("--config-file=", "--config-file: cannot open it: No such file or directory"),
    ],
)
def test_a_bad_value_names_its_argument(program, argument, complaint):
    status = CONFIG if argument == "--config-file=" else USAGE
    assert program.complaint(status, argument) == complaint


@pytest.mark.parametrize("option", ["--help", "--version", "--dump-config"])
def test_an_option_without_a_value_takes_none(program, option):
    assert program.complaint(USAGE, f"{option}=1") == f"'{option}' takes no value"


@pytest.mark.parametrize(
    "word", ["dmeo", "run", "", "\x1b[2J", pytest.param("x" * 100000, id="long")]
)
def test_an_unknown_command_is_refused(program, word):
    line = program.complaint(USAGE, word)
    assert line.startswith("unknown command '")
    assert line.endswith(
        "'; known: demo, doctor, status, press, release, kick, quit, log, off, keygen, or none to run "
        "a board; see ledactor --help"
    )


def test_the_demo_comes_first(program):
    line = program.complaint(USAGE, "--board=sim", "demo")
    assert line == "'demo' must be the first argument: ledactor demo"
    line = program.complaint(USAGE, "--tour")
    assert line == "'--tour' is an option of a command: ledactor demo [--tour]"


@pytest.mark.parametrize("argument", ["--tuor", "tour", "--board=sim", "--tour=1", "\n", ""])
def test_a_bad_argument_of_the_demo_is_refused(program, argument):
    line = program.complaint(USAGE, "demo", argument)
    shown = argument.replace("\n", r"\x0a")
    assert line == f"demo: '{shown}' is not one of its arguments; usage: ledactor demo [--tour]"


def test_the_first_fault_is_the_one_that_is_named(program):
    line = program.complaint(USAGE, "--prot=5", "--rol=server")
    assert line.startswith("unknown option '--prot'")


def test_a_fault_is_found_even_if_help_is_asked_for(program):
    assert program.complaint(USAGE, "--help", "--prot=5").startswith("unknown option '--prot'")


# What the operating system refuses

QUIET = "--caf.logger.console.verbosity=quiet"


def test_the_page_needs_a_port_of_its_own(program):
    line = program.complaint_about("ledactor { server { port = 23880 } }")
    assert line == (
        "ledactor.web.port: 23880 is ledactor.server.port already; choose another port for one of them"
    )
    program.configure("ledactor { role = \"client\", client { port = 23881 }, web { enabled = false } }")
    program.output("--dump-config")


def test_a_port_in_use_is_not_to_be_had(program):
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


def test_a_metrics_port_in_use_is_not_to_be_had(program, port):
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
