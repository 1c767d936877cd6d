"""A link for a new password by way of a real mail server (aiosmtpd): STARTTLS, TLS, log-in.

Starts services88 and the mail servers itself, with a certificate authority of its own.

Usage: mail_link.py PATH_OF_SERVICES88 FOLDER
"""

import email
import os
import re
import socket
import ssl
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

program, folder = sys.argv[1], Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
services88 = "http://www.superoffice.net/ws/crm/NetServer/Services88"


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def authority(name):
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key",
            "-out", f"{name}.pem", "-days", "2", "-subj", f"/CN={name}")


authority("ca")
authority("stranger")
openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "request.pem",
        "-subj", "/CN=localhost")
(folder / "names").write_text("subjectAltName=DNS:localhost\n")
openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key",
        "-CAcreateserial", "-out", "certificate.pem", "-days", "2", "-extfile", "names")
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(folder / "certificate.pem", folder / "key.pem")


class Postbox:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        assert session.authenticated
        self.mails.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content)))
        return "250 taken"


def knows(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"crm", b"post age"))


class StartTls(Controller):
    def factory(self):
        return SMTP(self.handler, tls_context=tls, require_starttls=True,
                    authenticator=knows, auth_required=True)


class Tls(Controller):
    def factory(self):
        return SMTP(self.handler, authenticator=knows, auth_required=True,
                    auth_require_tls=False)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def run(data, port, kind, authorities):
    """A services88 that mails through the server on a port; gives process and address."""
    settings = {"host": "localhost", "port": port, "tls": kind, "user": "crm",
                "from": "CRM <crm@example.com>", "base_url": "https://crm.example.com"}
    arguments = [f"--set=mail.{name}={value}" for name, value in settings.items()]
    environment = os.environ | {
        "SERVICES88_ADMIN_PASSWORD": "Client-Suite-1!",
        "SERVICES88_MAIL_PASSWORD": "post age",
        "SSL_CERT_FILE": str(authorities),
    }
    process = subprocess.Popen(
        [program, "serve", "--listen", "127.0.0.1:0", "--data", data, *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=open(folder / "log", "a"), text=True)
    for line in process.stdout:
        if found := re.search(r"listens on (http://\S+)", line):
            return process, found[1]
    raise AssertionError("the server did not start")


def send(data, base):
    ticket = subprocess.run([program, "ticket", "new", "--user", "admin", "--data", data],
                            check=True, capture_output=True, text=True).stdout.strip()
    envelope = f"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns="{services88}">
        <s:Header><Credentials><Ticket>{ticket}</Ticket></Credentials></s:Header>
        <s:Body><SendChangePasswordEMail><AssociateId>2</AssociateId></SendChangePasswordEMail></s:Body>
        </s:Envelope>"""
    request = urllib.request.Request(f"{base}/Remote/Services88/User.svc", envelope.encode(),
                                     {"Content-Type": "text/xml; charset=utf-8"})
    answer = urllib.request.urlopen(request, timeout=60).read().decode()
    return re.search(r"Success>(\w+)<", answer)[1] == "true"


def follow(base, mail):
    link = re.search(r"https://crm\.example\.com(/\S+)", mail.get_payload(decode=True).decode())[1]
    page = urllib.request.urlopen(base + link, timeout=60).read().decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    form = {"token": token, "password": "Better-Hørse 9", "again": "Better-Hørse 9"}
    form = urllib.parse.urlencode(form).encode()
    page = urllib.request.urlopen(base + "/password", form, timeout=60).read().decode()
    assert "is set" in page, page


for kind, controller, options in [("starttls", StartTls, {}), ("tls", Tls, {"ssl_context": tls})]:
    postbox = Postbox()
    port = free_port()
    server = controller(postbox, hostname="127.0.0.1", port=port, **options)
    server.start()
    try:
        for authorities, trusted in [(folder / "ca.pem", True), (folder / "stranger.pem", False)]:
            data = str(folder / f"{kind}-{trusted}")
            process, base = run(data, port, kind, authorities)
            try:
                assert send(data, base) == trusted, (kind, trusted)
                assert len(postbox.mails) == 1
                receivers, mail = postbox.mails[0]
                assert receivers == ["nora@example.com"], receivers
                if trusted:
                    follow(base, mail)
            finally:
                process.terminate()
                process.wait()
    finally:
        server.stop()
print("mail: links sent by STARTTLS and TLS, opened and used; an unknown authority refused")
