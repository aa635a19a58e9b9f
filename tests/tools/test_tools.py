"""The tools that guard the project do see what they are there to see."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.children import printed, run
from tools import check, scan, setup, tests
from tools.setup import PURPOSES, Missing, call, lock_of

ROOT = Path(__file__).resolve().parents[2]
MODULES = {
    "all run": ("def test_one():\n    assert True\n", 0),
    "one is skipped": (
        "import pytest\n@pytest.mark.skip\ndef test_one():\n    pass\ndef test_two():\n    pass\n",
        1,
    ),
    "a module is skipped": ("import pytest\npytest.skip(allow_module_level=True)\n", 1),
    "one fails": ("def test_one():\n    assert False\n", 1),
    "a failure is expected": (
        "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_one():\n    assert False\n",
        0,
    ),
}


@pytest.mark.parametrize("processes", ["0", "2"])
@pytest.mark.parametrize("name", MODULES)
def test_a_skipped_test_fails_the_run(tmp_path: Path, name: str, processes: str) -> None:
    text, status = MODULES[name]
    (tmp_path / "test_beside.py").write_text("def test_beside():\n    assert True\n", encoding="utf-8")
    (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tools.unskipped",
        "-n",
        processes,
        "--rootdir",
        tmp_path,
    ]
    command += ["-c", tmp_path / "pytest.ini", "-p", "no:django", "-p", "no:cacheprovider", tmp_path]
    done = run(command, cwd=ROOT)
    assert done.returncode == status, done.stdout + done.stderr
    assert ("skipped tests fail this run" in done.stdout) == ("skipped" in name)
    assert " in " in done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a private key", "-----BEGIN RSA " + "PRIVATE KEY-----"),
        ("an access token", "token = ghp_" + "a1" * 18),
        ("an access token", "AKIA" + "ABCDEFGHIJKLMNOP"),
        ("an encryption key", "key: " + "Ab_-" * 10 + "Abc="),
        ("a password in an address", "postgres://" + "user:correct-horse-battery@db.example/x"),
        ("a path of somebody's machine", "see " + "/home" + "/ann/project"),
        ("a path of somebody's machine", 'open("' + "/root" + '/notes")'),
        ("a package registry", "https://" + "py" + "pi.org/simple"),
    ],
)
def test_what_must_not_be_in_a_file_is_found(what: str, text: str) -> None:
    assert list(scan.findings_in(f"first line\n{text}\n")) == [(what, 2)]


@pytest.mark.parametrize(
    "text",
    ["docs/home/page.md", "https://user:secret@x.example/", "--hash=sha256:" + "0a" * 32, "a/root/of/trees"],
)
def test_what_may_be_in_a_file_is_left_alone(text: str) -> None:
    assert list(scan.findings_in(text)) == []


INSTALLATION = {
    "PORTEVOIX_DATABASE_URL": "sqlite:////nowhere/real.sqlite3",
    "PORTEVOIX_DATA": "/nowhere/real",
    "PORTEVOIX_PORT": "no port",
    "DJANGO_SETTINGS_MODULE": "nothing",
}


@pytest.mark.parametrize("processes", ["0", "1"])
def test_no_test_sees_the_installation_of_the_shell_that_runs_it(tmp_path: Path, processes: str) -> None:
    (tmp_path / "test_it.py").write_text(
        "import os\n"
        "def test_it(settings):\n"
        "    assert str(settings.DATA) == os.environ['PORTEVOIX_DATA']\n"
        "    assert str(settings.DATABASES['default']['NAME']).startswith(str(settings.DATA))\n"
        "    assert [name for name in os.environ if name.startswith('PORTEVOIX_')] == ['PORTEVOIX_DATA']\n",
        encoding="utf-8",
    )
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        "pyproject.toml",
        "--rootdir",
        tmp_path,
    ]
    command += ["-n", processes, "-p", "no:cacheprovider", tmp_path]
    done = run(command, cwd=ROOT, env={**os.environ, **INSTALLATION})
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_check_sees_the_installation_of_the_shell_that_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in INSTALLATION.items():
        monkeypatch.setenv(name, value)

    told = {name: value for name, value in check.surroundings("/own").items() if name in INSTALLATION}
    assert told == {"PORTEVOIX_DATA": "/own", "DJANGO_SETTINGS_MODULE": "portevoix.config.settings"}


KEY = "Ab_-" * 10 + "Abc="


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project of its own that the tool looks through, with a key in its data folder."""
    for name, content in {
        "tools/scan.py": (ROOT / "tools" / "scan.py").read_text(encoding="utf-8"),
        "portevoix-demo/encryption-keys": KEY,
        ".git/config": KEY,
        ".ci/run": "",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def looked_through(project: Path, **variables: str) -> tuple[int, str]:
    """Return the exit status of the scan of `project`, and what it said."""
    done = run([sys.executable, "tools/scan.py"], cwd=project, env={**os.environ, **variables})
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("path", [os.environ["PATH"], ""])
def test_without_git_the_data_of_an_installation_is_not_looked_into(project: Path, path: str) -> None:
    assert looked_through(project, PATH=path) == (0, "")


def test_what_is_found_is_never_printed(project: Path) -> None:
    (project / ".ci" / "run").write_text(f"first\nkey: {KEY}\n", encoding="utf-8")

    assert looked_through(project) == (1, ".ci/run:2: an encryption key\n")


def test_a_checkout_of_somebody_else_is_listed_by_git_all_the_same(project: Path) -> None:
    shutil.rmtree(project / ".git")
    printed(["git", "init", "-q"], cwd=project)
    (project / ".gitignore").write_text("portevoix-*/\n/ignored\n", encoding="utf-8")
    (project / "ignored").write_text(KEY, encoding="utf-8")

    assert looked_through(project, GIT_TEST_ASSUME_DIFFERENT_OWNER="1") == (0, "")


def test_the_browser_tests_are_left_out_only_when_somebody_says_so() -> None:
    whole = tests.command("fast", has_browser=True, extra=[])
    assert "not servers" in whole
    assert "not servers and not browser" in tests.command("fast", has_browser=False, extra=[])
    assert "servers" in tests.command("servers", has_browser=True, extra=[])


def test_a_command_of_the_set_up_that_fails_is_told_with_what_it_said() -> None:
    with pytest.raises(Missing, match="no such luck"):
        call(sys.executable, "-c", "import sys; sys.exit('no such luck')")


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "17.0.12" 2024-07-16', 17),
        ('openjdk version "21" 2023-09-19', 21),
        ('java version "1.8.0_392"', 8),
        ("no java here", 0),
    ],
)
def test_the_version_of_java_is_read(said: str, version: int) -> None:
    assert setup.java_version(said) == version


def test_a_package_that_does_not_bring_its_program_is_told() -> None:
    java = setup.Program("Java", "a-java", lambda: False)

    with pytest.raises(Missing, match="still not there"):
        setup.ensure_program(java, lambda *_words: None)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (PermissionError(13, "Permission denied", "/project/.venv"), "/project/.venv cannot be written"),
        (KeyboardInterrupt(), "Stopped."),
        (subprocess.CalledProcessError(1, "ensurepip", b"no wheel"), "no wheel"),
    ],
    ids=["read-only", "Ctrl-C", "ensurepip"],
)
def test_a_set_up_that_cannot_go_on_says_so_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], problem: BaseException, said: str
) -> None:
    def refuse(*_words: object, **_options: object) -> None:
        raise problem

    monkeypatch.setattr(setup, "_has_pip", lambda: False)
    monkeypatch.setattr(venv, "create", refuse)

    assert setup.main(["dev"]) == 1
    assert said in capsys.readouterr().err


def test_without_python_make_says_so_and_nothing_else(tmp_path: Path) -> None:
    for name in ("sh", "make"):
        found = shutil.which(name)
        assert found
        (tmp_path / name).symlink_to(found)
    command: list[str | Path] = [tmp_path / "make", "check"]
    done = run(command, cwd=ROOT, env={"PATH": str(tmp_path)})

    assert done.returncode == 2
    assert done.stderr.startswith("Porte-voix needs Python 3.11 or later")
    assert "not found" not in done.stderr


@pytest.mark.parametrize("purpose", ["build", *PURPOSES])
def test_every_purpose_has_its_lock(purpose: str) -> None:
    assert lock_of(purpose).exists()


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("12 passed in 3.10s", "12 passed in 3.10s"),
        (
            "1 failed, 12 passed in 3.10s\nmake: *** [Makefile:27: test] Error 1",
            "1 failed, 12 passed in 3.10s",
        ),
        ("make: *** [Makefile:27: test] Error 1", "make: *** [Makefile:27: test] Error 1"),
    ],
)
def test_continuous_integration_ends_with_pytests_own_count(tmp_path: Path, last: str, told: str) -> None:
    fake = tmp_path / "make"
    status = 0 if "Error" not in last else 2
    fake.write_text(f"#!/bin/sh\ncat <<'END'\ncollected\n{last}\nEND\nexit {status}\n", encoding="utf-8")
    fake.chmod(0o755)
    environ = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "BROWSER": "1"}
    done = run([ROOT / ".ci" / "run"], env=environ)

    assert done.returncode == bool(status)
    assert f"test           {told}\n" in done.stdout
    assert done.stdout.rstrip().endswith(f"test-servers   {told}")
