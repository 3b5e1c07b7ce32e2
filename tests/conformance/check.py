"""Runs schemathesis over both descriptions and asserts what the issue of conformance asks: no failure, and enough of the requests taken."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import yaml

from demo import Demo, Sender, reply

HERE = Path(__file__).resolve().parent
SEED = int(os.environ.get("CONFORMANCE_SEED", "434"))
EXAMPLES = os.environ.get("CONFORMANCE_EXAMPLES", "150")
LOGS = Path(os.environ["CONFORMANCE_LOGS"])
PROGRAM = os.environ["TIEDOKSI_BIN"]

# Operations of the publisher's that the hub does not answer yet. The run fails when one is here and served, or not here and not served.
NOT_SERVED = {
    "POST /v2/messages", "POST /v2/paper-mail-without-id", "GET /v1/messages/{id}", "POST /v1/attachments", "GET /v1/events",
    "POST /v1/files", "POST /v1/messages", "POST /v1/messages/electronic", "GET /v1/messages/{id}/state",
    "POST /v1/paper-mail-without-id",
}
# Shares of the cases that must be answered 2xx, over all operations of a description.
LEAST_TAKEN = 0.30
LEAST_CASES = 1000


def answers_in_feed(sender, wanted):
    """What people have answered, once the log has sealed all of it, and the tokens of the feed's pages."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        events, tokens = sender.events()
        found = [event for event in events if event["type"] == "Electronic message from end user"]
        if len(found) == wanted:
            return found, tokens
        time.sleep(0.05)
    raise SystemExit(f"of {wanted} answers, {len(found)} are in the feed")


def seed_hub(demo):
    """What reads need: messages that people have answered with files. The plan of a run."""
    systems = demo.record["systems"]
    sender = Sender(demo.base_url, systems[0])
    persons = {state: [it["id"] for it in demo.record["persons"] if it["mailbox"] == state] for state in ("active", "inactive")}
    sent, replies = [], []
    for person in persons["active"]:
        message, external_id = sender.send(person)
        sent.append(external_id)
        reply(demo.base_url, person, message)
    events, tokens = answers_in_feed(sender, len(persons["active"]))
    for event in events:
        message = sender.get(f"/v2/messages/{event['metadata']['messageId']}")
        replies.append({
            "messageId": message["messageId"],
            "attachmentId": message["electronic"]["attachments"][0]["attachmentId"],
            "person": message["sender"]["mailboxOwner"]["id"],
            "serviceId": event["metadata"]["serviceId"],
        })
    uploads = [sender.upload(f"liite {number}.pdf") for number in range(50)]
    return {
        "baseUrl": demo.base_url, "system": systems[0], "other": systems[1], "token": sender.token,
        "sent": sent, "replies": replies, "tokens": tokens, "uploads": uploads, **persons,
    }


def operations(document):
    return {
        f"{method.upper()} {path}"
        for path, item in document["paths"].items() for method in item if method in ("get", "post", "put", "patch", "delete")
    }


def run(name, file, served):
    """One description against a hub of its own; the counts of answers by operation and status."""
    demo = Demo(PROGRAM, LOGS / f"conformance-{name}-hub.log")
    log = LOGS / f"conformance-{name}.log"
    with tempfile.TemporaryDirectory() as folder:
        try:
            counts = Path(folder) / "counts.json"
            plan = {**seed_hub(demo), "description": name, "strict": name == "ours", "seed": SEED, "counts": str(counts)}
            (Path(folder) / "plan.json").write_text(json.dumps(plan))
            command = [
                str(Path(sys.executable).parent / "st"), "--no-color", "--config-file", str(HERE / f"{name}.toml"),
                "run", str(file), "--url", demo.base_url, "--seed", str(SEED), "--max-examples", EXAMPLES,
                "--header", f"Authorization: {plan['token']}", "--generation-database", "none",
            ]
            for operation in sorted(served):
                command += ["--include-name", operation]
            environment = {
                **os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE),
                "CONFORMANCE_PLAN": str(Path(folder) / "plan.json"),
            }
            with open(log, "w") as out:
                code = subprocess.run(command, env=environment, stdout=out, stderr=subprocess.STDOUT, cwd=folder).returncode
            found = json.loads(counts.read_text()) if counts.exists() else []
        finally:
            ended = demo.stop()
    if code or ended:
        print(log.read_text()[-30_000:])
        raise SystemExit(f"{name}: schemathesis ended with {code}, the hub with {ended}; everything: {log}")
    return found


def judge(name, found, served):
    """Prints and asserts the shares of answers."""
    cases, taken = Counter(), Counter()
    for operation, status, count in found:
        cases[operation] += count
        taken[operation] += count if 200 <= status < 300 else 0
    print(f"{name}: cases, and how many were answered 2xx")
    for operation in sorted(served):
        statuses = ", ".join(f"{status}: {count}" for one, status, count in sorted(found) if one == operation)
        print(f"  {cases[operation]:5} {taken[operation]:5}  {operation}  ({statuses})")
    share = taken.total() / max(1, cases.total())
    print(f"  {cases.total():5} {taken.total():5}  in all: {share:.0%}")
    never = [operation for operation in served if not taken[operation]]
    if never:
        raise SystemExit(f"{name}: never answered 2xx: {', '.join(never)}")
    if share < LEAST_TAKEN or cases.total() < LEAST_CASES:
        raise SystemExit(f"{name}: at least {LEAST_TAKEN:.0%} of {LEAST_CASES} cases or more must be answered 2xx")
    return cases.total()


def check_list(theirs, ours):
    """That the list of what is not served is true: our own description, held to the routes by a Rust test, says what is served."""
    served = operations(theirs) & operations(ours)
    if served | NOT_SERVED != operations(theirs) or served & NOT_SERVED:
        raise SystemExit(f"NOT_SERVED is not true: it should be {sorted(operations(theirs) - served)}")
    return served


def main():
    print(f"seed {SEED} (CONFORMANCE_SEED), {EXAMPLES} examples (CONFORMANCE_EXAMPLES)")
    LOGS.mkdir(parents=True, exist_ok=True)
    own = HERE.parent.parent / "api-spec" / "messages-api.yaml"
    ours = yaml.safe_load(own.read_text())
    runs = [("ours", own, operations(ours))]
    publisher = os.environ.get("SUOMIFI_YAML")
    if publisher:
        theirs = yaml.safe_load(Path(publisher).read_text())
        runs.insert(0, ("publisher", Path(publisher).resolve(), check_list(theirs, ours)))
    elif os.environ.get("CI") == "true":
        raise SystemExit("CI needs SUOMIFI_YAML")
    else:
        print("not checked: our answers against the publisher's API document (set SUOMIFI_YAML)")
    only = os.environ.get("CONFORMANCE_ONLY")
    total = sum(judge(name, run(name, file, served), served) for name, file, served in runs if only in (None, name))
    print(f"{total} cases, no failure")


main()
