"""Drawing a document changes its diagrams and nothing else."""

import re

import pytest
from lxml import etree

from engine import layout
from engine.xml import XmlRefused
from tests.engine.layout import samples

DI = "http://www.omg.org/spec/BPMN/20100524/DI"

CAREFUL = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- kept by hand -->
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:di="urn:something-else" id="d" targetNamespace="t">
  <!-- the process -->
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent   id="s"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t"/>
    <bpmn:userTask id="t" name="Do &lt;it&gt;">
      <bpmn:extensionElements><zeebe:properties><zeebe:property name="sla" value="P1D"/></zeebe:properties></bpmn:extensionElements>
      <bpmn:documentation><![CDATA[ a < b ]]></bpmn:documentation>
    </bpmn:userTask>
  </bpmn:process>
  <bpmn:message id="m" name="after the process"/>
</bpmn:definitions>
"""


def _without_diagrams(xml: bytes) -> bytes:
    return re.sub(rb"\s*<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", xml, flags=re.S)


@pytest.mark.parametrize("line", [b"\n", b"\r\n"])
def test_everything_but_the_diagram_stays_byte_for_byte(line):
    xml = CAREFUL.replace(b"\n", line)

    drawing = layout.layout(xml)

    assert drawing.count(b"<bpmndi:BPMNShape") == 2
    assert drawing.count(line) == drawing.count(b"\n")
    assert _without_diagrams(drawing) == xml


@pytest.mark.parametrize("encoding", ["windows-1251", "UTF-8", "UTF-16"])
def test_documents_in_other_encodings_stay_readable(encoding):
    text = CAREFUL.decode().replace("UTF-8", encoding).replace('"Do &lt;it&gt;"', '"Проверить заявку"')
    text = text.replace('id="t"', 'id="шаг"').replace('targetRef="t"', 'targetRef="шаг"')

    drawing = layout.layout(text.encode(encoding))

    root = etree.fromstring(drawing)
    assert root.xpath("//*[@name='Проверить заявку']/@id") == ["шаг"]
    assert root.xpath("//*[local-name()='BPMNShape'][@bpmnElement='шаг']")
    assert layout.problems(drawing) == []


def test_an_old_diagram_in_the_middle_leaves_the_rest_alone():
    old = b'<x:BPMNDiagram xmlns:x="http://www.omg.org/spec/BPMN/20100524/DI" id="old" name="a &gt; b"/>'
    xml = CAREFUL.replace(b"  <!-- the process -->", b"  " + old + b"\n  <!-- the process -->")

    drawing = layout.layout(xml)

    assert old not in drawing
    assert _without_diagrams(drawing) == CAREFUL


def test_drawing_twice_gives_the_same_bytes():
    once = layout.layout(samples.internal_request(lanes_outside=True))

    assert layout.layout(samples.internal_request(lanes_outside=True)) == once
    assert layout.layout(once) == once


def test_an_old_diagram_gives_way_to_the_new_one():
    old = CAREFUL.replace(
        b"</bpmn:definitions>",
        b'<x:BPMNDiagram xmlns:x="http://www.omg.org/spec/BPMN/20100524/DI" id="old"><x:BPMNPlane bpmnElement="p"/>'
        b"</x:BPMNDiagram></bpmn:definitions>",
    )

    root = etree.fromstring(layout.layout(old))

    diagrams = root.findall(f"{{{DI}}}BPMNDiagram")
    assert [diagram.get("id") for diagram in diagrams] == ["diagram_p"]


def test_ids_of_the_drawing_never_repeat_one_of_the_document():
    xml = CAREFUL.replace(b'id="s"', b'id="t_di"').replace(b'sourceRef="s"', b'sourceRef="t_di"')

    root = etree.fromstring(layout.layout(xml))

    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_a_document_without_a_process_stays_as_it_is():
    empty = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"/>'

    assert layout.layout(empty) == empty
    assert layout.problems(empty) == []


def test_an_empty_process_is_drawn_as_an_empty_plane():
    drawing = layout.layout(
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"/></definitions>'
    )

    assert b'bpmnElement="p"' in drawing
    assert layout.problems(drawing) == []


def test_what_is_not_xml_is_refused():
    with pytest.raises(XmlRefused):
        layout.layout(b"order, please")
