"""What an emulated board is made of: a kernel, and a disk that lives in its memory."""

import gzip
import os
import pathlib
import re
import shutil
import subprocess

LEDACTOR = pathlib.Path(os.environ["LEDACTOR"])
LAB = pathlib.Path(os.environ["LEDACTOR_LAB"])
KERNEL = LAB / "vmlinuz"
QEMU = "qemu-system-x86_64"
# In the order of loading.
MODULES = ("configfs", "gpio-sim", "failover", "net_failover", "virtio_net")
HERE = pathlib.Path(__file__).parent
SOURCES = HERE.parent.parent

SET_UP = "run scripts/setup --hil, or leave the emulated boards out: scripts/test --no-hil"


class Missing(Exception):
    """There can be no boards; the text names what they lack, and the cure."""


def check_parts():
    for program in (QEMU, "busybox", "cpio", "setpriv", "ldd"):
        if not shutil.which(program):
            raise Missing(f"the program '{program}' is not installed: {SET_UP}")
    for file in (KERNEL, *(LAB / f"{module}.ko" for module in MODULES)):
        if not file.is_file():
            raise Missing(f"the emulated boards' kernel lacks {file}: {SET_UP}")
    if not LEDACTOR.is_file():
        raise Missing(f"there is no {LEDACTOR}: run scripts/build release")


def pack(folder):
    """Makes the boards' disk image below `folder`: busybox, the modules, the program with the
    libraries it needs, the configuration file as it is shipped, and a key that all boards share."""
    check_parts()
    root = folder / "root"
    _copy(HERE / "init", root / "init")
    (root / "init").chmod(0o755)
    _copy(shutil.which("busybox"), root / "bin/busybox")
    _copy(LEDACTOR, root / "bin/ledactor")
    _copy(SOURCES / "conf/caf-application.conf", root / "etc/ledactor/caf-application.conf")
    for module in MODULES:
        _copy(LAB / f"{module}.ko", root / f"lab/{module}.ko")
    (root / "lab/modules").write_text("".join(f"{module}\n" for module in MODULES))
    for library in _libraries(LEDACTOR):
        _copy(library, root / library.lstrip("/"))
    key = root / "etc/ledactor/key"
    subprocess.run([LEDACTOR, "keygen", key], stdout=subprocess.DEVNULL, check=True)
    image = folder / "initrd.gz"
    files = "".join(f"{path.relative_to(root)}\n" for path in sorted(root.rglob("*")))
    archive = subprocess.run(
        ["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"],
        cwd=root,
        input=files.encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    image.write_bytes(gzip.compress(archive, compresslevel=1))
    shutil.rmtree(root)
    return image


def _copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def _libraries(program):
    """Those that the loader would map, and the loader, by the paths it looks for them."""
    told = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    if "not found" in told:
        raise Missing(f"{program} lacks libraries: {told}")
    return re.findall(r"(/\S+) \(0x", told)
