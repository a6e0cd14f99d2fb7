"""Formulas as MathML."""

from xml.etree import ElementTree as ET

import pytest

from grader.pages.formulas import FormulaError, mathml


@pytest.mark.parametrize(
    ("latex", "tags"),
    [
        ("x", ["mi"]),
        ("x^2", ["msup"]),
        ("a_{ij}", ["msub"]),
        (r"\frac{a}{b}", ["mfrac"]),
        (r"\sqrt{x}", ["msqrt"]),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", ["mrow"]),
    ],
)
def test_what_has_a_structure_keeps_it(latex: str, tags: list[str]) -> None:
    assert [child.tag for child in ET.fromstring(mathml(latex, display=False))] == tags


@pytest.mark.parametrize(
    "latex",
    [
        r"\sum_{i=1}^{n} x_i",
        r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}",
        r"\begin{aligned} a &= b \\ &= c \end{aligned}",
        r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}",
        r"\operatorname*{arg\,max}_x f(x)",
        r"\operatorname{softmax}(z)_i",
        r"\mathbb{E}[X] \perp Y",
        r"X \sim \mathcal{N}(0, 1)",
        r"\lVert x \rVert_2 \le \left\| A \right\|_F",
        r"\binom{n}{k} \hat{\beta} \bar x \vec v \overline{AB}",
        r"\underbrace{a + b}_{n} \xrightarrow{d} \stackrel{d}{=}",
        r"\nabla^2 f, \partial_x, \iint_D, \lfloor x \rfloor, \dots",
        r"A^\top, A^{-1}, A^{\mathsf T}, \det A, \lim_{h \to 0}, \exp\!\Big(x\Big)",
    ],
)
def test_what_courses_write_is_known(latex: str) -> None:
    html = mathml(latex, display=True)
    assert html.startswith('<math display="block">')
    assert "\\" not in html
    assert "merror" not in html


def test_texts_in_a_formula_are_escaped() -> None:
    assert "<script" not in mathml(r"\text{<script>} < y", display=False)


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"x + \foo y", r"""Unknown command "\foo" at '\\foo y'"""),
        (r"\frac{1}", "Expected argument but reached end of input"),
        ("a & b", """Found "&", which may only appear in a table-like environment at '& b'"""),
        ("{x", ""),
        (r"\href{javascript:alert(1)}{x}", "Unknown command"),
    ],
)
def test_what_makes_no_sense_is_said_and_where(latex: str, said: str) -> None:
    with pytest.raises(FormulaError) as caught:
        mathml(latex, display=False)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_formula_changes_the_next_one() -> None:
    mathml(r"\newcommand{\mine}{1} \mine", display=False)
    with pytest.raises(FormulaError):
        mathml(r"\mine", display=False)
