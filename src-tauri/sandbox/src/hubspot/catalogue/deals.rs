//! The default properties of deals, tickets and treatments, with the stages of the default pipelines.

pub(super) const DEALS: &str = "\
dealname|Deal Name|dealinformation|string|text|
amount|Amount|dealinformation|number|number|
closedate|Close Date|dealinformation|datetime|date|
pipeline|Pipeline|dealinformation|enumeration|select||default=Sales Pipeline
dealstage|Deal Stage|dealinformation|enumeration|radio||appointmentscheduled=Appointment Scheduled,qualifiedtobuy=Qualified To Buy,presentationscheduled=Presentation Scheduled,decisionmakerboughtin=Decision Maker Bought-In,contractsent=Contract Sent,closedwon=Closed Won,closedlost=Closed Lost
dealtype|Deal Type|dealinformation|enumeration|radio||newbusiness=New Business,existingbusiness=Existing Business
description|Deal Description|dealinformation|string|textarea|
deal_currency_code|Currency|dealinformation|enumeration|select|
hs_priority|Priority|dealinformation|enumeration|select||low=Low,medium=Medium,high=High
hs_next_step|Next step|dealinformation|string|text|
closed_lost_reason|Closed Lost Reason|dealinformation|string|textarea|
closed_won_reason|Closed Won Reason|dealinformation|string|textarea|
hubspot_owner_id|Deal owner|dealinformation|enumeration|select|o
hubspot_owner_assigneddate|Owner Assigned Date|dealinformation|datetime|date|r
hs_is_closed|Is Deal Closed?|dealinformation|bool|booleancheckbox|c
hs_is_closed_won|Is Closed Won|dealinformation|bool|booleancheckbox|c
amount_in_home_currency|Amount in company currency|dealinformation|number|number|c
num_associated_contacts|Number of Associated Contacts|dealinformation|number|number|r
num_notes|Number of Sales Activities|dealinformation|number|number|r
notes_last_contacted|Last Contacted|dealinformation|datetime|date|r
hs_merged_object_ids|Merged record IDs|dealinformation|enumeration|checkbox|c
hs_object_id|Record ID|dealinformation|number|number|r
hs_object_source|Record creation source|dealinformation|string|text|rh
hs_object_source_id|Record creation source ID|dealinformation|string|text|rh
hs_object_source_label|Record source|dealinformation|string|text|r
createdate|Create Date|dealinformation|datetime|date|r
hs_lastmodifieddate|Last Modified Date|dealinformation|datetime|date|r
";

pub(super) const TICKETS: &str = "\
subject|Ticket name|ticketinformation|string|text|f
content|Ticket description|ticketinformation|string|textarea|f
hs_pipeline|Pipeline|ticketinformation|enumeration|select||0=Support Pipeline
hs_pipeline_stage|Ticket status|ticketinformation|enumeration|select||1=New,2=Waiting on contact,3=Waiting on us,4=Closed
hs_ticket_priority|Priority|ticketinformation|enumeration|select|f|LOW=Low,MEDIUM=Medium,HIGH=High,URGENT=Urgent
hs_ticket_category|Category|ticketinformation|enumeration|checkbox|f|PRODUCT_ISSUE=Product issue,BILLING_ISSUE=Billing issue,FEATURE_REQUEST=Feature request,GENERAL_INQUIRY=General inquiry
hs_ticket_id|Ticket ID|ticketinformation|number|number|r
hs_resolution|Resolution|ticketinformation|enumeration|select||ISSUE_FIXED=Issue fixed,COULD_NOT_FIX=Could not fix
source_type|Source|ticketinformation|enumeration|select||CHAT=Chat,EMAIL=Email,FORM=Form,PHONE=Phone
hubspot_owner_id|Ticket owner|ticketinformation|enumeration|select|o
hubspot_owner_assigneddate|Owner assigned date|ticketinformation|datetime|date|r
closed_date|Close date|ticketinformation|datetime|date|
num_notes|Number of Sales Activities|ticketinformation|number|number|r
notes_last_contacted|Last contacted|ticketinformation|datetime|date|r
hs_merged_object_ids|Merged record IDs|ticketinformation|enumeration|checkbox|c
hs_object_id|Record ID|ticketinformation|number|number|r
hs_object_source|Record creation source|ticketinformation|string|text|rh
hs_object_source_id|Record creation source ID|ticketinformation|string|text|rh
hs_object_source_label|Record source|ticketinformation|string|text|r
createdate|Create date|ticketinformation|datetime|date|r
hs_lastmodifieddate|Last modified date|ticketinformation|datetime|date|r
";

/// The portal's own kind of record.
pub(super) const TREATMENTS: &str = "\
treatment_name|Treatment|treatment_information|string|text|
price|Price|treatment_information|number|number|
state|State|treatment_information|enumeration|select||planned=Planned,begun=Begun,done=Done
starts_on|Starts on|treatment_information|date|date|
hubspot_owner_id|Owner|treatment_information|enumeration|select|o
hs_merged_object_ids|Merged record IDs|treatment_information|enumeration|checkbox|c
hs_object_id|Record ID|treatment_information|number|number|r
hs_createdate|Object create date/time|treatment_information|datetime|date|r
hs_lastmodifieddate|Object last modified date/time|treatment_information|datetime|date|r
";
