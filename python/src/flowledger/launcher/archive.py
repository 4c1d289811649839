"""The archive of classes: what the JVM has loaded once, ready to be mapped at the next start.

The first server is accompanied by a second one on nothing, at low priority, whose JVM writes the
archive when it ends. It fits one jar, one Java and one set of options: its name is made of them.
A start with a damaged archive dies in the JVM, every time. So each leaves a file, the trial, which
the program deletes when its classes have worked: one that is left says to drop the archive.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flowledger.launcher.java import Java

_AOT_SINCE = 25
_KEPT = 3  # about 100 MB each
_STALE_SECONDS = 600
_LIMIT_SECONDS = 300
_DEFAULT_AFTER = 20.0
_AFTER = "FLOWLEDGER_ARCHIVE_AFTER"


@dataclass(frozen=True)
class Archive:
    """The archive of one program, Java and set of options.

    Attributes:
        file: where it is, or will be.
        java: the one that takes it.
    """

    file: Path
    java: Java

    @classmethod
    def of(cls, folder: Path, java: Java, *identity: str) -> "Archive":
        """The one in that folder for all that ``identity`` names."""
        digest = hashlib.sha256("\0".join((java.identity(), *identity)).encode()).hexdigest()
        return cls(folder / f"{digest[:20]}.classes", java)

    # ---- use -----------------------------------------------------------------------------------

    def options(self, process: int) -> list[str]:
        """Options of the JVM of that process to use it; none where there is no archive, or none
        that works.
        """
        self._drop_deadly(process)
        if not self.file.is_file():
            return []
        trial = self.trial(process)
        options = []
        try:
            trial.touch()
            os.utime(self.file)  # used last: kept longest
            options.append(f"-Dflowledger.archive.trial={trial}")
        except OSError:
            pass  # where nothing can be written down, nobody could have made the archive either
        # Another JVM than the one that made it ignores it, and need not say so.
        if self.java.version >= _AOT_SINCE:
            return [*options, f"-XX:AOTCache={self.file}", "-Xlog:aot*=off", "-Xlog:cds*=off"]
        return [*options, f"-XX:SharedArchiveFile={self.file}", "-Xshare:auto", "-Xlog:cds*=off"]

    def trial(self, process: int) -> Path:
        """The file of a start with it by that process."""
        return self.file.with_name(f"{self.file.name}.trial.{process}")

    def passed(self, process: int) -> None:
        """Called when a process has ended that this one has started: what it left, it died of."""
        if self.trial(process).exists():
            self._drop()

    def _drop_deadly(self, process: int) -> None:
        for trial in self.file.parent.glob(f"{self.file.name}.trial.*"):
            other = trial.suffix[1:]
            if other == str(process) or not _runs(other):
                self._drop()
                return

    def _drop(self) -> None:
        print(f"flowledger: dropping {self.file}, with which a start has died", file=sys.stderr)
        for file in (self.file, *self.file.parent.glob(f"{self.file.name}.trial.*")):
            with contextlib.suppress(OSError):
                file.unlink()

    # ---- making --------------------------------------------------------------------------------

    def make(
        self,
        options: list[str],
        jar: Path,
        environment: Mapping[str, str],
        server_runs: Callable[[], bool],
    ) -> None:
        """Makes it, as long as the server runs that this one accompanies.

        Args:
            options: of the JVM.
            jar: the program.
            environment: the variables of the server.
            server_runs: whether it still does.
        """
        began = time.monotonic()
        after = _seconds(environment.get(_AFTER))
        while time.monotonic() - began < after:
            if not server_runs():
                return
            time.sleep(min(1.0, after))
        # The folder lets one do it at a time.
        scratch = self.file.with_suffix(".new")
        with contextlib.suppress(OSError):
            if time.time() - scratch.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(scratch, ignore_errors=True)
        try:
            scratch.mkdir(mode=0o700)
        except OSError:
            return
        try:
            if not self.file.is_file():
                self._make(scratch, options, jar, environment, server_runs)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _make(
        self,
        scratch: Path,
        options: list[str],
        jar: Path,
        environment: Mapping[str, str],
        server_runs: Callable[[], bool],
    ) -> None:
        bare = {
            name: value for name, value in environment.items() if not name.startswith("FLOWLEDGER_")
        }
        made = scratch / "classes"
        command = [str(self.java.executable), *options, f"-Djava.io.tmpdir={scratch}"]
        serve = ["-jar", str(jar), "serve", "--port", "0", "--data", str(scratch / "data")]
        training = "-Dflowledger.archive.training=true"
        classes = str(scratch / "list")
        if self.java.version >= _AOT_SINCE:
            steps = [[*command, training, f"-XX:AOTCacheOutput={made}", *serve]]
        elif self.java.has_archive():
            steps = [[*command, training, f"-XX:ArchiveClassesAtExit={made}", *serve]]
        else:
            dump = ["-Xshare:dump", f"-XX:SharedClassListFile={classes}"]
            steps = [
                [*command, training, f"-XX:DumpLoadedClassList={classes}", *serve],
                [*command, *dump, f"-XX:SharedArchiveFile={made}", "-jar", str(jar)],
            ]
        with (scratch / "log").open("wb") as log:
            for step in steps:
                if not _run(step, bare, log, server_runs):
                    return
        if made.is_file():
            made.replace(self.file)
            self._forget_others()

    def _forget_others(self) -> None:
        archives = sorted(
            self.file.parent.glob("*.classes"), key=lambda file: file.stat().st_mtime, reverse=True
        )
        for file in archives[_KEPT:]:
            with contextlib.suppress(OSError):
                file.unlink()


def make_beside(archive: Archive, options: list[str], jar: Path, server: int) -> None:
    """Makes an archive in a process of its own, which is nobody's child, while that server runs."""
    if os.fork() != 0:
        os.wait()
        return
    try:
        os.setsid()  # Ctrl-C is for the server, whose end this will notice
        if os.fork() == 0:
            null = os.open(os.devnull, os.O_RDWR)
            for stream in range(3):
                os.dup2(null, stream)
            os.nice(19)
            archive.make(options, jar, os.environ, lambda: _runs(str(server)))
    finally:
        os._exit(0)


def _run(
    command: list[str], environment: dict[str, str], log: object, server_runs: Callable[[], bool]
) -> bool:
    """Runs one command to its end; ends it, with all that it has started, before the server."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
        creationflags=getattr(subprocess, "IDLE_PRIORITY_CLASS", 0),
    )
    began = time.monotonic()
    try:
        while server_runs() and time.monotonic() - began < _LIMIT_SECONDS:
            try:
                return process.wait(timeout=1) == 0
            except subprocess.TimeoutExpired:
                pass
        return False
    finally:
        if process.poll() is None:
            if os.name == "nt":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _runs(process: str) -> bool:
    """Whether a process does; on Windows, where asking would end it, it is taken to."""
    if os.name == "nt":
        return True
    try:
        os.kill(int(process), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _seconds(told: "str | None") -> float:
    try:
        return max(0.0, float(told)) if told else _DEFAULT_AFTER
    except ValueError:
        return _DEFAULT_AFTER
