"""PDF/A-3a and PDF/UA-1 in one file: archives keep it, and screen readers follow it.

The engine writes one of the two. So it writes PDF/A-3a, and the claim of PDF/UA-1 (ISO 14289-1,
clause 5) is put into its metadata, with the description of that property which PDF/A asks for
(ISO 19005-3, 6.6.2.3).
"""

from typing import TYPE_CHECKING

import pydyf

from fundapp.documents.leaner import make_lean

if TYPE_CHECKING:
    from weasyprint import Document

VARIANT = "pdf/a-3a"
"""What the engine is asked for: archival, tagged, with associated files."""

_END = b"</rdf:RDF>"

_CLAIM = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Accessible PDF</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file keeps</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def finish(document: "Document", pdf: pydyf.PDF) -> None:
    """Claim PDF/UA-1 and make the file lean; the engine calls this before it writes `pdf`."""
    _claim_accessibility(pdf)
    make_lean(pdf)


def _claim_accessibility(pdf: pydyf.PDF) -> None:
    reference: bytes = pdf.catalog["Metadata"]
    stream = pdf.objects[int(reference.split()[0])].stream
    before, end, after = stream[0].rpartition(_END)
    stream[0] = before + _CLAIM + end + after
