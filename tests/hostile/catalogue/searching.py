"""The search for the reference, the seed and other students: in frames, objects, memory, processes and the environment."""

from typing import Final

from grader.model import Verdict
from tests.hostile.attack import Aim, Attack, Level, attack

ATTACKS: Final[tuple[Attack, ...]] = (
    attack(
        "frames up to the first",
        "Walks up the stack during a call and searches all variables for secrets and for what is expected.",
        """
        def eigenvalues(A):
            frame = sys._getframe()
            while frame is not None:
                tell(frame.f_locals, frame.f_globals)
                for name, value in {**frame.f_globals, **frame.f_locals}.items():
                    if "expect" in name and isinstance(value, np.ndarray):
                        return value
                frame = frame.f_back
            return wrong(A)
        """,
        (Aim.SECRET, Aim.CREDIT),
    ),
    attack(
        "every object that the collector knows",
        "Asks the garbage collector for all objects, frozen ones too, and searches them and what they refer to.",
        """
        import gc
        gc.unfreeze()
        texts = {id(item): item for item in gc.get_referents(*gc.get_objects()) if isinstance(item, (bytes, str))}
        tell(" ".join(item for item in texts.values() if isinstance(item, str)))
        tell(b" ".join(item for item in texts.values() if isinstance(item, bytes)))
        eigenvalues = honest
        """,
        Aim.SECRET,
        honest=True,
    ),
    attack(
        "every module that is loaded",
        "Searches the contents of all modules, the lines that are kept for tracebacks and the compiled code.",
        """
        import linecache
        for name, module in list(sys.modules.items()):
            tell(name, dict(getattr(module, "__dict__", {})))
        tell(linecache.cache, sys.argv, sys.orig_argv, sys.path, sys.flags, sys._xoptions)
        eigenvalues = honest
        """,
        Aim.SECRET,
        honest=True,
    ),
    attack(
        "its own memory from end to end",
        "Reads its own memory, through /proc or by asking the kernel to copy from every address near known objects.",
        """
        import gc

        def areas():
            try:
                lines = open("/proc/self/maps").read().splitlines()
                return [tuple(int(end, 16) for end in line.split()[0].split("-")) for line in lines if " rw" in line]
            except OSError:
                known = gc.get_objects()
                places = {id(item) >> 20 for item in [*known, *gc.get_referents(*known)]}
                return [(place << 20, (place + 1) << 20) for place in places]

        def search():
            source, sink = os.pipe()
            library = ctypes.CDLL(None)
            library.write.argtypes = ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t
            end = time.monotonic() + 2
            for begin, stop in areas():
                for address in range(begin, stop, 2**15):
                    size = library.write(sink, address, 2**15)  # fails where there is nothing, without a fault
                    if size > 0:
                        tell(os.read(source, size))
                    if time.monotonic() > end:
                        return

        tried(search)
        eigenvalues = honest
        """,
        Aim.SECRET,
        honest=True,
        quick=True,
    ),
    attack(
        "the grader's memory through /proc",
        "Reads the memory of the grader's process, at the very address of a secret.",
        """
        def peek():
            with open(f"/proc/{GRADER}/mem", "rb", 0) as memory:
                memory.seek(ADDRESS)
                tell(memory.read(64))

        print(type(tried(peek)))
        eigenvalues = honest
        """,
        Aim.SECRET,
        stopped_from=Level.CONFINED,
        honest=True,
        quick=True,
    ),
    attack(
        "the grader's memory through a system call",
        "Copies from the memory of the grader's process with process_vm_readv.",
        """
        space = ctypes.create_string_buffer(64)
        mine = (ctypes.c_size_t * 2)(ctypes.addressof(space), 64)
        theirs = (ctypes.c_size_t * 2)(ADDRESS, 64)
        tried(kernel, "process_vm_readv", GRADER, ctypes.addressof(mine), 1, ctypes.addressof(theirs), 1, 0)
        tell(space.raw)
        eigenvalues = honest
        """,
        Aim.SECRET,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "the environments of all processes",
        "Reads its own environment and, through /proc, those of its parent and of every other process.",
        """
        tell(dict(os.environ))
        numbers = [VICTIM, os.getppid(), "self"]
        listed = tried(os.listdir, "/proc")
        numbers += [name for name in listed if name.isdecimal()] if isinstance(listed, list) else []
        for number in numbers:
            tell(tried(read, f"/proc/{number}/environ"))
        eigenvalues = honest
        """,
        Aim.SECRET,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "the command lines of all processes",
        "Reads with which arguments other processes were started.",
        """
        for number in (VICTIM, os.getppid(), "self"):
            tell(tried(read, f"/proc/{number}/cmdline"))
        eigenvalues = honest
        """,
        Aim.SECRET,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "files that another process holds open",
        "Reads what the grader has open, through /proc and by fetching its descriptors.",
        """
        import stat
        for number in range(64):
            name = f"/proc/{GRADER}/fd/{number}"
            if tried(lambda: stat.S_ISREG(os.stat(name).st_mode)) is True:  # a pipe would be read from in its place
                tell(tried(read, name))
        handle = tried(kernel, "pidfd_open", GRADER, 0)
        if isinstance(handle, int) and handle >= 0:
            for number in range(3, 64):
                taken = kernel("pidfd_getfd", handle, number, 0)
                if taken >= 0:
                    tell(tried(os.pread, taken, 2**16, 0))
        eigenvalues = honest
        """,
        Aim.SECRET,
        stopped_from=Level.CONFINED,
        honest=True,
    ),
    attack(
        "descriptors that were left open",
        "Reads from every descriptor that it finds in its own process.",
        """
        for number in range(256):
            tell(tried(os.pread, number, 2**16, 0), tried(os.readlink, f"/proc/self/fd/{number}"))
        eigenvalues = honest
        """,
        Aim.SECRET,
        honest=True,
    ),
    attack(
        "the requests that wait in the pipe",
        "Reads ahead what the grader has sent and searches it for what is expected.",
        """
        def eigenvalues(A):
            source = the_channel()._source
            os.set_blocking(source, False)
            tell(tried(os.read, source, 2**20))
            os.set_blocking(source, True)
            return wrong(A)
        """,
        (Aim.SECRET, Aim.CREDIT),
        verdict=(Verdict.WRONG_ANSWER, Verdict.CRASHED, Verdict.TIME_LIMIT),
    ),
    attack(
        "what happens between calls",
        "Traces the worker's own code, and keeps whatever it handles between two calls.",
        """
        def watch(frame, event, argument):
            tell(frame.f_locals)
            for name in ("expected", "solution", "tolerance", "seed"):
                if name in frame.f_locals:
                    seen.append(frame.f_locals[name])
            return watch

        seen = []
        sys.addaudithook(lambda event, arguments: tell(arguments) if event in ("open", "import") else None)

        def eigenvalues(A):
            frame = sys._getframe(1)
            while frame is not None:
                frame.f_trace = watch
                frame = frame.f_back
            sys.settrace(watch)
            return seen[0] if seen else wrong(A)
        """,
        (Aim.SECRET, Aim.CREDIT),
        verdict=(Verdict.WRONG_ANSWER, Verdict.TIME_LIMIT),
    ),
)
