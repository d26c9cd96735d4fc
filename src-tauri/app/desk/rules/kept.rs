//! Rules as they are kept: saved, taken off the list and brought back, their versions, and their files.

use std::path::PathBuf;

use bridge::rules::pure::file;
use bridge::rules::{Called, rule_in};
use bridge::running::{HandleError, RuleEdit};
use bridge::store::StoreError;
use bridge::trouble::Trouble;

use super::whole;
use crate::desk::safety::disk;
use crate::desk::templates::read_text;
use crate::desk::{Desk, compose::me};
use crate::view::problem::{Answer, Code, Problem};
use crate::view::rules::draft::RuleDraft;
use crate::view::rules::{RuleOpened, RuleTextRead, RuleVersion, RulesTaken};
use crate::view::safety::WrittenFile;

impl Desk {
    pub(crate) fn read_rule_text(&self, text: &str) -> RuleTextRead {
        RuleTextRead::of(text)
    }

    /// A new one without a number. `based_on` is the version that was edited.
    pub(crate) async fn save_rule(
        &self,
        connection: i64,
        rule: Option<i64>,
        draft: RuleDraft,
        based_on: i64,
    ) -> Answer<RuleOpened> {
        let edit = RuleEdit::Keep {
            of: rule.map(|rule| (rule, based_on)),
            rule: Box::new(whole(&draft)?),
        };
        let kept = self.engine()?.edit_rules(connection, edit, me()).await;
        match kept {
            Ok(Some(id)) => self.rule(connection, id).await,
            Ok(None) => Err(Problem::new(
                Code::ChangedMeanwhile,
                "Somebody changed this rule meanwhile. What you wrote is still here: look at the newest version, \
                 then save again.",
            )),
            Err(HandleError::Trouble(Trouble::Store(StoreError::Taken))) => Err(Problem::new(
                Code::Taken,
                "There is another rule of this name. Choose another name.",
            )),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn remove_rule(&self, connection: i64, rule: i64) -> Answer<()> {
        self.edit_rules(connection, RuleEdit::Hide(rule, true))
            .await
            .map(drop)
    }

    pub(crate) async fn bring_back_rule(&self, connection: i64, rule: i64) -> Answer<()> {
        self.edit_rules(connection, RuleEdit::Hide(rule, false))
            .await
            .map(drop)
    }

    pub(crate) async fn rule_versions(
        &self,
        connection: i64,
        rule: i64,
    ) -> Answer<Vec<RuleVersion>> {
        self.engine()?
            .read(move |rows| {
                let row = rows.rule(connection, rule)?.ok_or(StoreError::Missing)?;
                let names = Called::read(rows, connection)?;
                let all = rows.rule_versions(rule)?.into_iter();
                Ok::<_, Problem>(
                    all.map(|one| RuleVersion::of(one, row.version, &names))
                        .collect(),
                )
            })
            .await
    }

    /// As the newest one.
    pub(crate) async fn put_back_rule(
        &self,
        connection: i64,
        id: i64,
        version: i64,
    ) -> Answer<RuleOpened> {
        let (now, body) = self
            .engine()?
            .read(move |rows| {
                let row = rows.rule(connection, id)?.ok_or(StoreError::Missing)?;
                let body = rows.rule_body(id, version)?.ok_or(StoreError::Missing)?;
                Ok::<_, Problem>((row.version, body))
            })
            .await?;
        let rule = rule_in(&body)
            .ok_or_else(|| Problem::new(Code::Refused, "This version can't read the rule."))?;
        self.save_rule(connection, Some(id), (&rule).into(), now)
            .await
    }

    /// All of a text, or none of it.
    pub(crate) async fn take_rules(&self, connection: i64, text: &str) -> Answer<RulesTaken> {
        let rules = file::read(text).map_err(|mistakes| {
            let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            Problem::input(lines.join(" "))
        })?;
        let read = rules.len();
        let changed = self.edit_rules(connection, RuleEdit::Take(rules)).await?;
        Ok(RulesTaken {
            read,
            changed: changed.unwrap_or_default(),
        })
    }

    pub(crate) async fn import_rules(&self, connection: i64, path: PathBuf) -> Answer<RulesTaken> {
        let text = read_text(&path)?;
        self.take_rules(connection, &text).await
    }

    pub(crate) async fn export_rules(&self, connection: i64, path: PathBuf) -> Answer<WrittenFile> {
        let text = self
            .engine()?
            .read(move |rows| {
                let all = rows.rules(connection)?;
                let bodies: Vec<String> = all.into_iter().map(|row| row.body).collect();
                Ok::<_, Problem>(bodies.join("\n"))
            })
            .await?;
        std::fs::write(&path, &text).map_err(|error| disk(&error))?;
        Ok(WrittenFile {
            path: path.display().to_string(),
            bytes: u64::try_from(text.len()).unwrap_or(u64::MAX),
        })
    }
}
