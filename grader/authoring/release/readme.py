"""The README of a bundle, for students: two commands, and what there is to know of the files."""

from collections.abc import Iterator, Sequence

from grader.authoring.release.descriptions import Public
from grader.course import Course, module_name
from grader.reports._layout import number

_TEXT = """\
# {title}: exercises

You need Python 3.11 or newer, and a network for the first of these two commands only:

```sh
pip install ./{wheel}
grade {first}
```

The first one installs the grader (best into an environment of its own: `python3 -m venv .venv`, then
`. .venv/bin/activate`, or `.venv\\Scripts\\activate` on Windows). Run the second one in this folder, as often as you like.

| command | does |
|---|---|
| `grade list` | shows the exercises, with the score of each |
| `grade show {first}` | shows what to write |
| `grade {first}` | checks your answer in `exercises/{first}/{module}.py` |
| `grade hint {first}` | opens a door when you are stuck |
| `grade reset {first}` | puts the stub back; your answer is kept beside it |
| `grade` | checks all answers |

## What is here

- `exercises/`: for each exercise its description and the file that you write your answer into.
- `prepared/`: inputs, expected values and known mistakes for the checks that you see, recorded. The solutions are not
  here. The expected values can be read, and an answer that repeats them earns nothing: your teachers grade with other inputs.
- `bundle.json`: what belongs to this bundle; its version is written there.
{hidden}
## When there is a newer bundle

Unpack it into a **new folder**, run its first command again, and copy your answers there, the files
`exercises/exercise-…/exercise_….py` that you have written. Unpacking it over this folder would put fresh stubs over
your answers. (`.grade/state.json` holds your scores and the hints you have seen; copy it, too, if you want to keep them.)
"""


def text(course: Course, public: Sequence[Public], wheel: str) -> str:
    """Return the README.

    Parameters
    ----------
    course : Course
        whose bundle it is.
    public : sequence of Public
        its exercises.
    wheel : str
        path of the wheel inside the bundle.
    """
    first = public[0].id
    hidden = "".join(f"{row}\n" for row in _hidden(public))
    return _TEXT.format(
        title=course.file.title, wheel=wheel, first=first, module=module_name(first), hidden=hidden and f"\n{hidden}"
    )


def _hidden(public: Sequence[Public]) -> Iterator[str]:
    """Yield what to say of points that cannot be seen here."""
    listed = [f"{item.id} ({number(item.withheld)})" for item in public if item.withheld]
    if listed:
        yield "Some exercises have further checks, which only your teachers have; their points are not counted here:"
        yield f"{', '.join(listed)}."
