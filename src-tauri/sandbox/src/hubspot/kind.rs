//! The object types of the portal: their names, numeric ids, scopes and the few rules that differ
//! from one to the next. Of custom objects there is one.

/// One object type of HubSpot's CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// `0-1`.
    Contact,
    /// `0-2`.
    Company,
    /// `0-3`.
    Deal,
    /// `0-5`.
    Ticket,
    /// `0-18`: a logged SMS, WhatsApp or LinkedIn message.
    Communication,
    /// `0-46`.
    Note,
    /// `0-48`.
    Call,
    /// `0-49`.
    Email,
    /// `0-47`.
    Meeting,
    /// `0-27`.
    Task,
    /// The portal's own: what a dentist plans for somebody.
    Treatment,
}

/// The type id of the portal's own kind of record.
pub(crate) const OWN_TYPE: &str = "2-7000001";

impl Kind {
    /// All of them, in a fixed order.
    pub(crate) const ALL: [Self; 11] = [
        Self::Contact,
        Self::Company,
        Self::Deal,
        Self::Ticket,
        Self::Communication,
        Self::Note,
        Self::Call,
        Self::Email,
        Self::Meeting,
        Self::Task,
        Self::Treatment,
    ];

    /// Reads a path segment: the plural or singular name, or the numeric type id.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        // `p{portal}_{name}` is the whole name of a custom object.
        let own = lower
            .strip_prefix('p')
            .and_then(|rest| rest.split_once('_'))
            .filter(|(portal, _)| portal.chars().all(|digit| digit.is_ascii_digit()))
            .map(|(_, name)| name.to_owned());
        let lower = own.unwrap_or(lower);
        Self::ALL.into_iter().find(|kind| {
            kind.plural() == lower || kind.singular() == lower || kind.type_id() == lower
        })
    }

    /// `contacts`, as it stands in paths.
    pub(crate) const fn plural(self) -> &'static str {
        match self {
            Self::Contact => "contacts",
            Self::Company => "companies",
            Self::Deal => "deals",
            Self::Ticket => "tickets",
            Self::Communication => "communications",
            Self::Note => "notes",
            Self::Call => "calls",
            Self::Email => "emails",
            Self::Meeting => "meetings",
            Self::Task => "tasks",
            Self::Treatment => "treatments",
        }
    }

    /// `contact`, as it stands in association type names.
    pub(crate) const fn singular(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Company => "company",
            Self::Deal => "deal",
            Self::Ticket => "ticket",
            Self::Communication => "communication",
            Self::Note => "note",
            Self::Call => "call",
            Self::Email => "email",
            Self::Meeting => "meeting",
            Self::Task => "task",
            Self::Treatment => "treatment",
        }
    }

    /// `CONTACT`, as it stands in error texts.
    pub(crate) fn shouted(self) -> String {
        self.singular().to_ascii_uppercase()
    }

    /// `0-1`.
    pub(crate) const fn type_id(self) -> &'static str {
        match self {
            Self::Contact => "0-1",
            Self::Company => "0-2",
            Self::Deal => "0-3",
            Self::Ticket => "0-5",
            Self::Communication => "0-18",
            Self::Note => "0-46",
            Self::Call => "0-48",
            Self::Email => "0-49",
            Self::Meeting => "0-47",
            Self::Task => "0-27",
            Self::Treatment => OWN_TYPE,
        }
    }

    /// Whether it stands on a timeline rather than having one.
    pub(crate) const fn is_engagement(self) -> bool {
        !matches!(
            self,
            Self::Contact | Self::Company | Self::Deal | Self::Ticket | Self::Treatment
        )
    }

    /// Whether a merge makes a new record with a new id, or keeps the primary one.
    pub(crate) const fn merges_into_a_new_record(self) -> bool {
        matches!(self, Self::Contact | Self::Company)
    }

    /// The property that holds the time of creation.
    pub(crate) const fn created_property(self) -> &'static str {
        if self.is_engagement() || matches!(self, Self::Treatment) {
            "hs_createdate"
        } else {
            "createdate"
        }
    }

    /// The property that holds the time of the last change: contacts differ from all others.
    pub(crate) const fn modified_property(self) -> &'static str {
        if matches!(self, Self::Contact) {
            "lastmodifieddate"
        } else {
            "hs_lastmodifieddate"
        }
    }

    /// What comes back when no property is asked for.
    pub(crate) const fn default_properties(self) -> &'static [&'static str] {
        match self {
            Self::Contact => &[
                "createdate",
                "email",
                "firstname",
                "hs_object_id",
                "lastmodifieddate",
                "lastname",
            ],
            Self::Company => &[
                "createdate",
                "domain",
                "hs_lastmodifieddate",
                "hs_object_id",
                "name",
            ],
            Self::Deal => &[
                "amount",
                "closedate",
                "createdate",
                "dealname",
                "dealstage",
                "hs_lastmodifieddate",
                "hs_object_id",
                "pipeline",
            ],
            Self::Ticket => &[
                "content",
                "createdate",
                "hs_lastmodifieddate",
                "hs_object_id",
                "hs_pipeline",
                "hs_pipeline_stage",
                "hs_ticket_category",
                "hs_ticket_priority",
                "subject",
            ],
            _ => &["hs_createdate", "hs_lastmodifieddate", "hs_object_id"],
        }
    }

    /// What a free-text `query` looks through.
    pub(crate) const fn query_properties(self) -> &'static [&'static str] {
        match self {
            Self::Contact => &[
                "firstname",
                "lastname",
                "email",
                "phone",
                "hs_additional_emails",
                "fax",
                "mobilephone",
                "company",
                "hs_marketable_until_renewal",
            ],
            Self::Company => &["website", "phone", "name", "domain"],
            Self::Deal => &[
                "dealname",
                "pipeline",
                "dealstage",
                "description",
                "dealtype",
            ],
            Self::Ticket => &[
                "subject",
                "content",
                "hs_pipeline_stage",
                "hs_ticket_category",
                "hs_ticket_id",
            ],
            Self::Communication => &["hs_communication_body"],
            Self::Note => &["hs_note_body"],
            Self::Call => &["hs_call_title", "hs_body_preview"],
            Self::Email => &["hs_email_subject"],
            Self::Meeting => &["hs_meeting_title", "hs_meeting_body"],
            Self::Task => &["hs_task_subject", "hs_task_body"],
            Self::Treatment => &["treatment_name"],
        }
    }

    /// What must be set on creation.
    pub(crate) const fn required_properties(self) -> &'static [&'static str] {
        match self {
            Self::Contact | Self::Company => &[],
            Self::Deal => &["dealname", "dealstage"],
            Self::Ticket => &["subject", "hs_pipeline_stage"],
            Self::Email => &["hs_timestamp", "hs_email_direction"],
            Self::Treatment => &["treatment_name"],
            _ => &["hs_timestamp"],
        }
    }

    /// What a search for a value should find without looking at every record.
    pub(crate) const fn indexed_properties(self) -> &'static [&'static str] {
        match self {
            Self::Contact => &[
                "email",
                "phone",
                "mobilephone",
                "hs_additional_emails",
                "hs_searchable_calculated_phone_number",
                "hs_searchable_calculated_mobile_number",
                "hs_searchable_calculated_international_phone_number",
                "hs_searchable_calculated_international_mobile_number",
            ],
            Self::Company => &["domain", "name", "phone"],
            _ => &[],
        }
    }

    /// Any one of these lets a token read records.
    pub(crate) const fn read_scopes(self) -> &'static [&'static str] {
        match self {
            Self::Company => &["crm.objects.companies.read"],
            Self::Deal => &["crm.objects.deals.read"],
            Self::Ticket => &["crm.objects.tickets.read", "tickets"],
            Self::Treatment => &["crm.objects.custom.read"],
            _ => &["crm.objects.contacts.read"],
        }
    }

    /// Any one of these lets a token write records.
    pub(crate) const fn write_scopes(self) -> &'static [&'static str] {
        match self {
            Self::Company => &["crm.objects.companies.write"],
            Self::Deal => &["crm.objects.deals.write"],
            Self::Ticket => &["crm.objects.tickets.write", "tickets"],
            Self::Treatment => &["crm.objects.custom.write"],
            _ => &["crm.objects.contacts.write"],
        }
    }

    /// Any one of these lets a token read property definitions.
    pub(crate) const fn schema_read_scopes(self) -> &'static [&'static str] {
        match self {
            Self::Company => &["crm.schemas.companies.read", "crm.objects.companies.read"],
            Self::Deal => &["crm.schemas.deals.read", "crm.objects.deals.read"],
            Self::Ticket => &["crm.objects.tickets.read", "tickets"],
            Self::Treatment => &["crm.schemas.custom.read"],
            _ => &["crm.schemas.contacts.read", "crm.objects.contacts.read"],
        }
    }

    /// Any one of these lets a token define properties.
    pub(crate) const fn schema_write_scopes(self) -> &'static [&'static str] {
        match self {
            Self::Company => &["crm.schemas.companies.write"],
            Self::Deal => &["crm.schemas.deals.write"],
            Self::Ticket => &["crm.schemas.tickets.write", "tickets"],
            Self::Treatment => &["crm.schemas.custom.write"],
            _ => &["crm.schemas.contacts.write"],
        }
    }

    /// The first id. Contacts begin low; engagements have twelve digits, as in real portals, so that
    /// a 32-bit reader is found out.
    pub(crate) const fn first_id(self) -> u64 {
        match self {
            Self::Contact => 501,
            Self::Company => 9_001,
            Self::Deal => 40_001,
            Self::Ticket => 70_001,
            Self::Communication => 100_000_000_001,
            Self::Note => 110_000_000_001,
            Self::Call => 120_000_000_001,
            Self::Email => 130_000_000_001,
            Self::Meeting => 140_000_000_001,
            Self::Task => 150_000_000_001,
            Self::Treatment => 7_700_001,
        }
    }
}
