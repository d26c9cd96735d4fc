//! The default properties of companies.

pub(super) const ROWS: &str = "\
name|Company name|companyinformation|string|text|f
domain|Company Domain Name|companyinformation|string|text|f
hs_additional_domains|Additional Domains|companyinformation|enumeration|checkbox|c
website|Website URL|companyinformation|string|text|f
phone|Phone Number|companyinformation|string|phonenumber|f
address|Street Address|companyinformation|string|text|f
address2|Street Address 2|companyinformation|string|text|f
city|City|companyinformation|string|text|f
state|State/Region|companyinformation|string|text|f
zip|Postal Code|companyinformation|string|text|f
country|Country/Region|companyinformation|string|text|f
timezone|Time Zone|companyinformation|string|text|
industry|Industry|companyinformation|enumeration|select||ACCOUNTING,AUTOMOTIVE,BANKING,BIOTECHNOLOGY,COMPUTER_SOFTWARE,CONSTRUCTION,EDUCATION_MANAGEMENT,FINANCIAL_SERVICES,HOSPITAL_HEALTH_CARE,INFORMATION_TECHNOLOGY_AND_SERVICES,INSURANCE,INTERNET,LEGAL_SERVICES,MARKETING_AND_ADVERTISING,REAL_ESTATE,RETAIL
type|Type|companyinformation|enumeration|select||PROSPECT,PARTNER,RESELLER,VENDOR,OTHER
description|Description|companyinformation|string|textarea|
about_us|About Us|companyinformation|string|textarea|
numberofemployees|Number of Employees|companyinformation|number|number|f
annualrevenue|Annual Revenue|companyinformation|number|number|f
founded_year|Year Founded|companyinformation|string|text|
is_public|Is Public|companyinformation|bool|booleancheckbox|
lifecyclestage|Lifecycle Stage|companyinformation|enumeration|radio||subscriber=Subscriber,lead=Lead,marketingqualifiedlead=Marketing Qualified Lead,salesqualifiedlead=Sales Qualified Lead,opportunity=Opportunity,customer=Customer,evangelist=Evangelist,other=Other
hs_lead_status|Lead Status|companyinformation|enumeration|radio||NEW,OPEN,IN_PROGRESS,OPEN_DEAL,UNQUALIFIED,ATTEMPTED_TO_CONTACT,CONNECTED,BAD_TIMING
hubspot_owner_id|Company owner|companyinformation|enumeration|select|o
hubspot_owner_assigneddate|Owner Assigned Date|companyinformation|datetime|date|r
hs_parent_company_id|Parent Company|companyinformation|number|number|
linkedin_company_page|LinkedIn Company Page|companyinformation|string|text|
twitterhandle|Twitter Handle|companyinformation|string|text|
facebook_company_page|Facebook Company Page|companyinformation|string|text|
closedate|Close Date|companyinformation|datetime|date|
num_associated_contacts|Number of Associated Contacts|companyinformation|number|number|r
num_associated_deals|Number of Associated Deals|companyinformation|number|number|r
num_notes|Number of Sales Activities|companyinformation|number|number|r
notes_last_contacted|Last Contacted|companyinformation|datetime|date|r
notes_last_updated|Last Activity Date|companyinformation|datetime|date|r
total_revenue|Total Revenue|companyinformation|number|number|r
hs_merged_object_ids|Merged record IDs|companyinformation|enumeration|checkbox|c
hs_object_id|Record ID|companyinformation|number|number|r
hs_object_source|Record creation source|companyinformation|string|text|rh
hs_object_source_id|Record creation source ID|companyinformation|string|text|rh
hs_object_source_label|Record source|companyinformation|string|text|r
hs_pipeline|Pipeline|companyinformation|enumeration|select|h|companies-lifecycle-pipeline=Lifecycle Stage Pipeline
createdate|Create Date|companyinformation|datetime|date|r
hs_lastmodifieddate|Last Modified Date|companyinformation|datetime|date|r
";
