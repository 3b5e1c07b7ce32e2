"""A mail server for one test: Debian's aiosmtpd on loopback, which keeps what it takes and misbehaves as the file `mode` in its folder says."""

import argparse
import asyncio
import json
import ssl
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("folder", type=Path)
arguments.add_argument("port", type=int)
arguments.add_argument("--certificate")
arguments.add_argument("--key")
arguments.add_argument("--tls-from-the-first-byte", action="store_true")
arguments.add_argument("--password")
given = arguments.parse_args()


def mode():
    return (given.folder / "mode").read_text()


class Handler:
    taken = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if mode() == "refuse":
            return f"550 5.1.1 <{address}> is unknown here"
        if mode() == "later":
            return f"451 4.3.0 <{address}> later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if mode() == "break off":
            server.transport.abort()
            return "250 never heard"
        Handler.taken += 1
        mail = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "bytes": envelope.content.decode("utf-8"), "tls": server.transport.get_extra_info("ssl_object") is not None}
        (given.folder / f"{Handler.taken:04}.json").write_text(json.dumps(mail))
        if mode() == "break off after":
            server.transport.abort()
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.password == given.password.encode(), handled=False)


def protocol():
    more = {}
    if context and not given.tls_from_the_first_byte:
        more.update(tls_context=context, require_starttls=True)
    if given.password:
        more.update(authenticator=authenticate, auth_required=True, auth_require_tls=not given.tls_from_the_first_byte)
    return SMTP(Handler(), hostname="localhost", **more)


async def serve():
    implicit = context if given.tls_from_the_first_byte else None
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", given.port, ssl=implicit)
    print("ready", flush=True)
    await server.serve_forever()


context = None
if given.certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(given.certificate, given.key)
asyncio.run(serve())
