"""A demo of its own for each run, a client of its sender API, and a citizen who answers through the pages."""

import base64
import hashlib
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import uuid
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests



def a4_page():
    """A PDF of one empty A4 page."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>/Contents 4 0 R>>",
        b"<</Length 0>>stream\n\nendstream",
    ]
    file, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return file + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(file))


PDF = a4_page()


class Demo:
    """`tiedoksi demo` on a free port with a folder that goes with it."""

    def __init__(self, program, log):
        self._folder = tempfile.TemporaryDirectory(prefix="tiedoksi-conformance-")
        data = Path(self._folder.name) / "data"
        self._log = open(log, "w")
        self._process = subprocess.Popen(
            [program, "demo", "--data", str(data), "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=self._log, text=True,
        )
        for line in self._process.stdout:
            self._log.write(line)
            if line.startswith("Stop with Ctrl-C"):
                break
        else:
            raise SystemExit(f"the demo did not start; see {log}")
        # Whoever does not read lets the demo wait.
        threading.Thread(target=self._process.stdout.read, daemon=True).start()
        self.record = json.loads((data / "demo.json").read_text())
        self.base_url = self.record["baseUrl"]
        self._program, self._config = program, data / "tiedoksi.toml"

    def print_house(self):
        """A client of the print house's API, with a key that the operator issued."""
        said = subprocess.run(
            [self._program, "admin", "--config", str(self._config), "print-house", "add", "painotalo"],
            check=True, capture_output=True, text=True,
        ).stdout
        return re.search(r"tph_\S+", said).group(0)

    def stop(self):
        """Its exit code."""
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(20)
        self._log.close()
        self._folder.cleanup()
        return code


class Sender:
    """A system of the demo's, with a token."""

    def __init__(self, base_url, system):
        self.base_url = base_url
        self.username, self.password = system["username"], system["password"]
        self.services = system["serviceIds"]
        self.session = requests.Session()
        self.log_in()
        self.session.headers["Authorization"] = self.token

    def log_in(self):
        answer = requests.post(f"{self.base_url}/v1/token", json={"username": self.username, "password": self.password})
        answer.raise_for_status()
        self.token = answer.json()["access_token"]

    def upload(self, name="liite.pdf", content=PDF):
        answer = self.session.post(f"{self.base_url}/v2/attachments", files={"file": (name, content)})
        answer.raise_for_status()
        return answer.json()["attachmentId"]

    def send(self, recipient, service_type="Normal", attachments=()):
        """A message that may be answered; its id and externalId."""
        external_id = f"siemen-{uuid.uuid4()}"
        answer = self.session.post(f"{self.base_url}/v2/messages/electronic", json={
            "externalId": external_id,
            "recipient": {"id": recipient},
            "sender": {"serviceId": self.services[0]},
            "electronic": {
                "title": "Lisäselvityspyyntö", "body": "Vastatkaa tähän.", "bodyFormat": "Text",
                "attachments": [{"attachmentId": attachment} for attachment in attachments],
                "messageServiceType": service_type, "replyAllowedBy": "Anyone", "visibility": "Normal",
                "notifications": {
                    "senderDetailsInNotifications": "None",
                    "unreadMessageNotification": {"reminder": "No reminders"},
                },
            },
        })
        answer.raise_for_status()
        return answer.json()["messageId"], external_id

    def post_letter(self):
        """A letter to an address."""
        address = {"name": "Onni Koe", "streetAddress": "Keskitie 10", "zipCode": "44500", "city": "Viitasaari", "countryCode": "FI"}
        answer = self.session.post(f"{self.base_url}/v2/paper-mail-without-id", json={
            "externalId": f"kirje-{uuid.uuid4()}",
            "sender": {"serviceId": self.services[0]},
            "paperMail": {
                "attachments": [{"attachmentId": self.upload("kirje.pdf")}],
                "colorPrinting": False, "createAddressPage": True, "rotateLandscapePages": False, "twoSidedPrinting": True,
                "messageServiceType": "Normal", "recipient": {"address": address}, "sender": {"address": address},
                "printingAndEnvelopingService": {
                    "postiMessaging": {"username": "123456", "password": "1234", "contactDetails": {"email": "a@b.fi"}},
                },
            },
        })
        answer.raise_for_status()

    def get(self, path):
        answer = self.session.get(self.base_url + path)
        answer.raise_for_status()
        return answer.json()

    def events(self):
        """Every event, and the tokens of all pages on the way."""
        found, tokens, query = [], [], ""
        while True:
            page = self.get(f"/v2/events{query}")
            tokens.append(page["continuationToken"])
            if not page["events"]:
                return found, tokens
            found += page["events"]
            query = f"?continuationToken={tokens[-1]}"


def citizen_token(base_url, person):
    """An access token with which a program acts for this person, from the demo's identity provider."""
    verifier = base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    program = {"client_id": "demo-program", "redirect_uri": "http://127.0.0.1/callback"}
    back = requests.get(f"{base_url}/demo-idp/authorize", allow_redirects=False, params={
        **program, "response_type": "code", "scope": "openid", "code_challenge": challenge, "code_challenge_method": "S256",
        "resource": f"{base_url}/api/v1", "login_hint": person,
    })
    code = parse_qs(urlsplit(back.headers["Location"]).query)["code"][0]
    answer = requests.post(f"{base_url}/demo-idp/token", data={
        **program, "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
    })
    answer.raise_for_status()
    return answer.json()["access_token"]


class Citizen:
    """A person's program."""

    def __init__(self, base_url, person):
        self.base_url = base_url + "/api/v1/mailbox"
        self.session = requests.Session()
        self.authorization = f"Bearer {citizen_token(base_url, person)}"
        self.session.headers["Authorization"] = self.authorization

    def get(self, path):
        answer = self.session.get(self.base_url + path)
        answer.raise_for_status()
        return answer.json()

    def post(self, path, body):
        answer = self.session.post(self.base_url + path, json=body)
        answer.raise_for_status()
        return answer.json()


def reply(base_url, person, message_id):
    """Answers a message as its recipient does in a browser, with a file."""
    browser = requests.Session()
    page = browser.get(f"{base_url}/auth/login", params={"login_hint": person, "return_to": f"/messages/{message_id}"})
    page.raise_for_status()
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
    if csrf is None:
        raise SystemExit(f"no form to answer with at {page.url}")
    draft = browser.post(f"{base_url}/messages/{message_id}/reply", data={"csrf": csrf.group(1)})
    draft.raise_for_status()
    answer = browser.post(
        draft.url,
        data={"csrf": csrf.group(1), "title": "Selvitys", "body": "Hei,\nohessa.", "do": "send"},
        files={"files": ("selvitys ä.pdf", PDF, "application/pdf")},
    )
    answer.raise_for_status()
    if "sent=1" not in answer.url:
        raise SystemExit(f"the answer was not taken: {answer.url}")
