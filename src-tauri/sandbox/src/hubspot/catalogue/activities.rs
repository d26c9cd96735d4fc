//! The default properties of what stands on a timeline.

/// What all of them have.
pub(super) const SHARED: &str = "\
hs_timestamp|Activity date|engagement|datetime|date|
hs_createdate|Create date|engagement|datetime|date|r
hs_lastmodifieddate|Last modified date|engagement|datetime|date|r
hs_object_id|Record ID|engagement|number|number|r
hs_object_source|Record creation source|engagement|string|text|rh
hs_object_source_id|Record creation source ID|engagement|string|text|rh
hs_object_source_label|Record source|engagement|string|text|r
hs_body_preview|Body preview|engagement|string|text|c
hs_body_preview_html|HTML Body Preview|engagement|string|html|c
hs_body_preview_is_truncated|Body Preview Truncated|engagement|bool|booleancheckbox|c
hs_unique_id|Unique ID|engagement|string|text|rh
hs_attachment_ids|Attached file IDs|engagement|enumeration|checkbox|
hs_created_by|Activity created by|engagement|number|number|r
hs_modified_by|Updated by|engagement|number|number|r
hs_engagement_source|Source|engagement|string|text|
hs_merged_object_ids|Merged record IDs|engagement|enumeration|checkbox|c
hubspot_owner_id|Activity assigned to|engagement|enumeration|select|o
hubspot_owner_assigneddate|Owner assigned date|engagement|datetime|date|r
hubspot_team_id|HubSpot Team|engagement|enumeration|select|r
";

pub(super) const COMMUNICATIONS: &str = "\
hs_communication_channel_type|Channel type|communication|enumeration|select||WHATS_APP=WhatsApp,LINKEDIN_MESSAGE=LinkedIn message,SMS=SMS
hs_communication_logged_from|Logged from|communication|enumeration|select||CRM=CRM
hs_communication_body|Body|communication|string|html|
hs_communication_conversation_first_message_at|First message at|communication|datetime|date|r
hs_communication_conversations_thread_id|Conversations thread ID|communication|number|number|r
";

pub(super) const NOTES: &str = "\
hs_note_body|Note body|note|string|html|
hs_note_ms_teams_payload|Microsoft Teams payload|note|string|text|h
";

pub(super) const CALLS: &str = "\
hs_call_title|Call Title|call|string|text|
hs_call_body|Call notes|call|string|html|
hs_call_duration|Call duration|call|number|number|
hs_call_direction|Call direction|call|enumeration|select||INBOUND=Inbound,OUTBOUND=Outbound
hs_call_status|Call status|call|enumeration|select||BUSY,CALLING_CRM_USER,CANCELED,COMPLETED,CONNECTING,FAILED,IN_PROGRESS,NO_ANSWER,QUEUED,RINGING,MISSED
hs_call_disposition|Call outcome|call|enumeration|select||9d9162e7-6cf3-4944-bf63-4dff82258764=Busy,f240bbac-87c9-4f6e-bf70-924b57d47db7=Connected,a4c4c377-d246-4b32-a13b-75a56a4cd0ff=Left live message,b2cf5968-551e-4856-9783-52b3da59a7d0=Left voicemail,73a0d17f-1163-4015-bdd5-ec830791da20=No answer,17b47fee-58de-441e-a44c-c6300d46f273=Wrong number
hs_call_from_number|From number|call|string|text|
hs_call_to_number|To number|call|string|text|
hs_call_recording_url|Recording URL|call|string|text|
hs_call_callee_object_id|Called object ID|call|number|number|
hs_call_callee_object_type|Called object type|call|enumeration|select||CONTACT=Contact,COMPANY=Company
hs_activity_type|Call and meeting type|call|string|text|
";

pub(super) const EMAILS: &str = "\
hs_email_subject|Email subject|email|string|text|
hs_email_text|Email body|email|string|textarea|
hs_email_html|Email body HTML|email|string|html|
hs_email_direction|Email direction|email|enumeration|select||EMAIL=Email,INCOMING_EMAIL=Incoming email,FORWARDED_EMAIL=Forwarded email,DRAFT_EMAIL=Draft email
hs_email_status|Email send status|email|enumeration|select||BOUNCED=Bounced,FAILED=Failed,SCHEDULED=Scheduled,SENDING=Sending,SENT=Sent
hs_email_headers|Email headers|email|string|text|
hs_email_from_email|Email from address|email|string|text|c
hs_email_to_email|Email to address|email|string|text|c
hs_email_message_id|Email message ID|email|string|text|
hs_email_thread_id|Email thread ID|email|string|text|
";

pub(super) const MEETINGS: &str = "\
hs_meeting_title|Meeting name|meeting|string|text|
hs_meeting_body|Meeting description|meeting|string|html|
hs_internal_meeting_notes|Internal meeting notes|meeting|string|html|
hs_meeting_external_url|External URL|meeting|string|text|
hs_meeting_location|Meeting location|meeting|string|text|
hs_meeting_start_time|Meeting start time|meeting|datetime|date|
hs_meeting_end_time|Meeting end time|meeting|datetime|date|
hs_meeting_outcome|Meeting outcome|meeting|enumeration|select||SCHEDULED=Scheduled,COMPLETED=Completed,RESCHEDULED=Rescheduled,NO_SHOW=No show,CANCELED=Canceled
hs_activity_type|Call and meeting type|meeting|string|text|
";

pub(super) const TASKS: &str = "\
hs_task_subject|Task Title|task|string|text|
hs_task_body|Task notes|task|string|html|
hs_task_status|Task Status|task|enumeration|select||NOT_STARTED=Not started,IN_PROGRESS=In progress,WAITING=Waiting,COMPLETED=Completed,DEFERRED=Deferred
hs_task_priority|Priority|task|enumeration|select||NONE=None,LOW=Low,MEDIUM=Medium,HIGH=High
hs_task_type|Task Type|task|enumeration|select||EMAIL=Email,CALL=Call,TODO=To-do,LINKED_IN=LinkedIn,MEETING=Meeting
hs_task_reminders|Task reminders|task|string|text|
hs_task_completion_date|Completed at|task|datetime|date|r
";
