"""A backup: database, uploaded files and configuration in one archive with a manifest, and the way back."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.engine import URL, make_url

from core import __version__, migrate
from core.database import db

FORMAT = 1
FOLDERS = ("uploads", "templates", "plugins")
FILES = ("config.py", "secret_key")


EMPTY = """DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', one.tablename);
    END LOOP;
END $$"""


class BackupError(Exception):
    """A backup cannot be made or restored; the message says why. Nothing has been changed."""


def backup(app: Flask, file: Path) -> dict[str, Any]:
    """Write everything that makes this company into a tar.gz; return its manifest. The server may go on running."""
    if file.exists():
        raise BackupError(f"{file} exists already: choose another name.")
    instance = Path(app.instance_path)
    with tempfile.TemporaryDirectory(dir=_parent(file)) as scratch:
        dump = Path(scratch) / "database"
        _dump(app, dump)
        parts = {"database": dump} | {
            path.relative_to(instance).as_posix(): path for path in _files(instance)}
        manifest = {
            "format": FORMAT, "eleven": __version__, "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": _dialect(app), "revisions": {n: now for n, (now, _new) in migrate.current(app).items() if now},
            "files": {name: _sha256(path) for name, path in parts.items()},
        }
        partial = Path(scratch) / "archive"
        with tarfile.open(partial, "w:gz") as archive:
            note = Path(scratch) / "manifest.json"
            note.write_text(json.dumps(manifest, indent=1))
            archive.add(note, "manifest.json")
            for name, path in parts.items():
                archive.add(path, name, recursive=False)
        partial.chmod(0o600)
        partial.rename(file)
    return manifest


def restore(app: Flask, file: Path, overwrite: bool = False) -> dict[str, Any]:
    """Bring a backup back; return its manifest.

    Everything is unpacked and checked before anything is touched. Refuses to replace a database or files
    that hold something unless `overwrite`; the old ones are kept beside as `*.before-restore`, and come
    back when the restoration fails.
    """
    instance = Path(app.instance_path)
    with tempfile.TemporaryDirectory(dir=instance, prefix=".restore-") as name:
        scratch = Path(name)
        manifest = _unpack(file, scratch)
        if manifest["database"] != _dialect(app):
            raise BackupError(f"The backup is of a {manifest['database']} database, this company's is "
                              f"{_dialect(app)}: set ELEVEN_DATABASE_URL accordingly.")
        names = _top(manifest)
        in_the_way = [part for part in names if _holds(instance / part) and part not in FILES]
        if _has_tables(app):
            in_the_way.insert(0, "the database")
        if in_the_way and not overwrite:
            raise BackupError(f"There is something already: {', '.join(in_the_way)}. "
                              "Use --overwrite to replace it.")
        _replace(app, scratch, names)
    return manifest


def _parent(file: Path) -> Path:
    folder = file.resolve().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise BackupError(f"Cannot write to {folder}.")
    return folder


def _dialect(app: Flask) -> str:
    return "sqlite" if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite") else "postgresql"


def _url(app: Flask) -> URL:
    return make_url(app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername=_dialect(app))


def _files(instance: Path) -> list[Path]:
    found = [instance / name for name in FILES if (instance / name).is_file()]
    for folder in FOLDERS:
        found += [path for path in sorted((instance / folder).rglob("*"))
                  if path.is_file() and not path.is_symlink() and "__pycache__" not in path.parts]
    return found


def _dump(app: Flask, target: Path) -> None:
    if _dialect(app) == "sqlite":
        source, copy = sqlite3.connect(str(_url(app).database)), sqlite3.connect(target)
        try:
            source.backup(copy)
        except sqlite3.DatabaseError as error:
            raise BackupError(f"The database cannot be read: {error}.") from error
        finally:
            source.close()
            copy.close()
        return
    _run(app, "pg_dump", "--format=custom", "--no-owner", f"--file={target}", f"--dbname={_libpq(app)}")


def _libpq(app: Flask) -> str:
    """The address without the password, which other users of the machine could read in the list of processes."""
    return _url(app).set(password=None).render_as_string()


def _run(app: Flask, *command: str) -> None:
    password = _url(app).password
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError as error:
        raise BackupError(f"{command[0]} is not on this machine: install the PostgreSQL client.") from error
    if done.returncode:
        raise BackupError(f"{command[0]} fails: {done.stderr.strip().splitlines()[-1] if done.stderr else ''}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(file: Path, scratch: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file, "r:gz") as archive:
            archive.extractall(scratch, filter="data")
        manifest: dict[str, Any] = json.loads((scratch / "manifest.json").read_text())
        wanted = manifest["files"]
        form = manifest["format"]
    except FileNotFoundError as error:
        raise BackupError(f"{error.filename or file} is not there.") from error
    except (tarfile.TarError, OSError, EOFError, ValueError, KeyError) as error:
        raise BackupError(f"{file} is no backup of Eleven, or damaged: {error}.") from error
    if form != FORMAT:
        raise BackupError(f"{file} has format {form}; this Eleven reads {FORMAT}.")
    for name, digest in wanted.items():
        if not (scratch / name).is_file() or _sha256(scratch / name) != digest:
            raise BackupError(f"{file} is damaged: {name} is not what the manifest says.")
    return manifest


def _top(manifest: dict[str, Any]) -> list[str]:
    """The files and folders of the instance that the backup holds."""
    return sorted({name.split("/")[0] for name in manifest["files"]} & {*FOLDERS, *FILES})


def _holds(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and any(path.iterdir()))


def _has_tables(app: Flask) -> bool:
    with app.app_context():
        try:
            return bool(inspect(db.engine).get_table_names())
        finally:
            db.engine.dispose()


def _replace(app: Flask, scratch: Path, names: list[str]) -> None:
    """Put files and database in their places; when the database fails, the files go back."""
    instance = Path(app.instance_path)
    moved: list[tuple[Path, Path]] = []
    placed: list[Path] = []
    try:
        for name in names:
            target, kept = instance / name, instance / f"{name}.before-restore"
            if kept.is_dir():
                shutil.rmtree(kept)
            if target.exists():
                target.replace(kept)
                moved.append((kept, target))
            (scratch / name).rename(target)
            placed.append(target)
        _load(app, scratch / "database")
    except BaseException:
        for target in placed:
            if target.is_dir():
                shutil.rmtree(target)
            else:
                target.unlink()
        for kept, target in moved:
            kept.replace(target)
        raise


def _load(app: Flask, dump: Path) -> None:
    if _dialect(app) == "postgresql":
        script = dump.with_suffix(".sql")
        _run(app, "pg_restore", "--clean", "--if-exists", "--no-owner", f"--file={script}", str(dump))
        # one transaction: all of it or nothing; also tables that the backup does not know have to go
        _run(app, "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
             f"--dbname={_libpq(app)}", f"--command={EMPTY}", f"--file={script}")
        return
    source, target = sqlite3.connect(dump), sqlite3.connect(str(_url(app).database))
    try:
        if source.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise BackupError("The database in the backup is damaged.")
        # SQLite writes the copy in one transaction; readers see the old or the new one
        source.backup(target)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"The database cannot be restored: {error}.") from error
    finally:
        source.close()
        target.close()
