"""How scripts/fresh is called. What it does takes 20 minutes and root, so it is not done here."""

import pathlib
import subprocess

import pytest

FRESH = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "fresh"


@pytest.fixture
def call(tmp_path):
    """Calls the script with no program at hand that could make a system."""
    (tmp_path / "bin").mkdir()
    for name in ["bash", "cat", "dirname", "readlink"]:
        (tmp_path / "bin" / name).symlink_to(f"/usr/bin/{name}")

    def call(*arguments, cache=tmp_path):
        environment = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path), "LEDACTOR_CACHE": str(cache)}
        return subprocess.run(
            [FRESH, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
        )

    return call


@pytest.mark.parametrize(
    "arguments, error",
    [
        ([], "the system is missing: bookworm or trixie"),
        (["sid"], "there is no system 'sid': use bookworm or trixie"),
        (["bookworm", "trixie"], "one system at a time: 'trixie' is one too many"),
        (["--kept", "trixie"], "unknown argument '--kept'"),
    ],
)
def test_a_wrong_call_is_told(call, arguments, error):
    ended = call(*arguments)
    assert ended.returncode == 64
    assert ended.stderr.splitlines()[0] == f"fresh: error: {error}"
    assert "Usage: scripts/fresh" in ended.stderr


def test_help_names_the_readmes_commands(call):
    ended = call("--help")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\n  scripts/run --tour\n  scripts/test --no-hil --no-web\n" in ended.stdout


def test_a_cache_without_an_absolute_path_is_refused(call):
    ended = call("trixie", cache="cache")
    assert ended.returncode == 1
    assert ended.stderr == "fresh: error: LEDACTOR_CACHE is 'cache', which is not an absolute path\n"


def test_a_machine_without_apt_is_told_what_is_missing(call):
    ended = call("trixie")
    assert ended.returncode == 1
    assert ended.stderr == "fresh: error: this machine has no apt-get; scripts/fresh needs a Debian to start from\n"
