"""What FEEL and decision tables cost: per evaluation, per table, per cold text, and beside feelin in Node.

`condition_us` = one evaluation of the compiled condition (budget: 1.5 on a quiet core); `vs_feelin` = feelin's time for
the same text and data / ours (budget: at least 100; left out where Node or feelin is absent); `table_us` = a decision with a
table of 20 rules and 2 inputs of which the last rule matches (budget: 20), `first_table_us` the same with hit policy
FIRST; `cold_us` = parse and compile the condition anew (budget: 60). `threads` share one model and all get their own
answer. Times are the medians of the fastest tenth of many short chunks, because other work on the machine only adds;
`empty_call_us` is Python's own call of an empty function in the same run: what this machine's time is worth.

    python bench/feel.py --json [--chunks 300]
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

sys.path.remove(str(Path(__file__).parent))  # here lies an http.py, which would hide the library's
sys.path.insert(0, str(Path(__file__).parent.parent))

from engine import dmn
from engine.feel import compile as compile_feel
from engine.feel.expression import compile_anew

CONDITION = 'order.kind = "urgent" and order.total > 100'
CONTEXT = {"order": {"kind": "urgent", "total": 250}}
INPUT = {"kind": "parts", "amount": 195}
ROOT = Path(__file__).parent.parent
FEELIN = ROOT / "webapp/frontend/node_modules/@bpmn-io/feelin/dist/index.js"
THREADS = 100


def main() -> None:
    """Measure and print one JSON line last."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--json", action="store_true", help="only the JSON line")
    arguments.add_argument("--chunks", type=int, default=300)
    options = arguments.parse_args()

    condition = compile_feel(CONDITION)
    unique, first = model("UNIQUE"), model("FIRST")
    assert condition.evaluate(CONTEXT).value is True
    assert unique.evaluate("price", INPUT).value == first.evaluate("price", INPUT).value == 19
    result = {
        "condition_us": microseconds(lambda: condition.evaluate(CONTEXT), 200, options.chunks),
        "table_us": microseconds(lambda: unique.evaluate("price", INPUT), 40, options.chunks),
        "first_table_us": microseconds(lambda: first.evaluate("price", INPUT), 40, options.chunks),
        "cold_us": microseconds(lambda: compile_anew(CONDITION), 20, options.chunks),
        "empty_call_us": microseconds(lambda: None, 2_000, options.chunks),
        "threads": shared_by_threads(unique),
    }
    browser = feelin_microseconds()
    if browser is not None:
        # Its own fastest chunk against ours: the ratio that is kindest to feelin.
        result["feelin_us"] = browser
        result["vs_feelin"] = round(browser / result["condition_us"], 1)
    if not options.json:
        print(
            f"{CONDITION}: {result['condition_us']} us; table: {result['table_us']} us; cold: {result['cold_us']} us"
        )
    print(json.dumps(result))


def model(policy: str) -> dmn.Model:
    """A decision with 20 rules over a text and a range of numbers."""
    rules = "".join(
        f'<rule><inputEntry><text>"{"parts" if row == 19 else f"kind {row}"}"</text></inputEntry>'
        f"<inputEntry><text>[{row * 10}..{row * 10 + 9}]</text></inputEntry>"
        f"<outputEntry><text>{row}</text></outputEntry></rule>"
        for row in range(20)
    )
    inputs = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'
        for name, kind in (("kind", "string"), ("amount", "number"))
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>' for name in INPUT
    )
    columns = "".join(
        f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in INPUT
    )
    return dmn.load(
        f'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:bench" name="bench" id="b">'
        f'{inputs}<decision id="price" name="price"><variable name="price" typeRef="number"/>{needs}'
        f'<decisionTable hitPolicy="{policy}">{columns}<output name="price"/>{rules}</decisionTable></decision>'
        "</definitions>".encode()
    )


def microseconds(work: Callable[[], object], rounds: int, chunks: int) -> float:
    """Of one call of work."""
    times = []
    for _ in range(chunks):
        began = perf_counter()
        for _ in range(rounds):
            work()
        times.append((perf_counter() - began) / rounds)
    return round(statistics.median(sorted(times)[: max(chunks // 10, 1)]) * 1e6, 3)


def shared_by_threads(shared: dmn.Model) -> int:
    """How many threads evaluated one model at the same time, each getting its own rows' answers."""

    def rows(_thread: int) -> bool:
        return all(
            shared.evaluate("price", {"kind": f"kind {row}", "amount": row * 10 + 5}).value == row
            for row in range(19)
        )

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(rows, range(THREADS)))
    return THREADS


def feelin_microseconds() -> float | None:
    """feelin's time for the condition; None without Node or without the frontend's packages."""
    node = shutil.which("node") or shutil.which("node", path=str(ROOT / ".venv/bin"))
    if node is None or not FEELIN.exists():
        return None
    command = [node, str(Path(__file__).with_name("feelin.mjs")), str(FEELIN), CONDITION, json.dumps(CONTEXT)]
    answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert answer["value"] is True
    return round(answer["best_us"], 1)


if __name__ == "__main__":
    main()
