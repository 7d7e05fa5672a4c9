"""TwiML is read into trees and checked as the vectors say, and the page that tells of it is right."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pytest

import ringback
from ringback.twiml import Comment, Element, Finding, check, parse
from ringback.twiml.voice_response import Gather, VoiceResponse

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/twiml_check.json").read_text(encoding="utf-8"))["documents"]
WRITTEN = json.loads((ROOT / "tests/vectors/twiml.json").read_text(encoding="utf-8"))["documents"]
PAGE = (ROOT / "docs" / "twiml.md").read_text(encoding="utf-8")


def found(vector: dict[str, Any]) -> list[Finding]:
    xml = vector["xml"]
    if repeat := vector.get("repeat"):
        xml = xml.replace(repeat["mark"], repeat["text"] * repeat["times"])
    return check(xml, vector.get("kind"), vector.get("parameter", False), vector.get("context"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["id"]))
def test_findings_are_those_of_the_vectors(vector: dict[str, Any]) -> None:
    keys = ("line", "column", "severity", "code", "message", "hint")
    assert [{key: getattr(finding, key) for key in keys} for finding in found(vector)] == vector["findings"]


@pytest.mark.parametrize("vector", WRITTEN, ids=lambda vector: str(vector["id"]))
def test_what_is_written_is_read_and_without_errors(vector: dict[str, Any]) -> None:
    tree = parse(vector["xml"])
    assert parse(str(tree)) == tree
    if "\r" not in vector["xml"]:
        assert str(tree) == vector["xml"]
    assert [finding for finding in check(tree) if finding.severity == "error"] == []


def test_a_tree_is_walked() -> None:
    tree = parse(
        "<Response>a<!--b--><Say voice='alice' language='en-US'>1 &lt; 2<break/>!</Say><![CDATA[<]]></Response>"
    )
    assert (tree.name, tree.text, tree.attributes) == ("Response", "a<", {})
    text, comment, say, rest = tree.children
    assert (text, rest) == ("a", "<")
    assert isinstance(comment, Comment)
    assert comment.text == "b"
    assert isinstance(say, Element)
    assert (say.name, say.text) == ("Say", "1 < 2!")
    assert say.attributes == {"language": "en-US", "voice": "alice"}
    assert say.to_xml(xml_declaration=False) == '<Say language="en-US" voice="alice">1 &lt; 2<break />!</Say>'
    assert say == parse(say.to_xml()) != tree
    assert repr(say) == "<Element Say>"
    with pytest.raises(AttributeError):
        say.name = "Play"  # type: ignore[misc]
    with pytest.raises(TypeError):
        hash(say)


DOCUMENTS = [
    """<?xml version='1.0' encoding='UTF-8'?><Response><Say voice='a' language="b">x &amp; y<break/>z</Say>\
<!-- c --><Play loop='1'>u</Play></Response>""",
    """<Response>\n  <Gather action='/a?b=1&amp;c=2' numDigits="1">\r
<Say><![CDATA[<x>]]>t</Say></Gather >\r\n</Response>\n<!-- end -->\n""",
    "<a><b c='&#10;&#x9;\"' d=\"'\"/></a>",
]
PIECES = [
    *("<Response>", "</Response>", "<Say>", "</Say>", "<Say ", "<a>", "</a>", "</é>", "<é>", "/>", ">", "<"),
    *("&", "&amp;", "&lt;", "&#10;", "&#x41;", "&x;", "&#xD800;", "&#0;", "&;", ";", "#", "=", "'", '"', "/", "?", "!"),
    *("]]>", "<![CDATA[", "]]", "[", "<!--", "-->", "--", "-", "<?pi ", "?>", "<?xml ", "<?xml version='1.0'?>"),
    *("version='1.0'", "encoding='UTF-8'", "standalone='yes'", "a", "b='1'", " voice='x'", ' voice="y"', "x y", "1"),
    *(" ", "\n", "\r\n", "\r", "\t", ".", "_", "é", "日", "\u0085", "\u2028", "\u00b7", "\u200b", "", "", "", "", ""),
]


def damaged(chance: random.Random) -> str:
    """A document in which some places are overwritten, or pieces of documents without an order."""
    if chance.random() < 0.4:
        return "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 14)))
    xml = chance.choice(DOCUMENTS)
    for _ in range(chance.randint(1, 3)):
        begin = chance.randint(0, len(xml))
        xml = xml[:begin] + chance.choice(PIECES) + xml[begin + chance.choice([0, 0, 1, 1, 2, 5]) :]
    return xml


def of_expat(xml: str) -> list[Any]:
    """The tree as expat reads it: the name, the attributes, and what it holds."""
    top: list[Any] = []
    around = [top]

    def open_element(name: str, attributes: dict[str, str]) -> None:
        inside: list[Any] = []
        around[-1].append([name, attributes, inside])
        around.append(inside)

    def add_text(text: str) -> None:
        if around[-1] and isinstance(around[-1][-1], str):
            text = around[-1].pop() + text
        around[-1].append(text)

    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = open_element
    parser.EndElementHandler = lambda _name: around.pop()
    parser.CharacterDataHandler = add_text
    parser.CommentHandler = lambda text: around[-1].append((text,))
    parser.Parse(xml.encode(), True)  # noqa: FBT003
    return next(child for child in top if isinstance(child, list))


def of_parse(element: Element) -> list[Any]:
    children: list[Any] = []
    for child in element.children:
        match child:
            case Element():
                children.append(of_parse(child))
            case Comment():
                children.append((child.text,))
            case _:
                children.append(child)
    return [element.name, element.attributes, children]


def test_damaged_documents_are_read_or_refused_as_expat_does() -> None:
    chance = random.Random(20)  # noqa: S311
    counts = {True: 0, False: 0}
    for _ in range(20_000):
        xml = damaged(chance)
        try:
            theirs = of_expat(xml)
        except expat.ExpatError:
            theirs = None
        try:
            ours = of_parse(parse(xml))
        except ringback.InvalidArgumentError as error:
            # expat takes other versions of XML, whatever they are
            if "declaration" in str(error) and "version='1.0'" not in xml:
                continue
            ours = None
        assert ours == theirs, xml
        counts[ours is None] += 1
    assert min(counts.values()) > 500, counts


def test_findings_are_frozen_values() -> None:
    (finding,) = check("<Response>\n  <say>hi</say>\n</Response>")
    assert str(finding) == "2:3: error[12200]: TwiML knows no verb <say>, since case counts"
    assert repr(finding) == f"<Finding {finding}>"
    (same,) = check("<Response>\n  <say>hi</say>\n</Response>")
    assert finding == same
    assert hash(finding) == hash(same)
    assert finding not in check("<Response><say/></Response>")
    with pytest.raises(AttributeError):
        finding.code = 1  # type: ignore[misc]


def test_verbs_are_checked_as_they_stand() -> None:
    response = ringback.VoiceResponse()
    response.record(action="/done")
    assert check(response) == []
    assert [finding.code for finding in check(response, parameter=True)] == [15004]
    assert [finding.code for finding in check(response, context="conference_wait_url")] == [13238]
    assert [finding.code for finding in check(response, "messaging")] == [14110]


def test_wrong_arguments_and_broken_documents_are_refused() -> None:
    with pytest.raises(ringback.InvalidArgumentError, match=r"line 2, column 1: <Say> is never closed; add </Say>"):
        parse("<Response>\n<Say>")
    with pytest.raises(ringback.InvalidArgumentError, match="voice, messaging, fax"):
        check("<Response/>", "letter")  # type: ignore[arg-type]
    with pytest.raises(ringback.InvalidArgumentError, match="number_url"):
        check("<Response/>", context="nowhere")  # type: ignore[arg-type]
    for wrong in (None, 1, b"<Response/>"):
        with pytest.raises(ringback.InvalidArgumentError):
            check(wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            parse(wrong)  # type: ignore[arg-type]
    for lone in ("\ud800", "<Response>\ud800</Response>"):
        with pytest.raises(ringback.InvalidArgumentError):
            parse(lone)
    assert [finding.code for finding in check("")] == [12100]


def test_what_xml_forbids_is_an_error_that_names_the_place() -> None:
    for letter in ("\x00", "\x07", "\x1b", "\ufffe", "\uffff"):
        response = ringback.VoiceResponse()
        response.say(f"ab{letter}")
        with pytest.raises(ringback.InvalidArgumentError, match=rf"Say.*U\+{ord(letter):04X} at position 2"):
            str(response)
        with pytest.raises(ringback.InvalidArgumentError, match=rf"U\+{ord(letter):04X}"):
            parse(f"<Response>{letter}</Response>")


def test_the_page_shows_what_the_command_prints(tmp_path: Path) -> None:
    (session,) = re.findall(r"^```console\n\$ ringback (.*?)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    lines = ["<Response>", '  <Gather numdigits="1">', "    <Say>Press 1</Say>", "  </Gather>"]
    lines += ["  <Redirect>/again</Redirect>", "  <Say>Good-bye</Say>", "</Response>"]
    (tmp_path / "menu.xml").write_text("\n".join(lines))
    command = [sys.executable, "-m", "ringback", *session[0].split()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, session[1], "")


def test_what_is_left_out_by_position_keeps_its_place() -> None:
    response = VoiceResponse()
    response.gather(None, "/menu", None, 5)
    kind: Any = Gather
    response.append(kind(None, "/menu", None, 5))
    response.dial(None, "/done")
    gather = '<Gather action="/menu" timeout="5" />'
    assert str(response).endswith(f'<Response>{gather}{gather}<Dial action="/done" /></Response>')
