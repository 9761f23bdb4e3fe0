"""What the scripts of the base pages do: keep text, save it, count, mark, guard."""

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import assert_accessible, running_chromium
from tests.browser.look_site import running_look_site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def served(installed):
    with running_look_site(installed.app) as served:
        yield served


@pytest.fixture
def site(served):
    site, _ = served
    site.start_afresh()
    return site


@pytest.fixture
def page(browser, served, site):
    with browser.new_context(timezone_id="Europe/Berlin") as context:
        page = context.new_page()
        page.set_default_timeout(8000)
        page.goto(f"{served[1]}/sample")
        yield page


def state_of(page):
    return page.locator("[data-save-state]")


def kept(page) -> int:
    return page.evaluate("localStorage.length")


def both_texts(page):
    return page.locator("section.both")


def test_typed_text_is_saved_and_said_so(page, site):
    page.fill("#method", "Another way.")
    assert kept(page) == 1
    expect(state_of(page)).to_have_text("Saved at 12:03 CET")
    path, posted = site.posts[0]
    assert (path, posted["method"], posted["version"]) == ("/save", "Another way.", "7")
    assert page.input_value("[name=version]") == "8"
    assert kept(page) == 0


def test_text_that_did_not_arrive_comes_back_after_a_reload(page, site):
    site.answer = ({"problem": "broken"}, 500)
    page.fill("#method", "Only here.")
    expect(state_of(page)).to_have_text(
        "Not saved. Your text is kept on this device. Next try in 10 s."
    )
    site.answer = None
    page.reload()
    expect(page.locator("#method")).to_have_value("Only here.")
    expect(page.locator("form > .notice")).to_have_text(
        "Put back from this device: text that had not reached us."
    )
    expect(state_of(page)).to_have_text("Saved at 12:03 CET")
    assert kept(page) == 0


def test_text_typed_before_the_script_arrives_is_saved(page, site):
    waiting = []
    page.route("**/js/autosave.js*", lambda route: waiting.append(route))
    with page.expect_request("**/js/autosave.js*"):
        page.reload()
    page.fill("#method", "Typed on a slow line.")
    waiting[0].continue_()
    expect(state_of(page)).to_have_text("Saved at 12:03 CET")
    assert [posted["method"] for _, posted in site.posts] == ["Typed on a slow line."]


def test_a_refusal_says_why_and_marks_the_field(page, site):
    problem = {"field": "samples", "sentence": "Enter a whole number"}
    site.answer = ({"problem": "The call is closed.", "problems": [problem]}, 422)
    page.fill("#method", "Too late.")
    expect(state_of(page)).to_have_text(
        "Not saved. Your text is kept on this device. The call is closed."
    )
    expect(page.locator("#samples-error")).to_have_text("Enter a whole number")
    assert kept(page) == 1


def test_two_people_on_one_field_choose_a_text(page, site):
    theirs = {"method": "Theirs.", "samples": "310"}
    site.answer = (
        {"theirs": theirs, "their_name": "Ben Sample", "their_time": "13:41", "version": 12},
        409,
    )
    page.fill("#method", "Mine.")
    expect(both_texts(page)).to_have_count(1)
    expect(both_texts(page).locator("h3")).to_have_text("Ben Sample changed “Method” too, 13:41")
    expect(page.locator("#samples")).to_have_value("310")
    page.get_by_role("button", name="Save and next").click()
    assert [path for path, _ in site.posts] == ["/save"]
    site.answer = None
    page.get_by_role("button", name="Join them").click()
    expect(page.locator("#method")).to_have_value("Theirs.\n\nMine.")
    expect(state_of(page)).to_have_text("Saved at 12:03 CET")
    assert site.posts[-1][1]["version"] == "12"


def test_text_kept_from_an_older_version_is_never_put_over_a_newer_one(page, site):
    site.answer = ({}, 500)
    page.fill("#method", "Mine, offline.")
    expect(state_of(page)).to_contain_text("Not saved")
    site.answer, site.version = None, 9
    page.reload()
    expect(both_texts(page)).to_have_count(1)
    expect(page.locator("#method")).to_have_value("As it was.")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator("#method")).to_have_value("Mine, offline.")


def test_the_form_waits_for_its_autosave_and_goes_out_once(page, site):
    site.gate.clear()
    page.fill("#method", "Quick.")
    expect(state_of(page)).to_have_text("Saving")
    button = page.get_by_role("button", name="Save and next")
    button.click(no_wait_after=True)
    button.click(no_wait_after=True)
    site.gate.set()
    page.wait_for_url("**/form")
    assert [(path, posted["version"]) for path, posted in site.posts] == [
        ("/save", "7"),
        ("/form", "8"),
    ]


def test_words_are_counted_while_typing(page):
    page.fill("#method", "one two three — four 漢字漢字")
    expect(page.locator("#method-count")).to_have_text("6 of 5 words. Shorten by 1")
    page.fill("#method", "one two")
    expect(page.locator("#method-count")).to_have_text("2 of 5 words")


@pytest.mark.parametrize(
    ("typed", "total"),
    [("12,500.25", "€12,520.75"), ("€ 12 500,50", "€12,521"), ("12.500", "€12,520.50")],
)
def test_lines_add_up(page, typed, total):
    page.fill("#budget-0-amount", typed)
    expect(page.locator("#budget-total")).to_have_text(total)


def test_a_total_waits_while_a_line_is_no_number(page):
    page.fill("#budget-0-amount", "about 5")
    expect(page.locator("#budget-total")).to_have_text("€120.50")


def test_digits_mark_the_criterion_in_focus_only(page):
    page.focus("#samples")
    page.keyboard.press("2")
    expect(page.locator("#validity-2")).not_to_be_checked()
    page.focus("#validity-1")
    page.keyboard.press("2")
    expect(page.locator("#validity-2")).to_be_checked()
    expect(page.locator("#validity-2-anchor")).to_be_visible()
    expect(page.locator("#validity-1-anchor")).to_be_hidden()


def test_control_and_enter_press_save_and_next(page, site):
    page.focus("#method")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/form")
    assert [path for path, _ in site.posts] == ["/form"]


def test_errors_take_the_focus_and_lead_to_their_field(page, site):
    site.is_wrong = True
    page.reload()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="Say how many").click()
    expect(page.locator("#samples")).to_be_focused()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_fits(page, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert_accessible(page)
