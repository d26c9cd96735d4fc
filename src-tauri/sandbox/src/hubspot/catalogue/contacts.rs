//! The default properties of contacts. The names are those that portals show; a portal in daily use
//! has some more, which its own products add.

/// Who the person is.
pub(super) const ABOUT: &str = "\
email|Email|contactinformation|string|text|f
firstname|First Name|contactinformation|string|text|f
lastname|Last Name|contactinformation|string|text|f
salutation|Salutation|contactinformation|string|text|f
phone|Phone Number|contactinformation|string|phonenumber|f
mobilephone|Mobile Phone Number|contactinformation|string|phonenumber|f
fax|Fax Number|contactinformation|string|text|f
company|Company Name|contactinformation|string|text|f
jobtitle|Job Title|contactinformation|string|text|f
website|Website URL|contactinformation|string|text|f
address|Street Address|contactinformation|string|text|f
city|City|contactinformation|string|text|f
state|State/Region|contactinformation|string|text|f
zip|Postal Code|contactinformation|string|text|f
country|Country/Region|contactinformation|string|text|f
hs_country_region_code|Country/Region Code|contactinformation|string|text|
hs_state_code|State/Region Code|contactinformation|string|text|
hs_language|Preferred language|contactinformation|enumeration|select|f|en=English,de=German,es=Spanish,fr=French,he=Hebrew,it=Italian,ja=Japanese,ko=Korean,nl=Dutch,pl=Polish,pt=Portuguese,ru=Russian,tr=Turkish,zh=Chinese
hs_timezone|Time Zone|contactinformation|enumeration|select||america_slash_new_york=UTC -05:00 US Eastern Time,america_slash_chicago=UTC -06:00 US Central Time,america_slash_denver=UTC -07:00 US Mountain Time,america_slash_los_angeles=UTC -08:00 US Pacific Time,europe_slash_london=UTC +00:00 London,europe_slash_berlin=UTC +01:00 Berlin,asia_slash_tokyo=UTC +09:00 Tokyo,asia_slash_kolkata=UTC +05:30 Kolkata
date_of_birth|Date of birth|contactinformation|string|text|f
gender|Gender|contactinformation|string|text|f
marital_status|Marital Status|contactinformation|string|text|f
military_status|Military status|contactinformation|string|text|f
relationship_status|Relationship Status|contactinformation|string|text|f
degree|Degree|contactinformation|string|text|f
field_of_study|Field of study|contactinformation|string|text|f
graduation_date|Graduation date|contactinformation|string|text|f
school|School|contactinformation|string|text|f
start_date|Start date|contactinformation|string|text|f
work_email|Work email|contactinformation|string|text|f
twitterhandle|Twitter Username|socialmediainformation|string|text|
twitterbio|Twitter Bio|socialmediainformation|string|text|
twitterprofilephoto|Twitter Profile Photo|socialmediainformation|string|text|
followercount|Follower Count|socialmediainformation|number|number|
linkedinbio|LinkedIn Bio|socialmediainformation|string|text|
linkedinconnections|LinkedIn Connections|socialmediainformation|number|number|
hs_linkedin_url|LinkedIn URL|socialmediainformation|string|text|
hs_facebookid|Facebook ID|socialmediainformation|string|text|h
hs_twitterid|Twitter ID|socialmediainformation|string|text|h
industry|Industry|contactinformation|string|text|f
annualrevenue|Annual Revenue|contactinformation|string|text|f
numemployees|Number of Employees|contactinformation|enumeration|select|f|1-5,5-25,25-50,50-100,100-500,500-1000,1000+
seniority|Seniority|contactinformation|string|text|f
job_function|Job function|contactinformation|string|text|f
hs_role|Employment Role|contactinformation|enumeration|select||accounting,administrative,business_development,communications,consulting,customer_service,design,education,engineering,entrepreneurship,finance,health_professional,human_resources,information_technology,legal,marketing,operations,product,project_management,public_relations,quality_assurance,real_estate,recruiting,research,sales,support,retired
hs_seniority|Employment Seniority|contactinformation|enumeration|select||vp,director,manager,employee,senior,entry,executive,owner,partner
hs_buying_role|Buying Role|contactinformation|enumeration|checkbox||BLOCKER=Blocker,BUDGET_HOLDER=Budget holder,CHAMPION=Champion,DECISION_MAKER=Decision maker,END_USER=End user,EXECUTIVE_SPONSOR=Executive sponsor,INFLUENCER=Influencer,LEGAL_AND_COMPLIANCE=Legal and compliance,OTHER=Other
message|Message|contactinformation|string|textarea|f
lifecyclestage|Lifecycle Stage|contactinformation|enumeration|radio|f|subscriber=Subscriber,lead=Lead,marketingqualifiedlead=Marketing Qualified Lead,salesqualifiedlead=Sales Qualified Lead,opportunity=Opportunity,customer=Customer,evangelist=Evangelist,other=Other
hs_lead_status|Lead Status|sales_properties|enumeration|radio|f|NEW=New,OPEN=Open,IN_PROGRESS=In Progress,OPEN_DEAL=Open Deal,UNQUALIFIED=Unqualified,ATTEMPTED_TO_CONTACT=Attempted to Contact,CONNECTED=Connected,BAD_TIMING=Bad Timing
hubspot_owner_id|Contact owner|sales_properties|enumeration|select|o
hubspot_team_id|HubSpot Team|sales_properties|enumeration|select|r
hubspot_owner_assigneddate|Owner Assigned Date|sales_properties|datetime|date|r
hs_all_owner_ids|All owner ids|contactinformation|enumeration|checkbox|rho
hs_all_team_ids|All team ids|contactinformation|enumeration|checkbox|rh
hs_additional_emails|Additional email addresses|contactinformation|enumeration|checkbox|c
hs_email_domain|Email Domain|contactinformation|string|text|c
hs_full_name_or_email|Full name or email|contactinformation|string|calculation_equation|c
hs_object_id|Record ID|contactinformation|number|number|r
hs_merged_object_ids|Merged record IDs|contactinformation|enumeration|checkbox|c
hs_calculated_merged_vids|Merged vids with timestamps of a contact|contactinformation|enumeration|checkbox|ch
hs_all_contact_vids|All vids for a contact|contactinformation|enumeration|checkbox|ch
hs_calculated_phone_number|Calculated Phone Number in International Format|contactinformation|string|text|ch
hs_calculated_phone_number_area_code|Calculated Phone Number Area Code|contactinformation|string|text|ch
hs_calculated_phone_number_country_code|Calculated Phone Number Country Code|contactinformation|string|text|ch
hs_calculated_phone_number_region_code|Calculated Phone Number Region|contactinformation|string|text|ch
hs_calculated_mobile_number|Calculated Mobile Number in International Format|contactinformation|string|text|ch
hs_searchable_calculated_phone_number|Calculated Phone Number without country code|contactinformation|phone_number|phonenumber|ch
hs_searchable_calculated_mobile_number|Calculated Mobile Number without country code|contactinformation|phone_number|phonenumber|ch
hs_searchable_calculated_international_phone_number|Calculated Phone Number with country code|contactinformation|phone_number|phonenumber|ch
hs_searchable_calculated_international_mobile_number|Calculated Mobile Number with country code|contactinformation|phone_number|phonenumber|ch
hs_whatsapp_phone_number|WhatsApp Phone Number|contactinformation|string|phonenumber|
createdate|Create Date|contactinformation|datetime|date|r
lastmodifieddate|Last Modified Date|contactinformation|datetime|date|r
hs_is_contact|Is a contact|contactinformation|bool|booleancheckbox|ch
hs_is_unworked|Contact unworked|contactinformation|bool|calculation_equation|c
hs_created_by_user_id|Created by user ID|contactinformation|number|number|r
hs_updated_by_user_id|Updated by user ID|contactinformation|number|number|r
hs_object_source|Record creation source|contactinformation|string|text|rh
hs_object_source_id|Record creation source ID|contactinformation|string|text|rh
hs_object_source_label|Record source|contactinformation|enumeration|select|r|CRM_UI=CRM UI,IMPORT=Import,INTEGRATION=Integration,FORM=Form,API=API
hs_object_source_detail_1|Record source detail 1|contactinformation|string|text|r
hs_object_source_user_id|Record creation source user ID|contactinformation|number|number|rh
hs_unique_creation_key|Unique creation key|contactinformation|string|text|rh
hs_pinned_engagement_id|Pinned Engagement ID|contactinformation|number|number|
hs_read_only|Read only object|contactinformation|bool|booleancheckbox|rh
hs_was_imported|Performed in an import|contactinformation|bool|booleancheckbox|rh
hs_avatar_filemanager_key|Avatar FileManager key|contactinformation|string|text|h
hs_persona|Persona|contactinformation|enumeration|select|f|persona_1=Persona 1,persona_2=Persona 2
hs_pipeline|Pipeline|contactinformation|enumeration|select|h|contacts-lifecycle-pipeline=Lifecycle Stage Pipeline
";

/// What the person and the company did.
pub(super) const ACTIVITY: &str = "\
associatedcompanyid|Primary Associated Company ID|contactinformation|number|number|
associatedcompanylastupdated|Associated Company Last Updated|contactinformation|number|number|rh
closedate|Close Date|contactinformation|datetime|date|
days_to_close|Days To Close|contactinformation|number|calculation_equation|c
first_deal_created_date|First Deal Created Date|deal_information|datetime|date|r
num_associated_deals|Number of Associated Deals|deal_information|number|number|r
recent_deal_amount|Recent Deal Amount|deal_information|number|number|r
recent_deal_close_date|Recent Deal Close Date|deal_information|datetime|date|r
total_revenue|Total Revenue|deal_information|number|number|r
hs_associated_target_accounts|Associated Target Accounts|contactinformation|number|calculation_rollup|ch
num_notes|Number of Sales Activities|sales_properties|number|number|r
num_contacted_notes|Number of times contacted|sales_properties|number|number|r
notes_last_contacted|Last Contacted|sales_properties|datetime|date|r
notes_last_updated|Last Activity Date|sales_properties|datetime|date|r
notes_next_activity_date|Next Activity Date|sales_properties|datetime|date|r
hs_sales_email_last_clicked|Recent Sales Email Clicked Date|sales_properties|datetime|date|r
hs_sales_email_last_opened|Recent Sales Email Opened Date|sales_properties|datetime|date|r
hs_sales_email_last_replied|Recent Sales Email Replied Date|sales_properties|datetime|date|r
hs_last_sales_activity_date|Last Engagement Date (legacy)|sales_properties|datetime|date|rh
hs_last_sales_activity_timestamp|Last Engagement Date|sales_properties|datetime|date|r
hs_last_sales_activity_type|Last Engagement Type|sales_properties|enumeration|select|r|EMAIL_OPEN=Email open,EMAIL_CLICK=Email click,EMAIL_REPLY=Email reply,CALL=Call
hs_first_outreach_date|First Outreach Date|sales_properties|datetime|date|r
hs_time_to_first_engagement|Lead response time|sales_properties|number|number|r
hs_sequences_is_enrolled|Currently in Sequence|sales_properties|bool|booleancheckbox|r
hs_sequences_enrolled_count|Number of sequences enrolled|sales_properties|number|number|r
hs_sequences_actively_enrolled_count|Number of Sequences Actively Enrolled|sales_properties|number|number|r
hs_latest_sequence_enrolled|Last sequence enrolled|sales_properties|number|number|r
hs_latest_sequence_enrolled_date|Last sequence enrolled date|sales_properties|datetime|date|r
hs_latest_sequence_ended_date|Last sequence ended date|sales_properties|datetime|date|r
hs_currently_enrolled_in_prospecting_agent|Currently enrolled in prospecting agent|sales_properties|bool|booleancheckbox|r
hs_notes_last_activity|Last Activity|sales_properties|object_coordinates|text|rh
hs_notes_next_activity|Next Activity|sales_properties|object_coordinates|text|rh
engagements_last_meeting_booked|Date of last meeting booked in meetings tool|sales_properties|datetime|date|r
engagements_last_meeting_booked_campaign|Campaign of last booking in meetings tool|sales_properties|string|text|r
engagements_last_meeting_booked_medium|Medium of last booking in meetings tool|sales_properties|string|text|r
engagements_last_meeting_booked_source|Source of last booking in meetings tool|sales_properties|string|text|r
hs_lifecyclestage_subscriber_date|Date entered Subscriber|contact_lifecycle|datetime|date|c
hs_lifecyclestage_lead_date|Date entered Lead|contact_lifecycle|datetime|date|c
hs_lifecyclestage_marketingqualifiedlead_date|Date entered Marketing Qualified Lead|contact_lifecycle|datetime|date|c
hs_lifecyclestage_salesqualifiedlead_date|Date entered Sales Qualified Lead|contact_lifecycle|datetime|date|c
hs_lifecyclestage_opportunity_date|Date entered Opportunity|contact_lifecycle|datetime|date|c
hs_lifecyclestage_customer_date|Date entered Customer|contact_lifecycle|datetime|date|c
hs_lifecyclestage_evangelist_date|Date entered Evangelist|contact_lifecycle|datetime|date|c
hs_lifecyclestage_other_date|Date entered Other|contact_lifecycle|datetime|date|c
hs_time_in_lead|Time in Lead|contact_lifecycle|number|number|c
hs_time_in_customer|Time in Customer|contact_lifecycle|number|number|c
hs_createdate|Object create date/time|contactinformation|datetime|date|rh
hs_lastmodifieddate|Object last modified date/time|contactinformation|datetime|date|rh
";

/// Where the person came from and what marketing knows.
pub(super) const MARKETING: &str = "\
hs_analytics_source|Original Traffic Source|analyticsinformation|enumeration|select|r|ORGANIC_SEARCH=Organic Search,PAID_SEARCH=Paid Search,EMAIL_MARKETING=Email Marketing,SOCIAL_MEDIA=Organic Social,REFERRALS=Referrals,OTHER_CAMPAIGNS=Other Campaigns,DIRECT_TRAFFIC=Direct Traffic,OFFLINE=Offline Sources,PAID_SOCIAL=Paid Social,AI_REFERRALS=AI Referrals
hs_analytics_source_data_1|Original Traffic Source Drill-Down 1|analyticsinformation|string|text|r
hs_analytics_source_data_2|Original Traffic Source Drill-Down 2|analyticsinformation|string|text|r
hs_analytics_first_timestamp|Time First Seen|analyticsinformation|datetime|date|r
hs_analytics_last_timestamp|Time Last Seen|analyticsinformation|datetime|date|r
hs_analytics_first_visit_timestamp|Time of First Session|analyticsinformation|datetime|date|r
hs_analytics_last_visit_timestamp|Time of Last Session|analyticsinformation|datetime|date|r
hs_analytics_num_page_views|Number of Pageviews|analyticsinformation|number|number|r
hs_analytics_num_visits|Number of Sessions|analyticsinformation|number|number|r
hs_analytics_num_event_completions|Number of event completions|analyticsinformation|number|number|r
hs_analytics_average_page_views|Average Pageviews|analyticsinformation|number|number|r
hs_analytics_revenue|Event Revenue|analyticsinformation|number|number|r
hs_analytics_first_url|First Page Seen|analyticsinformation|string|text|r
hs_analytics_last_url|Last Page Seen|analyticsinformation|string|text|r
hs_analytics_first_referrer|First Referring Site|analyticsinformation|string|text|r
hs_analytics_last_referrer|Last Referring Site|analyticsinformation|string|text|r
hs_latest_source|Latest Traffic Source|analyticsinformation|enumeration|select|r|ORGANIC_SEARCH=Organic Search,PAID_SEARCH=Paid Search,EMAIL_MARKETING=Email Marketing,SOCIAL_MEDIA=Organic Social,REFERRALS=Referrals,DIRECT_TRAFFIC=Direct Traffic,OFFLINE=Offline Sources
hs_latest_source_timestamp|Latest Traffic Source Date|analyticsinformation|datetime|date|r
hs_email_optout|Unsubscribed from all email|emailinformation|bool|booleancheckbox|r
hs_email_bad_address|Invalid email address|emailinformation|bool|booleancheckbox|r
hs_email_bounce|Marketing emails bounced|emailinformation|number|number|r
hs_email_click|Marketing emails clicked|emailinformation|number|number|r
hs_email_delivered|Marketing emails delivered|emailinformation|number|number|r
hs_email_open|Marketing emails opened|emailinformation|number|number|r
hs_email_replied|Marketing emails replied|emailinformation|number|number|r
hs_email_sends_since_last_engagement|Sends Since Last Engagement|emailinformation|number|number|r
hs_email_last_email_name|Last marketing email name|emailinformation|string|text|r
hs_email_last_send_date|Last marketing email send date|emailinformation|datetime|date|r
hs_email_last_open_date|Last marketing email open date|emailinformation|datetime|date|r
hs_email_last_click_date|Last marketing email click date|emailinformation|datetime|date|r
hs_email_last_reply_date|Last marketing email reply date|emailinformation|datetime|date|r
hs_email_first_send_date|First marketing email send date|emailinformation|datetime|date|r
hs_email_first_open_date|First marketing email open date|emailinformation|datetime|date|r
hs_email_quarantined|Email Address Quarantined|emailinformation|bool|booleancheckbox|r
hs_email_hard_bounce_reason_enum|Email hard bounce reason|emailinformation|enumeration|select|r|SPAM,UNKNOWN_USER,MAILBOX_FULL,POLICY,CONTENT,OTHER
hs_emailconfirmationstatus|Email Confirmation Status|emailinformation|enumeration|radio|r|Confirmed,Sent=Confirmation email sent
hs_emails_opened_count|Emails opened|emailinformation|number|number|rh
hs_marketable_status|Marketing contact status|contactinformation|bool|booleancheckbox|r
hs_marketable_reason_id|Marketing contact status source name|contactinformation|string|text|r
hs_marketable_reason_type|Marketing contact status source type|contactinformation|enumeration|select|r|INTEGRATION,IMPORT,FORM
hs_marketable_until_renewal|Marketing contact until next update|contactinformation|bool|booleancheckbox|r
hs_legal_basis|Legal basis for processing contact's data|contactinformation|enumeration|checkbox|f|Legitimate interest – prospect/lead,Legitimate interest – existing customer,Legitimate interest - other,Performance of a contract,Freely given consent from contact,Not applicable
hs_content_membership_email_confirmed|Email Confirmed|contactinformation|bool|booleancheckbox|rh
hs_content_membership_status|Status|contactinformation|enumeration|select|h|active,inactive
hs_membership_has_accessed_private_content|Has Accessed Private Content|contactinformation|number|calculation_equation|ch
hs_registered_member|Registered Member|contactinformation|number|calculation_equation|ch
hs_feedback_last_nps_rating|Last NPS survey rating|contactinformation|enumeration|radio|r|DETRACTOR,PASSIVE,PROMOTER
hs_feedback_last_survey_date|Last NPS survey date|contactinformation|datetime|date|r
hs_social_last_engagement|Most Recent Social Click|socialmediainformation|datetime|date|r
hs_social_num_broadcast_clicks|Broadcast Clicks|socialmediainformation|number|number|r
hs_social_linkedin_clicks|LinkedIn Clicks|socialmediainformation|number|number|r
hs_social_twitter_clicks|Twitter Clicks|socialmediainformation|number|number|r
hs_social_facebook_clicks|Facebook Clicks|socialmediainformation|number|number|r
hs_predictivecontactscore_v2|Likelihood to close|contactinformation|number|number|rh
hs_predictivescoringtier|Contact priority|contactinformation|enumeration|select|rh|tier_1=Very High,tier_2=High,tier_3=Medium,tier_4=Low
hubspotscore|HubSpot Score|contactinformation|number|number|c
hs_google_click_id|Google ad click id|contactinformation|string|text|h
hs_facebook_click_id|Facebook click id|contactinformation|string|text|h
hs_ip_timezone|IP Timezone|contactinformation|string|text|rh
ip_city|IP City|web_technologies|string|text|h
ip_country|IP Country|web_technologies|string|text|h
ip_country_code|IP Country Code|web_technologies|string|text|h
ip_state|IP State/Region|web_technologies|string|text|h
ip_state_code|IP State Code/Region Code|web_technologies|string|text|h
ip_zipcode|IP Zipcode|web_technologies|string|text|h
num_conversion_events|Number of Form Submissions|conversioninformation|number|number|r
num_unique_conversion_events|Number of Unique Forms Submitted|conversioninformation|number|number|r
first_conversion_date|First Conversion Date|conversioninformation|datetime|date|r
first_conversion_event_name|First Conversion|conversioninformation|string|text|r
recent_conversion_date|Recent Conversion Date|conversioninformation|datetime|date|r
recent_conversion_event_name|Recent Conversion|conversioninformation|string|text|r
surveymonkeyeventlastupdated|SurveyMonkey Event Last Updated|contactinformation|number|number|h
webinareventlastupdated|Webinar Event Last Updated|contactinformation|number|number|h
currentlyinworkflow|Currently in workflow (discontinued)|contactinformation|enumeration|booleancheckbox|rh|true=True,false=False
hs_conversations_visitor_email|Conversations visitor email|contactinformation|string|text|rh
";
