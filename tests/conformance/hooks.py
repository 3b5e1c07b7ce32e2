"""What schemathesis is told by us (it loads this file by SCHEMATHESIS_HOOKS): statuses that the publisher's description lacks, our own
generators in positive cases, and the count of answers. Negative cases are left as schemathesis makes them.

CONFORMANCE_PLAN names a JSON file: what the run knows of the hub (see check.py).
"""

import atexit
import json
import os
import random
from collections import Counter
from pathlib import Path

import schemathesis
from schemathesis.generation.meta import TestPhase

from generators import Generators

PLAN = json.loads(Path(os.environ["CONFORMANCE_PLAN"]).read_text())
GENERATORS = Generators(PLAN, random.Random(PLAN["seed"]))
COUNTS = Counter()


@schemathesis.check
def every_answer_has_a_trace_id(ctx, response, case):
    """Of our own: the contract wants it, and a description can only say what it looks like."""
    trace_id = response.headers.get("traceid", [""])[0]
    assert len(trace_id) == 36, f"traceId: {trace_id!r}"


# What HTTP itself may call for anywhere; the publisher's description names some of it in some places. Nothing else is added.
ADDED = ["401", "403", "405", "413", "415", "429", "503"]
REFUSAL = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorResponseV1"}}}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Adds the seven statuses to the publisher's description, where it has none of its own."""
    if PLAN["description"] == "publisher":
        for item in raw_schema["paths"].values():
            for operation in item.values():
                for status in ADDED:
                    operation["responses"].setdefault(status, {"description": "added", "content": REFUSAL})


@schemathesis.hook
def filter_case(context, case):
    """A letter names a country of 251 twice, and the coverage phase asks for each of them: one in twenty is enough."""
    if case.meta is None or case.meta.phase.name != TestPhase.COVERAGE or not case.meta.generation.mode.is_positive:
        return True
    return not names_country(case.body) or GENERATORS.rng.random() < 0.05


def names_country(body):
    """Whether somewhere in a body stands another country than the first of the list, which every other case has."""
    if isinstance(body, dict):
        code = body.get("countryCode", "AD")
        return code not in ("AD", "FI") or any(names_country(value) for value in body.values())
    return False


@schemathesis.hook
def map_case(context, case):
    GENERATORS.keep_proved()
    if case.meta is None or case.meta.generation.mode.is_positive:
        GENERATORS.fill(case)
    return case


@schemathesis.hook
def before_add_examples(context, examples):
    for case in examples:
        GENERATORS.fill(case)


@schemathesis.hook
def before_call(context, case, kwargs):
    """A form that is to be good carries a real file with a name, which no description can tell how to make."""
    if case.meta is not None and not case.meta.generation.mode.is_positive:
        return
    files = GENERATORS.form(case)
    if files is not None:
        kwargs["files"] = files


@schemathesis.hook
def after_call(context, case, response):
    operation = f"{case.operation.method.upper()} {case.operation.path}"
    COUNTS[operation, response.status_code] += 1
    if 200 <= response.status_code < 300:
        GENERATORS.learn(case, response)


@atexit.register
def write_counts():
    counts = [[operation, status, count] for (operation, status), count in COUNTS.items()]
    Path(PLAN["counts"]).write_text(json.dumps(counts))
