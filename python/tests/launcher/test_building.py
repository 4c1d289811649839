"""How the wheel is made."""

import os
import re
import struct
import subprocess
import sys
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from building import platforms, program, versions

PROJECT = Path(__file__).resolve().parents[2]
JAR = Path(os.environ.get("FLOWLEDGER_JAR", PROJECT.parent / "deploy/target/flowledger.jar"))
ELF = b"\x7fELF" + bytes(12)

needs_jar = pytest.mark.skipif(not JAR.is_file(), reason="the jar is not built")


@pytest.mark.parametrize(
    ("maven", "python"),
    [
        ("0.1.0-SNAPSHOT", "0.1.0.dev0"),
        ("1.2.3", "1.2.3"),
        ("1.0.0-RC1", "1.0.0rc1"),
        ("1.0.0-RC2-SNAPSHOT", "1.0.0rc2.dev0"),
    ],
)
def test_the_version_is_that_of_maven(maven, python):
    assert versions.pep440(maven) == python


def test_a_version_that_cannot_be_is_refused():
    with pytest.raises(SystemExit, match="PEP 440 has no version such as 1-beta"):
        versions.pep440("1-beta")


def test_the_version_is_that_of_the_parent(tmp_path):
    pom = tmp_path / "pom.xml"
    pom.write_text(
        "<project><parent><version>9</version></parent>"
        "<artifactId>flowledger-parent</artifactId>\n  <version>2.0.0-SNAPSHOT</version>"
    )
    assert versions.of_pom(pom) == "2.0.0.dev0"


def little_jar(folder, *others):
    jar = folder / "little.jar"
    with zipfile.ZipFile(jar, "w") as target:
        target.writestr("META-INF/MANIFEST.MF", "Main-Class: X\n")
        target.writestr("X.class", b"\xca\xfe\xba\xbe\0\0\0\x3d")
        for platform in platforms.PLATFORMS.values():
            for pattern in platform.natives.values():
                target.writestr(pattern.replace("*", "1"), ELF + pattern.encode())
        for other in others:
            target.writestr(other, ELF)
    return jar


@pytest.mark.parametrize("name", platforms.PLATFORMS)
def test_the_program_has_the_libraries_of_its_platform_only(tmp_path, name):
    platform = platforms.PLATFORMS[name]
    program.put(little_jar(tmp_path), name, tmp_path / "program")
    native = {file.name: file.read_bytes() for file in (tmp_path / "program/native").iterdir()}
    assert native == {file: ELF + of.encode() for file, of in platform.natives.items()}
    with zipfile.ZipFile(tmp_path / "program/flowledger.jar") as jar:
        assert jar.namelist() == ["META-INF/MANIFEST.MF", "X.class"]
    assert (tmp_path / "program/architecture").read_text() == platform.architecture + "\n"


def test_a_library_that_nobody_knows_stops_the_build(tmp_path):
    with pytest.raises(program.ProgramError, match=r"would lack: org/other/libother\.so;"):
        program.put(little_jar(tmp_path, "org/other/libother.so"), "linux-x86_64", tmp_path / "p")


def test_a_platform_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv(platforms.VARIABLE, "solaris-sparc")
    with pytest.raises(SystemExit, match=r"there is no wheel for solaris-sparc; .* linux-x86_64,"):
        platforms.wanted()


def test_a_source_distribution_is_refused():
    pytest.importorskip("setuptools", "77")
    ended = subprocess.run(
        [sys.executable, "setup.py", "-q", "sdist"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "flowledger has no source distribution" in ended.stderr


# ---- the real jar ------------------------------------------------------------------------------


def libraries(platform):
    with zipfile.ZipFile(JAR) as jar:
        for pattern in platform.natives.values():
            (name,) = (name for name in jar.namelist() if fnmatchcase(name, pattern))
            yield name, jar.read(name)


@needs_jar
@pytest.mark.parametrize("name", [name for name in platforms.PLATFORMS if "linux" in name])
def test_linux_is_as_old_as_its_libraries_allow(name):
    platform = platforms.PLATFORMS[name]
    needed = {
        (int(found[1]), int(found[2]))
        for _, content in libraries(platform)
        for found in re.finditer(rb"GLIBC_(\d+)\.(\d+)", content)
    }
    tag = re.fullmatch(r"manylinux_(\d+)_(\d+)_(\w+)", platform.tag)
    assert (int(tag[1]), int(tag[2])) == max((2, 17), *needed)
    assert tag[3] == platform.architecture


@needs_jar
@pytest.mark.parametrize("name", [name for name in platforms.PLATFORMS if "macos" in name])
def test_macos_is_as_old_as_its_libraries_allow(name):
    platform = platforms.PLATFORMS[name]
    needed = max(oldest_macos(content) for _, content in libraries(platform))
    assert re.match(r"macosx_(\d+)_0_", platform.tag)[1] == str(needed[0])


def oldest_macos(content):
    """The version of macOS that a Mach-O library of one architecture was built for."""
    place = 32
    for _ in range(struct.unpack_from("<I", content, 16)[0]):
        command, size = struct.unpack_from("<2I", content, place)
        if command in (0x24, 0x32):  # LC_VERSION_MIN_MACOSX, LC_BUILD_VERSION
            offset = 8 if command == 0x24 else 12
            version = struct.unpack_from("<I", content, place + offset)[0]
            return version >> 16, version >> 8 & 255
        place += size
    raise AssertionError("no version")
