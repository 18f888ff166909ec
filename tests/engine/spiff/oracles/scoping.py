"""Random processes that read and write variables in nested scopes, and a plain interpreter of Camunda 8's rules for them.

Written with continuations: `do(part, scope, then)` runs a part and calls `then` when it is over; a user task parks its
continuation in `waiting`. Every parallel branch begins with a user task, so that no two of them move in one step.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.engine.spiff import diagrams as draw

NAMES = ("x", "y", "z", "w")


@dataclass
class Part:
    """kind: user, script, throw, sub, call, par, many. inputs, outputs: [(target, source)]."""

    kind: str
    id: str
    inputs: list[tuple[str, str]] = field(default_factory=list)
    outputs: list[tuple[str, str]] = field(default_factory=list)
    body: list[Part] = field(default_factory=list)
    branches: list[list[Part]] = field(default_factory=list)
    result: str = ""
    source: str = ""
    all_in: bool = True
    all_out: bool = True
    times: int = 2
    sequential: bool = False


class Generator:
    def __init__(self, seed: int):
        self.random = Random(seed)
        self.count = 0

    def body(self, depth: int, begin_with_user: bool = False) -> list[Part]:
        parts = [self.part("user", depth)] if begin_with_user else []
        kinds = ["user", "user", "script", "throw"] + (["sub", "sub", "call", "par", "many"] if depth else [])
        return parts + [self.part(self.random.choice(kinds), depth) for _ in range(self.random.randint(1, 3))]

    def part(self, kind: str, depth: int) -> Part:
        self.count += 1
        part = Part(kind, f"{kind}{self.count}")
        if kind not in ("par", "throw"):
            part.inputs = self.mappings(0.5)
        if kind != "par":
            part.outputs = self.mappings(0.5 if kind != "throw" else 1)
        part.result, part.source = self.random.choice(NAMES), self.formula()
        part.all_in, part.all_out = self.random.random() < 0.7, self.random.random() < 0.7
        part.times, part.sequential = self.random.randint(0, 3), self.random.random() < 0.5
        if kind in ("sub", "call", "many"):
            part.body = self.body(depth - 1, begin_with_user=kind == "many")
        if kind == "par":
            part.branches = [self.body(depth - 1, begin_with_user=True) for _ in range(2)]
        return part

    def mappings(self, probability: float) -> list[tuple[str, str]]:
        if self.random.random() > probability:
            return []
        targets = self.random.sample(["x", "y", "z", "o.a", "o.b"], self.random.randint(1, 3))
        return [(target, self.formula()) for target in targets]

    def formula(self) -> str:
        name = self.random.choice(NAMES)
        return self.random.choice([f"={name}", f"={name} + 1", f"={self.random.randint(0, 9)}", "=o.a", "=o"])


class Scope:
    def __init__(self, around: Scope | None, variables: dict | None = None, is_body: bool = False):
        self.around, self.variables, self.is_body = around, dict(variables or {}), is_body

    @property
    def is_collected(self) -> bool:
        """Whether a multi-instance body is around."""
        return self.is_body or (self.around is not None and self.around.is_collected)

    def get(self, name: str):
        scope = self
        while scope is not None and name not in scope.variables:
            scope = scope.around
        return None if scope is None else scope.variables[name]

    def everything(self) -> dict:
        return ({} if self.around is None else self.around.everything()) | self.variables

    def hand_up(self, name: str, value) -> None:
        scope = self
        while (name not in scope.variables or scope.is_body) and scope.around is not None:
            scope = scope.around
        scope.variables[name] = value

    def value(self, source: str, made: dict):
        def read(name):
            return made[name] if name in made else self.get(name)

        text = source[1:]
        if text.isdigit():
            return int(text)
        if text.endswith("+ 1"):
            value = read(text[0])
            return value + 1 if isinstance(value, int) else None
        if text == "o.a":
            context = read("o")
            return context.get("a") if isinstance(context, dict) else None
        return read(text)


class Interpreter:
    """One process instance. waiting: [(task id, its scope, what goes on when it is completed)], oldest first."""

    def __init__(self, body: list[Part], variables: dict):
        self.root = Scope(None, variables)
        self.waiting: list[tuple[str, Scope, Callable[[dict], None]]] = []
        self.is_finished = False
        self.run(body, self.root, self._finish)

    def _finish(self) -> None:
        self.is_finished = True

    def complete(self, at: int, given: dict) -> None:
        _, _, goes_on = self.waiting.pop(at)
        goes_on(given)

    def run(self, parts: list[Part], scope: Scope, then: Callable[[], None]) -> None:
        if parts:
            self.do(parts[0], scope, lambda: self.run(parts[1:], scope, then))
        else:
            then()

    def do(self, part: Part, scope: Scope, then: Callable[[], None]) -> None:
        if part.kind == "par":
            missing = [len(part.branches)]

            def one_done() -> None:
                missing[0] -= 1
                if not missing[0]:
                    then()

            for branch in part.branches:
                self.run(branch, scope, one_done)
        elif part.kind == "many":
            self._many(part, scope, then)
        else:
            self._activity(part, Scope(scope), scope, then, inside_many=False)

    def _activity(
        self, part: Part, own: Scope, scope: Scope, then: Callable[[], None], inside_many: bool
    ) -> None:
        made: dict = {}
        for target, source in part.inputs:
            self._set(made, target, own.value(source, made), made.get("o"))
        own.variables.update(made)

        def leave() -> None:
            self._hand_out(part, own, own if inside_many else scope)
            then()

        def over(result: dict) -> None:
            for name, value in result.items():
                if part.outputs:
                    own.variables[name] = value
                else:
                    own.hand_up(name, value)
            leave()

        if part.kind == "user":
            self.waiting.append((part.id, own, over))
        elif part.kind == "script":
            over({part.result: own.value(part.source, {})})
        elif part.kind == "throw":
            leave()
        elif part.kind == "call":
            called = Scope(None, own.everything() if part.all_in else own.variables)

            def back() -> None:
                result = dict(called.variables) if part.outputs or part.all_out else {}
                if not part.outputs and own.is_collected:
                    result.pop("list", None)
                over(result)

            self.run(part.body, called, back)
        else:
            self.run(part.body, own, leave)

    def _hand_out(self, part: Part, own: Scope, above: Scope) -> None:
        made: dict = {}
        for target, source in part.outputs:
            around = own.around.get("o") if own.around is not None else None
            self._set(made, target, own.value(source, made), made.get("o", around))
        for name, value in made.items():
            above.hand_up(name, value)

    @staticmethod
    def _set(made: dict, target: str, value, base) -> None:
        if "." in target:
            name, leaf = target.split(".")
            made[name] = {**(base if isinstance(base, dict) else {}), leaf: value}
        else:
            made[target] = value

    def _many(self, part: Part, scope: Scope, then: Callable[[], None]) -> None:
        body = Scope(scope, {"list": [None] * part.times}, is_body=True)
        left = [part.times]

        def begin(number: int) -> None:
            own = Scope(body, {"loopCounter": number, "item": number * 10, "y": None})

            def one_done() -> None:
                collected = list(body.variables["list"])
                collected[number - 1] = own.variables["y"]
                body.variables["list"] = collected
                left[0] -= 1
                if part.sequential and number < part.times:
                    begin(number + 1)
                elif not left[0]:
                    scope.hand_up("list", body.variables["list"])
                    then()

            self._activity(part, own, body, one_done, inside_many=True)

        if not part.times:
            scope.hand_up("list", [])
            then()
        for number in range(1, (1 if part.sequential else part.times) + 1) if part.times else ():
            begin(number)


class Drawing:
    def __init__(self, body: list[Part]):
        self.called: list[bytes] = []
        nodes, flows = self._content(body, "p")
        self.document = draw.diagram(*nodes, flows="\n".join(flows), id="p")

    def _content(self, body: list[Part], scope_id: str) -> tuple[list, list[str]]:
        nodes, flows = [draw.start(f"{scope_id}_start")], []
        flows.append(f"{scope_id}_start -> {self._chain(body, nodes, flows)[0]}")
        return nodes, flows

    def _chain(self, parts: list[Part], nodes: list, flows: list[str]) -> tuple[str, str]:
        """Draw the parts one after the other; the ids of the first and the last node."""
        ends = [self._part(part, nodes, flows) for part in parts]
        flows += [f"{last} -> {first}" for (_, last), (first, _) in itertools.pairwise(ends)]
        return ends[0][0], ends[-1][1]

    def _part(self, part: Part, nodes: list, flows: list[str]) -> tuple[str, str]:
        zeebe = draw.mappings(dict(part.inputs), dict(part.outputs)) if part.inputs or part.outputs else ""
        if part.kind == "par":
            split, join = f"{part.id}_split", f"{part.id}_join"
            nodes += [draw.both(split), draw.both(join)]
            for branch in part.branches:
                first, last = self._chain(branch, nodes, flows)
                flows += [f"{split} -> {first}", f"{last} -> {join}"]
            return split, join
        if part.kind == "user":
            nodes.append(draw.user(part.id, zeebe))
        elif part.kind == "script":
            nodes.append(draw.script(part.id, part.source, part.result, zeebe))
        elif part.kind == "throw":
            nodes.append(draw.throw(part.id, zeebe))
        elif part.kind == "call":
            inner, inner_flows = self._content(part.body, f"{part.id}_p")
            self.called.append(draw.diagram(*inner, flows="\n".join(inner_flows), id=f"{part.id}_p"))
            flags = {"propagateAllParentVariables": part.all_in, "propagateAllChildVariables": part.all_out}
            spelled = {name: str(value).lower() for name, value in flags.items()}
            nodes.append(draw.call(part.id, f"{part.id}_p", zeebe, **spelled))
        else:
            inner, inner_flows = self._content(part.body, part.id)
            items = f"=for i in 1..{part.times} return i * 10" if part.times else "=[]"
            loop = draw.each(items, output="list", output_element="=y", sequential=part.sequential)
            nodes.append(
                draw.sub(
                    part.id,
                    *inner,
                    flows="\n".join(inner_flows),
                    zeebe=zeebe,
                    inner=loop if part.kind == "many" else "",
                )
            )
        return part.id, part.id
