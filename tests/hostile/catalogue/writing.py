"""Files made, changed and deleted: the gradebook, a classmate's answer, and anything anywhere."""

from typing import Final

from tests.hostile.attack import Aim, Attack, Level, attack

_PLACES: Final = """
FOLDERS = (OWN, HOME, COURSE, PACKAGES, os.path.dirname(os.__file__), "/tmp", "/var/tmp", "/dev/shm", "/run", "/", ".",
           os.path.dirname(sys.modules["grader.sandbox"].__file__), os.path.expanduser("~"))
"""

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "a file anywhere",
        "Writes a file into every folder that it knows: home, temporary folders, shared memory, packages.",
        _PLACES
        + """
for folder in FOLDERS:
    tried(write, os.path.join(folder, MARK))
eigenvalues = honest
""",
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
        honest=True,
        quick=True,
    ),
    attack(
        "everything but a file",
        "Makes folders, links, pipes and sockets wherever it can.",
        _PLACES
        + """
for folder in FOLDERS:
    place = os.path.join(folder, MARK)
    tried(os.mkdir, place + "-folder")
    tried(os.symlink, GRADEBOOK, place + "-link")
    tried(os.link, GRADEBOOK, place + "-copy")
    tried(os.mkfifo, place + "-pipe")
    tried(lambda: socket.socket(socket.AF_UNIX).bind(place + "-socket"))
    tried(os.mknod, place + "-node")
eigenvalues = honest
""",
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "the gradebook deleted",
        "Deletes the gradebook.",
        "tried(os.unlink, GRADEBOOK)\neigenvalues = honest",
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a score entered by hand",
        "Opens the gradebook as the database that it is and gives itself full points.",
        """
        def enter():
            import sqlite3
            with sqlite3.connect(GRADEBOOK, timeout=0.2) as book:
                book.execute("update scores set points = 8")
        tried(enter)
        eigenvalues = wrong
        """,
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
    ),
    attack(
        "the gradebook emptied",
        "Cuts files to nothing, moves them and writes over them, by path and by descriptor.",
        """
        tried(os.truncate, GRADEBOOK, 0)
        tried(write, GRADEBOOK, "")
        tried(os.rename, GRADEBOOK, GRADEBOOK + MARK)
        tried(lambda: os.ftruncate(os.open(GRADEBOOK, os.O_RDWR), 0))
        eigenvalues = honest
        """,
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a classmate's files deleted",
        "Deletes another student's answer with the folder around it.",
        """
        import shutil
        tried(os.unlink, CLASSMATE)
        tried(shutil.rmtree, os.path.dirname(CLASSMATE))
        eigenvalues = honest
        """,
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a classmate's answer replaced",
        "Writes something else into another student's answer.",
        "tried(write, CLASSMATE, 'eigenvalues = None')\neigenvalues = honest",
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "rights, times and owners",
        "Changes what is said about a file and not the file: its permissions, times, owner and attributes.",
        """
        tried(os.chmod, GRADEBOOK, 0)
        tried(os.utime, GRADEBOOK, (0, 0))
        tried(os.chown, GRADEBOOK, 12345, 12345)
        tried(os.chmod, os.path.dirname(CLASSMATE), 0o700)
        tried(lambda: os.setxattr(GRADEBOOK, "user.owner", b"me"))
        eigenvalues = honest
        """,
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a link in the place of a result",
        "Replaces the folder of the course's results by a link, so that the grader would write elsewhere.",
        """
        tried(os.rename, f"{COURSE}/results", f"{COURSE}/{MARK}")
        tried(os.symlink, HOME, f"{COURSE}/results")
        tried(write, f"{COURSE}/results/results.json", '{"score": 8}')
        eigenvalues = wrong
        """,
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
    ),
    attack(
        "code that others will run",
        "Plants modules where later processes will import them, and byte code beside the grader's own.",
        """
        import py_compile
        folder = os.path.dirname(sys.modules["grader.sandbox"].__file__)
        for place in (PACKAGES, folder, os.path.dirname(CLASSMATE)):
            tried(write, os.path.join(place, MARK + ".py"), "raise SystemExit")
            tried(os.makedirs, os.path.join(place, "__pycache__"), exist_ok=True)
            tried(write, os.path.join(place, "__pycache__", MARK + ".pyc"), "")
        eigenvalues = honest
        """,
        Aim.CHANGE,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "a message for a friend in a file",
        "Leaves a text in temporary folders and shared memory, for a submission that is graded later.",
        """
        for folder in ("/tmp", "/var/tmp", "/dev/shm", ".", "/grader"):
            tried(write, os.path.join(folder, MARK), PARCEL)
        eigenvalues = honest
        """,
        (Aim.PARCEL, Aim.CHANGE),
        stopped_from=Level.CONFINED,
        honest=True,
        heir="""
        for folder in ("/tmp", "/var/tmp", "/dev/shm", ".", "/grader"):
            print(tried(read, os.path.join(folder, MARK)))
        eigenvalues = honest
        """,
    ),
    attack(
        "a message for a friend in memory",
        "Leaves a text in a segment of shared memory of System V, which stays when its process is gone.",
        """
        number = kernel("shmget", KEY, 4096, 0o1666)
        if number >= 0:
            library = ctypes.CDLL(None)
            library.shmat.restype = ctypes.c_void_p
            address = library.shmat(number, None, 0)
            if address not in (None, 2**64 - 1):
                ctypes.memmove(address, PARCEL.encode(), len(PARCEL))
        eigenvalues = honest
        """,
        (Aim.PARCEL, Aim.CHANGE),
        stopped_from=Level.CONFINED,
        honest=True,
        heir="""
        number = kernel("shmget", KEY, 4096, 0)
        if number >= 0:
            library = ctypes.CDLL(None)
            library.shmat.restype = ctypes.c_void_p
            print(ctypes.string_at(library.shmat(number, None, 0), 64))
        eigenvalues = honest
        """,
        quick=True,
    ),
    attack(
        "a message for a friend in the parent",
        "Changes NumPy's memory, modules and environment, in case the next submission gets the same.",
        """
        import builtins
        os.environ["PARCEL_"] = PARCEL
        np.parcel = builtins.parcel = sys.parcel = PARCEL
        np.pi = 3
        eigenvalues = honest
        """,
        Aim.PARCEL,
        honest=True,
        heir="""
        print(os.environ.get("PARCEL_"), getattr(np, "parcel", None), getattr(sys, "parcel", None), np.pi)
        eigenvalues = honest
        """,
    ),
    attack(
        "late revenge",
        "Registers handlers and destructors that delete the gradebook when the process ends.",
        """
        import atexit, weakref

        class Late:
            def __del__(self, unlink=os.unlink, place=GRADEBOOK):
                unlink(place)

        kept = Late()
        atexit.register(tried, os.unlink, GRADEBOOK)
        threading._register_atexit(tried, os.unlink, GRADEBOOK)
        weakref.finalize(honest, os.unlink, GRADEBOOK)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: os.unlink(GRADEBOOK))
        eigenvalues = honest
        """,
        Aim.CHANGE,
        honest=True,
    ),
)
