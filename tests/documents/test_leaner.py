from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms, ImageFont
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from fundapp.documents import archival
from fundapp.documents.colours import srgb_profile
from fundapp.documents.printing import pdf_of
from tests.documents.letter_rows import a_decline_letter, a_reserve_letter, an_award_letter
from tests.documents.reading import page_texts, reader_of

AWARD = an_award_letter(verify_url="https://fund.example/verify", code="K7QD-28MX")


@pytest.mark.parametrize(
    "row", [AWARD, a_decline_letter(), a_reserve_letter()], ids=lambda row: row.reference
)
def test_a_letter_in_latin_script_has_at_most_35_kb(renderer, row):
    assert len(pdf_of(renderer, row)) <= 35_000


def test_the_lean_file_says_the_same(renderer, monkeypatch):
    lean = pdf_of(renderer, AWARD)
    monkeypatch.setattr(archival, "make_lean", lambda pdf: None)
    full = pdf_of(renderer, AWARD)
    assert len(lean) < 0.85 * len(full)
    assert page_texts(lean) == page_texts(full)
    assert words_for(reader_of(lean)) == words_for(reader_of(full))


def words_for(reader: PdfReader) -> list[str]:
    """The alternative words of all pictures, in the order in which they are read."""
    root: Any = reader.root_object["/StructTreeRoot"]
    return [element["/Alt"] for element in elements_of(root["/K"][0]) if "/Alt" in element]


def elements_of(element: Any):
    element = element.get_object()
    yield element
    for kid in element["/K"]:
        if isinstance(kid.get_object(), DictionaryObject):
            yield from elements_of(kid)


def test_each_piece_of_text_knows_the_element_that_holds_it(renderer):
    root: Any = reader_of(pdf_of(renderer, AWARD)).root_object["/StructTreeRoot"]
    numbers = root["/ParentTree"]["/Nums"]
    for owners in numbers[1::2]:
        for mark, owner in enumerate(owners.get_object()):
            assert mark in owner.get_object()["/K"]
    for element in elements_of(root["/K"][0]):
        for kid in element["/K"]:
            child = kid.get_object()
            if isinstance(child, DictionaryObject):
                assert child["/P"] == element


def test_paragraphs_hold_their_text_themselves(renderer):
    root: Any = reader_of(pdf_of(renderer, AWARD)).root_object["/StructTreeRoot"]
    kinds = [element["/S"] for element in elements_of(root["/K"][0])]
    assert "/P" in kinds
    assert "/Span" not in kinds


def test_fonts_keep_only_the_tables_that_draw(renderer):
    reader = reader_of(pdf_of(renderer, AWARD))
    fonts = [thing["/FontFile2"].get_data() for thing in descriptors(reader)]
    for font in fonts:
        tables = [font[start : start + 4] for start in range(12, 12 + 16 * font[5], 16)]
        assert sorted(tables) == [b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp"]
        assert ImageFont.truetype(BytesIO(font), 10).size == 10


def descriptors(reader: PdfReader) -> list[Any]:
    resources: Any = reader.pages[0]["/Resources"]
    return [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for font in resources["/Font"].values()
    ]


def test_the_profile_tells_the_colours_of_srgb():
    profile = ImageCms.ImageCmsProfile(BytesIO(srgb_profile()))
    noise = Image.effect_noise((64, 64), 100)
    colours = Image.merge("RGB", (noise, noise.rotate(90), noise.rotate(180)))
    change = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    changed = ImageCms.applyTransform(colours, change)
    assert changed is not None
    difference = ImageChops.difference(colours, changed).convert("L").tobytes()
    assert max(difference) <= 1
    assert len(srgb_profile()) < 600
