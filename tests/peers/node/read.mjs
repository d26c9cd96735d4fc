// HubSpot's official Node client reads every contact, as its documentation shows. Prints one line of
// JSON with every id. Needs HUBSPOT_API_URL and HUBSPOT_TOKEN.
import { createRequire } from "node:module";

const { Client } = createRequire(import.meta.url)("@hubspot/api-client");

const client = new Client({
  accessToken: process.env.HUBSPOT_TOKEN,
  basePath: process.env.HUBSPOT_API_URL,
  numberOfApiCallRetries: 6,
});
const properties = [
  "firstname",
  "lastname",
  "email",
  "phone",
  "mobilephone",
  "company",
  "jobtitle",
  "lifecyclestage",
];
const contacts = await client.crm.contacts.getAll(100, undefined, properties);
console.log(JSON.stringify({ ids: contacts.map((contact) => contact.id) }));
