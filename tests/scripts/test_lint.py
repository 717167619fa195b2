"""scripts/lint on a small tree: it finds what is wrong, and checks nothing twice that was clean."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLEAN = {
    "CMakeLists.txt": """\
cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES CXX)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_STANDARD 20)
include_directories(${PROJECT_SOURCE_DIR})
add_compile_options(-Wall -Wextra -Werror)
add_library(small STATIC net/twice.cpp web/thrice.cpp)
""",
    "CMakePresets.json": '{"version": 6, "configurePresets": [{"name": "dev", "generator": "Ninja"}]}\n',
    "net/twice.hpp": "#pragma once\n\nnamespace small {\n\nint twice(int n);\n\n}  // namespace small\n",
    "net/twice.cpp": """\
#include "net/twice.hpp"

namespace small {

int twice(int n) {
  return n * 2;
}

}  // namespace small
""",
    "web/thrice.cpp": """\
#include "net/twice.hpp"

namespace small {

int thrice(int n) {
  return twice(n) + n;
}

}  // namespace small
""",
}
NULL_DEREFERENCE = """
int read(int n) {
  int* p = nullptr;
  if (n > 2) {
    p = &n;
  }
  return *p;
}
"""


def version_of(tool):
    """Which version of a tool scripts/lint takes: the judge's own if it is there, else the system's."""
    program = shutil.which(f"{tool}-14") or shutil.which(tool)
    assert program, f"there is no {tool}: run scripts/setup --lint"
    told = subprocess.run([program, "--version"], text=True, check=True, stdout=subprocess.PIPE).stdout
    return re.search(r"version (\d+)", told)[1]


class Tree:
    """A tree of its own with the scripts and the form of this one, and a cache. The judge there is
    the version that this system has: Debian 13 has no clang 14."""

    def __init__(self, path, cache):
        self.path = path
        self.cache = cache
        for name in ["scripts/lint", "scripts/lint-tidy", ".clang-tidy", ".clang-format"]:
            self.file(name).write_bytes((ROOT / name).read_bytes())
            self.file(name).chmod(0o755)
        lint = (ROOT / "scripts/lint").read_text()
        assert "readonly judge=14\n" in lint
        self.write("scripts/lint", lint.replace("judge=14", f"judge={version_of('clang-tidy')}"))
        for name, text in CLEAN.items():
            self.write(name, text)
        self.write("scripts/setup", "#!/bin/sh\n")  # what it installs is there
        self.file("scripts/setup").chmod(0o755)
        self.write(".gitignore", "/build/\n")
        subprocess.run(["git", "init", "-q", path], check=True)

    def file(self, name):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def write(self, name, text):
        self.file(name).write_text(text)

    def append(self, name, text):
        self.write(name, (self.path / name).read_text() + text)

    def lint(self, *arguments):
        done = subprocess.run(
            [self.path / "scripts/lint", *arguments], cwd=self.path, text=True, check=False, timeout=300,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "LEDACTOR_CACHE": str(self.cache)})
        return done.returncode, done.stdout

    def finds(self, check, *arguments):
        """Whether lint fails, and with how many findings of that check."""
        status, output = self.lint(*arguments)
        assert status == 1, output
        return len(re.findall(rf"error: .*\[{re.escape(check)}[],]", output))


@pytest.fixture
def tree(tmp_path):
    assert version_of("clang-format") == version_of("clang-tidy")
    return Tree(tmp_path / "tree", tmp_path / "cache")


def checked(output):
    """How many sources were checked alone, and how many united."""
    return tuple(map(int, re.search(r"(\d+) to check alone, (\d+) united", output).groups()))


def test_clean_sources_are_checked_once(tree):
    status, output = tree.lint()
    assert (status, checked(output)) == (0, (2, 2)), output
    assert re.search("clang-tidy [0-9]+: no findings", output)
    status, output = tree.lint()
    assert (status, checked(output)) == (0, (0, 0)), output
    assert re.search("clang-tidy [0-9]+: no findings", output)


def test_another_clone_has_the_same_verdicts(tree, tmp_path):
    tree.lint()
    status, output = Tree(tmp_path / "clone", tree.cache).lint()
    assert (status, checked(output)) == (0, (0, 0)), output


@pytest.mark.parametrize("name, text, expected", [
    ("web/thrice.cpp", "// new\n", (1, 1)),
    ("net/twice.hpp", "// new\n", (2, 2)),
    (".clang-tidy", "# new\n", (2, 2)),
    ("CMakeLists.txt", "target_compile_definitions(small PRIVATE NEW)\n", (2, 2)),
])
def test_a_change_is_checked_with_all_that_depends_on_it(tree, name, text, expected):
    tree.lint()
    tree.append(name, text)
    assert checked(tree.lint()[1]) == expected


def test_a_finding_is_not_forgotten(tree):
    tree.append("web/thrice.cpp", "int BadName(int n) {\n  return n;\n}\n")
    for _ in range(2):
        assert tree.finds("readability-identifier-naming") == 1
    tree.write("web/thrice.cpp", CLEAN["web/thrice.cpp"])
    assert tree.lint()[0] == 0


@pytest.mark.parametrize("name", ["net/twice.cpp", "web/thrice.cpp"])
@pytest.mark.parametrize("check, text", [
    ("readability-identifier-naming", "\nint BadName(int n) {\n  return n;\n}\n"),
    ("readability-braces-around-statements",
     "\nint sign(int n) {\n  if (n < 0)\n    n =\n        -\n        1;\n  return n;\n}\n"),
    ("misc-unused-parameters", "\nint one(int n) {\n  return 1;\n}\n"),
    ("clang-analyzer-core.NullDereference", NULL_DEREFERENCE),
    ("clang-analyzer-deadcode.DeadStores", "\nint one(int n) {\n  int m = n;\n  n = 2;\n  return m;\n}\n"),
    ("misc-unused-using-decls", "\n#include <utility>\nusing std::pair;\n"),
])
def test_what_is_wrong_in_a_source_is_found(tree, name, check, text):
    tree.append(name, text)
    assert tree.finds(check) == 1


def test_what_is_wrong_in_a_header_is_found_and_shown_once(tree):
    tree.append("net/twice.hpp", "struct BadName {};\n")
    assert tree.finds("readability-identifier-naming") == 1
    assert tree.finds("readability-identifier-naming", "net/twice.hpp") == 1


def test_a_header_that_no_source_includes_is_checked(tree):
    tree.write("web/lonely.hpp", "#pragma once\n\nstruct BadName {};\n")
    assert tree.finds("readability-identifier-naming") == 1


def test_a_using_declaration_that_only_another_source_uses_is_unused(tree):
    tree.append("net/twice.cpp", "\n#include <utility>\nusing std::pair;\n")
    tree.append("web/thrice.cpp", "\n#include <utility>\nusing std::pair;\npair<int, int> both();\n")
    assert tree.finds("misc-unused-using-decls") == 1


def test_sources_that_do_not_compile_together_are_checked(tree):
    same = "\nnamespace {\nint one() {\n  return 1;\n}\n}  // namespace\n"
    tree.append("net/twice.cpp", same + "int two() {\n  return one() + 1;\n}\n")
    tree.append("web/thrice.cpp", same + "int BadName() {\n  return one();\n}\n")
    assert tree.finds("readability-identifier-naming") == 1
    assert "redefinition" not in tree.lint()[1]


def test_verdicts_go_that_were_not_used_for_long(tree):
    tree.lint()
    verdicts = list((tree.cache / "lint").iterdir())
    assert len(verdicts) == 4
    os.utime(verdicts[0], (0, 0))
    assert sum(checked(tree.lint("net/twice.cpp", "web/thrice.cpp")[1])) == 1
    old = tree.cache / "lint" / "old"
    old.touch()
    os.utime(old, (0, 0))
    tree.lint()
    assert not old.exists()


def test_the_deep_analysis_is_another_verdict(tree):
    tree.lint()
    status, output = tree.lint("--deep")
    assert (status, checked(output)) == (0, (2, 0)), output
    tree.append("web/thrice.cpp", NULL_DEREFERENCE)
    assert tree.finds("clang-analyzer-core.NullDereference", "--deep") == 1


def test_a_source_that_does_not_compile_is_a_finding(tree):
    tree.append("web/thrice.cpp", "int one() {\n  return unknown_number;\n}\n")
    assert tree.finds("clang-diagnostic-error") == 1


def test_only_the_files_given_are_checked(tree):
    tree.append("web/thrice.cpp", "int BadName();\n")
    status, output = tree.lint("net/twice.cpp")
    assert (status, checked(output)) == (0, (1, 1)), output


def test_the_form_is_checked_and_put_right(tree):
    tree.append("net/twice.cpp", "int  one();\n")
    status, output = tree.lint()
    assert status == 1 and "clang-format-violations" in output, output
    assert tree.lint("--format")[0] == 0
    assert tree.lint()[0] == 0
