"""Moodle's worksheet: in whatever language and encoding it came, scores are all that changes."""

import codecs
import csv
import io
from dataclasses import replace
from typing import Final

import pytest

from grader.errors import UsageError
from grader.gradebook.scores import Overview
from grader.gradebook_reports import Options, Part
from grader.gradebook_reports.moodle import MoodleWorksheet
from grader.roster import Student

ENGLISH: Final = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),"
    "Last modified (grade),Feedback comments"
)
GERMAN: Final = (
    "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,"
    "Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentar"
)
FRENCH: Final = (
    "Identifiant,Nom complet,Adresse de courriel,Statut,Note,Note maximale,La note peut être modifiée,"
    "Dernière modification (travail remis),Dernière modification (note),Feedback par commentaires"
)
KLINGON: Final = "a,b,c,d,e,f,g,h,i,j"
ADA: Final = 'Participant 11,Ada Lovelace,Ada@example.org,"Submitted, late",,4.00,Yes,-,-,"Well ""done"""'
ZOE: Final = "Participant 12,Zoë,zoe@example.org,No submission,-,4.00,Yes,-,-,"
STRANGER: Final = "Participant 13,Mallory,m@example.org,No submission,1.50,4.00,Yes,-,-,"
PART: Final = (Part(of="exercise-01"),)


def sheet(*rows: str, header: str = ENGLISH) -> bytes:
    return "".join(f"{row}\n" for row in (header, *rows)).encode()


def renderer(data: bytes, *, column: str = "", parts: tuple[Part, ...] = PART) -> MoodleWorksheet:
    return MoodleWorksheet(Options(parts=parts, worksheet=data, grade_column=column))


def filled(scores: Overview, data: bytes, *, column: str = "") -> list[list[str]]:
    text = renderer(data, column=column).render(scores, details=False)
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_scores_are_all_that_changes(scores: Overview) -> None:
    data = sheet(ADA, STRANGER)
    assert renderer(data).render(scores, details=False).encode() == data.replace(b",,4.00", b",1.8,4.00")


def test_who_is_not_known_keeps_the_row_and_is_listed(scores: Overview) -> None:
    left_out = renderer(sheet(ADA, STRANGER)).left_out(scores)
    assert left_out[0].startswith("Participant 13 Mallory")
    assert "neither in the gradebook nor on the roster" in left_out[0]
    assert left_out[1:] == tuple(f"{name}: is not in the worksheet" for name in ("学生", "=1+1", "stranger"))


def test_a_score_that_is_not_known_changes_nothing(scores: Overview) -> None:
    rows = filled(scores, sheet(ADA, ZOE))
    assert (rows[1][4], rows[2][4]) == ("1.8", "-")


@pytest.mark.parametrize("header", [ENGLISH, GERMAN, FRENCH, KLINGON])
def test_the_language_makes_no_difference(scores: Overview, header: str) -> None:
    word = "Teilnehmer/in" if header == GERMAN else "Participant "
    data = sheet(ADA, ZOE, header=header).replace(b"Participant ", word.encode())
    rows = filled(scores, data)
    assert rows[0] == header.split(",")
    assert rows[1][4] == "1.8"


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("cp1252", b""),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encoding_delimiter_and_newlines_stay(
    scores: Overview, encoding: str, mark: bytes, delimiter: str, newline: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline)
    writer.writerows(csv.reader(io.StringIO(sheet(ADA, ZOE, header=GERMAN).decode())))
    data = mark + out.getvalue().encode(encoding)
    made = renderer(data)
    written = made.render(scores, details=False).encode(made.encoding)
    old, new = f"{delimiter}{delimiter}4.00".encode(encoding), f"{delimiter}1.8{delimiter}4.00".encode(encoding)
    assert written == data.replace(old, new, 1)


def test_a_decimal_comma_stays_one(scores: Overview) -> None:
    text = renderer(sheet(ADA.replace("4.00", '"4,00"'))).render(scores, details=False)
    assert ',"1,8","4,00",' in text


@pytest.mark.parametrize(("highest", "score"), [("4.00", "1.8"), ("100.00", "45"), ("10", "4.5")])
def test_scores_are_converted_to_the_maximum_grade(scores: Overview, highest: str, score: str) -> None:
    made = renderer(sheet(ADA.replace("4.00", highest)))
    assert f",{score},{highest}," in made.render(scores, details=False)
    remarks = made.remarks(replace(scores, students=scores.students[:1]))
    assert bool(remarks) == (highest != "4.00")
    assert all(f"out of 4 are written out of {highest.removesuffix('.00')}" in remark for remark in remarks)


def test_where_the_maximum_is_not_said_scores_stay_as_they_are(scores: Overview) -> None:
    made = renderer(sheet(ADA.replace("4.00", "Satisfactory")))
    assert ",1.8,Satisfactory," in made.render(scores, details=False)
    assert "does not say its maximum" in made.remarks(scores)[0]


@pytest.mark.parametrize("part", ["algebra", "total"])
def test_a_topic_and_the_whole_course_can_be_what_the_worksheet_is_of(scores: Overview, part: str) -> None:
    rows = renderer(sheet(ADA.replace("4.00", "100")), parts=(Part(of=part),)).render(scores, details=False)
    assert {"algebra": ",72.5,100,", "total": ",55.208333,100,"}[part] in rows


def test_a_column_can_be_named(scores: Overview) -> None:
    rows = filled(scores, sheet(ADA), column="Feedback comments")
    assert rows[1][9] == "1.8"
    with pytest.raises(UsageError, match=r"0 such columns; there is: 'Identifier', 'Full name'"):
        filled(scores, sheet(ADA), column="Points")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no rows of participants"),
        (sheet(), "no rows of participants"),
        (
            sheet("Ada Lovelace,a@b.c,5", header="Name,Email,Grade"),
            "no column of identifiers such as `Participant 123`",
        ),
        (sheet("Participant 1,x,y", "Participant 2,u,v", header="Id,Wert,Punkte"), "Name it with --grade-column"),
        (sheet("Participant 1,Ada"), "row 2 of the worksheet has 2 cells, and there are 10 columns"),
        (b"\x81\x8d\x8f", "none of UTF-8, UTF-16 and Windows-1252"),
        (sheet('Participant 1,"Ada'), "is not CSV"),
    ],
)
def test_what_is_no_worksheet_is_refused(scores: Overview, data: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        filled(scores, data)


@pytest.mark.parametrize("parts", [(), (Part(of="exercise-01"), Part(of="exercise-02"))])
def test_a_worksheet_is_of_one_part(scores: Overview, parts: tuple[Part, ...]) -> None:
    with pytest.raises(UsageError, match="say what it is of"):
        renderer(sheet(ADA), parts=parts).render(scores, details=False)
    with pytest.raises(UsageError, match="name it, --worksheet FILE"):
        MoodleWorksheet(Options(parts=PART)).render(scores, details=False)


def known_as(scores: Overview, *students: Student) -> Overview:
    one = scores.students[0]
    return replace(scores, students=tuple(replace(one, student=student) for student in students))


@pytest.mark.parametrize(
    "student",
    [
        Student("s1", email="ADA@example.org"),
        Student("s1", "ada  lovelace"),
        Student("Ada Lovelace"),
        Student("s1", ids={"moodle_id": "11"}),
        Student("s1", ids={"Moodle ID": "Participant 11"}),
    ],
)
def test_a_student_is_known_by_address_name_id_or_number(scores: Overview, student: Student) -> None:
    assert filled(known_as(scores, student), sheet(ADA))[1][4] == "1.8"


@pytest.mark.parametrize(
    ("students", "reason"),
    [
        ((Student("s1", "Ada Lovelace"), Student("s2", "Ada Lovelace")), "this may be s1 or s2"),
        ((Student("s1", "Bob", ids={"moodle_id": "11"}),), "has the number of s1, and another name"),
        ((Student("s1", email="b@c.d", ids={"moodle_id": "11"}),), "has the number of s1, and another name"),
        ((Student("s1", "Bob"),), "neither in the gradebook"),
    ],
)
def test_nobody_gets_the_score_of_somebody_else(scores: Overview, students: tuple[Student, ...], reason: str) -> None:
    table = known_as(scores, *students)
    assert filled(table, sheet(ADA))[1][4] == ""
    assert reason in renderer(sheet(ADA)).left_out(table)[0]


def test_two_of_one_name_are_told_apart_by_the_number(scores: Overview) -> None:
    table = known_as(
        scores,
        Student("s1", "Ada Lovelace", ids={"moodle_id": "10"}),
        Student("s2", "Ada Lovelace", ids={"moodle_id": "11"}),
    )
    made = renderer(sheet(ADA))
    assert filled(table, sheet(ADA))[1][4] == "1.8"
    assert made.left_out(table) == ("s1: is not in the worksheet",)


def test_two_rows_of_one_student_are_one_too_many(scores: Overview) -> None:
    data = sheet(ADA, ADA.replace("Participant 11", "Participant 14"))
    rows = filled(scores, data)
    assert (rows[1][4], rows[2][4]) == ("1.8", "")
    assert "ada has the row" in renderer(data).left_out(scores)[0]


def test_in_a_blind_marking_the_number_is_enough(scores: Overview) -> None:
    header = "Identifier,Status,Grade,Maximum Grade,Last modified (grade)"
    data = sheet("Participant 11,No submission,,4.00,-", "Participant 12,No submission,,4.00,-", header=header)
    table = known_as(scores, Student("s1", "Bob", "b@c.d", {"moodle_id": "12"}))
    assert [row[2] for row in filled(table, data)[1:]] == ["", "1.8"]
