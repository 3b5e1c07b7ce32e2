"""What a receipt must be as a file: archival (PDF/A-3a) and accessible (PDF/UA-1), with its evidence embedded. Asserted with pikepdf.

pdf.py LANGUAGE FILE EVIDENCE: prints "OK", or says what is missing and fails.
"""

import sys

import pikepdf

PDFA, PDFUA = "http://www.aiim.org/pdfa/ns/id/", "http://www.aiim.org/pdfua/ns/id/"


def nodes(element):
    """Every node of the structure, in reading order."""
    yield element
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from nodes(kid)


def check(language, path, evidence):
    with pikepdf.open(path) as pdf:
        root = pdf.Root
        with pdf.open_metadata() as xmp:
            assert xmp[f"{{{PDFA}}}part"] == "3", "PDF/A part"
            assert xmp[f"{{{PDFA}}}conformance"] == "A", "PDF/A conformance"
            assert xmp[f"{{{PDFUA}}}part"] == "1", "PDF/UA part"
            assert xmp["dc:title"], "title"
            assert list(xmp["dc:language"]) == [language], "language in the metadata"
        assert str(root.Lang) == language, "language"
        assert bool(root.MarkInfo.Marked), "tagged"
        assert bool(root.ViewerPreferences.DisplayDocTitle), "title shown"
        assert root.OutputIntents[0].S == "/GTS_PDFA1", "colours have a profile"
        assert not pdf.is_encrypted and "/AA" not in root and "/OpenAction" not in root, "acts on nothing"
        tree = list(nodes(root.StructTreeRoot.K if isinstance(root.StructTreeRoot.K, pikepdf.Dictionary) else root.StructTreeRoot.K[0]))
        tags = [str(node.S) for node in tree]
        assert tags[0] == "/Document", tags[0]
        assert tags.count("/H1") == 1 and tags.count("/H2") >= 5, "headings"
        for tag in ("/Table", "/TR", "/TH", "/TD", "/L", "/LI", "/LBody", "/P"):
            assert tag in tags, tag
        figures = [node for node in tree if node.S == "/Figure"]
        assert len(figures) == 2 and all(len(str(figure.Alt)) > 20 for figure in figures), "figures with words"
        scopes = {str(a.Scope) for node in tree if node.S == "/TH" for a in as_list(node.A) if "/Scope" in a}
        assert scopes == {"/Row", "/Column"}, scopes
        fonts = 0
        for page in pdf.pages:
            assert page.get("/Tabs") == "/S" or "/Annots" not in page, "tab order"
            for font in page.resources.get("/Font", {}).values():
                descendant = font.DescendantFonts[0]
                assert "/FontFile2" in descendant.FontDescriptor or "/FontFile3" in descendant.FontDescriptor, font.BaseFont
                assert "/ToUnicode" in font, font.BaseFont
                fonts += 1
            marked_whole(page)
        assert fonts >= 2, "fonts"
        (associated,) = root.AF
        assert associated.AFRelationship == "/Source" and str(associated.UF) == "proof.json", "the evidence is the source"
        assert list(pdf.attachments) == ["proof.json"], list(pdf.attachments)
        attached = pdf.attachments["proof.json"].get_file()
        assert attached.mime_type == "application/json", attached.mime_type
        with open(evidence, "rb") as file:
            assert attached.read_bytes() == file.read(), "the evidence differs"


def as_list(value):
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def marked_whole(page):
    """All that is drawn is marked, as content or as ornament."""
    depth = 0
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            depth += 1
        elif name == "EMC":
            depth -= 1
        elif name in ("Tj", "TJ", "f", "f*", "S", "B", "B*", "Do"):
            assert depth == 1, f"{name} outside of the structure"
    assert depth == 0


if __name__ == "__main__":
    check(*sys.argv[1:])
    print("OK")
