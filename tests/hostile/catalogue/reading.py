"""Files of the course: the reference, the description, the gradebook, other students' answers, by every road there is."""

from typing import Final

from grader.model import Verdict
from tests.hostile.attack import Aim, Attack, Level, attack

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "the reference, run",
        "Reads the reference solution from the course's folder and lets it answer.",
        """
        def eigenvalues(A):
            names = {}
            exec(read(SOLUTION), names)
            return names["eigenvalues"](A)

        tell(tried(read, SOLUTION))
        """,
        (Aim.CREDIT, Aim.SECRET),
        stopped_from=Level.CONFINED,
        verdict=Verdict.RAISED,
        below=Verdict.ACCEPTED,
        quick=True,
    ),
    attack(
        "the reference, imported",
        "Puts the folder of the solution on the path of modules and imports it.",
        """
        sys.path.insert(0, os.path.dirname(SOLUTION))
        found = tried(__import__, "solution")
        tell(tried(lambda: found.__loader__.get_source("solution")))
        eigenvalues = getattr(found, "eigenvalues", wrong)
        """,
        (Aim.CREDIT, Aim.SECRET, Aim.CHANGE),  # Python keeps the byte code
        stopped_from=Level.CONFINED,
        below=Verdict.ACCEPTED,
    ),
    attack(
        "the course beside the grader",
        "Looks for solutions in the folders around the grader's own package and around Python, as in an editable install.",
        """
        package = os.path.dirname(sys.modules["grader.sandbox"].__file__)
        starts = {*package.split(":"), sys.prefix, sys.exec_prefix, *sys.path, os.getcwd(), *sys.orig_argv}
        names = {"eigenvalues": wrong}
        for start in sorted(starts):
            while len(start) > 1:
                tried(lambda: exec(read(os.path.join(start, "solutions", "exercise-04", "solution.py")), names))
                start = os.path.dirname(start)
        eigenvalues = names["eigenvalues"]
        """,
        Aim.CREDIT,
        stopped_from=Level.CONFINED,
        below=(Verdict.ACCEPTED, Verdict.WRONG_ANSWER),  # where the grader is installed apart, nothing lies beside it
    ),
    attack(
        "the description with its hidden checks",
        "Reads the exercise's description and the course's.",
        """
        for name in ("course.yaml", "exercises/exercise-04/exercise.yaml"):
            tell(tried(read, f"{COURSE}/{name}"))
        eigenvalues = honest
        """,
        Aim.SECRET,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "the gradebook",
        "Reads the gradebook, as a file and as the database that it is.",
        """
        tell(tried(read, GRADEBOOK))
        def query():
            import sqlite3
            tell(*sqlite3.connect(f"file:{GRADEBOOK}?mode=ro&immutable=1", uri=True).execute("select * from scores"))
        tried(query)
        eigenvalues = honest
        """,
        Aim.SECRET,
        stopped_from=Level.CONFINED,
        honest=True,
        quick=True,
    ),
    attack(
        "a classmate's answer, run",
        "Reads what another student has handed in and lets it answer.",
        """
        names = {"eigenvalues": wrong}
        tell(tried(lambda: exec(read(CLASSMATE), names)), tried(read, CLASSMATE))
        eigenvalues = names["eigenvalues"]
        """,
        (Aim.CREDIT, Aim.SECRET),
        stopped_from=Level.CONFINED,
        below=Verdict.ACCEPTED,
    ),
    attack(
        "secrets of the home folder",
        "Reads the files in which people keep passwords and keys.",
        """
        for home in (HOME, os.path.expanduser("~"), "/root"):
            for name in (".netrc", ".ssh/id_ed25519", ".aws/credentials", ".bash_history"):
                tell(tried(read, os.path.join(home, name)))
        eigenvalues = honest
        """,
        Aim.SECRET,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a file by every road",
        "Opens the reference with every function that opens files, and over every other name that a file has.",
        """
        import mmap
        def mapped():
            descriptor = os.open(SOLUTION, os.O_RDONLY)
            return mmap.mmap(descriptor, 0, prot=mmap.PROT_READ)[:]
        def in_c():
            library = ctypes.CDLL(None)
            library.fopen.restype = ctypes.c_void_p
            stream = library.fopen(SOLUTION.encode(), b"r")
            space = ctypes.create_string_buffer(2**16)
            return space.raw[: library.fread(space, 1, 2**16, ctypes.c_void_p(stream))] if stream else b""
        roads = [f"/proc/{root}/root{SOLUTION}" for root in ("self", "thread-self", 1, os.getppid(), GRADER, VICTIM)]
        roads += [f"/proc/{GRADER}/cwd/{SOLUTION}", f"/../..{SOLUTION}", f"/proc/self/fd/3/../..{SOLUTION}"]
        for road in roads:
            tell(tried(read, road))
        folder = tried(os.open, os.path.dirname(SOLUTION), os.O_PATH)
        tell(tried(lambda: os.read(os.open("solution.py", os.O_RDONLY, dir_fd=folder), 2**16)))
        tell(tried(mapped), tried(in_c), tried(lambda: np.fromfile(SOLUTION, "u1").tobytes()))
        eigenvalues = honest
        """,
        Aim.SECRET,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "links and copies of a file",
        "Makes a hard link, a symbolic link and a copy of the reference in folders that it may write, and reads these.",
        """
        import shutil
        for number, folder in enumerate((OWN, "/tmp", "/dev/shm", "/var/tmp")):
            for action in (os.link, os.symlink, shutil.copyfile):
                place = os.path.join(folder, f"{MARK}-{number}-{action.__name__}")
                tried(action, SOLUTION, place)
                tell(tried(read, place))
        eigenvalues = honest
        """,
        (Aim.SECRET, Aim.CHANGE),
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "which files there are",
        "Lists folders and asks how large files are, without opening one.",
        """
        tell(*(tried(os.listdir, folder) for folder in (HOME, COURSE, os.path.dirname(CLASSMATE), OWN)))
        found = tried(os.stat, MEASURED)
        print(f"canary-size-{found.st_size:016x}" if isinstance(found, os.stat_result) else found.errno)
        eigenvalues = honest
        """,
        Aim.SECRET,
        stopped_from=Level.SEALED,  # no Landlock hides that a file is there
        honest=True,
    ),
    attack(
        "what only root may read",
        "Tries to become root again, by any of the calls that change users, and reads a file that is root's.",
        """
        for change in (
            lambda: os.setuid(0), lambda: os.seteuid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgid(0),
            lambda: os.setgroups([0]), lambda: kernel("unshare", 0x10000000), lambda: kernel("unshare", 0x10020000),
        ):
            tried(change)
        tell(tried(read, ROOTS))
        eigenvalues = honest
        """,
        Aim.SECRET,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "modules with the names of other files",
        "Asks the grader for modules beside the answer under names that lead out of the folder.",
        """
        channel = the_channel()
        for name in (SOLUTION, SOLUTION[:-3], CLASSMATE[:-3], "../classmate/exercise_04", "..", "", "solution\\0", "./solution"):
            reply = tried(channel.ask, {"module": name})
            tell(getattr(reply, "payload", b""))
        eigenvalues = honest
        """,
        Aim.SECRET,
        honest=True,
    ),
    attack(
        "a module beside the answer that is a link",
        "Hands in links to the reference and to a classmate's answer, and imports them.",
        """
        names = [tried(__import__, name) for name in ("stolen", "borrowed")]
        tell(*(dict(vars(module)) for module in names if hasattr(module, "eigenvalues")))
        eigenvalues = next((m.eigenvalues for m in names if hasattr(m, "eigenvalues")), wrong)
        """,
        (Aim.CREDIT, Aim.SECRET),
        beside={"stolen.py": "SOLUTION", "borrowed.py": "CLASSMATE"},
    ),
    attack(
        "an answer file that is a link",
        "Hands in a link to the reference in the place of an answer.",
        "",
        (Aim.CREDIT, Aim.SECRET),
        beside={"exercise_04.py": "SOLUTION"},
        verdict=Verdict.ABSENT,
        quick=True,
    ),
)
