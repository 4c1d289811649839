"""One run of the program: the command line of its JVM, its environment, its streams."""

import locale
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import NoReturn

from flowledger.launcher import archive, cache, java, program
from flowledger.launcher.archive import Archive
from flowledger.launcher.settings import FILE, Settings

_SERVERS = ("serve", "dev")
_LOCALES = ("C.UTF-8", "en_US.UTF-8")


def run(arguments: list[str]) -> NoReturn:
    """Runs the program with these arguments, in place of this process where the system can."""
    open_closed_streams()
    program_here = program.bundled()
    found = java.find(os.environ, program_here.architecture())
    settings = Settings.read()
    command = arguments[0] if arguments else ""

    # One set for the archive and for all commands.
    options = [*settings.jvm_options(found.version), *program_here.options()]
    classes = _archive(found, program_here, options)
    line = [str(found.executable), *options]
    archived = classes.options(os.getpid()) if classes is not None else []
    missing = not archived and command in _SERVERS
    line += archived
    line += settings.options_of(command)
    if missing:
        line += settings.options_without_archive()
    line.append(f"-Dflowledger.terminal={'true' if os.isatty(1) else 'false'}")
    line += os.environ.get("FLOWLEDGER_JAVA_OPTS", "").split()
    line += ["-jar", str(program_here.jar), *arguments]

    environment = dict(os.environ)
    for name, value in settings.environment().items():
        if not environment.get(name):
            environment[name] = value
    if os.name == "nt":
        _run_as_child(line, environment, classes, (options, program_here) if missing else None)
    environment.update(utf8_locale())
    if missing and classes is not None:
        archive.make_beside(classes, options, program_here.jar, os.getpid())
    os.execve(found.executable, line, environment)


def _archive(
    found: java.Java, program_here: program.Program, options: list[str]
) -> "Archive | None":
    folder = cache.folder("classes")
    if folder is None:
        return None
    return Archive.of(folder, found, program_here.identity(), FILE.read_text("utf-8"), *options)


def open_closed_streams() -> None:
    """Opens standard streams that are closed, the wrong way round.

    They would be given to the first file that the JVM opens, and be read as that. Opened so, they
    fail as those that are closed do.
    """
    for stream, mode in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_RDONLY)):
        try:
            os.fstat(stream)
        except OSError:
            opened = os.open(os.devnull, mode)
            if opened != stream:
                os.dup2(opened, stream)
                os.close(opened)
            os.set_inheritable(stream, True)


def utf8_locale() -> Mapping[str, str]:
    """Variables by which the JVM decodes arguments and file names as UTF-8; none where it does.

    It goes by the locale, which in cron and containers is another.
    """
    try:
        locale.setlocale(locale.LC_CTYPE, "")
        if locale.nl_langinfo(locale.CODESET).upper() in ("UTF-8", "UTF8"):
            return {}
    except locale.Error:
        pass  # one that is not there
    for name in _LOCALES:
        try:
            locale.setlocale(locale.LC_CTYPE, name)
            return {"LC_ALL": name}
        except locale.Error:
            continue
    return {"LC_ALL": _LOCALES[0]}


def _run_as_child(
    line: list[str],
    environment: Mapping[str, str],
    classes: "Archive | None",
    making: "tuple[list[str], program.Program] | None",
) -> NoReturn:
    """Where a process cannot become another (Windows): waits for one, and ends as it does.

    Ctrl-C and Ctrl-Break reach all processes of the console, so this one leaves them to the other.
    """
    for name in ("SIGINT", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    child = subprocess.Popen(line, env=environment)
    if making is not None and classes is not None:
        options, program_here = making
        threading.Thread(
            target=classes.make,
            args=(options, program_here.jar, environment, lambda: child.poll() is None),
        ).start()
    status = child.wait()
    if classes is not None:
        classes.passed(os.getpid())
    sys.exit(status)
