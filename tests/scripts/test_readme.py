"""What the README promises of the scripts and presets, CI runs."""

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
CI = (ROOT / ".ci" / "run").read_text()
CALLED = CI + "".join((ROOT / "scripts" / name).read_text() for name in ("test", "run"))


def options_in(text):
    """Each call of a script with an option, such as ("lint", "--format")."""
    return {(script, option) for script, rest in re.findall(r"scripts/(\w+)((?: -[^\s`)]+(?: \w+)?)*)", text)
            for option in re.findall(r"--[a-z-]+", rest)}


def test_each_script_is_called():
    scripts = set(re.findall(r"scripts/([\w-]+)", README))
    assert {"run", "test", "lint", "bench", "fuzz", "build"} <= scripts
    for script in scripts:
        assert re.search(rf"scripts/{script}\b", CALLED), f"CI runs no scripts/{script}"


def test_each_option_is_given():
    promised = options_in(README)
    assert ("test", "--preset") in promised and ("lint", "--format") in promised
    assert promised <= options_in(CI)


def test_each_preset_is_built():
    presets = json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]
    names = {preset["name"] for preset in presets if not preset.get("hidden")}
    called = set(re.findall(r"--preset (\w+)", CI)) | set(re.findall(r'scripts/build" (\w+)', CALLED))
    called |= {"dev"} if re.search(r"^section scripts/test$", CI, re.MULTILINE) else set()
    called |= {"fuzz"} if "section scripts/fuzz" in CI else set()
    assert names == called
