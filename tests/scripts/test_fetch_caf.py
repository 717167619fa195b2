"""scripts/fetch-caf, between a fake mirror of Debian and a fake GitHub: it takes CAF's archive from the
first that serves it, says from which, and refuses what is not the archive as released."""

import email.utils
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import time

import pytest

from internet import Internet

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
LIMIT = 60

MIRROR = "http://mirror.test/debian"
GITHUB = "https://github.com/actor-framework/actor-framework/archive/0.18.7.tar.gz"
CODELOAD = "https://codeload.github.com/actor-framework/actor-framework/tar.gz/0.18.7"

ARCHIVE = b"CAF as released"
FAKE = b"CAF with something added"
DAY = 24 * 60 * 60


def digest(content):
    return hashlib.sha256(content).hexdigest()


class Debian:
    """A mirror of Debian. It is not signed: apt is told to take it nevertheless."""

    def __init__(self, internet):
        self._pages = internet.pages
        architecture = subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
        package = f"Package: base-files\nVersion: 13\nArchitecture: {architecture}\nFilename: base-files.deb\n\n"
        self._publish("stable", f"main/binary-{architecture}/Packages", package.encode())

    def publish_caf(self, archive, version="0.18.7-1~exp1", valid_for=7 * DAY):
        """Serves that version in experimental, whose index is valid for so long."""
        folder = "pool/main/a/actor-framework"
        name = f"actor-framework_{version.partition('-')[0]}.orig.tar.gz"
        entry = f" {digest(archive)} {len(archive)} {name}\n"
        description = f"actor-framework_{version}.dsc"
        sources = f"Package: actor-framework\nFormat: 3.0 (quilt)\nVersion: {version}\nDirectory: {folder}\n"
        sources += f"Checksums-Sha256:\n{entry} {digest(b'')} 0 {description}\n\n"
        self._pages[f"{MIRROR}/{folder}/{name}"] = archive
        self._pages[f"{MIRROR}/{folder}/{description}"] = b""
        self._publish("experimental", "main/source/Sources", sources.encode(), valid_for)

    def _publish(self, suite, name, index, valid_for=7 * DAY):
        now = time.time()
        release = f"Origin: Debian\nLabel: Debian\nSuite: {suite}\nCodename: {suite}\nComponents: main\n"
        release += f"Date: {email.utils.formatdate(now - 30 * DAY, usegmt=True)}\n"
        release += f"Valid-Until: {email.utils.formatdate(now + valid_for, usegmt=True)}\n"
        release += f"SHA256:\n {digest(index)} {len(index)} {name}\n"
        self._pages[f"{MIRROR}/dists/{suite}/Release"] = release.encode()
        self._pages[f"{MIRROR}/dists/{suite}/{name}"] = index


@pytest.fixture
def internet(tmp_path):
    with Internet(tmp_path, ["github.com", "codeload.github.com"]) as internet:
        yield internet


@pytest.fixture
def debian(internet):
    return Debian(internet)


@pytest.fixture
def publish_on_github(internet):
    def publish(archive):
        internet.pages[GITHUB] = CODELOAD
        internet.pages[CODELOAD] = archive

    return publish


@pytest.fixture
def environment(tmp_path, internet, debian):
    """A machine whose apt knows the mirror, and which reaches nothing but that internet."""
    apt = tmp_path / "apt"
    for folder in ["lists/partial", "cache/archives/partial", "parts", "tmp"]:
        (apt / folder).mkdir(parents=True)
    (apt / "sources.list").write_text(f"deb {MIRROR} stable main\n")
    (apt / "apt.conf").write_text(
        f"""
        Dir::Etc {{ main "/dev/null"; parts "/dev/null"; preferences "/dev/null"; preferencesparts "/dev/null"; }};
        Dir::Etc {{ sourcelist "{apt}/sources.list"; sourceparts "{apt}/parts"; }};
        Dir::State::Lists "{apt}/lists";
        Dir::Cache "{apt}/cache";
        Acquire {{ AllowInsecureRepositories "true"; Languages "none"; http::Proxy "{internet.proxy}"; }};
        APT {{ Get::AllowUnauthenticated "true"; Sandbox::User ""; }};
        """
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(apt / "tmp"), "LC_ALL": "C"}
    environment |= {"APT_CONFIG": str(apt / "apt.conf"), "https_proxy": internet.proxy}
    environment["SSL_CERT_FILE"] = str(internet.certificate)
    subprocess.run(["apt-get", "-qq", "update"], env=environment, check=True, capture_output=True, timeout=LIMIT)
    internet.asked.clear()
    return environment


@pytest.fixture
def scripts(tmp_path):
    """The scripts, with ARCHIVE for CAF's archive as released."""
    copy = tmp_path / "scripts"
    shutil.copytree(SCRIPTS, copy)
    script = copy / "fetch-caf"
    text, count = re.subn(r"(?m)^readonly caf_sha256=[0-9a-f]{64}$", f"readonly caf_sha256={digest(ARCHIVE)}",
                          script.read_text())
    assert count == 1
    script.write_text(text)
    return copy


@pytest.fixture
def file(tmp_path):
    return tmp_path / "caf.tar.gz"


@pytest.fixture
def fetch(environment, scripts, file):
    """Calls the script and returns how it ended."""

    def call(*arguments, scripts=scripts, **more):
        ended = subprocess.run(
            [scripts / "fetch-caf", *(arguments or [file])],
            env=environment | more,
            cwd=file.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
        assert os.listdir(environment["TMPDIR"]) == []
        return ended

    return call


def test_debian_is_asked_first(fetch, file, debian, publish_on_github, internet):
    debian.publish_caf(ARCHIVE)
    publish_on_github(FAKE)
    ended = fetch()
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "fetch-caf: CAF 0.18.7: source archive from Debian's suite experimental\n"
    assert file.read_bytes() == ARCHIVE
    assert GITHUB not in internet.asked


def test_debians_index_may_be_past_its_date(fetch, file, debian):
    debian.publish_caf(ARCHIVE, valid_for=-18 * DAY)
    ended = fetch()
    assert (ended.returncode, ended.stderr) == (0, "")
    assert file.read_bytes() == ARCHIVE


def test_the_authors_serve_what_debian_has_dropped(fetch, file, debian, publish_on_github):
    debian.publish_caf(FAKE, version="1.1.0-1")
    publish_on_github(ARCHIVE)
    ended = fetch()
    assert (ended.returncode, ended.stderr) == (0, "")
    refusal, taken = ended.stdout.splitlines()
    assert refusal.startswith("fetch-caf: CAF 0.18.7: not from Debian's suite experimental: ")
    assert "0.18.7-1~exp1" in refusal
    assert taken == f"fetch-caf: CAF 0.18.7: source archive from {GITHUB}"
    assert file.read_bytes() == ARCHIVE


def test_the_authors_serve_what_the_mirror_cannot(fetch, file, debian, internet, publish_on_github):
    debian.publish_caf(ARCHIVE)
    del internet.pages[f"{MIRROR}/dists/experimental/main/source/Sources"]
    publish_on_github(ARCHIVE)
    ended = fetch()
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"not from Debian's suite experimental: Failed to fetch {MIRROR}/dists/experimental/" in ended.stdout
    assert file.read_bytes() == ARCHIVE


def test_both_failures_are_told_with_what_to_do(fetch, file, debian, internet):
    debian.publish_caf(ARCHIVE)
    del internet.pages[f"{MIRROR}/dists/experimental/main/source/Sources"]
    ended = fetch()
    assert ended.returncode == 1
    [error] = ended.stderr.splitlines()
    assert error.startswith("fetch-caf: error: ")
    assert f"experimental (Failed to fetch {MIRROR}/dists/experimental/" in error
    assert f"{GITHUB} (HTTP Error 404: Not Found)" in error
    assert "LEDACTOR_CAF_ARCHIVE" in error
    assert not file.exists()


def test_a_wrong_file_from_debian_is_refused_and_the_authors_asked(fetch, file, debian, publish_on_github):
    debian.publish_caf(FAKE)
    publish_on_github(ARCHIVE)
    ended = fetch()
    assert ended.returncode == 0
    assert "not from Debian's suite experimental: the checksum of the file from there is wrong" in ended.stdout
    assert file.read_bytes() == ARCHIVE


def test_the_checksum_is_that_of_the_release(fetch, file, debian, publish_on_github):
    """The script as it is, which wants the real archive, refuses the one that stands in for it here."""
    debian.publish_caf(ARCHIVE)
    publish_on_github(ARCHIVE)
    ended = fetch(scripts=SCRIPTS)
    assert ended.returncode == 1
    assert ended.stderr.count("the checksum of the file from there is wrong") == 2
    assert not file.exists()


def test_a_server_that_cannot_prove_its_name_is_not_asked(fetch, file, internet, publish_on_github):
    publish_on_github(ARCHIVE)
    ended = fetch(SSL_CERT_FILE="/dev/null")
    assert ended.returncode == 1
    assert "CERTIFICATE_VERIFY_FAILED" in ended.stderr
    assert GITHUB not in internet.asked


def test_an_archive_that_the_user_names_is_taken(fetch, file, tmp_path, internet):
    (tmp_path / "mine").write_bytes(ARCHIVE)
    ended = fetch(LEDACTOR_CAF_ARCHIVE="mine")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "fetch-caf: CAF 0.18.7: source archive from LEDACTOR_CAF_ARCHIVE, mine\n"
    assert file.read_bytes() == ARCHIVE
    assert internet.asked == []


def test_an_archive_that_the_user_names_is_checked(fetch, file, tmp_path, debian):
    debian.publish_caf(ARCHIVE)
    (tmp_path / "mine").write_bytes(FAKE)
    ended = fetch(LEDACTOR_CAF_ARCHIVE="mine")
    assert ended.returncode == 1
    assert ended.stderr == (
        "fetch-caf: error: the checksum of 'mine' is wrong: it is not CAF 0.18.7 as released\n"
    )
    ended = fetch(LEDACTOR_CAF_ARCHIVE="nothing")
    assert ended.returncode == 1
    assert ended.stderr == (
        "fetch-caf: error: LEDACTOR_CAF_ARCHIVE is 'nothing', which is not a file that can be read\n"
    )
    assert not file.exists()


@pytest.mark.parametrize("arguments", [["--force"], ["one", "two"], [""]])
def test_a_wrong_call_is_told(fetch, arguments):
    ended = fetch(*arguments)
    assert ended.returncode == 64
    assert ended.stderr.startswith("fetch-caf: error: ")
    assert "Usage: scripts/fetch-caf FILE" in ended.stderr
