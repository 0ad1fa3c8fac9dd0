"""What a service has written, while it goes on writing."""

import contextlib


def written(folder):
    """Every byte that is in files of a folder; a file may go while its neighbours are read."""
    found = []
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.is_file():
                found.append(path.read_bytes())
    return b"".join(found)
