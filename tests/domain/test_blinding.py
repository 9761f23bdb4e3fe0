"""What gives an applicant away, and what only looks like it."""

import pytest

from fundapp.domain.blinding import Identity, Member, ReadText, find_traces

ZEMBLA = Identity(
    organisation="Zembla Measures Ltd. (sample)",
    website="https://www.zembla-measures.example/en/",
    members=(
        Member("Ada Wanjiru Sämple (sample)", "ada@zembla.example"),
        Member("Ben Ito", "ben.ito@gmail.com"),
    ),
)


def names_in(text: str, identity: Identity = ZEMBLA, *, is_filename: bool = False) -> list[str]:
    read = ReadText("summary", "Summary", text, is_filename=is_filename)
    return [name for trace in find_traces(identity, [read]) for name in trace.names]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We at Zembla Measures test assistants.", ["Zembla Measures Ltd."]),
        ("ZEMBLA-MEASURES' own test set", ["Zembla Measures Ltd."]),
        ("see @ZemblaMeasures for news", ["Zembla Measures Ltd."]),
        ("led by Ada Wanjiru Sample", ["Ada Wanjiru Sämple"]),
        ("led by Ada Sämple", ["Ada Wanjiru Sämple"]),
        ("Sample, Ada (2026): How we measure", ["Ada Wanjiru Sämple"]),
        ("A. Sample and B. Ito", ["Ada Wanjiru Sämple", "Ben Ito"]),
        ("Write to lab@zembla.example.", ["zembla.example"]),
        ("Write to Ben.Ito@gmail.com", ["Ben Ito", "ben.ito@gmail.com"]),
        (
            "at https://zembla-measures.example/results",
            ["Zembla Measures Ltd.", "zembla-measures.example"],
        ),
    ],
)
def test_names_are_found_as_people_write_them(text: str, names: list[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We took a sample of measures.",
        "Zembla is a country of a novel.",
        "Measures Zembla",
        "Write to us at gmail.com",
        "The Adas sampled well; Benito too.",
        "See notzembla.example and zembla.example.org",
        "🧪 <script>Zembla</script> ((",
    ],
)
def test_what_only_looks_alike_is_left_alone(text: str) -> None:
    assert names_in(text) == []


@pytest.mark.parametrize(
    ("text", "is_filename", "names"),
    [
        ("Judges drift over time.", False, []),
        ("At Drift we judge.", False, ["Drift GmbH"]),
        ("drift_report-2.pdf", True, ["Drift GmbH"]),
    ],
)
def test_a_name_of_one_word_counts_with_its_capital(
    text: str, is_filename: bool, names: list[str]
) -> None:
    identity = Identity("Drift GmbH", "", ())
    assert names_in(text, identity, is_filename=is_filename) == names


@pytest.mark.parametrize(
    ("organisation", "text"),
    [
        ("Société Mesurée S.A.S.", "Chez Societe Mesuree nous testons"),
        ("Messwerk e.V.", "Das Messwerk prüft"),
        ("清测科技", "我们清测科技公司评估模型"),
        ("مقياس الوضوح", "نحن في مقياس الوضوح نختبر"),
        ("AI", "We are AI"),
    ],
)
def test_names_of_every_script(organisation: str, text: str) -> None:
    found = names_in(text, Identity(organisation, "", ()))
    assert found == ([] if organisation == "AI" else [organisation])


@pytest.mark.parametrize(
    ("website", "text", "names"),
    [
        ("github.com/zembla", "Code at github.com/zembla/tests", ["github.com/zembla"]),
        ("https://github.com/zembla", "Code at github.com/another", []),
        ("https://github.com", "Code at github.com", []),
        ("linkedin.com/company/zembla", "linkedin.com/company/other", []),
        ("no address", "no address", []),
        ("http://[broken", "http://[broken", []),
    ],
)
def test_a_page_on_a_site_of_many_is_told_by_its_path(
    website: str, text: str, names: list[str]
) -> None:
    assert names_in(text, Identity("Qx", website, ())) == names


def test_traces_say_where_and_keep_their_order() -> None:
    texts = [
        ReadText("risk", "Risk", "Zembla Measures and Ada Sample"),
        ReadText("plan", "Plan", "Nothing here"),
        ReadText("logs", "Logs", "zembla-measures-logs.zip", is_filename=True),
    ]
    found = find_traces(ZEMBLA, texts)
    assert [(trace.read.code, trace.names) for trace in found] == [
        ("risk", ("Zembla Measures Ltd.", "Ada Wanjiru Sämple")),
        ("logs", ("Zembla Measures Ltd.",)),
    ]
