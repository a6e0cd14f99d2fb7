"""The stub that a student starts from, made from the description so that nothing is written twice."""

import textwrap
from collections.abc import Iterator, Mapping

from grader.spec.exercise import Exercise, Function, Method, ValueDescription

_WIDTH = 88
_COMMANDS = (("grade show", "the statement"), ("grade", "check this answer"), ("grade hint", "the next hint"))


def stub(exercise_id: str, exercise: Exercise) -> str:
    """Return the text of a stub: signature and docstring of the description, and a body that says what to do."""
    function = exercise.function
    head = [f"{exercise.title}.", "", *(f"{command} {exercise_id}".ljust(26) + what for command, what in _COMMANDS), ""]
    body = "\n".join(_class(function) if function.methods else _function(function.name, function, ""))
    return f"{_quoted(head)}\n\nimport numpy as np\n\n\n{body}\n"


def _function(name: str, what: Function | Method, indent: str) -> Iterator[str]:
    """Yield the lines of a function, or of a method where they are indented."""
    inner = indent + "    "
    yield f"{indent}def {name}({', '.join(['self'] * bool(indent) + list(what.parameters))}):"
    sections = list(_docstring(what.parameters, what.returns))
    yield _quoted([what.about, *([""] if sections else []), *sections, *([""] if sections else [])], inner)
    yield f'{inner}raise NotImplementedError("write your answer here, in place of this line")'


def _class(function: Function) -> Iterator[str]:
    """Yield the lines of a class: its constructor, whose parameters the class describes, and its methods."""
    yield f"class {function.name}:"
    sections = list(_docstring(function.parameters, None))
    yield _quoted([function.about, *([""] if sections else []), *sections, *([""] if sections else [])], "    ")
    yield ""
    yield f"    def __init__({', '.join(['self', *function.parameters])}):"
    yield '        raise NotImplementedError("write your answer here, in place of this line")'
    for name, method in function.methods.items():
        yield ""
        yield from _function(name, method, "    ")


def _quoted(lines: list[str], indent: str = "") -> str:
    """Return lines as a docstring that says just them, backslashes and quotes included."""
    text = "\n".join(indent * bool(line and place) + line for place, line in enumerate(lines)) + indent
    if '"""' in text:
        text = text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    raw = "r" if "\\" in text and '\\"' not in text else ""
    return f'{indent}{raw}"""{text}"""'


def _docstring(parameters: Mapping[str, ValueDescription], returns: ValueDescription | None) -> Iterator[str]:
    if parameters:
        yield from ["Parameters", "----------"]
        yield from _descriptions(parameters)
    if returns is None:
        return
    yield from [""] * bool(parameters) + ["Returns", "-------"]
    parts = returns.tuple or returns.dict
    if parts is not None:
        yield from _descriptions(parts)
        if returns.about:
            yield from ["", *textwrap.wrap(returns.about, _WIDTH)]
    else:
        yield kind_of(returns)
        yield from textwrap.wrap(returns.about, _WIDTH, initial_indent="    ", subsequent_indent="    ")


def _descriptions(parts: Mapping[str, ValueDescription]) -> Iterator[str]:
    for name, part in parts.items():
        yield f"{name} : {kind_of(part)}"
        yield from textwrap.wrap(part.about, _WIDTH, initial_indent="    ", subsequent_indent="    ")


def kind_of(value: ValueDescription) -> str:
    """Return what a value is, in a few words: "array of shape (m, n)", "float", "tuple (mean, variance)"."""
    if value.array is not None:
        if not value.array:
            return "float or array of any shape"
        inside = ", ".join(map(str, value.array))
        return f"array of shape ({inside}{',' * (len(value.array) == 1)})"
    if value.tuple is not None:
        return f"tuple ({', '.join(value.tuple)})"
    if value.dict is not None:
        return f"dict with the keys {', '.join(value.dict)}"
    return {"generator": "numpy.random.Generator", "any": "object"}.get(str(value.type), str(value.type))
