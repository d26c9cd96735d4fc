// HubSpot's official Node client against the sandbox, unchanged but for its base address. Prints one
// line a check and stops at the first that fails. Needs HUBSPOT_API_URL and HUBSPOT_TOKEN.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const { Client } = createRequire(import.meta.url)("@hubspot/api-client");

const basePath = process.env.HUBSPOT_API_URL;
const accessToken = process.env.HUBSPOT_TOKEN;
if (!basePath || !accessToken) {
  console.error("HUBSPOT_API_URL and HUBSPOT_TOKEN must be set");
  process.exit(2);
}
const client = new Client({ accessToken, basePath });
const { contacts, companies, owners, properties, objects, lists } = client.crm;
const run = `node${Date.now().toString(36)}`;
const address = (name) => `${name}.${run}@example.com`;

async function check(name, body) {
  try {
    await body();
  } catch (error) {
    console.error(`FAILED ${name}: ${error.code ?? ""} ${error.message}`);
    if (error.body) console.error(JSON.stringify(error.body));
    process.exit(1);
  }
  console.log(`ok ${name}`);
}

/** Calls until the answer is as wanted: the search index trails by some seconds. */
async function eventually(ask, wanted) {
  const end = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer) || Date.now() > end) return answer;
    await new Promise((go) => setTimeout(go, 300));
  }
}

let ada;

await check("create a contact", async () => {
  ada = await contacts.basicApi.create({
    properties: { email: address("Ada"), firstname: "Ada", phone: "(202) 555-0142" },
    associations: [],
  });
  assert.equal(ada.properties.email, address("ada"));
  assert.equal(ada.properties.lifecyclestage, "lead");
  assert.ok(ada.createdAt instanceof Date && !Number.isNaN(ada.createdAt.getTime()));
});

await check("a duplicate is a 409 with the existing id", async () => {
  const again = contacts.basicApi.create({ properties: { email: address("ada") }, associations: [] });
  const error = await again.then(() => assert.fail("it was created"), (error) => error);
  assert.equal(error.code, 409);
  assert.equal(error.body.category, "CONFLICT");
  assert.equal(/Existing ID:\s*(\d+)/.exec(error.body.message)?.[1], ada.id);
});

await check("get by id and by email", async () => {
  const byId = await contacts.basicApi.getById(ada.id, ["email", "zip", "no_such_property"]);
  assert.equal(byId.properties.email, address("ada"));
  assert.equal(byId.properties.zip, null);
  assert.ok(!("no_such_property" in byId.properties));
  const byEmail = await contacts.basicApi.getById(
    address("ada"), ["email"], undefined, undefined, false, "email",
  );
  assert.equal(byEmail.id, ada.id);
});

await check("a contact that is not there is a 404", async () => {
  const error = await contacts.basicApi.getById("4").then(() => null, (error) => error);
  assert.equal(error?.code, 404);
});

await check("update", async () => {
  const changed = await contacts.basicApi.update(ada.id, { properties: { lastname: "Lovelace" } });
  assert.equal(changed.properties.lastname, "Lovelace");
  const history = await contacts.basicApi.getById(ada.id, undefined, ["lastname"]);
  assert.equal(history.propertiesWithHistory.lastname[0].value, "Lovelace");
});

await check("a value that does not hold is a 400 with its code", async () => {
  const bad = contacts.basicApi.update(ada.id, { properties: { email: "ada@nowhere.test" } });
  const error = await bad.then(() => assert.fail("it was written"), (error) => error);
  assert.equal(error.code, 400);
  assert.equal(error.body.errors[0].code, "INVALID_EMAIL");
});

await check("search", async () => {
  const ask = () =>
    contacts.searchApi.doSearch({
      filterGroups: [
        { filters: [{ propertyName: "email", operator: "EQ", value: address("ada") }] },
        {
          filters: [
            {
              propertyName: "hs_searchable_calculated_phone_number",
              operator: "IN",
              values: ["2025550142"],
            },
          ],
        },
      ],
      sorts: ["-createdate"],
      properties: ["email"],
      limit: 10,
      after: "0",
    });
  const found = await eventually(ask, (page) => page.results.some((one) => one.id === ada.id));
  assert.ok(found.results.some((one) => one.id === ada.id), "the index did not catch up");
  assert.ok(found.total >= 1);
});

let batch;

await check("batch create", async () => {
  const inputs = [...Array(3).keys()].map((n) => ({
    properties: { email: address(`batch${n}`) },
    associations: [],
  }));
  batch = await contacts.batchApi.create({ inputs });
  assert.equal(batch.status, "COMPLETE");
  assert.equal(batch.results.length, 3);
});

await check("batch create with trace ids answers each input on its own", async () => {
  const mixed = await contacts.batchApi.create({
    inputs: ["ada", "new"].map((name) => ({
      objectWriteTraceId: name,
      properties: { email: address(name) },
      associations: [],
    })),
  });
  assert.equal(mixed.results.length, 1);
  assert.equal(mixed.numErrors, 1);
  assert.deepEqual(mixed.errors[0].context.objectWriteTraceId, ["ada"]);
  assert.deepEqual(mixed.errors[0].context.existingId, [ada.id]);
});

await check("batch read", async () => {
  const read = await contacts.batchApi.read({
    properties: ["email"],
    propertiesWithHistory: [],
    inputs: [...batch.results.map(({ id }) => ({ id })), { id: "4" }],
  });
  assert.deepEqual(
    new Set(read.results.map((one) => one.id)),
    new Set(batch.results.map((one) => one.id)),
  );
  assert.equal(read.errors[0].category, "OBJECT_NOT_FOUND");
});

await check("batch update", async () => {
  const inputs = batch.results.map(({ id }) => ({ id, properties: { city: "London" } }));
  const changed = await contacts.batchApi.update({ inputs });
  assert.ok(changed.results.every((one) => one.properties.city === "London"));
});

await check("batch upsert", async () => {
  const input = (name) => ({
    id: address(name),
    idProperty: "email",
    properties: { email: address(name), city: "Turin" },
  });
  const answer = await contacts.batchApi.upsert({ inputs: [input("ada"), input("upserted")] });
  const fresh = Object.fromEntries(answer.results.map((one) => [one.id, one._new]));
  assert.equal(fresh[ada.id], false);
  assert.deepEqual(Object.values(fresh).sort(), [false, true]);
});

await check("owners", async () => {
  const page = await owners.ownersApi.getPage(undefined, undefined, 100, false);
  assert.ok(page.results.length > 0, "the sandbox has owners");
  const [first] = page.results;
  const one = await owners.ownersApi.getById(first.id, "id", false);
  assert.equal(one.email, first.email);
  const mine = await owners.ownersApi.getPage(first.email);
  assert.deepEqual(mine.results.map((owner) => owner.id), [first.id]);
});

const property = `tuco_${run}`;

await check("properties", async () => {
  const all = await properties.coreApi.getAll("contacts", false);
  assert.ok(all.results.find((one) => one.name === "email"));
  const definition = {
    name: property,
    label: "Made by the Node client",
    type: "string",
    fieldType: "text",
    groupName: "contactinformation",
    hasUniqueValue: true,
  };
  const made = await properties.coreApi.create("contacts", definition);
  assert.equal(made.hasUniqueValue, true);
  const error = await properties.coreApi.create("contacts", definition).then(() => null, (e) => e);
  assert.equal(error?.code, 409);
  assert.equal(error.body.subCategory, "Properties.PROPERTY_WITH_NAME_EXISTS");
  const read = await properties.coreApi.getByName("contacts", property);
  assert.equal(read.label, "Made by the Node client");
  await properties.groupsApi.getAll("contacts");
});

let company;

await check("associations", async () => {
  company = await companies.basicApi.create({ properties: { name: run }, associations: [] });
  const { basicApi, batchApi, schema } = client.crm.associations.v4;
  const linked = await basicApi.createDefault("contacts", ada.id, "companies", company.id);
  assert.equal(linked.status, "COMPLETE");
  const page = await basicApi.getPage("contacts", ada.id, "companies", undefined, 500);
  assert.equal(String(page.results[0].toObjectId), company.id);
  const read = await batchApi.getPage("contacts", "companies", { inputs: [{ id: ada.id }] });
  assert.equal(read.results.length, 1);
  const labels = await schema.definitionsApi.getAll("contacts", "companies");
  assert.ok(labels.results.some((one) => one.typeId === 279));
  const whole = await contacts.basicApi.getById(ada.id, [], undefined, ["companies"]);
  assert.ok(whole.associations.companies.results.every((one) => one.id === company.id));
  await basicApi.archive("contacts", ada.id, "companies", company.id);
  const after = await basicApi.getPage("contacts", ada.id, "companies");
  assert.equal(after.results.length, 0);
});

await check("a note and a communication on a contact", async () => {
  const on = (associationTypeId) => [
    {
      to: { id: ada.id },
      types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId }],
    },
  ];
  const hs_timestamp = "2026-01-05T10:00:00Z";
  const note = await objects.notes.basicApi.create({
    properties: { hs_timestamp, hs_note_body: "<p>Hello</p>" },
    associations: on(202),
  });
  const message = await objects.communications.basicApi.create({
    properties: {
      hs_timestamp,
      hs_communication_channel_type: "SMS",
      hs_communication_logged_from: "CRM",
      hs_communication_body: "Hello",
    },
    associations: on(81),
  });
  for (const [kind, made] of [["notes", note], ["communications", message]]) {
    const page = await client.crm.associations.v4.basicApi.getPage("contacts", ada.id, kind);
    assert.deepEqual(page.results.map((one) => String(one.toObjectId)), [made.id]);
  }
});

await check("a page at a time to the end", async () => {
  const all = await contacts.getAll(50, undefined, ["email"]);
  const ids = new Set(all.map((one) => one.id));
  assert.equal(ids.size, all.length, "nobody comes twice");
  for (const { id } of [ada, ...batch.results]) assert.ok(ids.has(id));
});

await check("lists and their members to the end", async () => {
  const { list } = await lists.listsApi.create({
    name: `List of ${run}`,
    objectTypeId: "0-1",
    processingType: "MANUAL",
  });
  const ids = batch.results.map((one) => one.id);
  const added = await lists.membershipsApi.add(list.listId, ids);
  assert.equal(added.recordsIdsAdded.length, ids.length);
  const seen = [];
  let after;
  do {
    const page = await lists.membershipsApi.getPage(list.listId, after, undefined, 2);
    seen.push(...page.results.map((one) => String(one.recordId)));
    after = page.paging?.next?.after;
  } while (after);
  assert.deepEqual(seen.sort(), ids.sort());
  const found = await lists.listsApi.doSearch({ query: run, additionalProperties: [] });
  assert.equal(found.total, 1);
});

await check("merge, and the old id leads to the new record", async () => {
  const [first, second] = batch.results;
  const merged = await contacts.basicApi.merge({
    primaryObjectId: first.id,
    objectIdToMerge: second.id,
  });
  assert.ok(![first.id, second.id].includes(merged.id));
  assert.equal((await contacts.basicApi.getById(second.id)).id, merged.id);
});

await check("archive", async () => {
  await contacts.basicApi.archive(ada.id);
  const error = await contacts.basicApi.getById(ada.id).then(() => null, (error) => error);
  assert.equal(error?.code, 404);
  const gone = await contacts.basicApi.getById(ada.id, [], undefined, undefined, true);
  assert.equal(gone.archived, true);
});
