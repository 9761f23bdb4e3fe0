"""Form of the prize: who enters, with which evaluation, and which ties they have."""

from fundapp.domain.questions import Question, QuestionKind, Section
from fundapp.domain.templates.shape import gate, long_text
from fundapp.domain.templates.shared_questions import IS_TRUE, LANGUAGE, TEAM_COLUMNS, TOPICS

ELIGIBILITY = Section(
    code="eligibility",
    title="May you enter?",
    intro="Five questions first. If one answer is no, you know at once and lose no time.",
    questions=(
        gate(
            "is_finished",
            "Is the evaluation finished, and has it been run on at least three models?",
            if_not="The prize is for evaluations that exist and have been run. Enter when yours "
            "is finished.",
        ),
        gate(
            "is_recent",
            "Was it first released in the last 24 months?",
            help="A new version with new evidence counts as new.",
            if_not="The prize is for evaluations of the last 24 months. A new version with new "
            "evidence counts as new.",
        ),
        gate(
            "may_enter_it",
            "Did you make it, or do all who made it agree that you enter it?",
            if_not="Ask the people who made it first.",
        ),
        gate(
            "may_be_rerun",
            "May we have a part of it run again by somebody else?",
            help="Private items stay private: whoever runs it signs for that.",
            if_not="A winner is named only after a part was run again by somebody else.",
        ),
        gate(
            "is_outside",
            "Are all who made it outside the funders and the panel?",
            if_not="People who work for a funder or sit on the panel may not win. Write to us if "
            "the tie is distant.",
        ),
    ),
)

ENTRY = Section(
    code="entry",
    title="Your evaluation",
    questions=(
        Question(
            code="title",
            label="Name of the evaluation",
            kind=QuestionKind.SHORT_TEXT,
            max_words=12,
            if_missing="Give the name of the evaluation.",
        ),
        long_text(
            "summary",
            "What does it measure, and what did it show?",
            words=100,
            help="For readers outside your field. We publish it if you win.",
            if_missing="Sum up your evaluation in at most 100 words.",
        ),
        TOPICS,
        LANGUAGE,
        Question(
            code="link",
            label="Where can it be found?",
            help="Paper, code or project page.",
            kind=QuestionKind.LINK,
            identifying=True,
            if_missing="Give a link to the evaluation.",
        ),
        Question(
            code="released_on",
            label="First released",
            kind=QuestionKind.DATE,
            if_missing="Enter the day of the first release.",
        ),
        Question(
            code="team",
            label="Who made it?",
            help="We use names and addresses to find conflicts of interest, and in the "
            "announcement if you win.",
            kind=QuestionKind.GROUP,
            minimum=1,
            maximum=30,
            identifying=True,
            if_missing="List the people who made it.",
            columns=TEAM_COLUMNS,
        ),
    ),
)

TIES = Section(
    code="ties",
    title="Ties and consent",
    intro="A tie does not shut you out. Hiding one may.",
    questions=(
        long_text(
            "developer_ties",
            "What ties do you have to the developers of the models you ran?",
            words=150,
            help="Money, shares, computing credits, shared people, contracts. Write “none” if so.",
            if_missing="Name your ties to developers. “None” is an answer.",
        ),
        long_text(
            "funder_ties",
            "What ties do you have to the funders and the panel?",
            words=100,
            help="Family, work, study or investment. Write “none” if so. We use this to keep "
            "people with a tie away from your entry.",
            if_missing="Name your ties to funders and panel. “None” is an answer.",
        ),
        gate(
            "consent_sharing",
            "May all funders of this prize and their reviewers read this entry?",
            if_not="The funders decide together, so all of them need to read it.",
        ),
        gate(
            "consent_announcement",
            "If you win, may we announce the names, the summary and the sum?",
            if_not="A prize is announced in public. Write to us if a name must stay out.",
        ),
        IS_TRUE,
    ),
)
