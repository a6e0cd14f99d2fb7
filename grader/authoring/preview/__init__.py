"""A page for the author of an exercise: what students read, what is tried, and what they are told.

::

    exercise -> gather: stub and mistakes graded here -> Preview -> page: HTML
"""

from grader.authoring.preview.gathering import Preview, Scene, gather
from grader.authoring.preview.rendering import Entry, entry, index, page

__all__ = ["Entry", "Preview", "Scene", "entry", "gather", "index", "page"]
