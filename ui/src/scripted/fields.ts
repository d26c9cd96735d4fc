// The properties of a portal and the fields of a lead, as made up as everything here.
import type {
  Fields,
  FieldType,
  LeadField,
  Option,
  Property,
} from "../screens/mapping/host";

const options = (...labels: string[]): Option[] =>
  labels.map((label) => ({
    value: label.toLowerCase().replace(/[^a-z0-9]+/g, ""),
    label,
    hidden: false,
  }));

function property(
  object: string,
  group: string,
  name: string,
  label: string,
  type: FieldType,
  more: Partial<Property> = {},
): Property {
  return {
    object,
    name,
    label,
    description: "",
    group,
    type,
    options: [],
    readOnly: false,
    calculated: false,
    unique: false,
    required: false,
    hidden: false,
    ...more,
  };
}

const who = "Contact information";
const stage = options(
  "Subscriber",
  "Lead",
  "Marketing qualified lead",
  "Sales qualified lead",
  "Opportunity",
  "Customer",
  "Evangelist",
);
const calculated = { readOnly: true, calculated: true };

const contact: Property[] = [
  property("contact", who, "firstname", "First name", "text", {
    description: "A contact's first name.",
  }),
  property("contact", who, "lastname", "Last name", "text", {
    description: "A contact's last name.",
  }),
  property("contact", who, "email", "E-mail", "email", {
    description: "The address by which HubSpot knows a contact.",
    unique: true,
  }),
  property("contact", who, "phone", "Phone number", "phone", {
    description: "A contact's primary phone number.",
  }),
  property("contact", who, "mobilephone", "Mobile phone number", "phone"),
  property("contact", who, "company", "Company name", "text", {
    description:
      "As it was typed on the contact. The associated company is under Company.",
  }),
  property("contact", who, "jobtitle", "Job title", "text"),
  property("contact", who, "hs_linkedin_url", "LinkedIn URL", "text"),
  property("contact", who, "city", "City", "text"),
  property("contact", who, "country", "Country or region", "text"),
  property("contact", who, "zip", "Postal code", "text"),
  property("contact", who, "hs_full_name", "Full name", "text", {
    ...calculated,
    description: "First and last name in one. HubSpot calculates it.",
  }),
  property("contact", who, "date_of_birth", "Date of birth", "date"),
  property("contact", who, "hs_language", "Preferred language", "choice", {
    options: options("English", "Spanish", "French", "German", "Arabic"),
  }),
  property("contact", who, "message", "Message", "longText"),
  property("contact", "Sales", "lifecyclestage", "Lifecycle stage", "choice", {
    description: "How far a contact has come. It never goes back by itself.",
    options: stage,
  }),
  property("contact", "Sales", "hs_lead_status", "Lead status", "choice", {
    options: options(
      "New",
      "Open",
      "In progress",
      "Attempted to contact",
      "Connected",
      "Bad timing",
    ),
  }),
  property("contact", "Sales", "hubspot_owner_id", "Contact owner", "owner"),
  property(
    "contact",
    "Sales",
    "num_associated_deals",
    "Associated deals",
    "number",
    calculated,
  ),
  property("contact", "Sales", "closedate", "Close date", "dateTime"),
  property(
    "contact",
    "Sales",
    "total_revenue",
    "Total revenue",
    "number",
    calculated,
  ),
  property(
    "contact",
    "Activity",
    "createdate",
    "Create date",
    "dateTime",
    calculated,
  ),
  property(
    "contact",
    "Activity",
    "lastmodifieddate",
    "Last modified",
    "dateTime",
    calculated,
  ),
  property(
    "contact",
    "Activity",
    "notes_last_contacted",
    "Last contacted",
    "dateTime",
    calculated,
  ),
  property("contact", "Consent", "sms_consent", "May be texted", "yesNo"),
  property(
    "contact",
    "Practice",
    "preferred_channel",
    "Preferred channel",
    "choice",
    {
      options: options("iMessage", "SMS", "E-mail", "Phone"),
    },
  ),
  property("contact", "Practice", "interests", "Interests", "choices", {
    options: options("Whitening", "Aligners", "Implants", "Check-up"),
  }),
  property("contact", "Practice", "insurance", "Insurance", "text", {
    description: "Number and company, as it stands on the card.",
  }),
  property("contact", "Practice", "last_cleaning", "Last cleaning", "date"),
  property("contact", "Practice", "patient_id", "Patient number", "text", {
    unique: true,
  }),
  property(
    "contact",
    "Practice",
    "recall_months",
    "Recall after, months",
    "number",
  ),
  property("contact", "Practice", "notes_ar", "ملاحظات المريض", "longText"),
];

const many: Property[] = Array.from({ length: 860 }, (_, at) =>
  property(
    "contact",
    ["Campaigns", "Imported", "Web analytics", "Survey"][at % 4] ?? "Imported",
    `custom_fact_${String(at + 1)}`,
    `Custom fact ${String(at + 1)}`,
    (["text", "number", "date", "yesNo", "choice"] as const)[at % 5] ?? "text",
  ),
);

const others: Property[] = [
  property("company", "Company information", "name", "Name", "text"),
  property("company", "Company information", "domain", "Domain", "text", {
    unique: true,
  }),
  property("company", "Company information", "industry", "Industry", "choice", {
    options: options("Health", "Retail", "Software", "Building"),
  }),
  property(
    "company",
    "Company information",
    "numberofemployees",
    "Number of employees",
    "number",
  ),
  property(
    "company",
    "Company information",
    "annualrevenue",
    "Annual revenue",
    "number",
  ),
  property("company", "Company information", "city", "City", "text"),
  property("deal", "Deal information", "dealname", "Deal name", "text"),
  property("deal", "Deal information", "amount", "Amount", "number"),
  property("deal", "Deal information", "dealstage", "Deal stage", "choice", {
    options: options(
      "Consultation",
      "Plan sent",
      "Plan accepted",
      "Closed won",
      "Closed lost",
    ),
  }),
  property("deal", "Deal information", "closedate", "Close date", "dateTime"),
  property("ticket", "Ticket information", "subject", "Subject", "text"),
  property(
    "ticket",
    "Ticket information",
    "hs_pipeline_stage",
    "Ticket status",
    "choice",
    {
      options: options("New", "Waiting on us", "Closed"),
    },
  ),
  property("owner", "Owner", "name", "Name", "text"),
  property("owner", "Owner", "email", "E-mail", "email"),
  property("appointment", "Appointment", "starts_at", "Starts at", "dateTime"),
  property("appointment", "Appointment", "treatment", "Treatment", "text"),
];

const lead = (
  name: string,
  label: string,
  type: FieldType,
  about = "",
): LeadField => ({
  name,
  label,
  type,
  about,
  custom: name.startsWith("customFields."),
});

const leadFields: LeadField[] = [
  lead("firstName", "First name", "text"),
  lead("lastName", "Last name", "text"),
  lead("email", "E-mail", "email", "A lead is known by it, or by the phone."),
  lead("phone", "Phone", "phone", "As E.164, such as +19045550129."),
  ...[1, 2, 3].map((at) =>
    lead(`altPhone${String(at)}`, `Other phone ${String(at)}`, "phone"),
  ),
  ...[1, 2, 3].map((at) =>
    lead(`altEmail${String(at)}`, `Other e-mail ${String(at)}`, "email"),
  ),
  lead("companyName", "Company", "text"),
  lead("jobTitle", "Job title", "text"),
  lead("linkedinUrl", "LinkedIn", "text"),
  lead("notes", "Notes", "longText"),
  lead("customFields.lifecycleStage", "Lifecycle stage", "text"),
  lead("customFields.leadStatus", "Lead status", "text"),
  lead("customFields.ownerEmail", "Owner's e-mail", "email"),
  lead("customFields.industry", "Industry", "text"),
  lead("customFields.dealValue", "Total deal value", "number"),
  lead("customFields.deals", "Number of deals", "number"),
  lead("customFields.dealStage", "Deal stage", "text"),
  lead("customFields.lastCleaning", "Last cleaning", "text"),
  lead("customFields.mayBeTexted", "May be texted", "text"),
  lead("customFields.interests", "Interests", "text"),
];

/** Both sides of a portal of 900 properties. */
export function fieldsOf(now: number): Fields {
  return {
    kinds: [
      { object: "contact", label: "Contact", plural: "Contacts", why: "" },
      { object: "company", label: "Company", plural: "Companies", why: "" },
      { object: "deal", label: "Deal", plural: "Deals", why: "" },
      { object: "ticket", label: "Ticket", plural: "Tickets", why: "" },
      { object: "owner", label: "Owner", plural: "Owners", why: "" },
      {
        object: "appointment",
        label: "Appointment",
        plural: "Appointments",
        why: "",
      },
      {
        object: "invoice",
        label: "Invoice",
        plural: "Invoices",
        why: "The key may not read invoices: the scope crm.objects.invoices.read is missing.",
      },
    ],
    properties: [...contact, ...others, ...many],
    lead: leadFields,
    pipelines: [
      { object: "deal", id: "default", label: "Treatments" },
      { object: "deal", id: "shop", label: "Shop" },
      { object: "ticket", id: "0", label: "Support" },
    ],
    readAt: now - 7_200_000,
  };
}
