"""Runs schemathesis over every description of an API and asserts what this project promises of them: no failure, and enough requests taken."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import requests
import yaml

from demo import Citizen, Demo, Sender, citizen_token, reply

HERE = Path(__file__).resolve().parent
SEED = int(os.environ.get("CONFORMANCE_SEED", "434"))
EXAMPLES = int(os.environ.get("CONFORMANCE_EXAMPLES", "120"))
LOGS = Path(os.environ["CONFORMANCE_LOGS"])
PROGRAM = os.environ["TIEDOKSI_BIN"]

# Never taken here: a good assertion needs a key that the operator registers (tests/it/oauth.rs).
# Nor is a code here that came by mail (tests/it/api/owner.rs).
# The person of the plan holds no mandate that they could give up: tests/it/api/others.rs has one who does.
# A content is seen when a second person granted it, who decides once: tests/it/audit has both.
NEVER_TAKEN = {
    "POST /oauth2/token", "POST /api/v1/mailbox/contact/verification", "DELETE /api/v1/mailbox/held-mandates/{key}",
    "GET /api/v1/audit/deliveries/{id}/content", "GET /api/v1/audit/deliveries/{id}/files/{attachment}",
    "POST /api/v1/audit/requests/{id}/decision",
}
# For each description: the share of the cases that must be answered 2xx. For each of the sender API: how many cases there are at least. And how
# many there are in all, whether or not the publisher's description is at hand.
LEAST_TAKEN = 0.30
LEAST_CASES = 1500
LEAST_IN_ALL = 3000
# The run over what the print house calls with its key.
PRINT_HOUSE = "print-house"
# The run over what a citizen's program calls with the person's token.
CITIZEN = "citizen"
# The run over what an auditor's program calls.
AUDITOR = "auditor"
# Letters in the spool: half of them stay there, the others are reported.
LETTERS = 8


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
    sent, messages, replies = [], [], []
    for person in persons["active"]:
        message, external_id = sender.send(person)
        sent.append(external_id)
        messages.append(message)
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
        "baseUrl": demo.base_url, "system": systems[0], "other": systems[1], "authorization": sender.token,
        "sent": sent, "messages": messages, "replies": replies, "tokens": tokens, "uploads": uploads, **persons,
    }


def seed_spool(demo, sender, wanted):
    """Letters in the spool, and the key that opens it."""
    key = demo.print_house()
    for _ in range(wanted):
        sender.post_letter()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        answer = requests.get(f"{demo.base_url}/print/v1/jobs", headers={"Authorization": f"Bearer {key}"})
        answer.raise_for_status()
        jobs = [job["id"] for job in answer.json()["jobs"]]
        if len(jobs) == wanted:
            return {"authorization": f"Bearer {key}", "jobs": jobs}
        time.sleep(0.2)
    raise SystemExit(f"of {wanted} letters, {len(jobs)} are in the spool")


def seed_mailbox(demo, sender, person, agent):
    """What a citizen's program reads and writes: messages of each kind, drafts, mandates."""
    citizen = Citizen(demo.base_url, person)
    attachment = sender.upload("paatos.pdf")
    ordinary = [sender.send(person, attachments=[attachment])[0] for _ in range(6)]
    verifiable = [sender.send(person, "Verifiable")[0] for _ in range(3)]
    drafts = [citizen.post("/drafts", {"inReplyToMessageId": message})["draftId"] for message in ordinary]
    mandate = {"agent": agent, "name": "Onni Koe", "scope": "everything"}
    granted = citizen.post("/mandates", mandate)
    contact = citizen.get("/contact")["verified"]
    return {
        "authorization": citizen.authorization, "ordinary": ordinary, "verifiable": verifiable, "attachment": attachment,
        "drafts": drafts[:2], "toSend": drafts[2:4], "toDelete": drafts[4:], "mandate": mandate,
        "mandateId": granted["inForce"][0]["mandateId"], "contact": {"address": contact["address"], "language": "fi"},
        "senders": [(it["id"], it["refusable"]) for it in citizen.get("/senders")["senders"]],
    }


def operations(document):
    return {
        f"{method.upper()} {path}"
        for path, item in document["paths"].items() for method in item if method in ("get", "post", "put", "patch", "delete")
    }


class Run:
    """One description against a hub of its own. `document` is where to read it: a file, or the path at which the hub serves it."""

    def __init__(self, name, document, served, examples=EXAMPLES):
        self.name, self.document, self.served, self.examples = name, document, served, examples
        self.log = LOGS / f"conformance-{name}.log"
        self.failure, self.cases, self.taken, self.statuses = None, Counter(), Counter(), []

    def go(self):
        demo = Demo(PROGRAM, LOGS / f"conformance-{self.name}-hub.log")
        with tempfile.TemporaryDirectory() as folder:
            try:
                code = self._against(demo, Path(folder))
            finally:
                ended = demo.stop()
        if code or ended:
            self.failure = f"schemathesis ended with {code}, the hub with {ended}; everything: {self.log}"
        return self

    def _against(self, demo, folder):
        strict = self.name != "publisher"
        counts, plan_file = folder / "counts.json", folder / "plan.json"
        plan = {**seed_hub(demo), "description": self.name, "strict": strict, "seed": SEED, "counts": str(counts)}
        if self.name == PRINT_HOUSE:
            plan.update(seed_spool(demo, Sender(demo.base_url, plan["system"]), LETTERS))
        if self.name == CITIZEN:
            person, agent = plan["active"][0], plan["inactive"][0]
            plan["mailbox"] = seed_mailbox(demo, Sender(demo.base_url, plan["system"]), person, agent)
            plan["authorization"] = plan["mailbox"]["authorization"]
        if self.name == AUDITOR:
            plan["authorization"] = f"Bearer {citizen_token(demo.base_url, demo.record['auditor']['id'])}"
            plan["audit"] = {"messages": plan["messages"], **seed_exports(demo.base_url, plan["authorization"])}
        plan_file.write_text(json.dumps(plan))
        document = self.document if self.name == "publisher" else demo.base_url + self.document
        command = [
            str(Path(sys.executable).parent / "st"), "--no-color",
            "--config-file", str(HERE / ("ours.toml" if strict else "publisher.toml")), "run", str(document),
            "--url", demo.base_url, "--header", f"Authorization: {plan['authorization']}", "--seed", str(SEED),
            "--max-examples", str(self.examples), "--generation-database", "none",
            # Nothing in the demo is secret, and the curl of a failure is of use only when it is whole.
            "--output-sanitize", "false",
        ]
        if self.name in (CITIZEN, AUDITOR):
            # No links made up between operations: what one answers for another to take, citizen.py and auditor.py put there.
            command += ["--phases", "examples,coverage,fuzzing"]
        for operation in sorted(self.served):
            command += ["--include-name", operation]
        environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "CONFORMANCE_PLAN": str(plan_file)}
        with open(self.log, "w") as out:
            code = subprocess.run(command, env=environment, stdout=out, stderr=subprocess.STDOUT, cwd=folder).returncode
        for operation, status, count in json.loads(counts.read_text()) if counts.exists() else []:
            self.cases[operation] += count
            self.taken[operation] += count if 200 <= status < 300 else 0
            self.statuses.append((operation, status, count))
        return code

    def judge(self):
        """Prints the shares of answers; what is wrong with the run, if anything."""
        print(f"{self.name}: cases, and how many of them were answered 2xx")
        for operation in sorted(self.served):
            statuses = ", ".join(f"{status}: {count}" for one, status, count in sorted(self.statuses) if one == operation)
            print(f"  {self.cases[operation]:5} {self.taken[operation]:5}  {operation}  ({statuses})")
        share = self.taken.total() / max(1, self.cases.total())
        print(f"  {self.cases.total():5} {self.taken.total():5}  in all: {share:.0%}", flush=True)
        if self.failure:
            print(self.log.read_text()[-30_000:])
            return self.failure
        never = [operation for operation in self.served if not self.taken[operation] and operation not in NEVER_TAKEN]
        if never:
            return f"never answered 2xx: {', '.join(never)}"
        if share < LEAST_TAKEN:
            return f"at least {LEAST_TAKEN:.0%} must be answered 2xx"
        least = LEAST_CASES if self.name in ("publisher", "messages-api") else 0
        return None if self.cases.total() >= least else f"there must be {least} cases or more"


def seed_exports(base_url, authorization):
    """Two exports that an auditor asked for, made to the end."""
    url, headers = f"{base_url}/api/v1/audit/exports", {"Authorization": authorization}
    today = date.today().isoformat()
    body = {"organisation": "0208573-0", "first": today, "last": today, "reason": "Tarkastus 7/2026"}
    exports = [requests.post(url, json=body, headers=headers).json()["id"] for _ in range(2)]
    end = time.monotonic() + 60
    while time.monotonic() < end:
        states = [requests.get(f"{url}/{it}", headers=headers).json()["state"] for it in exports]
        if states == ["ready", "ready"]:
            return {"exports": exports, "today": today}
        time.sleep(0.1)
    raise SystemExit(f"the exports are {states}")


def same_operations(theirs, ours):
    """The publisher's operations, which must be ours and no others: our own description is held to the routes by a Rust test."""
    if operations(theirs) != operations(ours):
        raise SystemExit(f"described by one of the two alone: {sorted(operations(theirs) ^ operations(ours))}")
    return operations(theirs)


def main():
    print(f"seed {SEED} (CONFORMANCE_SEED), {EXAMPLES} examples (CONFORMANCE_EXAMPLES)", flush=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    described = {
        name: yaml.safe_load((HERE.parent.parent / "api-spec" / f"{name}.yaml").read_text()) for name in ("messages-api", "hub-api")
    }
    ours = operations(described["hub-api"])
    printing = {operation for operation in ours if " /print/" in operation}
    mailbox = {operation for operation in ours if " /api/v1/mailbox" in operation}
    auditing = {operation for operation in ours if " /api/v1/audit" in operation}
    runs = [
        Run("messages-api", "/docs/messages-api.yaml", operations(described["messages-api"])),
        Run("hub-api", "/docs/hub-api.yaml", ours - printing - mailbox - auditing),
        Run(PRINT_HOUSE, "/docs/hub-api.yaml", printing),
        # As many operations as all the others have together, and each request proves its token by a signature.
        Run(CITIZEN, "/docs/hub-api.yaml", mailbox, max(1, EXAMPLES // 4)),
        Run(AUDITOR, "/docs/hub-api.yaml", auditing, max(1, EXAMPLES // 4)),
    ]
    publisher = os.environ.get("SUOMIFI_YAML")
    if publisher:
        theirs = yaml.safe_load(Path(publisher).read_text())
        runs.insert(0, Run("publisher", Path(publisher).resolve(), same_operations(theirs, described["messages-api"])))
    elif os.environ.get("CI") == "true":
        raise SystemExit("CI needs SUOMIFI_YAML")
    else:
        print("not checked: our answers against the publisher's API document (set SUOMIFI_YAML)", flush=True)
    only = os.environ.get("CONFORMANCE_ONLY")
    runs = [run for run in runs if only in (None, run.name)] or sys.exit(f"CONFORMANCE_ONLY={only} leaves nothing to do")
    with ThreadPoolExecutor(2) as pool:
        done = [run.judge() for run in pool.map(Run.go, runs)]
    problems = [f"{run.name}: {problem}" for run, problem in zip(runs, done) if problem]
    cases = sum(run.cases.total() for run in runs)
    if only is None and cases < LEAST_IN_ALL:
        problems.append(f"{cases} cases in all; there must be {LEAST_IN_ALL} or more")
    if problems:
        raise SystemExit("\n".join(problems))
    print(f"{cases} cases, no failure")


if __name__ == "__main__":
    main()
