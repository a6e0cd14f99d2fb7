"""The modules that lie beside an answer file."""

from pathlib import Path
from typing import Final

_CAP: Final = 2**20


def module_beside(folder: str, name: str) -> bytes | None:
    """Return the source of the module `name` in the folder of an answer file, or None if the answer gets none.

    Links that lead elsewhere are not followed.
    """
    if not folder or not name.isidentifier():
        return None
    file = Path(folder) / f"{name}.py"
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > _CAP:
            return None
        return file.read_bytes()
    except OSError:
        return None
