"""The NetworkManager profiles of the cable carry the addresses that the configuration expects."""

import configparser
import pathlib

import pytest

from program import Program

PROFILES = pathlib.Path(__file__).parents[2] / "conf" / "network"


def profile(name):
    parsed = configparser.ConfigParser()
    assert parsed.read(PROFILES / f"ledactor-{name}.nmconnection")
    return parsed


@pytest.mark.parametrize("role, address", [("server", "192.168.0.2"), ("client", "192.168.0.3")])
def test_each_role_has_its_fixed_address_and_no_gateway(role, address):
    ipv4 = profile(role)["ipv4"]
    assert ipv4["method"] == "manual" and ipv4["address1"] == f"{address}/24"
    assert ipv4.getboolean("never-default") and "gateway" not in ipv4


def test_a_client_dials_the_servers_address_by_default(tmp_path):
    server = profile("server")["ipv4"]["address1"].removesuffix("/24")
    assert f'host = "{server}"' in Program(tmp_path).output("--dump-config")


@pytest.mark.parametrize("name", ["server", "client", "link-local"])
def test_each_end_has_a_link_local_address(name):
    assert profile(name)["ipv6"]["method"] == "link-local"


@pytest.mark.parametrize("name", ["server", "client", "link-local"])
def test_the_cable_is_found_by_either_name_of_its_interface(name):
    parsed = profile(name)
    assert "interface-name" not in parsed["connection"], "it would be the only one"
    assert parsed["match"]["interface-name"] == "eth0;end0;"  # Raspberry Pi OS, Debian 13
