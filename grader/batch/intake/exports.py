"""Exports of learning platforms: whose each part is, as the platform's own names and files say."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.batch.intake import gradescope
from grader.batch.intake.owners import Claim, Owner, Piece, of_canvas, of_gradescope, of_moodle
from grader.batch.intake.places import WHOSE, Layout, Place, Shape, Top
from grader.batch.intake.sources import read_source
from grader.batch.intake.students import Held
from grader.errors import SubmissionNotFound


def from_export(place: Place, tops: Sequence[Top]) -> Layout | None:
    """Return whose is what in an export of a learning platform, or None if the place is none."""
    metadata = next((piece for piece in place.pieces if piece.parts == (gradescope.FILE,)), None)
    if metadata:
        return _gradescope(place, metadata, tops)
    claims = _claims(tops)
    return _claimed(place, tops, claims) if claims else None


def _gradescope(place: Place, metadata: Piece, tops: Sequence[Top]) -> Layout:
    try:
        if metadata.entry.source is None:
            raise SubmissionNotFound(metadata.entry.fault)
        exports = gradescope.exported(read_source(metadata.entry.source, gradescope.METADATA_CAP))
    except SubmissionNotFound as error:
        return place.refused(f"{gradescope.FILE} is needed to know whose is what: {error}")
    held: list[Held] = []
    refused: list[tuple[str, str]] = []
    for top in tops:
        export = exports.get(top.name)
        owners = [owner for owner in of_gradescope(top.name, export) if owner.name] if export else []
        held += [place.held(owner, top.inside, top.origin(place)) for owner in owners]
        if not owners:
            refused.append((top.origin(place), f"{gradescope.FILE} does not say whose it is"))
    return Layout(Shape.EXPORT, tuple(held), tuple(refused))


def _claims(tops: Sequence[Top]) -> Mapping[str, Claim]:
    """Return what a platform says of each thing in a place; empty if no platform made it.

    Moodle's names cannot be mistaken. Canvas' can, so most must be of its kind.
    """
    moodle = {top.name: claim for top in tops if (claim := of_moodle(top.name))}
    if moodle:
        return moodle
    canvas = {top.name: claim for top in tops if (claim := of_canvas(top.name))}
    return canvas if 2 * len(canvas) > len(tops) else {}


def _claimed(place: Place, tops: Sequence[Top], claims: Mapping[str, Claim]) -> Layout:
    owners: dict[str, Owner] = {}
    pieces: dict[str, list[Piece]] = defaultdict(list)
    origins: dict[str, str] = {}
    refused: list[tuple[str, str]] = []
    for top in tops:
        claim = claims.get(top.name)
        if claim is None:
            refused.append((top.origin(place), f"{WHOSE}, unlike those beside it"))
            continue
        raw = claim.owner.raw
        known = owners.get(raw, claim.owner)
        owners[raw] = replace(known, late=known.late or claim.owner.late)
        origins.setdefault(raw, top.origin(place))
        for piece in top.pieces:
            inner = piece.parts[1:]
            parts = (claim.rest, *inner) if claim.rest else inner
            pieces[raw].append(Piece(parts, piece.entry, piece.clock, claim.number))
    held = [
        place.held(
            owner, (piece for piece in pieces[owner.raw] if piece.parts or piece.entry.fault), origins[owner.raw]
        )
        for owner in _told_apart(list(owners.values()))
    ]
    return Layout(Shape.EXPORT, tuple(held), tuple(refused))


def _told_apart(owners: list[Owner]) -> list[Owner]:
    """Return the owners; in a blind marking all have one name, “Participant” say, and a number is all there is."""
    if len(owners) < 2 or len({owner.name for owner in owners}) > 1:
        return owners
    return [replace(owner, name=owner.raw.replace("_", " "), names=()) for owner in owners]
