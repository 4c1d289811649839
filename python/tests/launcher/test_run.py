"""What the program is run with: options, environment, streams, signals; as ./flowledger runs it."""

import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from flowledger.launcher.settings import FILE, Settings

from .conftest import make_java

ROOT = Path(__file__).resolve().parents[3]
TELL_ALL = """
for each; do case $each in
  *.jar|-D*[Nn]ative*|-Dorg.xerial*|-Djava.library.path*) ;; *) echo "$each" ;;
esac; done
env | grep -E '^(MALLOC|LC_ALL)' | sort
"""


@pytest.fixture
def clone(tmp_path):
    """The launcher of a clone, with a jar that is nothing."""
    root = tmp_path / "clone"
    settings = root / "python" / "src" / "flowledger" / "launcher"
    settings.mkdir(parents=True)
    shutil.copy(FILE, settings)
    (root / "deploy" / "target").mkdir(parents=True)
    (root / "deploy" / "target" / "flowledger.jar").touch()
    return shutil.copy(ROOT / "flowledger", root)


@pytest.mark.parametrize("version", ["17.0.15", "25.0.2"])
@pytest.mark.parametrize(
    "arguments", [["status", "ünï  x", ""], ["serve", "--port", "0"], ["env"], []]
)
@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"LC_ALL": "POSIX", "MALLOC_ARENA_MAX": "7", "FLOWLEDGER_JAVA_OPTS": "-Xmx1g  -Da=b"},
        {"LC_ALL": "none_NONE.UTF-8", "MALLOC_ARENA_MAX": ""},
    ],
)
def test_both_launchers_run_it_alike(launcher, clone, version, arguments, variables):
    shutil.rmtree(launcher.folder / "java")
    make_java(launcher.folder / "java", TELL_ALL, version)
    told = launcher.run(*arguments, **variables)
    of_clone = subprocess.run(
        ["bash", clone, *arguments],
        env={**launcher.environment, **variables},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert told.stderr == ""
    assert told.stdout == of_clone.stdout
    assert "-Xmx256m" in told.stdout


def test_settings_for_one_java_are_not_for_another():
    settings = Settings((("jvm", "-A"), ("jvm-23", "-B"), ("brief-jvm", "-C"), ("brief", "log")))
    assert settings.jvm_options(22) == ["-A"]
    assert settings.jvm_options(23) == ["-A", "-B"]
    assert settings.options_of("log") == ["-C"]
    assert settings.options_of("serve") == []


def test_a_server_that_loads_all_its_classes_compiles_later(launcher):
    late = Settings.read().options_without_archive()
    assert late
    assert set(late) <= set(launcher.run("serve").stdout.splitlines())
    assert not set(late) & set(launcher.run("status").stdout.splitlines())


def test_libraries_are_found_where_they_are(launcher):
    native = launcher.folder / "program" / "native"
    told = launcher.run("status").stdout.splitlines()
    assert f"-Djava.library.path={native}" in told
    assert f"-DZstdNativePath={native}/libzstd-jni.so" in told
    assert told[-3:] == ["-jar", str(launcher.folder / "program" / "flowledger.jar"), "status"]


def test_statuses_and_signals_are_those_of_the_jvm(launcher, tmp_path):
    def run(script):
        shutil.rmtree(tmp_path / "java")
        make_java(tmp_path / "java", script)
        return launcher.run("x").returncode

    assert run("exit 7\n") == 7
    assert run("kill -TERM $$\n") == -signal.SIGTERM


def test_it_becomes_the_jvm(launcher, tmp_path):
    shutil.rmtree(tmp_path / "java")
    make_java(tmp_path / "java", "trap 'exit 9' INT; echo $$; cat & wait\n")
    with subprocess.Popen(
        launcher.line("serve"),
        env=launcher.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # As a shell starts what a user types: who is started in the background has it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:
        assert int(process.stdout.readline()) == process.pid
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 9
        process.stdin.close()


def test_sigpipe_is_not_ignored(launcher, tmp_path):
    shutil.rmtree(tmp_path / "java")
    make_java(tmp_path / "java", "grep SigIgn /proc/self/status 2>/dev/null || echo 0\n")
    assert int(launcher.run("x").stdout.split()[-1], 16) & 1 << signal.SIGPIPE - 1 == 0


STREAMS = r"""
in=open out=open err=open
(cat >/dev/null) 2>/dev/null || in=closed
(env echo) 2>/dev/null || out=closed
(env echo >&2) || err=closed
env test -e /dev/fd/0 || in=free
env test -e /dev/fd/1 || out=free
env test -e /dev/fd/2 || err=free
echo "$in $out $err" >"$TOLD"
"""


@pytest.mark.parametrize(
    ("redirection", "told"),
    [
        ("", "open open open"),
        ("<&-", "closed open open"),
        (">&-", "open closed open"),
        ("2>&-", "open open closed"),
        ("<&- >&-", "closed closed open"),
        (">&- 2>&-", "open closed closed"),
        ("<&- >&- 2>&-", "closed closed closed"),
    ],
)
def test_what_is_closed_is_no_file_of_the_jvm(launcher, tmp_path, redirection, told):
    shutil.rmtree(tmp_path / "java")
    make_java(tmp_path / "java", STREAMS)
    subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *launcher.line("status")],
        env={**launcher.environment, "TOLD": str(tmp_path / "told")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    assert (tmp_path / "told").read_text().strip() == told


def test_without_a_program_it_says_so(launcher):
    shutil.rmtree(launcher.folder / "program")
    ended = launcher.run("status")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.endswith("flowledger.jar is missing; install flowledger from a wheel\n")
