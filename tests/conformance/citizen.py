"""Values for what a citizen's program calls: its own messages, drafts and authorities, texts that can be sent, words that can be searched for."""

from demo import PDF

MAILBOX = "/api/v1/mailbox"
FILES = [("selvitys ä.pdf", PDF), ("toinen.pdf", PDF)]
# Conditions and a mandate of somebody else's: whether they hold is not what a positive case is about (tests/it/api).
CONDITIONS = ("if-match", "tiedoksi-acting-for")


class Mailbox:
    def __init__(self, plan, rng):
        self.plan, self.rng = plan, rng

    def fill(self, case):
        """Puts what exists where the operation needs it."""
        method, path = case.operation.method.lower(), case.operation.path.removeprefix(MAILBOX)
        for name in [name for name in case.headers or {} if name.lower() in CONDITIONS]:
            del case.headers[name]
        if case.query:
            case.query.pop("cursor", None)
        if "q" in (case.query or {}) and path == "/search":
            case.query["q"] = self.rng.choice(["lisäselvitys", "VASTATKAA", "raken", "ei löydy"])
        self.name_path(method, path, case.path_parameters or {})
        body = self.body(method, path, case.body)
        if body is not None:
            case.body = body

    def name_path(self, method, path, named):
        plan = self.plan
        if path.startswith("/messages/"):
            messages = plan["verifiable"] if path.endswith("/confirmation") else plan["ordinary"]
            if path == "/messages/{id}":
                messages = messages + plan["verifiable"]
            named["id"] = self.rng.choice(messages)
        if path.startswith("/drafts/"):
            drafts = plan["toDelete"] if method == "delete" and path == "/drafts/{id}" else plan["drafts"]
            named["id"] = self.rng.choice(plan["toSend"] if path.endswith("/sending") else drafts)
        if path == "/mandates/{id}":
            named["id"] = plan["mandateId"]
        if "attachment" in named:
            named["attachment"] = plan["attachment"]
        if "organisation" in named:
            named["organisation"] = self.rng.choice(plan["senders"])[0]

    def body(self, method, path, generated):
        """A body that the hub takes, made of the generated one where it can be."""
        if path == "" and method == "put":
            return {"inUse": True, "consent": True}
        if path == "/senders/{organisation}" and method == "put":
            return {"choice": "none"}
        if path == "/filing":
            return {**generated, "messages": self.rng.sample(self.plan["ordinary"], 2)}
        if path == "/drafts" and method == "post":
            return {"inReplyToMessageId": self.rng.choice(self.plan["ordinary"])}
        if path == "/drafts/{id}/sending":
            return {"title": "Vastaus", "body": "Kiitos."}
        if path == "/mandates" and method == "post":
            return self.plan["mandate"]
        if path == "/contact" and method == "post":
            return self.plan["contact"]
        return None

    def form(self, case):
        """The parts of a good upload."""
        if case.operation.path != f"{MAILBOX}/drafts/{{id}}/files" or case.operation.method.lower() != "post":
            return None
        return [("file", self.rng.choice(FILES))]
