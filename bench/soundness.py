"""How long the gate's soundness check takes: typical models, large ones, hostile ones, the shipped processes.

Budget: at most 2 s for a model of 80 nodes; typically under 0.1 s.

    python bench/soundness.py --json
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path

sys.path.remove(str(Path(__file__).parent))  # here lies an http.py, which would hide the library's
sys.path.insert(0, str(Path(__file__).parent.parent))
from time import process_time

from engine import dialect, soundness
from engine.xml import parse
from tests.engine.soundness.drawings import sound
from tests.engine.spiff.diagrams import both, diagram, end, start, terminate_end, user, xor

PROCESSES = Path(__file__).parent.parent / "processes"


def seconds(document: bytes) -> tuple[float, int, bool]:
    """Processor time of one check, the nodes of the model, whether it was decided."""
    model = dialect.read(parse(document))
    began = process_time()
    found = soundness.check(model, "model.bpmn")
    took = process_time() - began
    return took, sum(1 for _ in model.nodes()), all(each.rule != "not_decided" for each in found)


def of_size(least: int, most: int, how_many: int) -> list[bytes]:
    """Random sound processes with so many nodes."""
    found = []
    for seed in range(5_000):
        drawing = sound(seed, plain=seed % 2 == 0, depth=3)
        if least <= len(drawing.nodes) <= most:
            found.append(drawing.document())
            if len(found) == how_many:
                break
    return found


def hostile() -> bytes:
    """80 nodes whose tokens can stand in more ways than are looked at, and nothing can be taken together."""
    branches = range(19)
    nodes = [
        each for n in branches for each in (user(f"a{n}"), xor(f"x{n}"), end(f"e{n}"), terminate_end(f"t{n}"))
    ]
    flows = ";".join(f"s -> a{n} -> x{n}; x{n} -> e{n} [=x]; x{n} -> j [default]" for n in branches)
    return diagram(start(), both("s"), both("j"), end(), *nodes, flows=f"start -> s; j -> end; {flows}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    only_json = parser.parse_args().json
    typical = [seconds(document) for document in of_size(70, 90, 60)]
    shipped = [seconds(file.read_bytes()) for file in sorted(PROCESSES.rglob("*.bpmn"))]
    worst = seconds(hostile())
    result = {
        "models_of_80_nodes": len(typical),
        "median_ms": round(statistics.median(took for took, _, _ in typical) * 1000, 1),
        "slowest_ms": round(max(took for took, _, _ in typical) * 1000, 1),
        "decided": sum(decided for _, _, decided in typical),
        "shipped_slowest_ms": round(max(took for took, _, _ in shipped) * 1000, 1),
        "hostile_nodes": worst[1],
        "hostile_ms": round(worst[0] * 1000, 1),
        "hostile_is_decided": worst[2],
        "budget_ms": 2000,
    }
    if not only_json:
        for name, value in result.items():
            print(f"{name}: {value}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
