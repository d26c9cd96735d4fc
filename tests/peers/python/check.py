"""HubSpot's official Python client against the sandbox, unchanged but for its base address.

Prints one line a check and stops at the first that fails. Needs HUBSPOT_API_URL and HUBSPOT_TOKEN.
"""

import json
import os
import re
import sys
import time
import traceback

from hubspot import HubSpot
from hubspot.crm import associations, companies, contacts, lists, objects, owners, properties

CHECKS = []


def check(name):
    """Registers a check under the name that it is reported with."""

    def register(body):
        CHECKS.append((name, body))
        return body

    return register


class World:
    """What earlier checks leave for later ones."""

    def __init__(self, client):
        self.client = client
        self.run = f"py{int(time.time() * 1000):x}"
        self.ada = None
        self.batch = []

    def address(self, name):
        return f"{name}.{self.run}@example.com"


def refused(call, error_type):
    """The error that a call ends with."""
    try:
        call()
    except error_type as error:
        return error
    raise AssertionError("the call was not refused")


def eventually(ask, wanted):
    """Calls until the answer is as wanted: the search index trails by some seconds."""
    end = time.monotonic() + 20
    while True:
        answer = ask()
        if wanted(answer) or time.monotonic() > end:
            return answer
        time.sleep(0.3)


def new_contact(**values):
    return contacts.SimplePublicObjectInputForCreate(properties=values, associations=[])


@check("create a contact")
def create(world):
    world.ada = world.client.crm.contacts.basic_api.create(
        new_contact(email=world.address("Ada"), firstname="Ada", phone="+44 20 7946 0958")
    )
    assert world.ada.properties["email"] == world.address("ada")
    assert world.ada.properties["lifecyclestage"] == "lead"
    assert world.ada.properties["hs_searchable_calculated_phone_number"] == "2079460958"
    assert world.ada.created_at.tzinfo is not None


@check("a duplicate is a 409 with the existing id")
def duplicate(world):
    api = world.client.crm.contacts.basic_api
    error = refused(
        lambda: api.create(new_contact(email=world.address("ada"))), contacts.ApiException
    )
    body = json.loads(error.body)
    assert (error.status, body["category"]) == (409, "CONFLICT")
    assert re.search(r"Existing ID:\s*(\d+)", body["message"]).group(1) == world.ada.id
    assert error.headers["X-HubSpot-Correlation-Id"] == body["correlationId"]


@check("get by id and by email")
def get(world):
    api = world.client.crm.contacts.basic_api
    asked = ["email", "zip", "no_such_property"]
    one = api.get_by_id(world.ada.id, properties=asked)
    assert one.properties["email"] == world.address("ada")
    assert one.properties["zip"] is None
    assert "no_such_property" not in one.properties
    assert api.get_by_id(world.address("ada"), id_property="email").id == world.ada.id
    missing = refused(lambda: api.get_by_id("4"), contacts.ApiException)
    assert missing.status == 404


@check("update")
def update(world):
    api = world.client.crm.contacts.basic_api
    change = contacts.SimplePublicObjectInput(properties={"lastname": "Lovelace"})
    assert api.update(world.ada.id, change).properties["lastname"] == "Lovelace"
    bad = contacts.SimplePublicObjectInput(properties={"email": "ada@nowhere.test"})
    error = refused(lambda: api.update(world.ada.id, bad), contacts.ApiException)
    assert json.loads(error.body)["errors"][0]["code"] == "INVALID_EMAIL"


@check("search")
def search(world):
    query = contacts.PublicObjectSearchRequest(
        filter_groups=[
            {
                "filters": [
                    {"propertyName": "email", "operator": "EQ", "value": world.address("ada")}
                ]
            }
        ],
        sorts=["-createdate"],
        properties=["email"],
        limit=10,
        after="0",
    )
    api = world.client.crm.contacts.search_api
    found = eventually(lambda: api.do_search(query), lambda page: page.total == 1)
    assert [one.id for one in found.results] == [world.ada.id], "the index did not catch up"


@check("batch create")
def batch_create(world):
    api = world.client.crm.contacts.batch_api
    inputs = [new_contact(email=world.address(f"batch{n}")) for n in range(3)]
    answer = api.create(contacts.BatchInputSimplePublicObjectBatchInputForCreate(inputs=inputs))
    world.batch = [one.id for one in answer.results]
    assert (answer.status, len(world.batch)) == ("COMPLETE", 3)


@check("batch create with trace ids answers each input on its own")
def batch_create_partial(world):
    api = world.client.crm.contacts.batch_api
    inputs = [
        contacts.SimplePublicObjectBatchInputForCreate(
            object_write_trace_id=name,
            properties={"email": world.address(name)},
            associations=[],
        )
        for name in ("ada", "new")
    ]
    answer = api.create(contacts.BatchInputSimplePublicObjectBatchInputForCreate(inputs=inputs))
    assert (len(answer.results), answer.num_errors) == (1, 1)
    assert answer.errors[0].context["existingId"] == [world.ada.id]


@check("batch read")
def batch_read(world):
    answer = world.client.crm.contacts.batch_api.read(
        contacts.BatchReadInputSimplePublicObjectId(
            properties=["email"],
            properties_with_history=[],
            inputs=[{"id": one} for one in [*world.batch, "4"]],
        )
    )
    assert {one.id for one in answer.results} == set(world.batch)
    assert answer.errors[0].category == "OBJECT_NOT_FOUND"


@check("batch update")
def batch_update(world):
    inputs = [{"id": one, "properties": {"city": "London"}} for one in world.batch]
    answer = world.client.crm.contacts.batch_api.update(
        contacts.BatchInputSimplePublicObjectBatchInput(inputs=inputs)
    )
    assert all(one.properties["city"] == "London" for one in answer.results)


@check("batch upsert")
def batch_upsert(world):
    inputs = [
        {
            "id": world.address(name),
            "idProperty": "email",
            "properties": {"email": world.address(name), "city": "Turin"},
        }
        for name in ("ada", "upserted")
    ]
    answer = world.client.crm.contacts.batch_api.upsert(
        contacts.BatchInputSimplePublicObjectBatchInputUpsert(inputs=inputs)
    )
    assert {one.id: one.new for one in answer.results}[world.ada.id] is False
    assert sorted(one.new for one in answer.results) == [False, True]


@check("owners")
def read_owners(world):
    api = world.client.crm.owners.owners_api
    page = api.get_page(limit=100)
    assert page.results, "the sandbox has owners"
    first = page.results[0]
    assert api.get_by_id(int(first.id)).email == first.email
    assert [one.id for one in api.get_page(email=first.email).results] == [first.id]
    missing = refused(lambda: api.get_by_id(4), owners.ApiException)
    assert missing.status == 404


@check("properties")
def read_properties(world):
    api = world.client.crm.properties.core_api
    assert any(one.name == "email" for one in api.get_all("contacts").results)
    definition = properties.PropertyCreate(
        name=f"tuco_{world.run}",
        label="Made by the Python client",
        type="string",
        field_type="text",
        group_name="contactinformation",
        has_unique_value=True,
    )
    assert api.create("contacts", definition).has_unique_value is True
    error = refused(lambda: api.create("contacts", definition), properties.ApiException)
    assert error.status == 409
    assert json.loads(error.body)["category"] == "OBJECT_ALREADY_EXISTS"
    read = api.get_by_name("contacts", definition.name)
    assert read.label == "Made by the Python client"


@check("associations")
def link(world):
    company = world.client.crm.companies.basic_api.create(
        companies.SimplePublicObjectInputForCreate(
            properties={"name": world.run}, associations=[]
        )
    )
    api = world.client.crm.associations.v4.basic_api
    linked = api.create_default("contacts", world.ada.id, "companies", company.id)
    assert linked.status == "COMPLETE"
    page = api.get_page("contacts", world.ada.id, "companies", limit=500)
    assert [str(one.to_object_id) for one in page.results] == [company.id]
    labelled = api.create(
        "contacts",
        world.ada.id,
        "companies",
        company.id,
        [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}],
    )
    assert labelled.labels == ["Primary"]
    read = world.client.crm.associations.v4.batch_api.get_page(
        "contacts",
        "companies",
        associations.v4.BatchInputPublicFetchAssociationsBatchRequest(
            inputs=[{"id": world.ada.id}]
        ),
    )
    assert len(read.results) == 1
    api.archive("contacts", world.ada.id, "companies", company.id)
    assert not api.get_page("contacts", world.ada.id, "companies").results


@check("a communication on a contact")
def communicate(world):
    made = world.client.crm.objects.communications.basic_api.create(
        objects.communications.SimplePublicObjectInputForCreate(
            properties={
                "hs_timestamp": "2026-01-05T10:00:00Z",
                "hs_communication_channel_type": "SMS",
                "hs_communication_logged_from": "CRM",
                "hs_communication_body": "Hello",
            },
            associations=[
                {
                    "to": {"id": world.ada.id},
                    "types": [
                        {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 81}
                    ],
                }
            ],
        )
    )
    api = world.client.crm.associations.v4.basic_api
    page = api.get_page("contacts", world.ada.id, "communications")
    assert [str(one.to_object_id) for one in page.results] == [made.id]


@check("a page at a time to the end")
def read_all(world):
    ids = [one.id for one in world.client.crm.contacts.get_all(properties=["email"])]
    assert len(set(ids)) == len(ids), "nobody comes twice"
    assert {world.ada.id, *world.batch} <= set(ids)


@check("lists and their members to the end")
def read_lists(world):
    made = world.client.crm.lists.lists_api.create(
        lists.ListCreateRequest(
            name=f"List of {world.run}", object_type_id="0-1", processing_type="MANUAL"
        )
    )
    api = world.client.crm.lists.memberships_api
    added = api.add(made.list.list_id, world.batch)
    assert len(added.records_ids_added) == len(world.batch)
    seen, after = [], None
    while True:
        page = api.get_page(made.list.list_id, limit=2, **({"after": after} if after else {}))
        seen.extend(str(one.record_id) for one in page.results)
        if page.paging is None or page.paging.next is None:
            break
        after = page.paging.next.after
    assert sorted(seen) == sorted(world.batch)


@check("archive")
def archive(world):
    api = world.client.crm.contacts.basic_api
    api.archive(world.ada.id)
    assert refused(lambda: api.get_by_id(world.ada.id), contacts.ApiException).status == 404
    assert api.get_by_id(world.ada.id, archived=True).archived is True


def main():
    """Runs the checks in their order; the exit code says whether all held."""
    base, token = os.environ.get("HUBSPOT_API_URL"), os.environ.get("HUBSPOT_TOKEN")
    if not base or not token:
        print("HUBSPOT_API_URL and HUBSPOT_TOKEN must be set", file=sys.stderr)
        return 2
    world = World(HubSpot(access_token=token, host=base))
    for name, body in CHECKS:
        try:
            body(world)
        except Exception:  # Whatever it was, the check did not hold.
            print(f"FAILED {name}", file=sys.stderr)
            traceback.print_exc()
            return 1
        print(f"ok {name}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
