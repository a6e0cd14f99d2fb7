"""Worker processes that examine parts side by side, one request at a time each; the most urgent part is next."""

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Self

from grader.authoring.verification._contract import Part
from grader.workers import ROOT

PART_SECONDS: Final = 600.0
"""Time after which a part is given up; what is known to hang never gets here, so this is for what hangs on some seed."""
_FIRST: Final = -1
_NAP: Final = 0.02
_VARIABLES: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
"""A core each: threads of a matrix library would only wait for each other."""


class Pool:
    """Processes that are started when there is work.

    Parameters
    ----------
    folder : path
        of the course.
    jobs : int
        how many processes.
    seconds : float
        after which a part is given up.
    """

    def __init__(self, folder: Path, jobs: int, seconds: float = PART_SECONDS) -> None:
        self._folder, self._seconds = folder, seconds
        self._work: queue.PriorityQueue[tuple[int, int, Any]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._processes: set[subprocess.Popen[str]] = set()
        self._begun, self._closed = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(jobs)]
        for thread in self._threads:
            thread.start()

    def submit(self, urgency: int, exercise: str, part: Part) -> "Future[dict[str, Any]]":
        """Return what will hold the answer of a worker; the lower the number, the sooner it is begun."""
        self._begun.set()  # all processes start with the first part, so that none is waited for later
        future: Future[dict[str, Any]] = Future()
        request = json.dumps({"exercise": exercise, "part": asdict(part)})
        self._work.put((urgency, next(self._order), (request, future)))
        return future

    def _serve(self) -> None:
        """Hand work to one process for as long as there is any, starting it anew when it dies."""
        self._begun.wait()
        if self._closed.is_set():
            return
        process = self._started()
        while True:
            _, _, item = self._work.get()
            if item is None:
                return
            request, future = item
            if self._closed.is_set():
                future.set_result({"fault": "given up"})
                continue
            if process.poll() is not None:
                process = self._started()
            future.set_result(self._asked(process, request))

    def _asked(self, process: "subprocess.Popen[str]", request: str) -> dict[str, Any]:
        assert process.stdin is not None
        assert process.stdout is not None
        timer = threading.Timer(self._seconds, process.kill)
        timer.start()
        try:
            process.stdin.write(request + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (BrokenPipeError, ValueError):
            line = ""
        late = not timer.is_alive()
        timer.cancel()
        if line:
            found: dict[str, Any] = json.loads(line)
            return found
        process.kill()
        if late:
            return {"fault": f"given up after {self._seconds:g} s: does some solution hang on some inputs?"}
        return {"fault": f"the process that examined it ended (exit status {process.wait()})"}

    def _started(self) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.authoring.verification.worker", str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=os.environ | _VARIABLES | {"PYTHONPATH": os.pathsep.join([str(ROOT), *_inherited()])},
        )
        self._processes.add(process)
        return process

    def close(self) -> None:
        """End all processes at once; what has not been begun is given up."""
        self._closed.set()
        self._begun.set()
        for _ in self._threads:
            self._work.put((_FIRST, next(self._order), None))
        while any(thread.is_alive() for thread in self._threads):
            for process in list(self._processes):  # one may be starting in this moment
                process.kill()
            self._threads[0].join(_NAP)
            self._threads = [thread for thread in self._threads if thread.is_alive()]
        for process in self._processes:
            process.communicate()

    def __enter__(self) -> Self:
        """Return the pool."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it, whatever happened."""
        self.close()


def _inherited() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
