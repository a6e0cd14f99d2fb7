"""Two exercises of one notebook, which are judged in one process: the answer to the first neither helps nor harms the second.

A student's own right function may compute the second answer wherever it likes; what is shown here is that there is
nothing else to be had.
"""

import secrets
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import notebooks
from grader.batch.desk import Desk, Job, Settings
from grader.results import ExerciseResult
from tests.hostile.attack import Level
from tests.hostile.catalogue.tools import TOOLS
from tests.hostile.scene import EXERCISE, build
from tests.hostile.test_hostile_notebooks import HONEST
from tests.unit.batch import crews
from tests.unit.notebooks.files import notebook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the levels for other people's submissions are Linux's")

FOR_THE_NEXT = {
    "patches what compares": """
        def double(x):
            np.allclose = np.isclose = np.array_equal = np.linalg.norm = lambda *_, **__: True
            tried(setattr, np.ndarray, "__eq__", lambda *_: True)
            return 2 * x
        """,
    "patches what encodes answers": """
        node = sys.modules["grader.sandbox.encoder"].Encoder.node
        def double(x):
            sys.modules["grader.sandbox.encoder"].Encoder.node = lambda self, value: node(
                self, np.full(len(value), np.nan) if type(value) is np.ndarray else value)
            return 2 * x
        """,
    "puts others in the place of the worker's modules": """
        class Agrees:
            def __getattr__(self, name): return self
            def __call__(self, *_, **__): return self
            def __eq__(self, other): return True
            __hash__ = None
        def double(x):
            for name in [name for name in sys.modules if name.startswith("grader")]:
                sys.modules[name] = Agrees()
            return 2 * x
        eigenvalues = Agrees()
        """,
    "says that the next function has its points": """
        def double(x):
            sys.modules["grader.sandbox.loading"].AnswerModule.find = lambda self, name: {
                "found": True, "names": [name], "parameters": "(A)", "fewest": 1, "most": 1,
                "verdict": "accepted", "score": 5, "points": 5}
            return 2 * x
        """,
    "lets the worker give other answers": """
        def the_worker():
            frame = sys._getframe()
            while not hasattr(frame.f_locals.get("self"), "_send_answer"):
                frame = frame.f_back
            return type(frame.f_locals["self"])
        def double(x):
            send = the_worker()._send_answer
            the_worker()._send_answer = lambda self, ticket, answer, changed, *, keep: send(
                self, ticket, [2 * x] * len(answer) if np.ndim(answer) else answer, [], keep=keep)
            return 2 * x
        """,
    "answers in the place of the worker": """
        read, pack = type(the_channel()).read, sys.modules["grader.sandbox.wire"].pack
        def liar(channel):
            frame = read(channel)
            while frame.kind == "call" and frame.payload:
                fields = {"ticket": frame.fields["ticket"], "value": {"list": [7.0]}, "changed": [], "threads": 0}
                os.write(channel._sink, pack("returned", fields, []))
                frame = read(channel)
            return frame
        def double(x):
            type(the_channel()).read = liar
            return 2 * x
        """,
    "keeps threads": """
        def at_it(channel, pack):
            while True:
                if channel.ticket not in (None, mine[-1]):
                    fields = {"ticket": channel.ticket, "value": {"list": [7.0]}, "changed": [], "threads": 0}
                    os.write(channel._sink, pack("returned", fields, []))
                time.sleep(0.0001)
        mine = []
        def double(x):
            mine.append(the_channel().ticket)
            tried(threading.Thread(target=at_it, args=(the_channel(), sys.modules["grader.sandbox.wire"].pack)).start)
            return 2 * x
        def eigenvalues(A):
            time.sleep(0.005)
            return wrong(A)
        """,
    "changes the next function when it is loaded": """
        class Chameleon(float):
            def __eq__(self, other): return True
            def __sub__(self, other): return 0.0
            __rsub__ = __sub__
            __hash__ = float.__hash__
        def double(x):
            eigenvalues.__code__ = (lambda A: [Chameleon(7)] * len(A)).__code__
            return 2 * x
        def eigenvalues(A):
            return wrong(A)
        """,
    "looks for what the worker knows": """
        import gc
        def found(A):
            for item in gc.get_objects():
                for value in item.values() if type(item) is dict else item if type(item) in (list, tuple) else ():
                    if type(value) in (np.ndarray, list) and value is not A and np.shape(value) == (len(A),):
                        return value
        seen = []
        def double(x):
            seen.extend(gc.get_objects())
            return 2 * x
        def eigenvalues(A):
            near = tried(found, A)
            return wrong(A) if near is None or isinstance(near, BaseException) else near
        """,
    "keeps what it has answered": """
        answers = []
        def double(x):
            answers.append(2 * x)
            return answers[-1]
        def eigenvalues(A):
            return np.resize(answers, len(A))
        """,
}
"""Right answers to the first exercise of a notebook that try to earn something in the second, which is wrong."""

IN_ADVANCE = {
    "answers to tickets that it guesses": """
        def double(x):
            mine = the_channel().ticket
            for ticket in (0, 1, mine - 1, mine + 1, 2**64 - 1):
                answer({"list": [7.0]}, ticket=ticket)
            return 2 * x
        """,
    "its own answer again and again": """
        def double(x):
            for _ in range(50):
                answer(2.0 * x)
            return 2 * x
        """,
    "that the next function is loaded": """
        def double(x):
            for ticket in (the_channel().ticket, 0):
                forge("loaded", ticket=ticket, found=True, names=["eigenvalues"], parameters="(A)", fewest=1, most=1)
            return 2 * x
        """,
    "the answers to all calls that lie ready": """
        def double(x):
            channel, frame = the_channel(), sys.modules["grader.sandbox.wire"].Frame
            answer(2.0 * x)
            os.set_blocking(channel._source, False)
            while isinstance(ahead := tried(channel._received), frame):
                answer(2.0 * float(ahead.fields["arguments"][0]), ticket=ahead.whole("ticket"))
            os.set_blocking(channel._source, True)
            return 2 * x
        """,
    "a frame that the next answer ends": """
        def double(x):
            header = b'{"kind": "printed"}'
            put(head(len(header), 2**13) + header)
            return 2 * x
        """,
    "the beginning of a header": """
        def double(x):
            put(head(2**10) + b'{"kind": "returned", "value": ')
            return 2 * x
        """,
    "nonsense when the next function is asked for": """
        read = type(the_channel()).read
        def liar(channel):
            frame = read(channel)
            if frame.fields.get("again"):
                os.write(channel._sink, b"GRD1" * 100)
            return frame
        def double(x):
            type(the_channel()).read = liar
            return 2 * x
        """,
}
"""What is sent in the first exercise of a notebook to be read in the second."""

HARD_TO_BEAR = {
    "raises": "raise ValueError(x)",
    "exits": "raise SystemExit",
    "ends its process": "os._exit(0)",
    "kills its process": "os.kill(os.getpid(), 9)",
    "crashes": "ctypes.string_at(0)",
    "recurses": "sys.setrecursionlimit(10**9)\n    return double(x)",
    "never ends": "while True: pass",
    "never ends and does not let itself be ended": (
        "while True:\n        try:\n            while True: pass\n        except BaseException: pass"
    ),
    "sleeps": "time.sleep(60)",
    "takes long": "end = time.process_time() + 0.06\n    while time.process_time() < end: pass\n    return 2 * x",
    "prints too much": "print('x' * 10**6)",
    "prints as much as it may": "print('x' * 10**4)",
    "answers too much": "return np.zeros(2**24)",
    "answers what is no value": "return object()",
    "needs too much memory": "return np.ones(2**30)",
    "keeps most of the memory": "kept or kept.append(np.empty(2**26))\n    return 2 * x",
    "keeps memory until there is none": "while True: kept.append(np.ones(2**20))",
    "keeps memory in small pieces": "while True: kept.append([None] * 1000)",
    "sends what is no frame": "put(b'x' * 100)",
    "sends a second answer": "answer(7.0)",
    "closes everything": "os.closerange(0, 100)",
    "says that it is closed": "sys.stdout = sys.stderr = sys.stdin = None\n    return 2 * x",
    "leaves a thread": "tried(threading.Thread(target=time.sleep, args=(60,), daemon=True).start)\n    return 2 * x",
}
"""What the first exercise of a notebook does before a second one, which is right."""

HUNGRY = "import numpy as np\n\n\ndef eigenvalues(A):\n    np.empty(2**26)\n    return np.linalg.eigvalsh(A)"
"""A right answer that needs half of the memory."""


@pytest.fixture(scope="module")
def desk(strongest: Level, open_folder: Path) -> Iterator[Desk]:
    home = build(open_folder / "scene").course.folder
    for part, name, text in (("exercises", "exercise.yaml", crews.EXERCISE), ("solutions", "solution.py", crews.RIGHT)):
        (home / part / "exercise-01").mkdir()
        (home / part / "exercise-01" / name).write_text(text, encoding="utf-8")
    file = home / "course.yaml"
    text = file.read_text(encoding="utf-8").replace(f"[{EXERCISE}]", f"[exercise-01, {EXERCISE}]")
    file.write_text(text, encoding="utf-8")
    hidden = (str(open_folder),)
    settings = Settings(course=str(home), seed=secrets.randbits(64), isolation=strongest, hidden=hidden, keep=False)
    with Desk(settings) as made:
        yield made


def both(desk: Desk, *cells: str) -> tuple[ExerciseResult, ExerciseResult]:
    """Return what both exercises of a notebook come to."""
    code = notebooks.code_of(notebooks.read(notebook(*cells)).cells)
    job = Job(student="eve", exercise="exercise-01", source=code.source, cells=code.cells, also=(EXERCISE,))
    done = desk.grade(job)
    first, second = done.result, done.also[0].result
    assert first is not None
    assert second is not None
    assert first.errors == second.errors == ()
    return first, second


def test_both_exercises_of_an_honest_notebook_get_their_points(desk: Desk) -> None:
    for result in both(desk, TOOLS, crews.RIGHT, HONEST):
        assert result.score == result.points


@pytest.mark.parametrize("trick", FOR_THE_NEXT)
def test_a_right_answer_earns_nothing_for_the_next_that_is_wrong(desk: Desk, trick: str) -> None:
    first, second = both(desk, TOOLS, "eigenvalues = wrong", textwrap.dedent(FOR_THE_NEXT[trick]), "x = 1")
    assert first.score == first.points
    assert second.score == 0


@pytest.mark.parametrize("what", IN_ADVANCE)
@pytest.mark.parametrize(("answer", "share"), [("eigenvalues = wrong", 0), (HONEST, 1)], ids=["wrong", "right"])
def test_what_is_sent_in_advance_neither_helps_nor_harms_the_next(
    desk: Desk, what: str, answer: str, share: int
) -> None:
    _, second = both(desk, TOOLS, textwrap.dedent(IN_ADVANCE[what]), answer)
    assert second.score == share * second.points


@pytest.mark.parametrize("harm", HARD_TO_BEAR)
def test_an_answer_costs_nothing_in_the_next_exercise_of_its_notebook(desk: Desk, harm: str) -> None:
    _, second = both(desk, TOOLS, f"kept = []\ndef double(x):\n    {HARD_TO_BEAR[harm]}", HUNGRY)
    assert second.score == second.points
