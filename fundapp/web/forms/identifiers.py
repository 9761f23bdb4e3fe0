"""What stands under the fields that ask for an identifier."""

ORG_ID_HINT = "The register and the number in it, such as GB-COH-01234567."
ROR_HINT = "If it has one, such as https://ror.org/05d5mza29."
ORCID_HINT = "If you have one, such as 0000-0002-1825-0097."
