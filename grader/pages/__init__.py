"""Pages of HTML that need no script and no network: prose with mathematics, code in colours, one look for all.

::

    text -> prose.page, prose.line -> HTML and the formulas that cannot be set
    code -> code.highlighted       -> HTML
    a template -> sheet.environment -> a page with its style inside

What a template is given as text is escaped; only what these modules made is HTML.
"""
