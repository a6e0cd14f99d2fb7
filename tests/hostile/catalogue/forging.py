"""Frames that no worker of ours would send: early, late, twice, drop by drop, too large, lying about shape and type."""

from typing import Final

from grader.model import Verdict
from tests.hostile.attack import Aim, Attack, attack

_BROKEN: Final = Verdict.CRASHED

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "answers before the questions",
        "Sends answers to calls that have not been made, while it is loaded.",
        """
        for ticket in (0, 1, the_channel().ticket):
            answer({"array": ["<f8", [1]]}, bytes(8), ticket=ticket)
        eigenvalues = wrong
        """,
        Aim.CREDIT,
        verdict=_BROKEN,
        quick=True,
    ),
    attack(
        "an answer twice",
        "Sends every answer a second time, so that one lies ready when the next question comes.",
        """
        def eigenvalues(A):
            answer({"list": [7.0] * len(A)})
            return wrong(A)
        """,
        Aim.CREDIT,
        verdict=(_BROKEN, Verdict.WRONG_ANSWER),
    ),
    attack(
        "an answer that comes late",
        "Lets a thread answer an earlier call when the next one is running.",
        """
        def late(ticket):
            while the_ticket() == ticket:
                time.sleep(0.001)
            put(sys.modules["grader.sandbox.wire"].pack(
                "returned", {"ticket": ticket, "value": 1.0, "changed": [], "threads": 0}, []))

        channel = the_channel()
        the_ticket = lambda: channel.ticket
        put = lambda data: os.write(channel._sink, data)

        def eigenvalues(A):
            threading.Thread(target=late, args=(channel.ticket,), daemon=True).start()
            time.sleep(0.01)
            return wrong(A)
        """,
        Aim.CREDIT,
        verdict=(_BROKEN, Verdict.WRONG_ANSWER, Verdict.TIME_LIMIT, Verdict.RAISED),  # raised where threads are refused
    ),
    attack(
        "an answer drop by drop",
        "Sends an answer one byte at a time, so that something comes before every timeout.",
        """
        def eigenvalues(A):
            wire = sys.modules["grader.sandbox.wire"]
            for byte in wire.pack("returned", {"ticket": the_channel().ticket, "value": 7.0, "changed": [], "threads": 0}):
                put(bytes([byte]))
                time.sleep(0.05)
        """,
        (Aim.CREDIT, Aim.HOLD),
        verdict=Verdict.TIME_LIMIT,
    ),
    attack(
        "an answer of many exabytes",
        "Announces a payload larger than any memory.",
        "def eigenvalues(A):\n    put(head(2, 2**63))\n    put(b'{}')\n    time.sleep(60)",
        Aim.HOLD,
        verdict=_BROKEN,
    ),
    attack(
        "a header without end",
        "Sends a header of lists within lists, as long as a header may be.",
        "def eigenvalues(A):\n    put(head(2**24) + b'[' * 2**24)\n    time.sleep(60)",
        Aim.HOLD,
        verdict=(_BROKEN, Verdict.TIME_LIMIT),
    ),
    attack(
        "a million small values",
        "Sends a header full of values that cost much more to hold than to send.",
        """
        def eigenvalues(A):
            answer({"list": [{"list": []}] * 10**6})
            time.sleep(60)
        """,
        Aim.HOLD,
        verdict=(_BROKEN, Verdict.TIME_LIMIT),
    ),
    attack(
        "keys that collide",
        "Sends a dict whose keys all have one hash, for which a lookup takes longest.",
        """
        def eigenvalues(A):
            answer({"dict": [[i * (2**61 - 1), 0] for i in range(30_000)]})
            time.sleep(60)
        """,
        Aim.HOLD,
        verdict=(_BROKEN, Verdict.WRONG_ANSWER, Verdict.TIME_LIMIT),
    ),
    attack(
        "a shape of terabytes",
        "Sends eight bytes and says that they are an array of many terabytes.",
        "def eigenvalues(A):\n    answer({'array': ['<f8', [2**40, 2]]}, bytes(8))\n    time.sleep(60)",
        Aim.HOLD,
        verdict=_BROKEN,
        quick=True,
    ),
    attack(
        "a shape that overflows",
        "Sends shapes whose product is nothing, or more than a machine word holds.",
        "def eigenvalues(A):\n    answer({'array': ['<f8', [0, 2**62, 2**62]]})\n    time.sleep(60)",
        Aim.HOLD,
        verdict=_BROKEN,
    ),
    attack(
        "an array of pointers",
        "Sends addresses as an array of objects, which the grader would follow.",
        "def eigenvalues(A):\n    answer({'array': ['|O', [len(A)]]}, bytes(8 * len(A)))\n    time.sleep(60)",
        (Aim.CREDIT, Aim.HOLD),
        verdict=_BROKEN,
    ),
    attack(
        "pickled code",
        "Sends a pickle, which runs a command where it is read.",
        r"""
        PICKLE = b"cposix\nsystem\n(S'touch /tmp/" + MARK.encode() + b"'\ntR."
        def eigenvalues(A):
            answer({"pickle": PICKLE.decode()}, PICKLE)
            put(PICKLE)
            time.sleep(60)
        """,
        Aim.CHANGE,
        verdict=_BROKEN,
    ),
    attack(
        "a verdict in place of an answer",
        "Sends a frame that says that the answer is accepted, with all points.",
        "def eigenvalues(A):\n    forge('accepted', ticket=the_channel().ticket, score=8, points=8)\n    return wrong(A)",
        Aim.CREDIT,
        verdict=_BROKEN,
    ),
    attack(
        "a worker's greeting",
        "Says again that it is a fresh worker, that has loaded an answer.",
        """
        def eigenvalues(A):
            forge("hello", protocol=1, numpy="2")
            forge("loaded", ticket=the_channel().ticket, found=True, names=[], parameters="(A)", fewest=1, most=1)
            return wrong(A)
        """,
        Aim.CREDIT,
        verdict=_BROKEN,
    ),
    attack(
        "numbers in a frame of none",
        "Sends an answer with bytes that belong to no array, and one that ends in the middle of an array.",
        """
        def eigenvalues(A):
            answer({"array": ["<f8", [len(A)]]}, bytes(8 * len(A) + (8 if len(A) % 2 else -1)))
            time.sleep(60)
        """,
        Aim.CREDIT,
        verdict=_BROKEN,
    ),
    attack(
        "wishes without end",
        "Asks the grader for modules as fast as it can.",
        "def eigenvalues(A):\n    while True:\n        the_channel().ask({'module': 'helper'})",
        Aim.HOLD,
        verdict=Verdict.TIME_LIMIT,
    ),
    attack(
        "wishes that nobody reads",
        "Asks for things without reading the replies, so that the grader would wait for room in the pipe.",
        """
        def eigenvalues(A):
            while True:
                forge("wants", ticket=the_channel().ticket, module="helper")
        """,
        Aim.HOLD,
        verdict=(_BROKEN, Verdict.TIME_LIMIT),
    ),
    attack(
        "half a frame",
        "Sends the first half of an answer and closes the pipe.",
        "def eigenvalues(A):\n    put(head(200) + b'{\"kind\":')\n    os.close(the_channel()._sink)\n    time.sleep(60)",
        Aim.HOLD,
        verdict=(_BROKEN, Verdict.TIME_LIMIT),
    ),
)
