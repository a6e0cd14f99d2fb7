"""Formulas as text for a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.mathematics import readable, to_unicode


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"x^2", "x²"),
        (r"x_i", "xᵢ"),
        (r"x_{ij}", "xᵢⱼ"),
        (r"A^{-1}", "A⁻¹"),
        (r"\sum_{k<j} x_k", "∑_(k<j) xₖ"),
        (r"A^\top", "Aᵀ"),
        (r"e^{-x^2}", "e^(−x²)"),
        (r"x^{n \times m}", "x^(n × m)"),
        (r"\alpha \le \beta", "α ≤ β"),
        (r"x \in \mathbb{R}^n", "x ∈ ℝⁿ"),
        (r"f: \mathbb{R}^n \to \mathbb{R}", "f: ℝⁿ → ℝ"),
        (r"\sum_{i=1}^{n} x_i^2", "∑ᵢ₌₁ⁿ xᵢ²"),
        (r"x_1, \dots, x_n", "x₁, …, xₙ"),
        (r"x_1 + \ldots", "x₁ + …"),
        (r"\frac{a}{b}", "a / b"),
        (r"\dfrac{a}{b}", "a / b"),
        (r"\frac12", "1 / 2"),
        (r"\frac{1}{2\pi}", "1 / (2π)"),
        (r"\frac{a + b}{c}", "(a + b) / c"),
        (r"\frac{\frac{1}{2}}{x+1}", "(1 / 2) / (x+1)"),
        (r"\frac{1}{\sqrt{n}}", "1 / √n"),
        (r"-\frac{(x - \mu)^2}{2}", "−(x − μ)² / 2"),
        (r"\sqrt{x}", "√x"),
        (r"\sqrt{x^2 + 1}", "√(x² + 1)"),
        (r"\sqrt{2 \pi} \sigma", "√(2 π) σ"),
        (r"\sin x + \cos(x)", "sin x + cos(x)"),
        (r"\log \det A", "log det A"),
        (r"\max_x f", "maxₓ f"),
        (r"\min f", "min f"),
        (r"\inf_x f \to \infty", "infₓ f → ∞"),
        (r"\lim_{n \to \infty} a_n", "lim_(n → ∞) aₙ"),
        (r"\Pr(X = 1)", "Pr(X = 1)"),
        (r"\operatorname{Var}(X)", "Var(X)"),
        (r"\mathrm{d}x", "dx"),
        (r"\text{if } x > 0", "if x > 0"),
        (r"\mathbf{x}", "x"),
        (r"\hat{x}", "x̂"),
        (r"\hat x", "x̂"),
        (r"\bar{x}", "x̅"),
        (r"\bar x", "x̅"),
        (r"\hat\mu", "μ̂"),
        (r"\left( x \right)", "( x )"),
        (r"\Big(x\Big)", "(x)"),
        (r"\leftarrow", "←"),
        (r"\|x\|_2", "‖x‖₂"),
        (r"\{1, 2\}", "{1, 2}"),
        (r"\{x : x > 0\}", "{x : x > 0}"),
        (r"10\,\%", "10 %"),
        (r"a \quad b\qquad c\;d\!e", "a b c de"),
        (r"\int_a^b f(x) \, \mathrm{d}x", "∫ₐᵇ f(x) dx"),
        (r"\nabla f \neq 0", "∇ f ≠ 0"),
        (r"\lambda_1 \ge \lambda_2", "λ₁ ≥ λ₂"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "(1, 2; 3, 4)"),
        (r"A = \begin{bmatrix} a_{11} & 0 \\ 0 & \frac{1}{2} \\ \end{bmatrix}", "A = [a₁₁, 0; 0, 1 / 2]"),
        (r"\left[\begin{array}{c|c} A & b \end{array}\right]", "[A, b]"),
        (r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}", "{ x if x > 0; −x otherwise }"),
        (r"\begin{cases} x, & x > 0 \\ 0, & x \le 0 \end{cases}", "{ x, x > 0; 0, x ≤ 0 }"),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", "a = b = c"),
        (r"\operatorname*{arg\,max}_x f(x)", "arg maxₓ f(x)"),
        (r"\argmin_x f", "arg minₓ f"),
        (r"\underset{x}{\arg\min} f", "arg minₓ f"),
        (r"\operatorname{softmax}(z)_i", "softmax(z)ᵢ"),
        (r"\log\det A", "log det A"),
        (r"\lim_{h \to 0} \frac{f(x + h) - f(x)}{h}", "lim_(h → 0) (f(x + h) − f(x)) / h"),
        (r"\lVert x \rVert", "‖x‖"),
        (r"\lfloor x \rfloor", "⌊x⌋"),
        (r"\left. f \right|_0", "f |₀"),
        (r"\binom{n}{k}", "(n choose k)"),
        (r"\overline{xy}", "x̅y̅"),
        (r"\widehat{\theta}", "θ̂"),
        (r"\widehat{AB}", "hat(AB)"),
        (r"\underbrace{a + b}_{n}", "(a + b)ₙ"),
        (r"\stackrel{d}{=}", "=ᵈ"),
        (r"\xrightarrow{d}", "→ᵈ"),
        (r"\sum_{\substack{i < n \\ j}} x", "∑_(i < n, j) x"),
        (r"\sqrt[3]{x}", "∛x"),
        (r"\sqrt[n]{x + 1}", "ⁿ√(x + 1)"),
        (r"x \not\in A", "x ∉ A"),
        (r"X \sim \mathcal{N}(0, 1)", "X ∼ 𝒩(0, 1)"),
        (r"A^{\mathsf T}", "Aᵀ"),
        (r"A^{-\top}", "A⁻ᵀ"),
        (r"P(A\mid B)", "P(A ∣ B)"),
        (r"\frac{n}{2} \log n", "(n / 2) log n"),
        (r"\frac{1}{2} (a + b)", "(1 / 2) (a + b)"),
        (r"\left(\frac{a}{b}\right)^2", "(a / b)²"),
        (r"\frac12^2", "(1 / 2)²"),
        (r"\frac{\partial^2 f}{\partial x_i \partial x_j}", "∂² f / (∂xᵢ ∂xⱼ)"),
        (r"\frac{1}{2n}", "1 / (2n)"),
        (r"\text{non-negative}", "non-negative"),
        (r"\ReLU(x)", r"\ReLU(x)"),
        ("x", "x"),
        ("", ""),
    ],
)
def test_a_formula_becomes_text_on_one_line(latex: str, text: str) -> None:
    assert to_unicode(latex).replace("-", "−") == text.replace("-", "−")


def test_formulas_in_a_sentence_are_replaced_in_their_places() -> None:
    assert readable(r"Let $x \in \mathbb{R}^n$ and $y_1$, please.") == "Let x ∈ ℝⁿ and y₁, please."


def test_a_displayed_formula_stands_on_a_line_of_its_own() -> None:
    assert readable(r"Thus $$x^2 = 4$$ holds.") == "Thus \n    x² = 4\n holds."


def test_a_displayed_formula_keeps_its_lines() -> None:
    assert readable("$$\nx^2 = 4,\ny_1 = 2.\n$$") == "\n    x² = 4,\n    y₁ = 2.\n"


def test_aligned_rows_stand_below_each_other_with_their_text_around() -> None:
    text = "Thus\n\n$$\n\\begin{aligned}\na &= \\frac{1}\n{2} \\\\\n&= c.\n\\end{aligned}\n$$\n\nholds."
    assert readable(text) == "Thus\n\n    a = 1 / 2\n    = c.\n\nholds."


def test_a_formula_in_a_sentence_is_escaped_where_the_result_is_read_as_markdown() -> None:
    assert readable("$x^*$ and $y^*$ in `*`, $t_{n, q}$", escaped=True) == r"x\* and y\* in `*`, t\_(n, q)"
    assert readable("$x^*$ and $y^*$") == "x* and y*"


def test_a_formula_may_go_over_a_line_end() -> None:
    assert readable("in $\\mathbb{R}^n \\to\n  \\mathbb{R}$.").split() == ["in", "ℝⁿ", "→", "ℝ."]


@pytest.mark.parametrize(
    "code", ["`x = $1$`", "`A_1`", "```python\n>>> f('$x^2$')\n```", "before `$a$` between `$b$` after"]
)
def test_code_is_left_as_it_is(code: str) -> None:
    assert readable(code) == code


def test_code_and_formulas_stand_side_by_side() -> None:
    assert readable("`x_1` is $x_1$ is `$x_1$`") == "`x_1` is x₁ is `$x_1$`"


@pytest.mark.parametrize("text", ["No formula at all.", "It costs 5 \\$ or 6 \\$.", "one $ alone", "a_1 and b^2", ""])
def test_text_without_formulas_is_left_as_it_is(text: str) -> None:
    assert readable(text) == text


@given(st.text(alphabet=st.characters(exclude_characters="$`"), max_size=60))
def test_what_holds_no_formula_never_changes(text: str) -> None:
    assert readable(text) == text


@given(st.text(alphabet="ab12{}$`\\^_ frac sqrt[]\n", max_size=60))
def test_no_text_is_too_broken_to_be_shown(text: str) -> None:
    assert isinstance(readable(text), str)


COMMANDS = [
    r"\begin{cases}",
    r"\begin{matrix}",
    r"\end{cases}",
    r"\\",
    r"\frac",
    r"\sqrt[",
    r"\left",
    r"\substack",
    r"\hat",
]


@given(
    st.lists(st.sampled_from([*COMMANDS, r"\text", r"\not", "{", "}", "&", "^", "_", "]", "x", " ", "\n"]), max_size=30)
)
def test_no_formula_is_too_broken_to_be_shown(parts: list[str]) -> None:
    assert "\n" not in to_unicode("".join(parts))


@given(
    st.recursive(
        st.sampled_from(["x", "2", r"\mu", "n_i"]),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda pair: rf"\frac{{{pair[0]}}}{{{pair[1]}}}"),
            inner.map(lambda part: rf"\sqrt{{{part}}}"),
            st.tuples(inner, inner).map(" + ".join),
        ),
        max_leaves=4,
    )
)
def test_nested_formulas_lose_their_commands_and_braces(latex: str) -> None:
    text = to_unicode(latex)
    assert not set(text) & set("\\{}")
    assert text.count("(") == text.count(")")
    assert "\n" not in text
