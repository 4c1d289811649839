"""The platforms that a wheel is made for, and the native libraries that it has there.

The tag says the oldest system that all of them run on: the newest symbol version of glibc that one
of them needs (``readelf --version-info``), or the version of macOS that one was built for
(``otool -l``, LC_BUILD_VERSION). A test holds the table against the libraries.
"""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLE = "FLOWLEDGER_WHEEL_PLATFORM"


@dataclass(frozen=True)
class Platform:
    """One of them.

    Attributes:
        tag: the platform tag of the wheel.
        architecture: of the machine.
        natives: file of the wheel to the pattern of the entry of the jar that it is. RocksDB and
            LZ4 are looked for by their short name, as the system writes it; see ``Program.options``
            of the launcher.
    """

    tag: str
    architecture: str
    natives: Mapping[str, str]


def _linux(tag: str, architecture: str, rocksdb: str, machine: str) -> Platform:
    return Platform(
        tag,
        architecture,
        {
            "librocksdbjni.so": f"librocksdbjni-{rocksdb}.so",
            "libzstd-jni.so": f"linux/{machine}/libzstd-jni-*.so",
            "liblz4-java.so": f"net/jpountz/util/linux/{machine}/liblz4-java.so",
            "libsnappyjava.so": f"org/xerial/snappy/native/Linux/{architecture}/libsnappyjava.so",
        },
    )


def _macos(tag: str, architecture: str, rocksdb: str) -> Platform:
    return Platform(
        tag,
        architecture,
        {
            "librocksdbjni.dylib": f"librocksdbjni-{rocksdb}.jnilib",
            "libzstd-jni.dylib": f"darwin/{architecture}/libzstd-jni-*.dylib",
            "liblz4-java.dylib": f"net/jpountz/util/darwin/{architecture}/liblz4-java.dylib",
            "libsnappyjava.dylib": (
                f"org/xerial/snappy/native/Mac/{architecture}/libsnappyjava.dylib"
            ),
        },
    )


PLATFORMS: Mapping[str, Platform] = {
    "linux-x86_64": _linux("manylinux_2_17_x86_64", "x86_64", "linux64", "amd64"),
    "linux-aarch64": _linux("manylinux_2_17_aarch64", "aarch64", "linux-aarch64", "aarch64"),
    "macos-arm64": _macos("macosx_14_0_arm64", "aarch64", "osx-arm64"),
    "macos-x86_64": _macos("macosx_13_0_x86_64", "x86_64", "osx-x86_64"),
    "windows-amd64": Platform(
        "win_amd64",
        "x86_64",
        {
            "rocksdbjni.dll": "librocksdbjni-win64.dll",
            "zstd-jni.dll": "win/amd64/libzstd-jni-*.dll",
            "lz4-java.dll": "net/jpountz/util/windows/amd64/liblz4-java.dll",
            "snappyjava.dll": "org/xerial/snappy/native/Windows/x86_64/snappyjava.dll",
        },
    ),
}


def wanted() -> str:
    """The name of the platform to build for: that of the variable, else that of this machine."""
    name = os.environ.get(VARIABLE) or _here()
    if name not in PLATFORMS:
        raise SystemExit(f"there is no wheel for {name}; {VARIABLE} can be {', '.join(PLATFORMS)}")
    return name


def _here() -> str:
    system = {"Darwin": "macos"}.get(platform.system(), platform.system().lower())
    return f"{system}-{platform.machine().replace('AMD64', 'amd64')}"
