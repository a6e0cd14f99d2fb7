"""`dataset`: numbers from a file beside the exercise, and from nowhere else."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.dataset import Dataset
from grader.sandbox.expressions import parse
from grader.spec.store import freeze, thaw

TABLE = [[1.5, -2.0, 30.0], [2.5, 4.0, 60.0], [3.5, 8.0, 90.0], [4.5, 0.0, 120.0]]


def drawn(folder: Path, file: str, seed: int = 0, level: int | None = None, **more: Any) -> NDArray[np.float64]:
    kind = Dataset(file=file, **more)
    draw = Draw(np.random.default_rng(seed), {"n": 2}, folder=str(folder), level=level or 0)
    value = kind.draw(draw) if level is None else kind.simple(draw)
    assert isinstance(value, np.ndarray)
    assert value.dtype == np.float64
    return value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [",".join(map(str, row)) for row in TABLE]
    (tmp_path / "named.csv").write_text("\n".join(["a, b,c", *rows, "", ""]), encoding="utf-8")
    (tmp_path / "bare.csv").write_text("\r\n".join(rows), encoding="utf-8")
    (tmp_path / "mixed.csv").write_text(
        "\ufeffname,height\n" + "".join(f'"Doe, {i}",{r[0]}\n' for i, r in enumerate(TABLE)), encoding="utf-8"
    )
    (tmp_path / "blanks.txt").write_text(
        "# made by hand\n\na  b\tc\n" + "".join(f" {r[0]}  {r[1]} {r[2]}  # row\n" for r in TABLE), encoding="utf-8"
    )
    np.save(tmp_path / "table.npy", np.array(TABLE))
    np.save(tmp_path / "vector.npy", np.array([3, 1, 2]))
    return tmp_path


@pytest.mark.parametrize("file", ["named.csv", "bare.csv", "blanks.txt", "table.npy"])
def test_every_format_gives_the_same_table(folder: Path, file: str) -> None:
    assert np.array_equal(drawn(folder, file), TABLE)
    assert np.array_equal(drawn(folder, file, columns=(2, 0)), np.array(TABLE)[:, [2, 0]])
    assert np.array_equal(drawn(folder, file, columns=(1,)), np.array(TABLE)[:, 1])


def test_columns_may_be_named(folder: Path) -> None:
    assert np.array_equal(drawn(folder, "named.csv", columns=("c", 0)), np.array(TABLE)[:, [2, 0]])
    assert np.array_equal(drawn(folder, "blanks.txt", columns=("b",)), np.array(TABLE)[:, 1])


def test_only_the_columns_that_are_used_hold_numbers(folder: Path) -> None:
    assert drawn(folder, "mixed.csv", columns=("height",)).tolist() == [1.5, 2.5, 3.5, 4.5]
    with pytest.raises(JudgeError, match=r"line 2 of mixed.csv: column 'name' is 'Doe, 0', where a number is needed"):
        drawn(folder, "mixed.csv")


def test_an_array_of_one_dimension_keeps_it(folder: Path) -> None:
    assert drawn(folder, "vector.npy").tolist() == [3, 1, 2]
    assert drawn(folder, "vector.npy", columns=(0,)).tolist() == [3, 1, 2]


def test_rows_are_drawn_and_none_twice(folder: Path) -> None:
    found = set()
    for seed in range(150):
        rows = drawn(folder, "named.csv", seed, rows=parse("n"))
        assert rows.shape == (2, 3)
        assert all(row in TABLE for row in rows.tolist())
        found.add(tuple(rows[:, 0].tolist()))
    assert len(found) == 12
    assert all(first != second for first, second in found)
    assert sorted(drawn(folder, "named.csv", rows=parse(4)).tolist()) == TABLE
    assert drawn(folder, "named.csv", rows=parse(0)).shape == (0, 3)


def test_simple_rows_stand_together_the_first_at_first(folder: Path) -> None:
    assert np.array_equal(drawn(folder, "named.csv", 0, 0, rows=parse(2)), TABLE[:2])
    found = {tuple(drawn(folder, "named.csv", s, 3, rows=parse(2), columns=("a",)).tolist()) for s in range(40)}
    assert found == {(1.5, 2.5), (2.5, 3.5), (3.5, 4.5)}
    assert np.array_equal(drawn(folder, "named.csv", 0, 3), TABLE)


def test_it_is_fixed_unless_rows_are_drawn() -> None:
    assert Dataset(file="a.csv").fixed is True
    assert Dataset(file="a.csv", rows=parse(2)).fixed is False


def test_a_draw_cannot_change_what_the_next_one_gets(folder: Path) -> None:
    drawn(folder, "named.csv")[:] = 0.0
    assert np.array_equal(drawn(folder, "named.csv"), TABLE)


def test_a_file_that_was_changed_is_read_again(folder: Path) -> None:
    drawn(folder, "bare.csv")
    (folder / "bare.csv").write_text("1,2\n", encoding="utf-8")
    assert drawn(folder, "bare.csv").tolist() == [[1, 2]]


def test_dtype_and_container_are_those_of_every_array(folder: Path) -> None:
    draw = Draw(np.random.default_rng(0), {}, folder=str(folder))
    assert Dataset(file="vector.npy", dtype="int64", container="list").draw(draw) == [3, 1, 2]


@pytest.mark.parametrize(
    "file", ["/etc/x.csv", "../x.csv", "..", "", ".csv", "a/b.csv", "a\\b.csv", "c:x.csv", ".hidden.csv", "a\0.csv"]
)
def test_only_the_name_of_a_file_is_taken(file: str) -> None:
    with pytest.raises(ValueError, match=r"is not the name of a file|ends in none of"):
        Dataset(file=file)


def test_other_parameters_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match=r"'a.xlsx' ends in none of .csv, .npy, .txt"):
        Dataset(file="a.xlsx")
    with pytest.raises(ValueError, match="no columns"):
        Dataset(file="a.csv", columns=())


def test_a_link_may_not_lead_out_of_the_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.csv"
    outside.write_text("1,2\n", encoding="utf-8")
    (folder / "out.csv").symlink_to(outside)
    (folder / "in.csv").symlink_to(folder / "bare.csv")
    (folder / "dangling.csv").symlink_to(folder / "nowhere.csv")
    assert np.array_equal(drawn(folder, "in.csv"), TABLE)
    with pytest.raises(JudgeError, match=r"out.csv is a link that leads out"):
        drawn(folder, "out.csv")
    with pytest.raises(JudgeError, match=r"no file dangling.csv"):
        drawn(folder, "dangling.csv")


def test_the_folder_itself_may_be_a_link(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("elsewhere") / "exercise"
    link.symlink_to(folder)
    assert np.array_equal(drawn(link, "bare.csv"), TABLE)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("x.csv", b"", "x.csv is empty"),
        ("x.csv", b"1,2\n3\n", "line 2 of x.csv has 1 columns, and the first has 2"),
        ("x.csv", b"1,2\n3,\n", "line 2 of x.csv: column 1 is empty"),
        ("x.csv", b"a,b\n3,x\n", "line 2 of x.csv: column 'b' is 'x', where a number is needed"),
        ("x.csv", b"1,2\n\n3,1;5\n", "line 3 of x.csv: column 1 is '1;5'"),
        ("x.csv", b"\xff\xfe1\n", "x.csv cannot be read"),
        ("x.txt", b"1 2\n3 4 5\n", "line 2 of x.txt has 3 columns, and the first has 2"),
        ("x.npy", b"no array", "x.npy cannot be read"),
        ("x.npy", b"", "x.npy cannot be read"),
    ],
)
def test_a_broken_file_is_a_judge_error_that_says_where(
    tmp_path: Path, file: str, content: bytes, message: str
) -> None:
    (tmp_path / file).write_bytes(content)
    with pytest.raises(JudgeError, match=message):
        drawn(tmp_path, file)


@pytest.mark.parametrize("array", [np.array(["a"]), np.array(1.0), np.zeros((2, 2, 2)), np.array([1j])], ids=repr)
def test_an_array_that_is_no_table_of_real_numbers_is_a_judge_error(tmp_path: Path, array: NDArray[np.generic]) -> None:
    np.save(tmp_path / "x.npy", array)
    with pytest.raises(JudgeError, match=r"x.npy holds no table of real numbers"):
        drawn(tmp_path, "x.npy")


def test_an_array_of_objects_is_never_loaded(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(JudgeError, match=r"x.npy cannot be read: .*allow_pickle=False"):
        drawn(tmp_path, "x.npy")


@pytest.mark.parametrize(
    ("file", "more", "message"),
    [
        ("named.csv", {"columns": ("d",)}, "named.csv has no column named 'd'; there are: a, b, c"),
        ("bare.csv", {"columns": ("a",)}, "bare.csv has no column named 'a', and its columns have no names"),
        ("table.npy", {"columns": ("a",)}, "its columns have no names"),
        ("named.csv", {"columns": (3,)}, "named.csv has no column 3; its 3 columns are numbered from 0"),
        ("named.csv", {"columns": (-1,)}, "no column -1"),
        ("named.csv", {"rows": parse(5)}, "named.csv has 4 rows, and 5 are wanted"),
        ("named.csv", {"rows": parse(-1)}, "a size of at least 0"),
        ("absent.csv", {}, "there is no file absent.csv beside the exercise"),
    ],
)
def test_what_is_not_in_the_file_is_a_judge_error(folder: Path, file: str, more: dict[str, Any], message: str) -> None:
    for level in (None, 0):
        with pytest.raises(JudgeError, match=message):
            drawn(folder, file, 0, level, **more)


def test_a_name_that_two_columns_have_names_none(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,a\n1,2\n", encoding="utf-8")
    with pytest.raises(JudgeError, match="several columns named 'a'"):
        drawn(tmp_path, "x.csv", columns=("a",))


def test_without_a_folder_there_is_no_file() -> None:
    with pytest.raises(JudgeError, match="no folder"):
        Dataset(file="x.csv").draw(Draw(np.random.default_rng(0), {}))


def test_a_table_of_names_alone_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n", encoding="utf-8")
    assert drawn(tmp_path, "x.csv").shape == (0, 2)


def test_numbers_that_are_written_as_missing_or_infinite_are_kept(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("1,nan\n-inf,2e3\n", encoding="utf-8")
    assert np.array_equal(drawn(tmp_path, "x.csv"), [[1, np.nan], [-np.inf, 2000]], equal_nan=True)


def test_a_description_can_be_kept() -> None:
    kind = Dataset(file="a.csv", columns=("a", 0), rows=parse("n"))
    assert thaw(freeze(kind)) == kind
