"""The certificate of a prize's winner: one page across."""

from fundapp.documents.decision_file import decision_of_certificate
from fundapp.documents.renderer import Renderer
from fundapp.queries.document_rows import Certificate


def certificate_pdf(renderer: Renderer, row: Certificate) -> bytes:
    """Return the certificate. Raises DocumentFailed."""
    decision = decision_of_certificate(row)
    return renderer.render("certificate.html", row, style="certificate", decision=decision)
