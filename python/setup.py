"""Builds the wheel of one platform; pyproject.toml has all that is not computed."""

import shutil
import sys
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build import build
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

from building import platforms, program, versions  # noqa: E402


class NotPure(Distribution):
    """Its native libraries are none that setuptools has compiled."""

    def has_ext_modules(self) -> bool:
        return True


class Build(build):
    """Keeps what it needs apart from what else is in ``build``."""

    def initialize_options(self) -> None:
        super().initialize_options()
        self.build_base = str(HERE / "build" / "wheel")


class BuildWithProgram(build_py):
    """Puts the program beside the launcher."""

    def run(self) -> None:
        if self.editable_mode:  # there the launcher runs that of the clone
            super().run()
            return
        shutil.rmtree(self.build_lib, ignore_errors=True)  # of modules that are gone
        super().run()
        try:
            program.put(
                program.jar_of(ROOT),
                platforms.wanted(),
                Path(self.build_lib) / "flowledger" / "launcher" / "program",
            )
        except program.ProgramError as e:
            raise SystemExit(str(e)) from e


class WheelOfOnePlatform(bdist_wheel):
    """Any Python 3 runs it, on the platform of its native libraries."""

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", platforms.PLATFORMS[platforms.wanted()].tag


class NoSourceDistribution(sdist):
    """The sources of the program are the repository, and building it takes a JDK and Maven."""

    def run(self) -> None:
        raise SystemExit(
            "flowledger has no source distribution, since the program is Java: build wheels from a"
            " clone of the repository, with 'python -m build --wheel python'"
        )


for name in ("LICENSE", "NOTICE"):  # setuptools takes none from outside
    shutil.copyfile(ROOT / name, HERE / name)

setup(
    version=versions.of_pom(ROOT / "pom.xml"),
    distclass=NotPure,
    cmdclass={
        "bdist_wheel": WheelOfOnePlatform,
        "build": Build,
        "build_py": BuildWithProgram,
        "sdist": NoSourceDistribution,
    },
)
