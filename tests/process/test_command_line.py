"""What the command line asks for, what is printed for it, and which of two values counts."""

import pathlib
import re

import pytest

from program import CONFIG, Program

ROOT = pathlib.Path(__file__).parents[2]

# As design.md has them. Those of a list or a text are in the configuration's syntax.
DEFAULTS = {
    "role": '"server"',
    "plaintext": "false",
    "server.listen": '"127.0.0.1"',
    "server.port": "23870",
    "server.seats": "1",
    "server.when-busy": '"queue"',
    "server.leds": "[4, 17, 27, 22]",
    "server.buttons": "[23, 24, 25, 13]",
    "server.control": "26",
    "client.host": '"192.168.0.2"',
    "client.port": "23870",
    "client.on-kick": '"exit"',
    "client.leds": "[23, 24, 25, 13]",
    "client.buttons": "[4, 17, 27, 22]",
    "client.control": "26",
    "board.backend": '"gpiod"',
    "board.chip": '"auto"',
    "board.bias": '"pull-up"',
    "board.active-low": "true",
    "board.leds-active-low": "false",
    "board.debounce": "5ms",
    "board.debounce-by": '"actor"',
    "board.bounce": "0s",
    "board.on-link-loss": '"off"',
    "board.link-loss-grace": "0s",
    "board.invert": "false",
    "web.enabled": "true",
    "web.listen": '"127.0.0.1"',
    "link.wire": '"native"',
    "link.ece387-pace": "5ms",
    "link.heartbeat": "1s",
    "link.dead-after": "3s",
    "link.reconnect-min": "250ms",
    "link.reconnect-max": "5s",
}

WITHOUT_DEFAULT = {"name", "key-file", "web.port", "web.token-file", "web.names"}

COMMANDS = ["demo", "doctor", "status", "press", "release", "kick", "quit", "log", "off", "keygen"]

SHORT_NAMES = {
    "role": (["role"], '"client"'),
    "name": (["name"], '"left desk"'),
    "board": (["board.backend"], '"sim"'),
    "chip": (["board.chip"], '"pinctrl-rp1"'),
    "host": (["client.host"], '"desk.example"'),
    "listen": (["server.listen"], '"::1"'),
    "port": (["server.port", "client.port"], "4711"),
    "key-file": (["key-file"], '"/a/key"'),
}


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def settings_of(text):
    """Full keys and values, as they stand in the output of --dump-config."""
    settings, sections = {}, []
    for line in map(str.strip, text.splitlines()):
        if line == "}":
            sections.pop()
        elif line.endswith(" {"):
            sections.append(line[:-2])
        else:
            key, value = line.split(" = ", 1)
            settings[".".join([*sections, key])] = value
    assert not sections
    return settings


def effective(program, *arguments):
    """The ledactor section that is in force."""
    settings = settings_of(program.output("--dump-config", *arguments))
    return {
        key.removeprefix("ledactor."): value
        for key, value in settings.items()
        if key.startswith("ledactor.")
    }


def on_command_line(value):
    """A shell takes the quotes off a text."""
    return value[1:-1] if value.startswith('"') else value


# What is printed


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_every_option_and_its_default(program, option):
    text = program.output(option)
    told = re.findall(r"^  --ledactor\.(\S+)=\n      .+\n      allowed: .+?(?:; default: (.+))?$", text, re.M)
    defaults = {key: "0s" if value == "0ms" else value for key, value in told}
    assert defaults == {**DEFAULTS, **dict.fromkeys(WITHOUT_DEFAULT, "")}
    for option in [*(f"--{name}=" for name in SHORT_NAMES), "--config-file=", "--dump-config", "--version", "--help"]:
        assert option in text
    for command in COMMANDS:
        assert f"ledactor {command}" in text


@pytest.mark.parametrize("option", ["--help", "-h"])
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_of_its_own(program, command, option):
    text = program.output(command, option)
    assert text.startswith(f"Usage: ledactor {command}") and len(text.splitlines()) > 2
    for own in re.findall(r"--[a-z]+", text.splitlines()[0]):
        assert text.count(own) > 1, f"{own} is not explained"


def test_version_is_that_of_the_project(program):
    version = re.search(r"project\(ledactor VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
    assert program.output("--version") == f"ledactor {version}\n"


def test_help_and_version_read_no_configuration(program):
    program.configure("this is no configuration")
    program.output("--help")
    program.output("--version")


def test_the_defaults_are_those_of_the_design(program):
    assert effective(program) == DEFAULTS


def test_the_configuration_that_comes_along_is_the_default_one(program):
    file = ROOT / "conf" / "caf-application.conf"
    assert program.output(f"--config-file={file}", "--dump-config") == program.output("--dump-config")
    keys = re.findall(r"^ *(?:# )?([a-z0-9-]+) = ", file.read_text(), re.M)
    for key in [*DEFAULTS, *WITHOUT_DEFAULT]:
        assert key.split(".")[-1] in keys


def test_the_configuration_that_comes_along_runs_a_board(program, port):
    program.assert_starts(f"--config-file={ROOT / 'conf' / 'caf-application.conf'}", f"--port={port}")


# What is printed can be read


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--role=client", "--board=sim", "--name=left desk"],
        ["--name=\"quoted\" 'twice' \\ and a back\\slash", "--listen=::1"],
        ["--ledactor.plaintext", '--ledactor.server.leds=[1, "GPIO 2", "P8_25 [mmc1_dat0]", "a\\"b"]'],
        [f"--ledactor.client.buttons={list(range(64))}"],
        ["--ledactor.board.debounce=1500us", "--ledactor.board.bounce=1ns"],
        ["--ledactor.link.heartbeat=90s", "--ledactor.link.dead-after=3599999ms"],
        ["--ledactor.board.link-loss-grace=60min", "--ledactor.link.reconnect-max=1h"],
        ["--caf.logger.console.format=%d\t%m \"%%\"\n", "--caf.logger.console.excluded-components=[]"],
        ["--caf.scheduler.max-threads=2", "--caf.middleman.heartbeat-interval=1500ms"],
        ["--caf.middleman.prometheus-http.port=9187", "--caf.logger.console.colored=true"],
    ],
)
def test_the_printed_configuration_gives_the_same_when_read(program, arguments):
    printed = program.output("--dump-config", *arguments)
    program.configure(printed, "again.conf")
    assert program.output("--config-file=again.conf", "--dump-config") == printed


def test_a_duration_is_printed_as_exactly_as_it_was_given(program):
    for value in ["1500us", "999999999ns", "61s", "59999ms", "1min", "1h"]:
        assert effective(program, f"--ledactor.board.link-loss-grace={value}")[
            "board.link-loss-grace"
        ] == value


def test_the_printed_configuration_holds_what_was_given_for_caf(program):
    printed = program.output("--dump-config", "--caf.logger.console.verbosity=debug")
    assert settings_of(printed)["caf.logger.console.verbosity"] == '"debug"'


# How an option is given


@pytest.mark.parametrize("name", SHORT_NAMES)
def test_a_short_name_stands_for_its_full_name(program, name):
    keys, value = SHORT_NAMES[name]
    given = on_command_line(value)
    expected = {**DEFAULTS, **dict.fromkeys(keys, value)}
    assert effective(program, f"--{name}={given}") == expected
    assert effective(program, f"--{name}", given) == expected
    assert effective(program, *(f"--ledactor.{key}={given}" for key in keys)) == expected
    assert effective(program, *(word for key in keys for word in (f"--ledactor.{key}", given))) == expected


@pytest.mark.parametrize(
    "key, value",
    [
        ("role", '"client"'),
        ("name", '"x"'),
        ("plaintext", "true"),
        ("server.listen", '"127.0.0.2"'),
        ("server.port", "1"),
        ("server.seats", "2"),
        ("server.when-busy", '"refuse"'),
        ("server.leds", '[1, "GPIO2"]'),
        ("server.buttons", "[3]"),
        ("server.control", "5"),
        ("client.host", '"::1"'),
        ("client.port", "2"),
        ("client.on-kick", '"rejoin"'),
        ("client.leds", "[6]"),
        ("client.buttons", "[7, 8]"),
        ("client.control", '"GPIO9"'),
        ("key-file", '"a key"'),
        ("key-file", '["new", "old"]'),
        ("board.backend", '"sim"'),
        ("board.chip", '"/dev/gpiochip4"'),
        ("board.bias", '"as-is"'),
        ("board.active-low", "false"),
        ("board.leds-active-low", "true"),
        ("board.debounce-by", '"kernel"'),
        ("board.debounce", "6ms"),
        ("board.bounce", "3ms"),
        ("board.on-link-loss", '"hold"'),
        ("board.link-loss-grace", "2s"),
        ("board.invert", "true"),
        ("web.enabled", "false"),
        ("web.listen", '"::1"'),
        ("web.port", "3"),
        ("web.token-file", '"a token"'),
        ("web.names", '["desk.lan", "https://desk.example:8443"]'),
        ("link.wire", '"any"'),
        ("link.ece387-pace", "10ms"),
        ("link.heartbeat", "2s"),
        ("link.dead-after", "7s"),
        ("link.reconnect-min", "1s"),
        ("link.reconnect-max", "9s"),
    ],
)
def test_every_key_can_be_given_in_the_file_and_on_the_command_line(program, key, value):
    assert key in DEFAULTS or key in WITHOUT_DEFAULT
    expected = {**DEFAULTS, key: value}
    given = on_command_line(value)
    assert effective(program, f"--ledactor.{key}={given}") == expected
    assert effective(program, f"--ledactor.{key}", given) == expected
    *sections, name = key.split(".")
    opening = "".join(f"{section} {{\n" for section in ["ledactor", *sections])
    program.configure(f"{opening}{name} = {value}\n" + "}\n" * (len(sections) + 1))
    assert effective(program) == expected


def test_a_flag_needs_no_value_but_may_have_one(program):
    for arguments, value in [
        (["--ledactor.plaintext"], "true"),
        (["--ledactor.plaintext=true"], "true"),
        (["--ledactor.plaintext", "true"], "true"),
        (["--ledactor.plaintext", "--ledactor.plaintext=false"], "false"),
        (["--ledactor.plaintext", "false"], "false"),
        (["--ledactor.plaintext", "--port=1"], "true"),
    ]:
        assert effective(program, *arguments)["plaintext"] == value


def test_a_value_may_look_like_an_option_if_an_equals_sign_says_so(program):
    assert effective(program, "--name=--port=1")["name"] == '"--port=1"'
    assert effective(program, "--name=a=b")["name"] == '"a=b"'


def test_keys_of_caf_take_their_value_either_way(program):
    for arguments in (["--caf.scheduler.max-threads=3"], ["--caf.scheduler.max-threads", "3"]):
        printed = settings_of(program.output("--dump-config", *arguments))
        assert printed["caf.scheduler.max-threads"] == "3"


def test_keys_of_caf_that_mean_nothing_here_are_told(boards):
    server = boards.server("--caf.scheduler.policy=stealing", "--caf.scheduler.max-threads=2")
    client = boards.client()
    client.expect("link up server")
    client.stop()
    server.stop()
    for key in ("policy", "max-threads"):
        assert f"ledactor: note: caf.scheduler.{key} has no effect: one loop runs all actors\n" in server.log()
    assert "has no effect" not in client.log()


# Which value counts


def test_the_command_line_goes_before_the_file(program):
    program.configure(
        'ledactor { role = "client", server { port = 1111 }, client { port = 1111 } }\n'
        "caf { scheduler { max-threads = 3 } }\n"
    )
    assert effective(program) == {**DEFAULTS, "role": '"client"', "server.port": "1111", "client.port": "1111"}
    assert effective(program, "--port=2222", "--role=server") == {
        **DEFAULTS,
        "server.port": "2222",
        "client.port": "2222",
    }
    printed = settings_of(program.output("--dump-config", "--caf.scheduler.max-threads=4"))
    assert printed["caf.scheduler.max-threads"] == "4"
    assert settings_of(program.output("--dump-config"))["caf.scheduler.max-threads"] == "3"


def test_the_last_of_two_arguments_counts(program):
    assert effective(program, "--port=1", "--ledactor.client.port=2") == {
        **DEFAULTS,
        "server.port": "1",
        "client.port": "2",
    }
    assert effective(program, "--ledactor.client.port=2", "--port=1")["client.port"] == "1"


def test_a_named_file_is_read_instead_of_the_default_one(program):
    program.configure('ledactor { role = "client" }')
    program.configure('ledactor { name = "other" }', "other.conf")
    assert effective(program, "--config-file=other.conf") == {**DEFAULTS, "name": '"other"'}
    assert effective(program, "--config-file", "other.conf") == {**DEFAULTS, "name": '"other"'}


def test_a_section_may_come_in_pieces(program):
    program.configure("ledactor { link { heartbeat = 2s } }\nledactor { link { dead-after = 8s } }\n")
    assert effective(program) == {**DEFAULTS, "link.heartbeat": "2s", "link.dead-after": "8s"}


def test_a_good_argument_does_not_excuse_a_bad_file(program):
    program.configure("ledactor { server { port = 0 } }")
    line = program.complaint(CONFIG, "--board=sim", "--port=23870")
    assert line == "caf-application.conf: ledactor.server.port: 0 is not allowed; allowed: 1 to 65535"
