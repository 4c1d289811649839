"""The folder ``program`` of a wheel: the jar, and beside it the native libraries of a platform."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from building.platforms import PLATFORMS, Platform

JAR_VARIABLE = "FLOWLEDGER_JAR"
_EXECUTABLE_FORMATS = (
    b"\x7fELF",
    b"MZ",
    b"\xcf\xfa\xed\xfe",  # Mach-O, 64 bits
    b"\xce\xfa\xed\xfe",
    b"!<arch>\n",
    b"<bigaf>\n",
    b"\x01\xdf\x00",  # XCOFF
    b"\x01\xf7\x00",
)
_CLASS_OR_UNIVERSAL = b"\xca\xfe\xba\xbe"
_LIBRARIES = (
    "librocksdbjni-*",
    "*/libzstd-jni-*",
    "net/jpountz/util/*",
    "org/xerial/snappy/native/*",
)


class ProgramError(Exception):
    """The program cannot be put into a wheel; the message says why."""


def jar_of(root: Path) -> Path:
    """The jar of the clone, built by Maven first where it is missing or older than its sources.

    FLOWLEDGER_JAR names another one, which is taken as it is.
    """
    named = os.environ.get(JAR_VARIABLE)
    if named:
        return Path(named)
    jar = root / "deploy" / "target" / "flowledger.jar"
    if not jar.is_file() or _is_older(jar, root):
        maven = shutil.which("mvn")
        if maven is None:
            raise ProgramError(f"{jar} has to be built, but there is no mvn")
        command = [maven, "-B", "-q", "package", "-pl", "deploy", "-am", "-Dmaven.test.skip=true"]
        if subprocess.run(command, cwd=root, check=False).returncode != 0:
            raise ProgramError("the build of the jar has failed")
        jar.touch()
    return jar


def _is_older(jar: Path, root: Path) -> bool:
    """Whether a source is newer; a folder is, where a file of it has been deleted."""
    built = jar.stat().st_mtime
    poms = [root / "pom.xml", *root.glob("*/pom.xml")]
    sources = (path for pom in poms for path in (pom.parent / "src" / "main").rglob("*"))
    benchmarks = root / "bench"
    return any(
        path.stat().st_mtime > built for path in (*poms, *sources) if benchmarks not in path.parents
    )


def put(jar: Path, platform_name: str, folder: Path) -> None:
    """Makes the folder of the program.

    Raises:
        ProgramError: where the jar lacks a library of the platform, or has one that nobody knows.
    """
    platform = PLATFORMS[platform_name]
    shutil.rmtree(folder, ignore_errors=True)
    native = folder / "native"
    native.mkdir(parents=True)
    with zipfile.ZipFile(jar) as source:
        entries = [entry for entry in source.infolist() if not entry.is_dir()]
        libraries = {entry.filename for entry in entries if _is_native(source, entry)}
        unknown = [name for name in libraries if not any(map(_like(name), _LIBRARIES))]
        if unknown:
            raise ProgramError(
                f"native libraries that the wheel would lack: {', '.join(sorted(unknown))};"
                " put them into building/platforms.py"
            )
        for file, name in _chosen(libraries, platform, platform_name):
            with source.open(name) as content, (native / file).open("wb") as target:
                shutil.copyfileobj(content, target)
        with zipfile.ZipFile(folder / "flowledger.jar", "w", zipfile.ZIP_DEFLATED) as target:
            for entry in entries:
                if entry.filename not in libraries:
                    target.writestr(entry, source.read(entry), zipfile.ZIP_DEFLATED)
    (folder / "architecture").write_text(platform.architecture + "\n", encoding="ascii")


def _like(name: str):  # noqa: ANN202
    return lambda pattern: fnmatchcase(name, pattern)


def _chosen(
    libraries: "set[str]", platform: Platform, platform_name: str
) -> Iterator[tuple[str, str]]:
    for file, pattern in platform.natives.items():
        found = [name for name in libraries if fnmatchcase(name, pattern)]
        if len(found) != 1:
            raise ProgramError(f"{platform_name} needs one {pattern}, and the jar has {found}")
        yield file, found[0]


def _is_native(jar: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    if entry.filename.endswith(".class"):
        return False
    with jar.open(entry) as content:
        begin = content.read(8)
    return begin.startswith((*_EXECUTABLE_FORMATS, _CLASS_OR_UNIVERSAL))
