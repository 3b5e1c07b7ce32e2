//! Persons who act for others, as the tests play them.

use tiedoksi::domain::id::{MailboxId, MandateId};
use tiedoksi::domain::identity::{Hetu, RecipientId};
use tiedoksi::domain::mandate::{AgentRole, Grant, Scope, Term, today};
use tiedoksi::domain::principal::Citizen;
use tiedoksi::hub::ActError;
use tiedoksi::hub::acting::Person;
use tiedoksi::hub::mandate::NewRegistration;

use crate::harness::{Browser, Site, person};

pub const EINO: &str = "010594Y9032";
pub const HELMI: &str = "010594Y9021";
pub const LIISA: &str = "030694W9024";
pub const COMPANY: &str = "9900002-6";
/// Turns 18 at 2034-04-30T21:00:00Z.
pub const MINOR: &str = "010516B903X";

pub fn persons() -> Vec<tiedoksi::http::idp::DemoPerson> {
    vec![
        person(EINO, "Eino", "Koivuranta"),
        person(HELMI, "Helmi", "Östersund"),
        person(LIISA, "Liisa", "Laine"),
    ]
}

/// A person in a browser.
pub struct Session {
    pub browser: Browser,
    pub cookie: String,
}

impl Session {
    pub async fn begin(site: &Site, id: &str) -> Self {
        let browser = site.logged_in(id).await;
        let cookie = site.cookie(&browser).await;
        Self { browser, cookie }
    }

    pub async fn person(&self, site: &Site) -> Person {
        site.hub.person(&self.cookie).await.unwrap()
    }

    pub async fn citizen(&self, site: &Site) -> Result<Citizen, ActError> {
        site.hub.citizen(&self.cookie).await
    }

    /// Takes up acting for the owner of this name.
    pub async fn act_for(&self, site: &Site, owner: &str) -> Citizen {
        let person = self.person(site).await;
        let choices = site.hub.mandate_choices(&person).await.unwrap();
        let choice = choices.held.iter().find(|it| it.owner_name == owner).unwrap();
        site.hub.act_for(&person, &choice.key).await.unwrap();
        self.citizen(site).await.unwrap()
    }
}

/// A grant of everything from today, or of less.
pub fn grant(site: &Site, agent: &str, scope: Scope, last: Option<&str>) -> Grant {
    Grant {
        agent: Hetu::parse(agent, true).unwrap(),
        name: "Valtuutettu Henkilö".into(),
        scope,
        term: Term::of_days(today(site.hub.now()), last.map(|day| day.parse().unwrap())),
    }
}

/// The operator registers a person as who signs for a company.
pub async fn signatory(site: &Site, person: &str) -> (MandateId, MailboxId) {
    let owner = (COMPANY, Some("Laineen Puu Oy"));
    register(site, owner, person, AgentRole::Signatory, None).await.unwrap()
}

/// The operator registers one.
pub async fn register(
    site: &Site,
    owner: (&str, Option<&str>),
    agent: &str,
    role: AgentRole,
    until: Option<&str>,
) -> Result<(MandateId, MailboxId), ActError> {
    let new = NewRegistration {
        owner: RecipientId::parse(owner.0, true).unwrap().0,
        owner_name: owner.1.map(ToOwned::to_owned),
        agent: Hetu::parse(agent, true).unwrap(),
        agent_name: "Rekisteröity Henkilö".into(),
        role,
        until: until.map(|day| day.parse().unwrap()),
    };
    site.hub.register_mandate(new).await
}
