"""What each layer stops, that together they stop everything, and that honest code does not notice."""

import functools
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from grader.sandbox import kernel, landlock, seccomp
from grader.sandbox.confinement import LAYERS, Confinement, drop_to

if sys.platform != "linux":
    pytest.skip("confinement is for Linux", allow_module_level=True)

from tests.unit.sandbox.stage import DONE, MEMORY, Setting, play

ROOT: Final = Path(__file__).parents[3]
OFFERED: Final = Confinement([], MEMORY, 1).layers
EVERYTHING: Final = pytest.mark.skipif(OFFERED != LAYERS, reason=f"this kernel offers {OFFERED} only")
AS_ROOT: Final = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")

R, L, S = LAYERS
STOPPED_BY: Final[dict[str, tuple[str, ...]]] = {
    "read_a_file": (L,),
    "list_a_folder": (L,),
    "make_a_file": (L, S),
    "make_a_nameless_file": (L, S),
    "append_to_a_file": (R, L, S),
    "write_to_an_open_file": (R,),
    "truncate_a_file": (L, S),
    "remove_a_file": (L, S),
    "rename_a_file": (L, S),
    "make_a_folder": (L, S),
    "make_a_symbolic_link": (L, S),
    "make_a_pipe_with_a_name": (L, S),
    "make_a_file_open_to_all": (S,),
    "set_the_time_of_a_file": (S,),
    "change_folder": (S,),
    "fork": (S,),
    "spawn": (L, S),
    "become_another_program": (L, S),
    "start_a_thread": (S,),
    "connect_to_a_port": (L, S),
    "listen_at_a_port": (L, S),
    "send_a_datagram": (L, S),
    "connect_to_a_socket_with_a_path": (L, S),
    "connect_to_an_abstract_socket": (L, S),
    "make_a_pair_of_sockets": (S,),
    "signal_the_parent": (L, S),
    "signal_a_sibling": (L, S),
    "signal_a_thread_of_a_sibling": (L, S),
    "queue_a_signal_for_a_sibling": (L, S),
    "signal_the_group": (S,),
    "take_hold_of_a_process": (S,),
    "trace_a_sibling": (L, S),
    "read_the_memory_of_a_sibling": (L, S),
    "limit_the_parent": (S,),
    "set_a_limit": (S,),
    "make_a_file_in_memory": (S,),
    "share_memory": (S,),
    "make_a_user_namespace": (S,),
    "be_less_urgent": (S,),
    "lead_a_session": (S,),
    "take_another_name": (S,),
    "open_a_hundred_files": (R,),
    "take_more_memory_than_allowed": (R,),
}
LANDLOCK_SINCE: Final = {
    "truncate_a_file": 3,
    "connect_to_a_port": 4,
    "listen_at_a_port": 4,
    "connect_to_an_abstract_socket": 6,
    "signal_the_parent": 6,
    "signal_a_sibling": 6,
    "signal_a_thread_of_a_sibling": 6,
    "queue_a_signal_for_a_sibling": 6,
    "connect_to_a_socket_with_a_path": 9,
    "send_a_datagram": 10,
}
STOPPED_FOR_ORDINARY_USERS: Final = {
    "fork", "spawn", "start_a_thread", "trace_a_sibling", "read_the_memory_of_a_sibling"
}  # fmt: skip
"""Stopped by limits too, or because the sibling is closed to others; root, and some roots of containers, go on."""

STOPPED_BY_DEATH: Final = ("call_as_another_architecture", "call_in_the_x32_convention")
HONEST: Final = (
    "read_what_is_readable",
    "look_at_the_clocks",
    "draw_random_bytes",
    "use_a_pipe",
    "signal_itself",
    "ask_about_itself",
    "use_memory",
)
ENDINGS: Final = {
    "end_with_a_status": "ended 3",
    "abort": "ended -6",
    "read_at_address_zero": "ended -11",
    "write_to_a_full_pipe": "ended -14",
}


@functools.cache
def played(layers: tuple[str, ...], *, ordinary: bool = False) -> dict[str, str]:
    """Return what came of all quick trials under some layers."""
    trials = (*STOPPED_BY, *STOPPED_BY_DEATH, *HONEST, *ENDINGS, "ask_whether_a_file_is_there")
    return play(Setting(layers, trials, ordinary))


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_alone_stops_what_it_should_and_nothing_else(layer: str) -> None:
    if layer not in OFFERED:
        pytest.skip("this kernel does not offer it")
    unconfined, confined = played(()), played((layer,))
    possible = {name for name in STOPPED_BY if unconfined[name] == DONE}
    if layer == "rlimits":
        possible -= STOPPED_FOR_ORDINARY_USERS
    if layer == "landlock":
        possible -= {name for name, since in LANDLOCK_SINCE.items() if since > landlock.version()}
    assert {name for name in possible if confined[name] != DONE} == {
        name for name in possible if layer in STOPPED_BY[name]
    }


@EVERYTHING
@pytest.mark.parametrize("ordinary", [False, pytest.param(True, marks=AS_ROOT)])
def test_all_layers_together_stop_everything(ordinary: bool) -> None:
    outcomes = played(LAYERS, ordinary=ordinary)
    assert [name for name in STOPPED_BY if outcomes[name] == DONE] == []


def test_the_attacks_work_where_nothing_stops_them() -> None:
    depend_on_the_machine = {"trace_a_sibling", "read_the_memory_of_a_sibling", "make_a_user_namespace"}
    assert {name for name in STOPPED_BY if played(())[name] != DONE} <= depend_on_the_machine


def test_limits_keep_ordinary_users_from_making_processes() -> None:
    outcomes = played(("rlimits",), ordinary=True)
    assert {name for name in STOPPED_FOR_ORDINARY_USERS if outcomes[name] == DONE} == set()


@EVERYTHING
def test_that_a_file_exists_can_be_found_out() -> None:
    assert played(LAYERS)["ask_whether_a_file_is_there"] == DONE


@EVERYTHING
@pytest.mark.parametrize("ordinary", [False, pytest.param(True, marks=AS_ROOT)])
def test_honest_code_does_not_notice(ordinary: bool) -> None:
    outcomes = played(LAYERS, ordinary=ordinary)
    assert {name: outcomes[name] for name in HONEST} == dict.fromkeys(HONEST, DONE)


@EVERYTHING
def test_modules_can_be_loaded_late_from_where_reading_is_allowed() -> None:
    assert play(Setting(LAYERS, ("import_what_is_compiled",)))["import_what_is_compiled"] == DONE


@EVERYTHING
def test_how_a_process_ends_is_seen_outside() -> None:
    assert {name: played(LAYERS)[name] for name in ENDINGS} == ENDINGS


@pytest.mark.skipif(kernel.machine() != "x86_64", reason="there is no other convention")
@pytest.mark.skipif("seccomp" not in OFFERED, reason="this kernel has no filters")
def test_a_call_in_another_convention_ends_the_process() -> None:
    assert [played(("seccomp",))[name] for name in STOPPED_BY_DEATH] == ["ended -31"] * 2


@EVERYTHING
def test_a_thread_that_cannot_be_started_is_an_exception() -> None:
    assert played(LAYERS)["start_a_thread"].startswith("RuntimeError")


@EVERYTHING
def test_too_much_memory_is_an_exception() -> None:
    assert played(LAYERS)["take_more_memory_than_allowed"].startswith("MemoryError")


@EVERYTHING
@pytest.mark.slow
def test_processor_time_ends_with_a_signal_and_then_for_certain() -> None:
    trials = ("compute_for_ever", "compute_for_ever_whatever_is_signalled")
    assert list(play(Setting(LAYERS, trials)).values()) == ["ended -24", "ended -9"]


# Becoming another user, dying with the parent, failing closed


@functools.cache
def before_confinement() -> dict[str, str]:
    trials = ["outlive_the_parent", "outlive_a_parent_that_has_ended"]
    if os.getuid() == 0:
        trials += ["become_an_ordinary_user_for_good", "become_an_ordinary_user_who_may_go_back"]
        trials.append("become_a_user_without_being_root")
    if "landlock" in OFFERED:
        trials.append("go_on_without_rules")
    return play(Setting((), tuple(trials)))


@AS_ROOT
def test_there_is_no_way_back_from_an_ordinary_user() -> None:
    assert before_confinement()["become_an_ordinary_user_for_good"] == DONE


@AS_ROOT
def test_a_change_of_user_that_does_not_hold_is_an_error() -> None:
    outcome = before_confinement()["become_an_ordinary_user_who_may_go_back"]
    if "prctl" in outcome:
        pytest.skip("this root may not choose what a change of user keeps")
    assert outcome == "PermissionError: [Errno 1] the user could be changed back to root"


@AS_ROOT
def test_only_root_can_become_another_user() -> None:
    assert before_confinement()["become_a_user_without_being_root"].startswith("PermissionError")


def test_root_is_no_user_to_drop_to() -> None:
    with pytest.raises(ValueError, match="no ordinary user"):
        drop_to(0)


def test_a_process_dies_with_its_parent() -> None:
    assert before_confinement()["outlive_the_parent"].startswith("ChildProcessError")


def test_a_process_whose_parent_has_ended_ends() -> None:
    assert before_confinement()["outlive_a_parent_that_has_ended"] == "ended 1"


@pytest.mark.skipif("landlock" not in OFFERED, reason="this kernel has no Landlock")
def test_a_layer_that_cannot_be_applied_is_an_error() -> None:
    assert before_confinement()["go_on_without_rules"].startswith(
        "OSError: [Errno 9] landlock could not be applied to this process"
    )


def test_the_error_names_the_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    confined = Confinement([], MEMORY, 1, ["rlimits"])

    def refuse(option: int, first: int) -> int:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(kernel, "control", refuse)
    with pytest.raises(OSError, match=r"no_new_privs could not be applied to this process: .*Invalid argument"):
        confined.apply()


# What is offered


def test_layers_are_in_the_order_in_which_they_are_applied() -> None:
    confined = Confinement([], MEMORY, 1, OFFERED[::-1])
    assert confined.layers == OFFERED
    assert confined.landlock_version == landlock.version()


def test_only_layers_that_are_wanted_are_taken() -> None:
    confined = Confinement([], MEMORY, 1, ["rlimits"])
    assert (confined.layers, confined.landlock_version, confined.descriptors) == (("rlimits",), 0, ())


def test_an_unknown_layer_is_an_error() -> None:
    with pytest.raises(ValueError, match="no layer is called 'chroot'; there are rlimits, landlock, seccomp"):
        Confinement([], MEMORY, 1, ["rlimits", "chroot"])


def test_what_the_machine_does_not_offer_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    monkeypatch.setattr(seccomp, "prepare", lambda: None)
    assert Confinement([], MEMORY, 1).layers == ("rlimits",)


def test_limits_are_never_raised() -> None:
    code = (
        "import resource\n"
        "from grader.sandbox.confinement import Confinement\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (40, 50))\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (5, 6))\n"
        "Confinement([], 2**40, 10**6, ['rlimits']).apply()\n"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE), resource.getrlimit(resource.RLIMIT_CPU))\n"
        "print(resource.getrlimit(resource.RLIMIT_AS))\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found == f"(40, 50) (5, 6)\n({2**40}, {2**40})\n"


# NumPy and SciPy

_COMPUTE: Final = """
import json, os, sys, time
import numpy as np
if "scipy" in sys.argv:
    import scipy.integrate, scipy.linalg, scipy.optimize
from grader.sandbox.confinement import LAYERS, Confinement

def compute():
    rng = np.random.default_rng(3)
    A = rng.normal(size=(40, 40))
    found = [np.linalg.solve(A, A[0]), np.linalg.svd(A)[1], np.linalg.eigvalsh(A + A.T), np.fft.fft(A[0]).real]
    found += [np.sort(A @ A, axis=None), np.quantile(A, [0.1, 0.9]), np.random.default_rng(5).permutation(9)]
    if "scipy" in sys.argv:
        import scipy.special, scipy.stats, scipy.interpolate, scipy.sparse.linalg  # late: here, they are loaded from files
        found += [scipy.linalg.expm(A / 9), scipy.linalg.lu(A)[2], scipy.special.gamma(A[:1] ** 2)]
        found += [scipy.optimize.minimize(lambda x: np.sum((x - 1) ** 2), np.zeros(3)).x]
        found += [scipy.integrate.quad(np.sin, 0, 1)[0], scipy.integrate.solve_ivp(lambda t, y: -y, (0, 1), [1.0]).y]
        found += [scipy.stats.norm.ppf([0.1, 0.7]), scipy.stats.kstest(A[0], "norm").pvalue]
        found += [scipy.interpolate.CubicSpline(range(9), A[0, :9])(2.5), scipy.sparse.linalg.spsolve(scipy.sparse.eye(3, format="csc"), A[0, :3])]
    try:
        np.empty(2**40, dtype=np.uint8).fill(1)
    except MemoryError:
        return [np.asarray(value).ravel().tolist() for value in found]

confined = Confinement(["/usr", "/lib", "/lib64", sys.prefix, sys.base_prefix], 2**31, 60)
assert confined.layers == LAYERS
source, sink = os.pipe()
if (number := os.fork()) == 0:
    begin = time.perf_counter()
    confined.apply()
    seconds = time.perf_counter() - begin
    try:
        answer = compute()
    except BaseException as error:
        answer = repr(error)
    os.write(sink, json.dumps([seconds, answer]).encode())
    os._exit(0)
os.close(sink)
with open(source) as heard:
    seconds, answer = json.load(heard)
assert os.waitpid(number, 0)[1] == 0
assert answer == compute(), answer
print(seconds)
"""


@EVERYTHING
@pytest.mark.parametrize("package", ["numpy", pytest.param("scipy", marks=pytest.mark.slow)])
def test_a_confined_process_computes_as_any_other(package: str) -> None:
    alone = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    command = [sys.executable, "-c", _COMPUTE, package]
    found = subprocess.run(command, capture_output=True, text=True, check=False, env=alone, cwd=ROOT)
    assert found.returncode == 0, found.stderr
    assert float(found.stdout) < 0.1
