"""Templates for pages: everything that is put into them is escaped, and nothing that is missing is passed over."""

from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

_OWN = "grader.pages"


def environment(package: str, **names: Any) -> Environment:
    """Return the environment for the templates of a package.

    Parameters
    ----------
    package : str
        with a folder `templates`; `page.html` and `style.css` come from here.
    **names
        functions for all its templates.
    """
    loader = ChoiceLoader([PackageLoader(package), PackageLoader(_OWN)])
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.globals.update(names)
    return found
