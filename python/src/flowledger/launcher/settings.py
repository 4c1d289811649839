"""What both launchers read: options of the JVM, and variables of its environment."""

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("launch.conf")


@dataclass(frozen=True)
class Settings:
    """The lines of ``launch.conf``, whose comment says what they mean."""

    lines: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, file: Path = FILE) -> "Settings":
        """Reads them; raises ValueError of a line that is none."""
        lines = []
        for line in file.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                word, _, value = line.partition(" ")
                if not value:
                    raise ValueError(f"{file}: no value: {line}")
                lines.append((word, value))
        return cls(tuple(lines))

    def jvm_options(self, java_version: int) -> list[str]:
        """Options of every command, as that Java knows them."""
        options = []
        for word, value in self.lines:
            name, _, since = word.partition("-")
            if name == "jvm" and (not since or java_version >= int(since)):
                options.append(value)
        return options

    def options_of(self, command: str) -> list[str]:
        """Options of that command beside those of every command."""
        return self._values("brief-jvm") if command in self._values("brief") else []

    def options_without_archive(self) -> list[str]:
        """Options of a server that starts without an archive of classes."""
        return self._values("first-jvm")

    def environment(self) -> dict[str, str]:
        """Variables that are set where they are not."""
        return dict(value.split("=", 1) for value in self._values("environment"))

    def _values(self, word: str) -> list[str]:
        return [value for each, value in self.lines if each == word]
