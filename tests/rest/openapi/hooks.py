"""What Schemathesis has to know of the server: how to log in, and in what it is more lenient than its
description says on purpose. In the environment: PROGRAM, DATA (folder of its database), and NOTATIONS (the
media types of bodies that are tried, with spaces between)."""

import collections
import os
import re
import subprocess

import jsonschema
import schemathesis
from schemathesis.specs.openapi.checks import AcceptedNegativeData, negative_data_rejection

# Cases of the coverage phase for one operation: all up to here, and then one of so many.
ENOUGH, ONE_OF = 50, 20

NOTATIONS = os.environ["NOTATIONS"].split()
UNREADABLE = "The JSON text is not acceptable"

seen = collections.Counter()
ticket = None


@schemathesis.auth(refresh_interval=None)
class Ticket:
    """The administrator's ticket, and a new one when an operation has ended its session."""

    def get(self, case, context):
        return True

    def set(self, case, data, context):
        global ticket
        if ticket is None:
            command = [os.environ["PROGRAM"], "ticket", "new", "--user", "admin", "--data", os.environ["DATA"]]
            ticket = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"SOTicket {ticket}"


@schemathesis.hook
def after_call(context, case, response):
    global ticket
    sent = response.request.headers.get("Authorization", "")
    if response.status_code == 401 and ticket and sent == f"SOTicket {ticket}":
        ticket = None


@schemathesis.hook
def before_load_schema(context, raw):
    """Seven media types for one schema would be the same cases seven times. Guesses at a password are left
    out: each wrong one makes the next log-in from an address wait longer."""
    raw["security"] = [scheme for scheme in raw["security"] if "basic" not in scheme]
    del raw["components"]["securitySchemes"]["basic"]
    del raw["paths"]["/api/v1/Session"]
    for item in raw["paths"].values():
        for operation in item.values():
            content = operation.get("requestBody", {}).get("content", {})
            for kind in [kind for kind in content if kind not in NOTATIONS]:
                del content[kind]


@schemathesis.hook
def filter_case(context, case):
    """Nested carriers make thousands of cases, most of which differ in a member of a member."""
    if case.meta is None or case.meta.phase.name.value != "coverage":
        return True
    label = case.operation.label
    seen[label] += 1
    return seen[label] <= ENOUGH or seen[label] % ONE_OF == 0


def is_json(case):
    return case.media_type is None or "json" in case.media_type


@schemathesis.check
def nonsense_is_refused(ctx, response, case):
    """Types do not survive XML and forms, where all is text; there the wrong value may be a right one."""
    if not is_json(case):
        return
    try:
        negative_data_rejection(ctx, response, case)
    except AcceptedNegativeData:
        if not is_tolerated(case):
            raise


@schemathesis.check
def what_the_description_allows_is_read(ctx, response, case):
    """But for patches, which are read only when they have been made, and days that a month does not have."""
    if case.meta is None or case.meta.generation.mode.is_negative or not is_json(case) or case.method == "PATCH":
        return
    if response.status_code == 400 and UNREADABLE in response.text and "expected a date" not in response.text:
        raise AssertionError(f"this is not read, but should be: {response.text}")


def is_tolerated(case):
    """Whether all that is wrong with a body is what the server takes all the same: numbers for members of
    enumerations, which the vendor's own client sends, names of these and of time zones in another letter case,
    and null items."""
    zone = (case.headers or {}).get("SO-TimeZone", "")
    known = case.operation.schema.raw_schema["components"]["parameters"]["SO-TimeZone"]["schema"]["pattern"]
    if re.search(known, zone, re.IGNORECASE) and not re.search(known, zone):
        return True
    operation = case.operation.definition.raw
    content = operation.get("requestBody", {}).get("content", {}).get(case.media_type)
    if content is None:
        return False
    raw = case.operation.schema.raw_schema
    components = {name: loosened(it) for name, it in raw["components"]["schemas"].items()}
    schema = {**loosened(content["schema"]), "components": {"schemas": components}}
    return jsonschema.Draft202012Validator(schema).is_valid(case.body)


def loosened(schema):
    if isinstance(schema, list):
        return [loosened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    loose = {name: loosened(value) for name, value in schema.items() if name != "enum"}
    if "items" in loose:
        loose["items"] = {"anyOf": [loose["items"], {"type": "null"}]}
    names = schema.get("enum") or re.findall(r"\w+", schema.get("pattern", "")) * ("|" in schema.get("pattern", ""))
    if schema.get("type") == "string" and names and "description" in schema:
        text = {"type": "string", "pattern": f"(?i)^({'|'.join(names)}|,| )*$"}
        return {"anyOf": [text, {"type": "integer"}]}
    return loose
