"""The archive of classes, and the folder that it is in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flowledger.launcher import archive, cache
from flowledger.launcher.archive import Archive
from flowledger.launcher.java import Java

from .conftest import TELL, make_java

PASSES = 'for each; do case $each in -Dflowledger.archive.trial=*) rm "${each#*=}";; esac; done\n'
WRITES = """
echo "$@" >>"$0.told"
for each; do case $each in
  -XX:ArchiveClassesAtExit=*|-XX:AOTCacheOutput=*|-XX:SharedArchiveFile=*) echo it >"${each#*=}" ;;
esac; done
"""


def classes(launcher):
    return launcher.folder / "home" / ".cache" / "flowledger" / "classes"


def only(folder, pattern="*"):
    (file,) = folder.glob(pattern)
    return file


def of_launcher(launcher):
    """The archive that the next start takes, made by nobody."""
    launcher.run("serve", FLOWLEDGER_ARCHIVE_AFTER="0")
    java = Java(launcher.folder / "java" / "bin" / "java", launcher.folder / "java", 17)
    script = (
        "from flowledger.launcher import java, program, run, settings; import os\n"
        "p = program.Program(__import__('pathlib').Path(os.environ['PROGRAM']))\n"
        "j = java.find(os.environ, 'x86_64')\n"
        "s = settings.Settings.read()\n"
        "print(run._archive(j, p, [*s.jvm_options(j.version), *p.options()]).file)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**launcher.environment, "PROGRAM": str(launcher.folder / "program")},
        capture_output=True,
        text=True,
        check=True,
    )
    return Archive(Path(told.stdout.strip()), java)


@pytest.fixture
def made(launcher):
    there = of_launcher(launcher)
    there.file.write_text("classes")
    return there


def java_that(launcher, script):
    binary = launcher.folder / "java" / "bin" / "java"
    before = binary.stat()
    text = f"#!/bin/sh\n{script}"
    # The same Java for the launcher: it goes by size and time.
    binary.write_text(text + "#" * (before.st_size - len(text)))
    os.utime(binary, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def roomy(launcher):
    """A Java whose script can become another one."""
    shutil.rmtree(launcher.folder / "java")
    make_java(launcher.folder / "java", TELL + "#" * 400)


def test_an_archive_is_used(launcher, roomy, made):
    java_that(launcher, PASSES + TELL)
    for _ in range(2):
        ended = launcher.run("status")
        assert f"-XX:SharedArchiveFile={made.file}" in ended.stdout.splitlines()
        assert ended.stderr == ""
    assert only(classes(launcher)) == made.file


def test_one_with_which_a_start_has_died_is_dropped(launcher, roomy, made):
    java_that(launcher, TELL + "kill -ABRT $$\n")
    assert "SharedArchiveFile" in launcher.run("status").stdout
    ended = launcher.run("status")
    assert ended.stderr == f"flowledger: dropping {made.file}, with which a start has died\n"
    assert "SharedArchiveFile" not in ended.stdout
    assert list(classes(launcher).iterdir()) == []
    assert launcher.run("status").stderr == ""


def test_an_update_of_the_program_has_another(launcher, made):
    (launcher.folder / "program" / "flowledger.jar").write_text("another jar")
    assert "SharedArchiveFile" not in launcher.run("status").stdout


@pytest.mark.parametrize("home", ["", "relative", "read-only", "file", "of others"])
def test_without_a_folder_there_is_no_archive_and_no_fault(launcher, home):
    place = launcher.folder / "place"
    if home == "file":
        place.write_text("no folder")
    elif home:
        place.mkdir()
    if home == "read-only":
        place.chmod(0o500)
    if home == "of others":
        (place / ".cache" / "flowledger" / "classes").mkdir(parents=True)
        (place / ".cache" / "flowledger" / "classes").chmod(0o777)
    told = {"": "", "relative": "somewhere"}.get(home, str(place))
    ended = launcher.run("serve", HOME=told)
    assert (ended.returncode, ended.stderr) == (0, "")
    if home == "read-only":
        place.chmod(0o700)


def test_the_folder_is_the_users_own(monkeypatch, tmp_path):
    monkeypatch.setattr(cache, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    assert cache.folder("classes") == tmp_path / "cache" / "classes"
    assert (tmp_path / "cache" / "classes").stat().st_mode & 0o777 == 0o700
    (tmp_path / "cache" / "classes").chmod(0o770)
    assert cache.folder("classes") is None


# ---- making ------------------------------------------------------------------------------------


def make(tmp_path, version, base, **environment):
    home = tmp_path / "java"
    if not home.exists():
        make_java(home, WRITES)
    if base:
        (home / "lib" / "server").mkdir(parents=True, exist_ok=True)
        (home / "lib" / "server" / "classes.jsa").touch()
    java = Java(home / "bin" / "java", home, version)
    made = Archive.of(tmp_path, java, "program")
    jar = tmp_path / "flowledger.jar"
    made.make(["-A"], jar, {"FLOWLEDGER_ARCHIVE_AFTER": "0", **environment}, lambda: True)
    told = home / "bin" / "java.told"
    return made, told.read_text().splitlines() if told.exists() else []


@pytest.mark.parametrize(
    ("version", "base", "options"),
    [
        (17, True, ["-XX:ArchiveClassesAtExit="]),
        (21, False, ["-XX:DumpLoadedClassList=", "-XX:SharedArchiveFile="]),
        (25, False, ["-XX:AOTCacheOutput="]),
    ],
)
def test_it_is_made_as_that_java_can(tmp_path, version, base, options):
    made, told = make(tmp_path, version, base, FLOWLEDGER_PORT="1")
    assert made.file.read_text() == "it\n"
    assert len(told) == len(options)
    assert all(option in line for option, line in zip(options, told))
    assert "-Dflowledger.archive.training=true" in told[0]
    assert "serve --port 0" in told[0]
    assert list(tmp_path.glob("*.new")) == []


def test_one_makes_it_at_a_time(tmp_path):
    scratch = Archive.of(tmp_path, Java(tmp_path, tmp_path, 17), "x").file.with_suffix(".new")
    made, _ = make(tmp_path, 25, False)
    made.file.unlink()
    made.file.with_suffix(".new").mkdir()
    again, told = make(tmp_path, 25, False)
    assert len(told) == 1
    assert not again.file.exists()
    assert made.file.with_suffix(".new").is_dir()
    # What a killed one has left is not in the way for ever.
    os.utime(made.file.with_suffix(".new"), (0, 0))
    assert make(tmp_path, 25, False)[0].file.exists()
    assert not scratch.exists()


def test_it_is_not_made_when_the_server_has_ended(tmp_path):
    make_java(tmp_path / "java", WRITES)
    java = Java(tmp_path / "java" / "bin" / "java", tmp_path / "java", 25)
    made = Archive.of(tmp_path, java, "program")
    made.make([], tmp_path / "jar", {}, lambda: False)
    assert not (tmp_path / "java" / "bin" / "java.told").exists()


def test_what_is_being_made_ends_with_the_server(tmp_path):
    make_java(tmp_path / "java", 'echo $$ >"$0.told"; exec sleep 600\n')
    java = Java(tmp_path / "java" / "bin" / "java", tmp_path / "java", 25)
    told = tmp_path / "java" / "bin" / "java.told"
    made = Archive.of(tmp_path, java, "program")
    runs = lambda: not (told.exists() and told.read_text())  # noqa: E731
    made.make([], tmp_path / "jar", {"FLOWLEDGER_ARCHIVE_AFTER": "0"}, runs)
    assert not archive._runs(told.read_text().strip())
    assert list(tmp_path.glob("*.new")) == []
    assert not made.file.exists()


def test_those_used_last_are_kept(tmp_path):
    for age in range(5):
        file = tmp_path / f"{age}.classes"
        file.touch()
        os.utime(file, (1000 - age, 1000 - age))
    made, _ = make(tmp_path, 25, False)
    left = {file.name for file in tmp_path.glob("*.classes")}
    assert left == {made.file.name, "0.classes", "1.classes"}
