"""The small signs inside shapes: what triggers an event, what a gateway decides by, who does a task. As SVG, in BPMN's own forms."""

from __future__ import annotations

from engine.layout.geometry import Box

_LINE = 'fill="none" stroke="{ink}" stroke-width="1.2" stroke-linejoin="round" stroke-linecap="round"'

# From the middle of the circle.
_SHAPES = {
    "conditional": "m-6 -8h12v16h-12zm2 3h8m-8 3h8m-8 3h8m-8 3h8",
    "link": "m-9 -3h9v-5l9 8l-9 8v-5h-9z",
    "compensate": "m0 -7v14l-9 -7zm9 0v14l-9 -7z",
    "cancel": "m-8 -5l3 -3l5 5l5 -5l3 3l-5 5l5 5l-3 3l-5 -5l-5 5l-3 -3l5 -5z",
    "multiple": "m0 -8l8 6l-3 9h-10l-3 -9z",
    "parallel multiple": "m-3 -9h6v6h6v6h-6v6h-6v-6h-6v-6h6z",
}


def of_event(trigger: str | None, box: Box, ink: str, *, throws: bool) -> str:
    """What stands in the circle of an event; nothing for an event without trigger."""
    x, y = box.middle
    if trigger == "timer":
        hands = f'<path d="M{x} {y - 6}V{y}H{x + 4}" {_line(ink)}/>'
        return f'<circle cx="{x}" cy="{y}" r="9" {_line(ink)}/>{hands}'
    if trigger == "message":
        return _envelope(x - 9, y - 6, 18, 12, ink, filled=throws)
    if trigger == "error":
        fill = f'fill="{ink}"' if throws else _line(ink)
        return f'<path d="M{x - 8} {y + 7}L{x - 3} {y - 7}L{x + 2} {y + 1}L{x + 8} {y - 7}L{x + 3} {y + 7}L{x - 2} {y - 1}Z" {fill}/>'
    if trigger == "terminate":
        return f'<circle cx="{x}" cy="{y}" r="10" fill="{ink}"/>'
    if trigger == "signal":
        fill = f'fill="{ink}"' if throws else _line(ink)
        return f'<path d="M{x} {y - 8}L{x + 8} {y + 6}H{x - 8}Z" {fill}/>'
    if trigger == "escalation":
        fill = f'fill="{ink}"' if throws else _line(ink)
        return f'<path d="M{x} {y - 9}L{x + 7} {y + 8}L{x} {y + 1}L{x - 7} {y + 8}Z" {fill}/>'
    if trigger in _SHAPES:
        fill = f'fill="{ink}"' if throws else _line(ink)
        return f'<path d="M{x} {y}{_SHAPES[trigger]}" {fill}/>'
    return ""


def of_gateway(tag: str, box: Box, ink: str) -> str:
    """What stands in the diamond of a gateway."""
    x, y = box.middle
    thick = f'fill="none" stroke="{ink}" stroke-width="3" stroke-linecap="round"'
    if tag == "exclusiveGateway":
        return f'<path d="M{x - 7} {y - 7}L{x + 7} {y + 7}M{x + 7} {y - 7}L{x - 7} {y + 7}" {thick}/>'
    if tag == "parallelGateway":
        return f'<path d="M{x} {y - 11}V{y + 11}M{x - 11} {y}H{x + 11}" {thick}/>'
    if tag == "inclusiveGateway":
        return f'<circle cx="{x}" cy="{y}" r="11" {thick}/>'
    if tag == "eventBasedGateway":
        pentagon = f"M{x} {y - 7}L{x + 7} {y - 2}L{x + 4} {y + 6}H{x - 4}L{x - 7} {y - 2}Z"
        return f'<circle cx="{x}" cy="{y}" r="13" {_line(ink)}/><path d="{pentagon}" {_line(ink)}/>'
    return ""


def of_task(tag: str, box: Box, ink: str) -> str:
    """The sign in the corner of a task that says who or what does it."""
    x, y = box.x + 13, box.y + 13
    if tag == "userTask":
        shoulders = f'<path d="M{x - 6} {y + 7}v-2a6 5 0 0 1 12 0v2z" {_line(ink)}/>'
        return f'<circle cx="{x}" cy="{y - 4}" r="3.5" {_line(ink)}/>{shoulders}'
    if tag == "serviceTask":
        teeth = f'<circle cx="{x}" cy="{y}" r="5.5" fill="none" stroke="{ink}" stroke-width="2.4" stroke-dasharray="2.2 2.1"/>'
        return f'{teeth}<circle cx="{x}" cy="{y}" r="3.6" {_line(ink)}/>'
    if tag in ("sendTask", "receiveTask"):
        return _envelope(x - 7, y - 5, 14, 10, ink, filled=tag == "sendTask")
    if tag == "scriptTask":
        return f'<path d="M{x - 5} {y - 6}h10v12h-10zM{x - 2} {y - 3}h5M{x - 2} {y}h5M{x - 2} {y + 3}h5" {_line(ink)}/>'
    if tag == "businessRuleTask":
        return f'<path d="M{x - 7} {y - 5}h14v10h-14zM{x - 7} {y - 1}h14M{x - 2} {y - 1}v6" {_line(ink)}/>'
    if tag == "manualTask":
        return f'<path d="M{x - 7} {y + 4}v-7l4 -3h9M{x - 2} {y - 1}h9M{x - 2} {y + 2}h8M{x - 7} {y + 4}h12" {_line(ink)}/>'
    return ""


def of_repetition(sequential: bool, box: Box, ink: str) -> str:
    """Three bars at the foot of what is done several times: upright side by side, lying one after the other."""
    x, y = box.middle[0], box.bottom - 9
    bars = "".join(
        f"M{x - 5} {y + step}h10" if sequential else f"M{x + step} {y - 5}v10" for step in (-4, 0, 4)
    )
    return f'<path d="{bars}" {_line(ink)}/>'


def of_more_inside(box: Box, ink: str) -> str:
    """The plus in a box of what is drawn elsewhere."""
    x, y = box.middle[0], box.bottom - 9
    return f'<path d="M{x - 6} {y - 6}h12v12h-12zM{x} {y - 3.5}v7M{x - 3.5} {y}h7" {_line(ink)}/>'


def _envelope(x: float, y: float, width: float, height: float, ink: str, *, filled: bool) -> str:
    flap = f"M{x} {y}L{x + width / 2} {y + height / 2}L{x + width} {y}"
    if filled:
        body = f'<path d="M{x} {y}h{width}v{height}h-{width}z" fill="{ink}"/>'
        return f'{body}<path d="{flap}" fill="none" stroke="#fff" stroke-width="1.4"/>'
    return f'<path d="M{x} {y}h{width}v{height}h-{width}z{flap}" {_line(ink)}/>'


def _line(ink: str) -> str:
    return _LINE.format(ink=ink)
