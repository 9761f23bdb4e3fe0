"""One row of each kind of document in each language, with what people typed in it too.

Every name is fictional. Names of funders keep Latin letters in no language but those that have
them, so that a word left in English stands out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from fundapp.domain.languages import LANGUAGES
from fundapp.queries.document_rows import (
    Addressee,
    AnswerRows,
    AttachmentLine,
    Condition,
    ContributionLine,
    CopiedAnswer,
    CopiedSection,
    FunderTotal,
    FundIdentity,
    OwnSum,
    PrintedRow,
    SharedComment,
    Signature,
)
from tests.documents.announcement_rows import a_grant_announcement, a_prize_announcement
from tests.documents.certificate_rows import a_certificate
from tests.documents.letter_rows import (
    FUND_SIGNATURE,
    PANEL,
    a_decline_letter,
    a_reserve_letter,
    a_withdrawal_letter,
    an_award_letter,
)
from tests.documents.shared_rows import FUND, ISSUED_AT, euros
from tests.documents.submission_rows import a_submission_copy


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What people typed in one language."""

    fund: str
    notice: str
    round: str
    title: str
    organisation: str
    person: str
    town: str
    country: str
    funders: tuple[str, str, str]
    criteria: tuple[str, ...]
    reason: str
    comment: str
    condition: str
    when: str
    released_by: str
    prizes: tuple[str, str, str]
    question: str


TYPED: Mapping[str, Typed] = {
    "fr": Typed(
        fund="Fonds de la mesure commune",
        notice="Échantillon. Tous les noms, sommes et dates sont fictifs.",
        round="Bourses d’amorçage pour l’évaluation de l’IA 2026",
        title="Mesure de la dérive des modèles juges",
        organisation="Atelier Échantillon (fictif)",
        person="Zoë Échantillon",
        town="Dakar",
        country="Sénégal",
        funders=("Ministère de Ruritanie", "Fondation Lilliput", "Fonds Erewhon"),
        criteria=("Importance du risque", "Validité", "Faisabilité", "Équipe", "Indépendance"),
        reason="Le comité a surtout apprécié un plan capable de montrer que sa propre mesure est "
        "fausse.",
        comment="Deux auditeurs, c’est peu. Nommez-en un troisième.",
        condition="Publier chaque série hebdomadaire sous licence ouverte.",
        when="à l’acceptation",
        released_by="votre acceptation",
        prizes=("Premier prix", "Deuxième prix", "Troisième prix"),
        question="Que mesurez-vous ?",
    ),
    "es": Typed(
        fund="Fondo de la Medida Común",
        notice="Muestra. Todos los nombres, sumas y fechas son ficticios.",
        round="Ayudas semilla para la evaluación de la IA 2026",
        title="Medidor de la deriva de los modelos juez",
        organisation="Taller Muestra (ficticio)",
        person="Íñigo Muestra",
        town="Bogotá",
        country="Colombia",
        funders=("Ministerio de Ruritania", "Fundación Lilliput", "Fideicomiso Erewhon"),
        criteria=("Importancia del riesgo", "Validez", "Viabilidad", "Equipo", "Independencia"),
        reason="Lo que más valoró el comité es un plan que puede mostrar que su medida falla.",
        comment="Dos auditores son pocos. Nombren a un tercero.",
        condition="Publicar cada serie semanal con una licencia abierta.",
        when="al aceptar",
        released_by="su aceptación",
        prizes=("Primer premio", "Segundo premio", "Tercer premio"),
        question="¿Qué miden?",
    ),
    "ar": Typed(
        fund="صندوق المقياس المشترك",
        notice="عيّنة. كل الأسماء والمبالغ والتواريخ متخيَّلة.",
        round="منح تأسيسية لتقييم الذكاء الاصطناعي 2026",
        title="مقياس انحراف النماذج المحكِّمة",
        organisation="مختبر العيّنة (متخيَّل)",
        person="عائشة المثال",
        town="القاهرة",
        country="مصر",
        funders=("وزارة العلوم في روريتانيا", "مؤسسة ليليبوت", "صندوق إيروون"),
        criteria=("أهمية الخطر", "صدق القياس", "قابلية التنفيذ", "الفريق", "الاستقلال"),
        reason="أكثر ما قدّرته اللجنة خطة قادرة على أن تُظهر خطأ مقياسها نفسه.",
        comment="مدققان اثنان عدد قليل. اذكروا ثالثًا لم يشارك في تصميم المقياس.",
        condition="نشر كل سلسلة أسبوعية برخصة مفتوحة.",
        when="عند القبول",
        released_by="قبولكم",
        prizes=("الجائزة الأولى", "الجائزة الثانية", "الجائزة الثالثة"),
        question="ماذا تقيسون؟",
    ),
    "zh": Typed(
        fund="共同尺度基金",
        notice="样本。所有姓名、金额和日期均为虚构。",
        round="2026年人工智能评测种子资助",
        title="评判模型漂移测量仪",
        organisation="示例实验室（虚构）",
        person="李示例",
        town="成都",
        country="中国",
        funders=("卢里塔尼亚科学部", "小人国基金会", "乌有乡信托"),
        criteria=("风险的重要性", "测量的效度", "可行性", "团队", "独立性"),
        reason="评审小组最看重的是：该方案能够证明自己的测量有误。",
        comment="两名审计人太少。请再指定一名未参与设计的审计人。",
        condition="以开放许可发布每周的全部数据。",
        when="接受时",
        released_by="您的接受",
        prizes=("一等奖", "二等奖", "三等奖"),
        question="您测量什么？",
    ),
    "hi": Typed(
        fund="साझा मापन कोष",
        notice="नमूना। सभी नाम, राशियाँ और तिथियाँ काल्पनिक हैं।",
        round="कृत्रिम बुद्धि मूल्यांकन के लिए बीज अनुदान 2026",
        title="निर्णायक मॉडलों के विचलन का मापक",
        organisation="नमूना प्रयोगशाला (काल्पनिक)",
        person="प्रिया नमूना",
        town="पुणे",
        country="भारत",
        funders=("रूरिटानिया विज्ञान मंत्रालय", "लिलिपुट प्रतिष्ठान", "एरेव्हॉन न्यास"),
        criteria=("जोखिम का महत्त्व", "माप की वैधता", "व्यवहार्यता", "दल", "स्वतंत्रता"),
        reason="समिति ने सबसे अधिक उस योजना को सराहा जो अपने ही मापक की भूल दिखा सकती है।",
        comment="दो लेखापरीक्षक कम हैं। एक तीसरे का नाम दें।",
        condition="हर साप्ताहिक शृंखला खुली अनुज्ञप्ति के साथ प्रकाशित करें।",
        when="स्वीकृति पर",
        released_by="आपकी स्वीकृति",
        prizes=("प्रथम पुरस्कार", "द्वितीय पुरस्कार", "तृतीय पुरस्कार"),
        question="आप क्या मापते हैं?",
    ),
}


def rows_in(language: str) -> list[PrintedRow]:
    """Return one row of each kind of document, typed in `language` too."""
    if language == "en":
        return [
            an_award_letter(verify_url="https://fund.example/verify", code="K7QD-28MX"),
            a_decline_letter(),
            a_reserve_letter(),
            a_withdrawal_letter(),
            a_prize_announcement(),
            a_grant_announcement(),
            a_certificate(),
            a_submission_copy(),
        ]
    typed = TYPED[language]
    return [
        *_letters(typed, language),
        *_announcements(typed, language),
        _certificate(typed, language),
        _copy(typed, language),
    ]


def _fund(typed: Typed) -> FundIdentity:
    return replace(FUND, name=typed.fund, tagline=typed.fund, address=typed.fund)


def _letters(typed: Typed, language: str) -> list[PrintedRow]:
    funders = typed.funders
    panel = replace(
        PANEL,
        criteria=tuple(
            replace(standing, title=title)
            for standing, title in zip(PANEL.criteria, typed.criteria, strict=False)
        ),
        comments=(SharedComment(text=typed.comment, about=typed.criteria[-1]),),
        corrected=4.2,
    )
    shared = {
        "language": language,
        "notice": typed.notice,
        "fund": _fund(typed),
        "application_title": typed.title,
        "round_title": typed.round,
        "addressee": Addressee(
            organisation=typed.organisation,
            person=typed.person,
            lines=(typed.town, typed.country),
        ),
        "panel": panel,
        "reason": typed.reason,
        "verify_url": "https://fund.example/verify",
        "code": "K7QD-28MX",
    }
    by_fund = (replace(FUND_SIGNATURE, officer=typed.person, on_behalf_of=typed.fund),)
    award = an_award_letter()
    return [
        an_award_letter(
            **shared,
            contributions=tuple(
                ContributionLine(funder=funder, amount=part.amount, paid_when=typed.when)
                for funder, part in zip(funders, award.contributions, strict=True)
            ),
            tranches=tuple(replace(one, released_by=typed.released_by) for one in award.tranches),
            conditions=(
                Condition(text=typed.condition),
                Condition(text=typed.condition, funder=funders[2]),
            ),
            signatures=(
                Signature(officer=typed.person, on_behalf_of=funders[0], signed_at=ISSUED_AT),
                Signature(officer=typed.person, on_behalf_of=funders[1], signed_at=None),
            ),
            own=OwnSum(
                amount=euros(198_000),
                rate="1 USD = 0.92 EUR",
                source=typed.funders[0],
                quoted_on=date(2027, 1, 4),
            ),
        ),
        a_decline_letter(**shared, signatures=by_fund, advice=typed.comment),
        a_reserve_letter(**shared, signatures=by_fund),
        a_withdrawal_letter(**shared, signatures=by_fund),
    ]


def _announcements(typed: Typed, language: str) -> list[PrintedRow]:
    totals = tuple(
        FunderTotal(funder=funder, amount=euros(250_000 + 100_000 * place), awards=22 - place)
        for place, funder in enumerate(typed.funders)
    )
    paid = (
        ContributionLine(funder=typed.funders[0], amount=euros(50_000)),
        ContributionLine(funder=typed.funders[1], amount=euros(50_000)),
    )
    shared = {
        "language": language,
        "notice": typed.notice,
        "fund": _fund(typed),
        "round_title": typed.round,
        "funders": totals,
    }
    prizes, grants = a_prize_announcement(), a_grant_announcement()
    return [
        a_prize_announcement(
            **shared,
            winners=tuple(
                replace(
                    winner,
                    title=typed.title,
                    organisation=typed.organisation,
                    prize=prize,
                    citation=typed.reason,
                    contributions=paid,
                )
                for winner, prize in zip(prizes.winners, typed.prizes, strict=True)
            ),
            entries=tuple(
                replace(entry, label=typed.prizes[place] if place < 3 else "")
                for place, entry in enumerate(prizes.entries)
            ),
        ),
        a_grant_announcement(
            **shared,
            winners=tuple(
                replace(
                    winner,
                    title=typed.title,
                    organisation=typed.organisation,
                    contributions=paid,
                )
                for winner in grants.winners
            ),
            source_note=typed.notice,
        ),
    ]


def _certificate(typed: Typed, language: str) -> PrintedRow:
    return a_certificate(
        language=language,
        notice=typed.notice,
        fund=_fund(typed),
        round_title=typed.round,
        title=typed.title,
        organisation=typed.organisation,
        prize=typed.prizes[0],
        category=typed.criteria[0],
        citation=typed.reason,
        contributions=tuple(
            ContributionLine(funder=funder, amount=euros(50_000)) for funder in typed.funders
        ),
    )


def _copy(typed: Typed, language: str) -> PrintedRow:
    answers = (
        CopiedAnswer(question=typed.question, text=f"{typed.reason}\n\n{typed.comment}"),
        CopiedAnswer(
            question=typed.question,
            rows=AnswerRows(
                headings=(typed.title, typed.question),
                rows=((typed.reason, euros(12_500)), (typed.comment, euros(900))),
                total=euros(13_400),
            ),
        ),
        CopiedAnswer(
            question=typed.question,
            attachments=(
                AttachmentLine(
                    filename=f"{typed.title}.pdf",
                    media_type="application/pdf",
                    size=1_234_567,
                    sha256="5f" * 32,
                ),
            ),
        ),
        CopiedAnswer(question=typed.question),
    )
    return a_submission_copy(
        language=language,
        notice=typed.notice,
        fund=_fund(typed),
        application_title=typed.title,
        round_title=typed.round,
        organisation=typed.organisation,
        submitted_by=typed.person,
        sections=(CopiedSection(title=typed.criteria[0], answers=answers),),
        version=2,
        is_complete=False,
    )


ALL_ROWS = [row for language in LANGUAGES for row in rows_in(language)]
