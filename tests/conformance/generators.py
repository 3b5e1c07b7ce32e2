"""Values that no description can hold: identity codes of people who have a mailbox, the caller's services, files just uploaded, tokens of
real pages. `strict` makes every positive case one that the hub must take; otherwise some are of people without a mailbox, and the like.
"""

import copy
import json
import time

from demo import PDF, Sender
from auditor import AUDIT, Audit
from citizen import MAILBOX, Mailbox

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
FILES = [("päätös 1.pdf", PDF), ("kuva.PNG", PNG), ("selvitys.txt", "Hei, ääkköset.\n".encode()), ("決定.pdf", PDF)]
CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
NEW_PASSWORD = "Uusi-salasana-0123456789-abcdefgh"


class Generators:
    def __init__(self, plan, rng):
        self.plan, self.rng, self.strict = plan, rng, plan["strict"]
        self.sender = Sender(plan["baseUrl"], plan["system"])
        self.other = Sender(plan["baseUrl"], plan["other"])
        self.uploads, self.letters = list(plan["uploads"]), plan["uploads"]
        self.sent, self.messages = list(plan["sent"]), list(plan["messages"])
        self.tokens = list(plan["tokens"])
        self.replies = plan["replies"]
        jobs = plan.get("jobs", [])
        self.jobs, self.reported = jobs[::2], jobs[1::2]
        self.printed = set()
        self.mailbox = Mailbox(plan["mailbox"], rng) if "mailbox" in plan else None
        self.audit = Audit(plan["audit"], rng) if "audit" in plan else None
        self.external_ids = set(self.sent)
        self.password_changed, self.proved = False, time.monotonic()

    def keep_proved(self):
        """Wrong passwords slow their source down, but for a password that was proved within the minute."""
        if time.monotonic() - self.proved > 10:
            self.proved = time.monotonic()
            self.sender.log_in()
            if not self.password_changed:
                self.other.log_in()

    # --- values

    def mostly(self, share):
        return self.strict or self.rng.random() < share

    def artificial_code(self):
        """An identity code with a valid check character, of nobody."""
        number = self.rng.randrange(900, 1000)
        day = f"{self.rng.randrange(1, 29):02}{self.rng.randrange(1, 13):02}{self.rng.randrange(20, 99)}"
        return f"{day}-{number}{CHECK_CHARACTERS[int(day + str(number)) % 31]}"

    def person(self):
        if self.mostly(0.9):
            return self.rng.choice(self.plan["active"])
        return self.rng.choice([self.rng.choice(self.plan["inactive"]), self.artificial_code(), "1234567-1"])

    def service(self):
        return self.rng.choice(self.sender.services) if self.mostly(0.95) else self.rng.choice(self.other.services)

    def external_id(self, generated):
        """The generated text where it is a new one, else one made new."""
        text = generated if isinstance(generated, str) and generated else "A"
        while text in self.external_ids:
            text = f"{self.rng.randrange(10**9)}-{text}"[:256]
        self.external_ids.add(text)
        return text

    def attachments(self, count, letters):
        """As many uploads, none twice."""
        return self.rng.sample(self.letters if letters else self.uploads, min(count, len(self.letters)))

    # --- operations

    def fill(self, case):
        """Puts our values where the operation needs them."""
        if self.mailbox and case.operation.path.startswith(MAILBOX):
            self.mailbox.fill(case)
            return
        if self.audit and case.operation.path.startswith(AUDIT):
            self.audit.fill(case)
            return
        fill = FILLS.get((case.operation.method.lower(), case.operation.path))
        if fill:
            # Cases may share parts of their bodies.
            case.body = copy.deepcopy(case.body)
            fill(self, case)

    def token_request(self, case):
        if self.mostly(0.8):
            case.body["username"], case.body["password"] = self.sender.username, self.sender.password

    def change_password(self, case):
        """Of a system of its own: once it succeeds, and then it is too soon for another change."""
        if self.password_changed:
            return
        self.password_changed = True
        case.body.update(accessToken=self.other.token, currentPassword=self.other.password, newPassword=NEW_PASSWORD)

    def active_request(self, case):
        for user in case.body["endUsers"]:
            user["id"] = self.person()

    def find_external_id(self, case):
        if self.mostly(0.8):
            case.query["externalId"] = self.rng.choice(self.sent)

    def incoming_message(self, case):
        if self.mostly(0.9):
            case.path_parameters["id"] = self.rng.choice(self.replies)["messageId"]

    def proof(self, case):
        case.path_parameters["id"] = self.rng.choice(self.replies)["messageId"]

    def attachment(self, case):
        if self.mostly(0.9):
            case.path_parameters["id"] = self.rng.choice(self.replies)["attachmentId"]

    def events_page(self, case):
        if case.query and "continuationToken" in case.query and self.mostly(0.9):
            case.query["continuationToken"] = self.rng.choice(self.tokens)

    def send(self, case):
        """Any of the six sends: the first version calls uploads files, and has a letter's fields at the top where there is nothing else."""
        body = case.body
        body["externalId"] = self.external_id(body["externalId"])
        body["sender"]["serviceId"] = self.service()
        if "id" in body.get("recipient", {}):
            body["recipient"]["id"] = self.person()
        electronic = body.get("electronic", {})
        for name, key in UPLOADS:
            entries = electronic.get(name) or []
            for entry, upload in zip(entries, self.attachments(len(entries), letters=name == "files")):
                entry[key] = upload
            for entry in body.get("paperMail", body).get(name) or []:
                entry[key] = self.rng.choice(self.letters)
        if electronic.get("inReplyToMessageId") is not None and self.mostly(0.9):
            answered = self.rng.choice(self.replies)
            electronic["inReplyToMessageId"] = answered["messageId"]
            body["recipient"]["id"], body["sender"]["serviceId"] = answered["person"], answered["serviceId"]

    def sent_message(self, case):
        if self.mostly(0.9):
            case.path_parameters["id"] = self.rng.choice(self.messages)

    def job(self, case):
        case.path_parameters["id"] = self.rng.choice(self.jobs)

    def report(self, case):
        """What a print house may say at this time: that it has the letter, and then, always alike, that it came back."""
        job = self.rng.choice(self.reported)
        case.path_parameters["id"] = job
        returned = job in self.printed and self.rng.random() < 0.5
        case.body = {"type": "returned", "trackingCode": "JJFI64000010000000021"} if returned else {"type": "sent"}

    # --- forms

    def form(self, case):
        """The parts of a good form, where the operation takes one."""
        if self.mailbox:
            return self.mailbox.form(case)
        operation = (case.operation.method.lower(), case.operation.path)
        if operation[1] not in FORMS or operation[0] != "post" or not self.mostly(0.95):
            return None
        parts = [("file", ("kirje.pdf", PDF) if operation[1] == "/v1/files" else self.rng.choice(FILES))]
        if operation[1] == "/v1/attachments":
            parts.append(("metadata", (None, json.dumps({"recipientId": self.person()}), "application/json")))
        return parts

    def learn(self, case, response):
        """Takes what an answer gives for later cases."""
        operation = (case.operation.method.lower(), case.operation.path)
        if operation[0] == "post" and operation[1] in ("/v1/attachments", "/v2/attachments"):
            self.uploads.append(response.json()["attachmentId"])
        elif operation in (("get", "/v1/events"), ("get", "/v2/events")):
            self.tokens.append(response.json()["continuationToken"])
        elif FILLS.get(operation) is Generators.report:
            self.printed.add(case.path_parameters["id"])
        elif FILLS.get(operation) is Generators.send:
            self.sent.append(case.body["externalId"])
            self.messages.append(response.json()["messageId"])


UPLOADS = [("attachments", "attachmentId"), ("files", "fileId")]
FORMS = ["/v2/attachments", "/v1/attachments", "/v1/files"]
FILLS = {
    ("post", "/v1/token"): Generators.token_request,
    ("post", "/v1/change-password"): Generators.change_password,
    ("post", "/v1/mailboxes/active"): Generators.active_request,
    ("get", "/v1/messages/id"): Generators.find_external_id,
    ("get", "/v1/messages/{id}"): Generators.incoming_message,
    ("get", "/v2/messages/{id}"): Generators.incoming_message,
    ("get", "/v1/messages/{id}/state"): Generators.sent_message,
    ("get", "/v1/attachments/{id}"): Generators.attachment,
    ("get", "/v1/events"): Generators.events_page,
    ("get", "/v2/events"): Generators.events_page,
    ("post", "/v2/messages/electronic"): Generators.send,
    ("post", "/v2/messages"): Generators.send,
    ("post", "/v2/paper-mail-without-id"): Generators.send,
    ("post", "/v1/messages/electronic"): Generators.send,
    ("post", "/v1/messages"): Generators.send,
    ("post", "/v1/paper-mail-without-id"): Generators.send,
    ("get", "/api/v1/messages/{id}/proof"): Generators.proof,
    ("get", "/print/v1/jobs/{id}"): Generators.job,
    ("get", "/print/v1/jobs/{id}/letter.pdf"): Generators.job,
    ("post", "/print/v1/jobs/{id}/reports"): Generators.report,
}
