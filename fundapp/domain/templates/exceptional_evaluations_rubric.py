"""How entries for the prize are judged: eight criteria, marked 1 to 5."""

from fundapp.domain.evidence_facts import EvidenceFact
from fundapp.domain.rubrics import Rubric
from fundapp.domain.templates.shape import criterion

EXCEPTIONAL_EVALUATIONS_RUBRIC = Rubric(
    (
        criterion(
            "relevance",
            "Relevance to safety",
            "Does it inform a decision about the safety of AI systems?",
            weight=15,
            anchors=(
                "The link to safety is only asserted, or it measures general ability alone.",
                "It concerns safety, but no decision about training, release, use or oversight "
                "would follow from a result.",
                "It could inform such a decision. The step from score to decision is left to "
                "the reader.",
                "It informs a named decision, and the step from score to decision is argued "
                "with thresholds or examples.",
                "It has informed a decision about a serious risk, or it gives sight where such "
                "decisions are made blind today.",
            ),
        ),
        criterion(
            "validity",
            "Construct validity",
            "Does the score stand for the thing it is named after?",
            weight=20,
            anchors=(
                "Name and tasks do not match, or a shortcut solves most tasks.",
                "The tasks look right. Nothing shows that a higher score means more of the "
                "thing named.",
                "The thing is defined and the tasks are argued for, with some evidence such as "
                "expert review or human baselines. Rival explanations stay open.",
                "Evidence of several kinds agrees. The main rivals, such as prompt format, "
                "refusals or general ability, are tested and found small.",
                "Evidence of several kinds agrees, rivals are ruled out, and the score "
                "predicts something outside the test. It is shown where the score stops "
                "holding.",
            ),
        ),
        criterion(
            "separation",
            "Power to tell models apart",
            "Does it separate models that truly differ?",
            weight=10,
            facts=(EvidenceFact.RESULTS, EvidenceFact.SAMPLES, EvidenceFact.UNCERTAINTY),
            anchors=(
                "Nearly all models score the same, at the bottom or at the top.",
                "It separates very different models only. Most differences are within the noise.",
                "It separates generations of models. Neighbours often overlap, and the "
                "intervals show it.",
                "It separates models of similar ability at a stated number of samples, with "
                "room left at both ends.",
                "It was worked out beforehand how small a difference can be seen with how many "
                "samples, and it is seen. Items are spread in difficulty so that coming models "
                "can be told apart too.",
            ),
        ),
        criterion(
            "rigour",
            "Statistical rigour",
            "Are the numbers reported with the uncertainty they have?",
            weight=15,
            facts=(
                EvidenceFact.SAMPLES,
                EvidenceFact.UNCERTAINTY,
                EvidenceFact.GRADER,
                EvidenceFact.STATUS,
            ),
            anchors=(
                "Single numbers from single runs, without the number of samples.",
                "Samples are counted. Uncertainty is missing or wrong, or the best of several runs "
                "is reported.",
                "Intervals are given and their method is stated. Repeated runs are few, or "
                "grouped items are treated as independent.",
                "Intervals cover repeated runs, grouped items and errors of the grader. Models "
                "are compared on the same items, and failed runs are counted.",
                "The analysis was fixed before the results were seen. Intervals cover runs, "
                "groups and graders, graders are checked against a reference, and runs and "
                "code are there to inspect.",
            ),
        ),
        criterion(
            "resistance",
            "Resistance to contamination and gaming",
            "Would a better score still mean a better model?",
            weight=10,
            facts=(EvidenceFact.MODELS, EvidenceFact.DATES),
            anchors=(
                "Items were public before the models were trained, or the score can be raised "
                "without the thing it measures.",
                "The danger is named. Nothing checks for leaked items or stops training to the "
                "test.",
                "There is some defence, such as a canary string, a held-out part or fresh "
                "items. Leakage is not measured.",
                "Leakage is measured, for example old against new items. A private or renewable "
                "part exists, and obvious tricks on the grader were tried.",
                "Items can be renewed at will or are kept under control. Outsiders tried to "
                "game it and what they found was mended. Signs that a model knows it is being "
                "tested are looked for.",
            ),
        ),
        criterion(
            "reproducibility",
            "Reproducibility",
            "Could a stranger get the same result?",
            weight=10,
            facts=(
                EvidenceFact.REVISION,
                EvidenceFact.STATUS,
                EvidenceFact.DATES,
                EvidenceFact.COST,
            ),
            anchors=(
                "Code, items or settings are missing, so nobody can repeat it.",
                "Parts are there. Versions, prompts or model settings are missing.",
                "Code, prompts, versions and access to the items are given. The authors got the "
                "same result twice, within the stated uncertainty.",
                "One documented command runs it with fixed versions. Full logs are there, and a "
                "rerun of a part by the authors matches them.",
                "Others have rerun it without the authors and got the same result within the "
                "stated uncertainty. What differed is explained.",
            ),
        ),
        criterion(
            "usability",
            "Ease of use by others",
            "How soon could another team run it and read the result?",
            weight=10,
            anchors=(
                "Only its authors can run it.",
                "Others need weeks, or hardware, data or permissions that few can get.",
                "A skilled team runs it within days. The documentation covers the normal case.",
                "It runs within hours in a common framework. Its cost is stated, and it is "
                "explained how to read the result.",
                "Others run it already, on models of several developers. It is cheap and kept "
                "up, and its documentation warns of wrong readings.",
            ),
        ),
        criterion(
            "release",
            "Responsible release",
            "Does what was released help those who protect more than those who harm?",
            weight=10,
            anchors=(
                "Dangerous material is out without a thought about misuse, or people were "
                "harmed or exposed in making it.",
                "Dangers are mentioned. What was released does not follow from them.",
                "Misuse is weighed and the clearly dangerous parts are held back. Who may see "
                "them is left vague. Licences and consent are in order.",
                "Parts are graded by danger, each with stated rules of access. Developers "
                "concerned were told first. Licences, privacy and care for annotators are in "
                "order.",
                "People outside the team reviewed the grading. There is a contact for problems, "
                "a plan to withdraw material, and a record of who was given access.",
            ),
        ),
    )
)
