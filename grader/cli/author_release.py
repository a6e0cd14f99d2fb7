"""`grade author release DIR`: the students' bundle."""

from pathlib import Path

import click

from grader.spec.course import CourseFile
from grader.spec.files import load_course


@click.command("release")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--replace", is_flag=True, help="Put it in the place of the bundle that lies in DIR.")
def command(folder: Path, *, replace: bool) -> None:
    """Write the students' bundle: exercises and records, the grader to install, no solutions.

    DIR must be empty or not exist. With --replace, answers that somebody has written there stay.
    """
    # Imported here, because the other commands for authors need none of it.
    from grader.authoring.release.contents import contents
    from grader.authoring.release.proving import prove
    from grader.authoring.release.writing import require_room, write

    require_room(folder, replace=replace)
    course = load_course(Path.cwd())
    made = contents(course)
    prove(made.files, course)
    kept = write(made, folder, replace=replace)
    size = sum(map(len, made.files.values())) / 2**20
    click.echo(
        f"wrote {folder}: {_counted(made.exercises, 'exercise')}, {_counted(made.checks, 'check')}, "
        f"seed {course.file.seed}, {size:.1f} MiB, version {made.version}"
    )
    left_out = [_counted(made.hidden, "hidden check")] if made.hidden else []
    left_out += [f"`{key}`" for key in _withheld(course.file)]
    click.echo(f"left out: {', '.join(['solutions', *left_out, *made.left_out])}")
    for path in kept:
        click.echo(f"kept {folder / path}, which is no longer the stub")
    click.echo(f"{folder / 'README.md'} tells students how to begin")


def _withheld(file: CourseFile) -> list[str]:
    """Return the keys of `course.yaml` that are used and not in the bundle."""
    from grader.authoring.release.descriptions import WITHHELD_COURSE_KEYS  # see above

    return [key for key in WITHHELD_COURSE_KEYS if getattr(file, key)]


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"
