"""Zips, and zips made to do harm: each is told of, and takes nothing else along."""

import io
import stat
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from grader.batch.intake import TimeSource, read
from grader.batch.intake.archives import OF_A_STUDENT, OF_AN_EXPORT
from grader.errors import SubmissionNotFound
from tests.unit.batch.intake.handing_in import ANSWER, TakeIn, Tree, Zip, counted, origins, told, zip_bytes

BEN = {"ben.zip": zip_bytes({"exercise_04.py": ANSWER})}
FINE = {("ben", "exercise-04")}


# --- layouts


def test_a_folder_of_zips(tree: Tree, taken: TakeIn) -> None:
    inside = {"exercise_04.py": ANSWER, "week/exercise-12/solution.py": ANSWER, "__MACOSX/._exercise_04.py": "junk"}
    intake = taken(tree({"anna.zip": zip_bytes(inside), "Ben Müller.ZIP": zip_bytes({"exercise_04.py": ANSWER})}))
    assert origins(intake) == {
        ("anna", "exercise-04"): "submissions/anna.zip/exercise_04.py",
        ("anna", "exercise-12"): "submissions/anna.zip/week/exercise-12/solution.py",
        ("Ben Müller", "exercise-04"): "submissions/Ben Müller.ZIP/exercise_04.py",
    }
    assert [item.origin for item in intake.ignored] == ["submissions/anna.zip/__MACOSX/._exercise_04.py"]
    assert read(intake.submissions[0]).source == ANSWER


def test_a_zip_is_handed_in_when_it_is_whatever_the_dates_in_it_say(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"anna.zip": zip_bytes({"exercise_04.py": ANSWER}, (1999, 1, 1, 0, 0, 0)), **BEN}))
    assert {found.handed_in for found in intake.submissions} == {datetime.fromtimestamp(1.8e9, UTC)}
    assert {found.time_source for found in intake.submissions} == {TimeSource.FILE_DATE}


def test_a_folder_and_a_zip_of_one_name_are_one_students(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"ben/exercise_04.py": ANSWER, "ben/exercise_12.py": ANSWER, **BEN}))
    assert counted(intake) == {("ben", "exercise-04"), ("ben", "exercise-12")}
    assert len(intake.submissions[0].superseded) == 1


def test_a_zip_of_students_folders(zipped: Zip, taken: TakeIn) -> None:
    file = zipped("hw.zip", {"anna/exercise_04.py": ANSWER, "ben/exercise_12.py": ANSWER, "carl/": ""})
    intake = taken(file)
    assert origins(intake) == {
        ("anna", "exercise-04"): "hw.zip/anna/exercise_04.py",
        ("ben", "exercise-12"): "hw.zip/ben/exercise_12.py",
    }
    assert intake.students == ("anna", "ben", "carl")


def test_dates_in_a_zip_are_local_times_of_the_course(zipped: Zip, taken: TakeIn) -> None:
    file = zipped("hw.zip", {"anna/exercise_04.py": ANSWER, "ben/exercise_12.py": ANSWER})
    found = taken(file, zone=ZoneInfo("Europe/Zurich")).submissions[0]
    assert found.handed_in == datetime(2027, 2, 28, 11, tzinfo=UTC)
    assert found.time_source is TimeSource.ZIP_DATE


def test_an_exact_date_in_a_zip_is_believed(tmp_path: Path, taken: TakeIn) -> None:
    with zipfile.ZipFile(tmp_path / "hw.zip", "w") as archive:
        for name in ("anna/exercise_04.py", "ben/exercise_04.py"):
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.extra = struct.pack("<HHHH", 1, 4, 0, 0) + struct.pack("<HHBl", 0x5455, 5, 1, 1_800_000_000)
            archive.writestr(info, ANSWER)
    found = taken(tmp_path / "hw.zip", zone=ZoneInfo("Europe/Zurich")).submissions[0]
    assert found.handed_in == datetime.fromtimestamp(1.8e9, UTC)


def test_a_date_that_is_none_is_nobodys(tmp_path: Path, taken: TakeIn) -> None:
    data = zip_bytes({"anna/exercise_04.py": ANSWER, "ben/exercise_04.py": ANSWER}, (1980, 1, 1, 0, 0, 0))
    date = struct.pack("<HH", 0, 1 << 5 | 1)  # time and date, as they stand in both places of the zip
    (tmp_path / "hw.zip").write_bytes(data.replace(date, struct.pack("<HH", 0, 0)))
    found = taken(tmp_path / "hw.zip").submissions[0]
    assert (found.handed_in, found.time_source) == (None, TimeSource.NOBODY)


def test_a_zip_with_a_folder_of_its_own_name_is_the_folder(zipped: Zip, taken: TakeIn) -> None:
    assert counted(taken(zipped("hw.zip", {"hw/anna/exercise_04.py": "", "hw/ben/exercise_04.py": ""}))) == {
        ("anna", "exercise-04"),
        ("ben", "exercise-04"),
    }
    assert counted(taken(zipped("anna.zip", {"anna/exercise_04.py": ""}))) == {("anna", "exercise-04")}


def test_a_zip_of_answers_is_one_students(zipped: Zip, taken: TakeIn) -> None:
    assert counted(taken(zipped("anna.zip", {"exercise_04.py": "", "exercise-12/mine.py": ""}))) == {
        ("anna", "exercise-04"),
        ("anna", "exercise-12"),
    }


def test_whether_a_zip_or_the_folder_in_it_is_the_student_is_not_guessed(zipped: Zip, taken: TakeIn) -> None:
    intake = taken(*(zipped(f"{name}.zip", {"homework/exercise_04.py": ANSWER}) for name in ("anna", "ben")))
    assert not intake.submissions
    assert "is the student “anna” or “homework”?" in told(intake)["anna.zip"]


def test_a_zip_in_a_zip_in_a_zip_is_not_opened(tree: Tree, taken: TakeIn) -> None:
    inner = zip_bytes({"exercise_12.py": ANSWER})
    intake = taken(tree({"anna.zip": zip_bytes({"exercise_04.py": ANSWER, "more.zip": inner}), **BEN}))
    assert counted(intake) == FINE | {("anna", "exercise-04")}
    assert told(intake) == {"submissions/anna.zip/more.zip": "a zip in a student's zip is not opened"}


def test_only_so_many_zips_of_one_student_are_opened(tree: Tree, taken: TakeIn) -> None:
    zips = {f"anna/{number:02}.zip": zip_bytes({"exercise_04.py": ANSWER}) for number in range(25)}
    intake = taken(tree({**zips, **BEN}))
    assert counted(intake) == FINE | {("anna", "exercise-04")}
    assert len(intake.unrecognised) == 5


# --- hostile zips


def _member(name: str, mode: int = 0, flags: int = 0, method: int = zipfile.ZIP_STORED) -> bytes:
    """Return a zip with an answer, and with a member whose entry in the directory says odd things."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("exercise_12.py", ANSWER)
        info = zipfile.ZipInfo("placeholder")
        archive.writestr(info, ANSWER)
        info.filename = info.orig_filename = name
        info.external_attr = mode << 16
        info.flag_bits |= flags
        info.compress_type = method
    return memory.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (_member("/exercise_04.py"), "its name leads out of the zip"),
        (_member("../ben/exercise_04.py"), "its name leads out of the zip"),
        (_member("a/../../ben/exercise_04.py"), "its name leads out of the zip"),
        (_member("..\\ben\\exercise_04.py"), "its name leads out of the zip"),
        (_member("C:\\exercise_04.py"), "its name leads out of the zip"),
        (_member("\\\\server\\share\\exercise_04.py"), "its name leads out of the zip"),
        (_member("exercise_04.py\0.txt"), "its name leads out of the zip"),
        (_member("."), "its name leads out of the zip"),
        (_member(" " * 60_000 + "exercise_04.py"), "its name is longer than that of a file can be"),
        (_member("a/" * 20_000 + "exercise_04.py"), "its name is longer than that of a file can be"),
        (_member("exercise_04.py", stat.S_IFLNK | 0o777), "it is a link; links are not followed"),
        (_member("exercise_04.py", stat.S_IFIFO | 0o644), "it is no ordinary file"),
        (_member("exercise_04.py", stat.S_IFCHR | 0o644), "it is no ordinary file"),
        (_member("exercise_04.py", flags=1), "it is encrypted"),
        (_member("exercise_04.py", method=zipfile.ZIP_LZMA), "packed by method 14"),
    ],
    ids=range(15),
)
def test_a_member_that_must_not_be_read_loses_no_other(tree: Tree, taken: TakeIn, content: bytes, why: str) -> None:
    intake = taken(tree({"anna.zip": content, **BEN}))
    assert counted(intake) == FINE | {("anna", "exercise-12")}
    assert len(intake.unrecognised) == 1
    assert why in intake.unrecognised[0].why
    assert intake.unrecognised[0].student == "anna"
    assert intake.unrecognised[0].origin.startswith("submissions/anna.zip/")


def test_a_member_that_leads_out_of_an_export_is_nobodys(tmp_path: Path, taken: TakeIn) -> None:
    memory = io.BytesIO(zip_bytes({"anna/exercise_04.py": ANSWER, "ben/exercise_04.py": ANSWER}))
    with zipfile.ZipFile(memory, "a") as archive:
        archive.writestr("../anna/exercise_12.py", ANSWER)
    (tmp_path / "hw.zip").write_bytes(memory.getvalue())
    intake = taken(tmp_path / "hw.zip")
    assert counted(intake) == FINE | {("anna", "exercise-04")}
    assert told(intake) == {"hw.zip/../anna/exercise_12.py": "its name leads out of the zip"}


def test_a_bomb_is_not_unpacked(tree: Tree, taken: TakeIn) -> None:
    bomb = zip_bytes({"exercise_04.py": b"\0" * 2**24, "exercise_12.py": ANSWER})
    intake = taken(tree({"anna.zip": bomb, **BEN}))
    assert counted(intake) == FINE | {("anna", "exercise-12")}
    assert "more than 200:1" in told(intake)["submissions/anna.zip/exercise_04.py"]


def test_a_zip_that_would_unpack_to_too_much_is_not_opened(tree: Tree, taken: TakeIn) -> None:
    data = zip_bytes({"exercise_04.py": ANSWER, "big": "x"})
    place = data.rindex(b"PK\1\2") + 24
    intake = taken(tree({"anna.zip": data[:place] + struct.pack("<L", 2**31) + data[place + 4 :], **BEN}))
    assert counted(intake) == FINE
    assert "more than 1024 MiB" in told(intake)["submissions/anna.zip"]


def test_a_zip_with_too_many_members_is_not_opened(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"anna.zip": zip_bytes({str(n): "" for n in range(OF_A_STUDENT.members + 1)}), **BEN}))
    assert counted(intake) == FINE
    assert "10001 files; at most 10000" in told(intake)["submissions/anna.zip"]
    assert intake.students == ("anna", "ben")


def test_a_table_of_contents_without_end_is_not_read(tree: Tree, taken: TakeIn) -> None:
    entry = zip_bytes({"x": ""})
    entry = entry[entry.index(b"PK\1\2") : entry.index(b"PK\5\6")]
    count = OF_A_STUDENT.directory // len(entry) + 10
    end = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, count & 0xFFFF, count & 0xFFFF, count * len(entry), 0, 0)
    intake = taken(tree({"anna.zip": entry * count + end, **BEN}))
    assert counted(intake) == FINE
    assert "table of contents is too long" in told(intake)["submissions/anna.zip"]


def test_members_that_lie_in_one_another_are_read_for_what_they_are(tree: Tree, taken: TakeIn) -> None:
    data = zip_bytes({"exercise_04.py": "a" * 1000, "exercise_12.py": ANSWER})
    place = data.rindex(b"PK\1\2") + 42
    intake = taken(tree({"anna.zip": data[:place] + struct.pack("<L", 0) + data[place + 4 :], **BEN}))
    with pytest.raises(SubmissionNotFound, match="damaged at this place"):
        read(next(found for found in intake.submissions if found.exercise == "exercise-12"))
    assert read(intake.submissions[0]).source == "a" * 1000


@pytest.mark.parametrize("size", [0, 10, 50, 200])
def test_a_zip_that_was_cut_off_loses_no_other(tree: Tree, taken: TakeIn, size: int) -> None:
    intake = taken(tree({"anna.zip": zip_bytes({"exercise_04.py": ANSWER, "exercise_12.py": ""})[:size], **BEN}))
    assert counted(intake) == FINE
    assert intake.students == ("anna", "ben")
    assert "damaged, incomplete or no zip" in told(intake)["submissions/anna.zip"]


def test_what_only_ends_as_a_zip_is_none(tree: Tree, taken: TakeIn) -> None:
    intake = taken(tree({"anna.zip": ANSWER, **BEN}))
    assert "no zip" in told(intake)["submissions/anna.zip"]


def test_a_zip_named_on_the_command_line_may_be_damaged(tmp_path: Path, tree: Tree, taken: TakeIn) -> None:
    (tmp_path / "hw.zip").write_bytes(b"PK")
    intake = taken(tmp_path / "hw.zip", tree(BEN))
    assert counted(intake) == FINE
    assert list(told(intake)) == ["hw.zip"]


def test_a_member_that_stands_twice_is_not_guessed(tree: Tree, taken: TakeIn) -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("exercise_12.py", ANSWER)
        archive.writestr("exercise_04.py", "first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("exercise_04.py", "second")
    intake = taken(tree({"anna.zip": memory.getvalue(), **BEN}))
    assert counted(intake) == FINE | {("anna", "exercise-12")}
    assert [item.why for item in intake.unrecognised] == ["the zip holds 2 files of this name"] * 2


def test_names_that_differ_in_capital_letters_are_two_submissions(tree: Tree, taken: TakeIn) -> None:
    both = zip_bytes({"exercise_04.py": "# small", "Exercise_04.py": "# capital"})
    found = taken(tree({"anna.zip": both, **BEN})).submissions[0]
    assert found.student == "anna"
    assert len(found.superseded) == 1


@pytest.mark.parametrize(
    ("name", "flag", "shown"),
    [
        ("Übung".encode(), 0, "Übung"),  # UTF-8 that does not say so, as macOS and many others write it
        ("Übung".encode("cp437"), 0, "Übung"),
        ("Übung".encode(), 0x800, "Übung"),
        (b"\xff\xfe", 0, b"\xff\xfe".decode("cp437")),
    ],
)
def test_names_are_read_in_the_encodings_that_programs_use(
    tree: Tree, taken: TakeIn, name: bytes, flag: int, shown: str
) -> None:
    plain = b"X" * len(name)
    data = zip_bytes({f"{plain.decode()}/exercise_04.py": ANSWER}).replace(plain, name)
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.index(mark) + place
        data = data[:at] + struct.pack("<H", flag) + data[at + 2 :]
    intake = taken(tree({"anna.zip": data, **BEN}))
    assert origins(intake)["anna", "exercise-04"] == f"submissions/anna.zip/{shown.strip()}/exercise_04.py"
    assert read(next(found for found in intake.submissions if found.student == "anna")).source == ANSWER


def test_a_name_that_is_not_in_the_encoding_it_states_loses_that_zip_alone(tree: Tree, taken: TakeIn) -> None:
    data = zip_bytes({"XX.py": ANSWER}).replace(b"XX", b"\xff\xfe")
    at = data.index(b"PK\1\2") + 8
    intake = taken(tree({"anna.zip": data[:at] + struct.pack("<H", 0x800) + data[at + 2 :], **BEN}))
    assert counted(intake) == FINE
    assert "not in the encoding that it states" in told(intake)["submissions/anna.zip"]


# --- what is seen only when a member is read

STREAM = zlib.compress(b"x" * 100, wbits=-15)


def _changed(content: bytes, what: bytes, by: bytes) -> bytes:
    assert content.count(what) == 1
    return content.replace(what, by)


def _stored(content: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("exercise_04.py", content)
    return memory.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        _changed(_stored("# right"), b"# right", b"# wrong"),  # another checksum
        _stored("# right").replace(b"exercise_04.py", b"exercise_99.py", 1),  # another name in front of the bytes
        _stored("# right").replace(b"PK\3\4", b"PK\3\5", 1),
        _changed(zip_bytes({"exercise_04.py": "x" * 100}), STREAM, b"\xff" * len(STREAM)),
        _changed(zip_bytes({"exercise_04.py": "x" * 100}), STREAM, b""),
    ],
    ids=["checksum", "name", "header", "stream", "moved"],
)
def test_a_damaged_member_is_noticed_when_it_is_read(tree: Tree, taken: TakeIn, content: bytes) -> None:
    intake = taken(tree({"anna.zip": content, **BEN}))
    anna, ben = intake.submissions
    with pytest.raises(SubmissionNotFound, match=r"submissions/anna\.zip/exercise_04\.py: the zip is damaged"):
        read(anna)
    assert read(ben).source == ANSWER


def test_a_member_holds_no_more_than_it_says(tree: Tree, taken: TakeIn) -> None:
    data = zip_bytes({"exercise_04.py": b"\0" * 2**26})
    place = data.index(b"PK\1\2") + 24
    intake = taken(tree({"anna.zip": data[:place] + struct.pack("<L", 100) + data[place + 4 :], **BEN}))
    with pytest.raises(SubmissionNotFound, match="damaged"):
        read(intake.submissions[0])


def test_a_zip_that_was_replaced_is_noticed(tree: Tree, taken: TakeIn) -> None:
    root = tree({"anna.zip": zip_bytes({"a": "x" * 500, "exercise_04.py": ANSWER}), **BEN})
    found = taken(root).submissions[0]
    (root / "anna.zip").write_bytes(zip_bytes({"exercise_04.py": "# other"}))
    with pytest.raises(SubmissionNotFound, match="has changed since it was listed"):
        read(found)


def test_a_zip_that_was_deleted_is_noticed(tree: Tree, taken: TakeIn) -> None:
    root = tree({"anna.zip": zip_bytes({"exercise_04.py": ANSWER}), **BEN})
    found = taken(root).submissions[0]
    (root / "anna.zip").unlink()
    with pytest.raises(SubmissionNotFound, match="it is gone"):
        read(found)


def test_an_export_may_be_as_large_as_a_large_course() -> None:
    assert OF_AN_EXPORT.members >= 20_000 * 13
