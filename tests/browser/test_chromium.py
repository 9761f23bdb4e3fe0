"""The browser and the accessibility check that other tests stand on."""

import re

import pytest

from tests.browser.chromium import assert_accessible, running_chromium

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><title>Sample</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<main><h1>Sample</h1>{}</main></html>"""


@pytest.fixture(scope="module")
def browser():
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def page(browser):
    with browser.new_context() as context:
        yield context.new_page()


def broken_rules(page) -> list[str]:
    with pytest.raises(AssertionError) as failure:
        assert_accessible(page)
    return re.findall(r"^([a-z-]+) \(", str(failure.value), re.MULTILINE)


def test_a_good_page_passes_under_a_strict_policy(page):
    page.set_content(PAGE.format("<label>Name <input autocomplete='name'></label>"))
    assert_accessible(page)


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        ("<input name='amount'>", ["label"]),
        ("<p><font color='#bbbbbb'>faint</font></p>", ["color-contrast"]),
        ("<table><tr><td headers='nowhere'>x</table>", ["td-headers-attr"]),
        ("<button>×</button><button>+</button>" * 9, ["target-size"]),
        ("<img src='x.png'><svg role='img'></svg>", ["image-alt", "svg-img-alt"]),
    ],
)
def test_names_each_rule_that_a_page_breaks(page, content, rules):
    page.set_content(PAGE.format(content))
    assert broken_rules(page) == rules


def test_says_where_and_what_to_mend(page):
    page.set_content(PAGE.format("<img src='x.png'>"))
    with pytest.raises(AssertionError) as failure:
        assert_accessible(page)
    lines = [line.strip() for line in str(failure.value).splitlines()]
    assert lines[:5] == [
        "about:blank at 1280 px breaks 1 accessibility rules:",
        "",
        "image-alt (critical): Images must have alternative text",
        "img",
        '<img src="x.png">',
    ]


def test_refuses_at_once_where_scripts_are_off(browser):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.set_content(PAGE.format(""))
        with pytest.raises(ValueError, match="a context that runs scripts"):
            assert_accessible(page)
