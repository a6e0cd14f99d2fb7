"""The students' bundle: what students get of a course, with records in place of the solutions.

::

    course ─▶ descriptions without what is hidden ─┐
    course ─▶ prepared data of the public seed ────┼─▶ files of the bundle ─▶ a folder
    package ─▶ wheel ──────────────────────────────┘

Everything is made before anything is written, and the same course gives the same bytes. What goes into a bundle is
listed; nothing goes into it because nobody thought of leaving it out.
"""
