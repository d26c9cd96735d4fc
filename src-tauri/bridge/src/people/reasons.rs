//! Why somebody is in step with nobody, in words.

use hubspot::{PropertyCode, PropertyProblem};

/// Which values HubSpot does not take, and by which rule. A value itself is never said.
pub fn refused_values(problems: &[PropertyProblem]) -> String {
    let one = |problem: &PropertyProblem| {
        let property = problem.property.as_deref().unwrap_or("a property");
        match &problem.code {
            PropertyCode::MissingRequired => {
                format!(
                    "HubSpot asks for a value of {property}: an admin of the portal requires it."
                )
            }
            PropertyCode::MissingConditional => format!(
                "HubSpot asks for a value of {property}: a rule of the portal requires it where another property \
                 has one."
            ),
            code => format!("HubSpot does not take the value of {property} ({code})."),
        }
    };
    let said: Vec<String> = problems.iter().take(5).map(one).collect();
    said.join(" ")
}

/// A whole sentence for a reason.
pub fn words(reason: &str) -> &'static str {
    match reason {
        "creation_off" => {
            "Nobody on the other side fits, and creating records there is switched off."
        }
        "no_address" => "There is no e-mail address and no number to know them by.",
        "not_in_filter" => "Not one of those whose records are kept in step.",
        "ambiguous" => "Several fit. Nothing is guessed: link by hand.",
        "shared_address" => "Who fits is linked to somebody else already.",
        "required_empty" => "A field that the mapping requires has no value.",
        "invalid_value" => "A value can't be read by the mapping, or HubSpot does not take it.",
        "address_taken" => "Another record has this address or number already.",
        "lead_update_not_offered" => {
            "Tuco takes no changes of leads over its API in this workspace. It is asked again after a day."
        }
        "contact_gone" => "The contact was deleted or archived in HubSpot.",
        "lead_gone" => "The lead was deleted in Tuco. It is not made again.",
        "deleted_elsewhere" => "Deleted on the other side, and not made again.",
        "unlinked" => "Somebody said that the two are not the same person.",
        "ignored" => "Somebody put this person aside.",
        "lead_existed" => {
            "The lead was there already. It is linked, and compared in the next round."
        }
        "not_read_yet" => "The other record is read in the next round, and compared then.",
        "unknown_outcome" => "An answer was lost. It is looked up before anything is repeated.",
        "plan_limit" => "HubSpot refuses it: the portal's plan has no room for it.",
        "refused" => "The other side refused it.",
        "" => "",
        _ => "Left as they are.",
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_reason_that_is_documented_has_a_sentence_of_its_own() {
        let page = include_str!("../../../../docs/people.md");
        let reasons = page
            .lines()
            .filter(|line| line.starts_with("| `"))
            .flat_map(|line| line.split('|').nth(1).unwrap_or_default().split(','))
            .map(|word| word.trim().trim_matches('`'));
        for reason in reasons {
            assert_ne!(
                super::words(reason),
                super::words("no such reason"),
                "{reason}"
            );
        }
    }
}
