"""tap-hubspot, unchanged but for its address, reads the contacts of a sandbox.

What it says goes to stdout in its own words: records, and the state for the next time. Needs
HUBSPOT_API_URL and HUBSPOT_TOKEN; an argument is a file with the state of the time before.
"""

import json
import os
import sys

import tap_hubspot

READ = {"firstname", "lastname", "email", "phone", "mobilephone", "company", "jobtitle", "lifecyclestage"}

tap_hubspot.BASE_URL = os.environ["HUBSPOT_API_URL"]
tap_hubspot.CONFIG.update(
    api_key=os.environ["HUBSPOT_TOKEN"],
    start_date="2000-01-01T00:00:00Z",
    select_fields_by_default=False,
)
stream = next(one for one in tap_hubspot.STREAMS if one.tap_stream_id == "contacts")
schema, about = tap_hubspot.load_discovered_schema(stream)
for entry in about:
    place = entry["breadcrumb"]
    wanted = not place or place[-1].removeprefix("property_") in READ
    entry["metadata"]["selected"] = wanted
catalog = {"streams": [{
    "stream": "contacts", "tap_stream_id": "contacts", "schema": schema, "metadata": about,
}]}
state = {}
if len(sys.argv) > 1:
    with open(sys.argv[1], encoding="utf-8") as before:
        state = json.load(before)
tap_hubspot.do_sync(state, catalog)
