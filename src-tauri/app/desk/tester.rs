//! The tester: keys before they are kept, and everything that a connection needs. What is found about
//! this computer is looked at here; the services are asked by the same code as on the command line.

use bridge::links::Registered;
use bridge::running::HandleError;
use bridge::settings::Settings;
use bridge::store::ConnectionRow;
use bridge::tester::{self, Check as Found, Subject, computer};

use super::Desk;
use crate::view::connection::{Check, PastedKeys, Verdict};
use crate::view::problem::{Answer, Problem};
use crate::view::tester::KeptRun;

/// Earlier tests that are listed; the program keeps as many.
const RUNS: u32 = 20;

impl Desk {
    /// Tries keys that are not kept yet, new ones or those that a connection is to get. Each check is told as
    /// soon as it is known.
    pub(crate) async fn check_keys(
        &self,
        pasted: PastedKeys,
        connection: Option<i64>,
        tell: impl Fn(Check) + Send + Sync + 'static,
    ) -> Answer<Verdict> {
        let keys = self.keys_of(pasted)?;
        let access = self.places().access()?;
        let subject = match connection {
            Some(connection) => self.subject(self.row(connection).await?, None).await?,
            None => Subject::default(),
        };
        let told = |check: &Found| tell(check.into());
        let checks = tester::test_telling(&access, &keys, &subject, &told).await;
        Ok(tester::verdict(&checks).into())
    }

    /// Tries everything that a connection needs. Nothing is written.
    pub(crate) async fn check_connection(
        &self,
        connection: i64,
        links: &Registered,
        tell: impl Fn(Check) + Send + Sync + 'static,
    ) -> Answer<Verdict> {
        self.test(connection, None, links, tell).await
    }

    /// The same, with a trial entry on a contact.
    pub(crate) async fn test_writing(
        &self,
        connection: i64,
        contact: String,
        links: &Registered,
        tell: impl Fn(Check) + Send + Sync + 'static,
    ) -> Answer<Verdict> {
        let contact = contact.trim().to_owned();
        let number =
            (1..=20).contains(&contact.len()) && contact.bytes().all(|byte| byte.is_ascii_digit());
        if !number {
            return Err(Problem::input(
                "This is not the id of a contact in HubSpot. Choose the contact from the list. Nothing was written.",
            ));
        }
        self.test(connection, Some(contact), links, tell).await
    }

    async fn test(
        &self,
        connection: i64,
        write_to: Option<String>,
        links: &Registered,
        tell: impl Fn(Check) + Send + Sync + 'static,
    ) -> Answer<Verdict> {
        let row = self.row(connection).await?;
        let engine = self.engine()?;
        let mut checks = Vec::new();
        let told = |check: &Found| tell(check.into());
        let mut add = |check: Found| {
            told(&check);
            checks.push(check);
        };
        add(computer::folder(self.places().home.folder()));
        let keys = engine.keys(connection).await;
        add(self.keys_check(&row, keys.as_ref().err()).await);
        if let Ok(keys) = keys {
            let access = self.places().access()?;
            let subject = self.subject(row, write_to).await?;
            checks.extend(tester::test_telling(&access, &keys, &subject, &told).await);
        }
        let mut add = |check: Found| {
            told(&check);
            checks.push(check);
        };
        add(computer::listener(self.hearing(connection).await?));
        add(computer::links(links, true));
        let verdict = tester::verdict(&checks);
        // It was shown, which is what was asked for; the next run has nothing to compare with then.
        let _kept = engine.keep_test(connection, checks).await;
        Ok(verdict.into())
    }

    async fn keys_check(&self, row: &ConnectionRow, missing: Option<&HandleError>) -> Found {
        match (missing, self.place_of(row).await) {
            (Some(error), _) => computer::keys(Err(error.to_string()), &row.name),
            (None, Ok(place)) => computer::keys(Ok(place), &row.name),
            (None, Err(why)) => computer::keys_out_of_reach(why),
        }
    }

    /// What is switched on decides what is needed.
    async fn subject(&self, row: ConnectionRow, write_to: Option<String>) -> Answer<Subject> {
        let id = row.id;
        let (stored, in_use) = self
            .engine()?
            .read(move |rows| Ok::<_, Problem>((rows.settings(id)?, tester::in_use(rows, id)?)))
            .await?;
        Ok(Subject {
            in_use,
            settings: Some(Settings::from_stored(&stored, &row.phone_region)),
            expected: Some(row),
            write_to,
        })
    }

    pub(crate) async fn kept_runs(&self, connection: i64) -> Answer<Vec<KeptRun>> {
        self.row(connection).await?;
        let runs = self
            .engine()?
            .read(move |rows| Ok::<_, Problem>(rows.test_runs(connection, RUNS)?))
            .await?;
        Ok(runs.into_iter().map(Into::into).collect())
    }
}
