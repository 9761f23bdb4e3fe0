"""A joint evaluation as JSON data and back, without loss."""

from collections.abc import Mapping
from dataclasses import asdict
from math import inf, isfinite
from typing import Any

from fundapp.joint.calibration.connectivity import BridgingReview, Component
from fundapp.joint.calibration.one_way_model import VarianceComponents
from fundapp.joint.evaluation.agreement import Agreement, Coefficient
from fundapp.joint.evaluation.evaluate import EvaluatedReviewer, JointEvaluation
from fundapp.joint.evaluation.evaluated_rows import EvaluatedApplication
from fundapp.joint.evaluation.ranking import Band

PARTS = ("variance", "agreement", "rows", "reviewers", "components", "bridges", "warnings")


def evaluation_as_data(evaluation: JointEvaluation) -> dict[str, Any]:
    """Return the evaluation as JSON data; an infinite deviance, where no score differs, is None."""
    data = asdict(evaluation)
    if not isfinite(evaluation.variance.deviance):
        data["variance"]["deviance"] = None
    return data


def evaluation_from_data(data: Mapping[str, Any]) -> JointEvaluation:
    """Return the evaluation that `evaluation_as_data` wrote."""
    plain = {name: value for name, value in data.items() if name not in PARTS}
    return JointEvaluation(
        **plain,
        variance=_variance(data["variance"]),
        agreement=_agreement(data["agreement"]),
        rows=tuple(_row(row) for row in data["rows"]),
        reviewers=tuple(EvaluatedReviewer(**row) for row in data["reviewers"]),
        components=tuple(
            Component(tuple(part["applications"]), tuple(part["reviewers"]))
            for part in data["components"]
        ),
        bridges=tuple(BridgingReview(**bridge) for bridge in data["bridges"]),
        warnings=tuple(data["warnings"]),
    )


def evaluation_summary(evaluation: JointEvaluation) -> dict[str, Any]:
    """Return what holds for the round as a whole, without rows, reviewers and parts."""
    data = evaluation_as_data(evaluation)
    return {
        name: value
        for name, value in data.items()
        if name not in {"rows", "reviewers", "components", "bridges"}
    } | {"parts": len(evaluation.components)}


def _row(data: Mapping[str, Any]) -> EvaluatedApplication:
    band = data["band"]
    return EvaluatedApplication(**{**data, "band": None if band is None else Band(band)})


def _variance(data: Mapping[str, Any]) -> VarianceComponents:
    first, second = data["information"]
    information = ((first[0], first[1]), (second[0], second[1]))
    deviance = -inf if data["deviance"] is None else data["deviance"]
    return VarianceComponents(**{**data, "deviance": deviance, "information": information})


def _agreement(data: Mapping[str, Any]) -> Agreement:
    coefficients = {
        name: Coefficient(**data[name]) for name in ("icc_single", "icc_consistency", "icc_panel")
    }
    return Agreement(**{**data, **coefficients})
