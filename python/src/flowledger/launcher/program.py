"""The program: the jar, and the native libraries beside it, so that nothing has to be unpacked."""

import platform
from dataclasses import dataclass
from pathlib import Path

BUNDLED = Path(__file__).with_name("program")
_ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}


class NoProgramError(Exception):
    """The program is not there; the message says what to do."""


@dataclass(frozen=True)
class Program:
    """The program in a folder of the wheel: ``flowledger.jar``, ``native/``, ``architecture``."""

    folder: Path

    @property
    def jar(self) -> Path:
        """The jar, which has no native library in it."""
        return self.folder / "flowledger.jar"

    def architecture(self) -> str:
        """The machine that the native libraries are for, such as ``x86_64``."""
        return (self.folder / "architecture").read_text(encoding="ascii").strip()

    def options(self) -> list[str]:
        """Options of the JVM by which each library is found where it is."""
        native = self.folder / "native"
        zstd = next(native.glob("*zstd-jni.*"))
        return [
            f"-Djava.library.path={native}",  # RocksDB and LZ4 look there first
            f"-DZstdNativePath={zstd}",
            f"-Dorg.xerial.snappy.lib.path={native}",
        ]

    def identity(self) -> str:
        """Tells it from every other one, as the JVM tells jars when it has an archive of one."""
        status = self.jar.stat()
        return f"{self.jar}\n{status.st_size} {status.st_mtime_ns}"


def bundled() -> Program:
    """The program of this wheel.

    Raises:
        NoProgramError: where this was not installed from a wheel of this platform.
    """
    program = Program(BUNDLED)
    if not program.jar.is_file():
        raise NoProgramError(f"{program.jar} is missing; install flowledger from a wheel")
    return program


def machine() -> str:
    """The architecture of this machine, as wheels call it."""
    name = platform.machine().lower()
    return _ARCHITECTURES.get(name, name)
