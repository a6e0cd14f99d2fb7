"""Files and folders that tools leave behind; nobody needs to be told of them one by one."""

import re
from typing import Final

_KEPT_BY_TOOLS: Final = frozenset(
    {
        "__macosx",
        "__pycache__",
        ".git",
        ".github",
        ".grade",
        ".hypothesis",
        ".idea",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".venv",
        ".vscode",
        "node_modules",
        "venv",
        ".ds_store",
        ".gitattributes",
        ".gitignore",
        ".gitkeep",
        "desktop.ini",
        "icon\r",
        "thumbs.db",
    }
)
_OF_THE_COURSE: Final = frozenset({"course.yaml", "exercise.yaml", "submission_metadata.yml"})
_LEFTOVER: Final = re.compile(r"\._.*|~\$.*|.*~|\..*\.sw[op]|.*\.py[cod]", re.IGNORECASE | re.DOTALL)
_OLD_ANSWER: Final = re.compile(r".+\.old-\d+\.py", re.IGNORECASE | re.DOTALL)


def is_passed_over(name: str) -> bool:
    """Return whether a file or folder of this name is a tool's own, and nothing in it can be an answer."""
    return name.lower() in _KEPT_BY_TOOLS or _LEFTOVER.fullmatch(name) is not None


def reason_to_ignore(name: str) -> str:
    """Return why a file or folder of this name is nobody's answer, or an empty text."""
    if is_passed_over(name):
        return "a tool left it behind"
    if name.lower() in _OF_THE_COURSE:
        return "it came with the course or the export"
    if name.lower() == "__init__.py":
        return "it marks a folder as a package, and no answer can import packages"
    if _OLD_ANSWER.fullmatch(name):
        return "`grade reset` kept it as an old answer"
    return ""
