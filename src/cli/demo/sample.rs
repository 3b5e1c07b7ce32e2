//! The sample: a small town, a joint authority, artificial persons, and what they were sent. Nobody here exists.

use crate::domain::markup::BodyFormat;
use crate::domain::message::Mode;

/// An artificial person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person {
    /// Artificial identity code.
    pub(crate) id: &'static str,
    /// Name to show.
    pub(crate) name: &'static str,
    /// Whether the mailbox is opened at the first start.
    pub(crate) active: bool,
    /// The company the person may act for.
    pub(crate) acts_for: Option<&'static str>,
    /// For whom else the person may act, for the guide.
    pub(crate) note: Option<&'static str>,
}

/// An owner for whom persons act: identifier and name.
pub(super) type Represented = (&'static str, &'static str);

/// The company that one person signs for.
pub(super) const COMPANY: Represented = ("9900002-6", "Laineen Puu Oy");
/// The minor whose guardian one person is.
pub(super) const MINOR: Represented = ("010516B903X", "Väinö Salo");
/// Who signs for the company.
pub(super) const SIGNATORY: &str = "030694W9024";
/// The minor's guardian.
pub(super) const GUARDIAN: &str = "010594Y9032";
/// Who granted a mandate to whom signs for the company.
pub(super) const GRANTER: &str = "020594X902N";

const fn person(id: &'static str, name: &'static str) -> Person {
    Person {
        id,
        name,
        active: true,
        acts_for: None,
        note: None,
    }
}

/// The citizens.
pub(crate) const PERSONS: [Person; 6] = [
    person("010594Y9021", "Aino Virtanen"),
    person("020594X903P", "Eino Korhonen"),
    person("020594X902N", "Helmi Nieminen"),
    Person {
        acts_for: Some(COMPANY.0),
        note: Some("holds a mandate of Helmi Nieminen"),
        ..person(SIGNATORY, "Liisa Laine")
    },
    Person {
        note: Some("guardian of a child"),
        ..person(GUARDIAN, "Kaarlo Salo")
    },
    Person {
        active: false,
        ..person("030594W903B", "Onni Mäkelä")
    },
];

/// Looks into deliveries and exports proofs.
pub(crate) const AUDITOR: Person = Person {
    active: false,
    ..person("040594V9030", "Tauno Heikkinen")
};

/// Does the same for the town alone, and is the second person who lets an auditor see a content.
pub(crate) const TOWN_AUDITOR: Person = Person {
    active: false,
    ..person("050594V904N", "Saara Lahtinen")
};

/// The roles that the demo's identity provider states of a person.
pub(crate) fn roles(person: &Person) -> &'static [&'static str] {
    match person.id {
        id if id == AUDITOR.id => &[ROLE],
        id if id == TOWN_AUDITOR.id => &[TOWN_ROLE],
        _ => &[],
    }
}

/// The role that makes an auditor of the whole hub.
pub(super) const ROLE: &str = "tiedoksi-auditor";
/// The role that makes an auditor of the town.
pub(super) const TOWN_ROLE: &str = "auditor-viitasaari";

/// Runs the hub.
pub(crate) const OPERATOR: Person = Person {
    active: false,
    ..person("040594V902Y", "Ylva Lindholm")
};

/// Everyone who can log in.
pub(crate) fn everyone() -> impl Iterator<Item = &'static Person> {
    PERSONS.iter().chain([&AUDITOR, &TOWN_AUDITOR, &OPERATOR])
}

/// A name in Finnish, Swedish and English.
pub(super) type Name = [&'static str; 3];

/// An authority with its system and services.
pub(super) struct Organisation {
    pub(super) business_id: &'static str,
    pub(super) name: Name,
    pub(super) refusable: bool,
    pub(super) username: &'static str,
    /// Each with its topic; they take messages.
    pub(super) services: &'static [(&'static str, Name, &'static str)],
}

/// The town's Business ID.
pub(super) const TOWN: &str = "0208573-0";
pub(super) const KIRJAAMO: &str = "viitasaari-kirjaamo";
pub(super) const RAKENNUSVALVONTA: &str = "viitasaari-rakennusvalvonta";
const YMPARISTO: &str = "jarvisuomi-ymparisto";

/// The period for appeal that a service states: decisions of one alone can be appealed.
pub(super) fn appeal(service: &str) -> &'static str {
    match service {
        RAKENNUSVALVONTA => "P30D",
        _ => "none",
    }
}

/// What services are about.
pub(super) const TOPICS: [(&str, Name); 3] = [
    (
        "administration",
        ["Hallinto ja asiointi", "Förvaltning och ärenden", "Administration"],
    ),
    (
        "environment",
        ["Ympäristö ja luonto", "Miljö och natur", "Environment and nature"],
    ),
    (
        "housing",
        [
            "Asuminen ja rakentaminen",
            "Boende och byggande",
            "Housing and building",
        ],
    ),
];

/// The authorities.
pub(super) const ORGANISATIONS: [Organisation; 2] = [
    Organisation {
        business_id: TOWN,
        name: ["Viitasaaren kaupunki", "Viitasaari stad", "City of Viitasaari"],
        refusable: false,
        username: "viitasaari-asianhallinta",
        services: &[
            (
                KIRJAAMO,
                ["Kirjaamo", "Registratorskontoret", "Registry"],
                "administration",
            ),
            (
                RAKENNUSVALVONTA,
                ["Rakennusvalvonta", "Byggnadstillsynen", "Building control"],
                "housing",
            ),
        ],
    },
    Organisation {
        business_id: "9900001-8",
        name: [
            "Järvi-Suomen ympäristöpalvelut",
            "Insjöfinlands miljötjänster",
            "Lakeland Environmental Services",
        ],
        refusable: true,
        username: "jarvisuomi-asianhallinta",
        services: &[(
            YMPARISTO,
            ["Ympäristönsuojelu", "Miljövården", "Environmental protection"],
            "environment",
        )],
    },
];

/// A message of the sample.
pub(super) struct Message {
    pub(super) external_id: &'static str,
    pub(super) recipient: &'static str,
    pub(super) service: &'static str,
    pub(super) title: &'static str,
    pub(super) body: &'static str,
    pub(super) body_format: BodyFormat,
    pub(super) mode: Mode,
    pub(super) reply_allowed: bool,
    /// File name and lines of a PDF.
    pub(super) pdf: Option<(&'static str, &'static [&'static str])>,
}

/// What has been sent.
pub(super) const MESSAGES: [Message; 6] = [
    Message {
        external_id: "demo-VIITASAARI-2026-311",
        recipient: "010594Y9021",
        service: KIRJAAMO,
        title: "Katutyö Keskitiellä viikoilla 23–25",
        body: "# Katutyö Keskitiellä\n\nKeskitien vesijohto uusitaan osuudella **Kappelintie–Satamatie** viikoilla 23–25.\n\n- Tonttiliittymään pääsee \
               koko työn ajan.\n- Vesi on poikki *enintään neljä tuntia* ja siitä ilmoitetaan edellisenä päivänä.\n- Jätteet noudetaan \
               tavalliseen aikaan.\n\nKysymyksiin vastaa tekninen toimisto. Voit myös vastata tähän viestiin.\n",
        body_format: BodyFormat::Markdown,
        mode: Mode::Ordinary,
        reply_allowed: true,
        pdf: None,
    },
    Message {
        external_id: "demo-VIITASAARI-2026-117-RAK",
        recipient: "010594Y9021",
        service: RAKENNUSVALVONTA,
        title: "Päätös rakentamislupahakemukseen 2026-117",
        body: "Rakennusvalvonta on myöntänyt rakentamisluvan 60 m² talousrakennukselle.\n\nLupaan liittyvät ehdot ja valitusosoitus ovat oheisessa \
               päätöksessä. Valitusaika alkaa tiedoksisaannista.\n",
        body_format: BodyFormat::Text,
        mode: Mode::Verifiable,
        reply_allowed: true,
        pdf: Some((
            "rakentamislupa-2026-117.pdf",
            &[
                "VIITASAAREN KAUPUNKI",
                "Rakennusvalvonta",
                "",
                "PÄÄTÖS 2026-117",
                "",
                "Asia: talousrakennuksen rakentaminen, 60 m²",
                "Ratkaisu: lupa myönnetään.",
                "",
                "Tähän päätökseen saa hakea muutosta valittamalla hallinto-oikeuteen 30 päivän kuluessa",
                "tiedoksisaannista.",
                "Mallipäätös kokeilua varten.",
            ],
        )),
    },
    Message {
        external_id: "demo-VIITASAARI-2026-402",
        recipient: "020594X903P",
        service: KIRJAAMO,
        title: "Varhaiskasvatuspaikka 1.8. alkaen",
        body: "Lapsellenne on myönnetty varhaiskasvatuspaikka Haapaniemen päiväkodista 1.8. alkaen. Päätös on liitteenä.\n\nIlmoittakaa 14 päivän kuluessa, \
               otatteko paikan vastaan: voitte vastata tähän viestiin.\n",
        body_format: BodyFormat::Text,
        mode: Mode::Ordinary,
        reply_allowed: true,
        pdf: Some((
            "varhaiskasvatuspaatos.pdf",
            &[
                "VIITASAAREN KAUPUNKI",
                "Sivistyspalvelut",
                "",
                "PÄÄTÖS VARHAISKASVATUSPAIKASTA",
                "",
                "Yksikkö: Haapaniemen päiväkoti",
                "Alkaa: 1.8.",
                "",
                "Mallipäätös kokeilua varten.",
            ],
        )),
    },
    Message {
        external_id: "demo-JARVISUOMI-2026-58",
        recipient: "020594X902N",
        service: YMPARISTO,
        title: "Jätevesijärjestelmän tarkastus",
        body: "Kiinteistönne jätevesijärjestelmä tarkastetaan kesäkuun aikana. Tarkastaja sopii käynnistä etukäteen, eikä paikalla tarvitse olla.\n",
        body_format: BodyFormat::Text,
        mode: Mode::Ordinary,
        reply_allowed: false,
        pdf: None,
    },
    Message {
        external_id: "demo-JARVISUOMI-2026-61",
        recipient: COMPANY.0,
        service: YMPARISTO,
        title: "Melumittausten tulokset toimitettava",
        body: "Ympäristöluvan mukaiset melumittausten tulokset on toimitettava vuoden loppuun mennessä. Voitte vastata tähän viestiin.\n",
        body_format: BodyFormat::Text,
        mode: Mode::Ordinary,
        reply_allowed: true,
        pdf: None,
    },
    Message {
        external_id: "demo-VIITASAARI-2026-417",
        recipient: MINOR.0,
        service: KIRJAAMO,
        title: "Koulukuljetus syyslukukaudella",
        body: "Koulukuljetus on myönnetty syyslukukaudeksi. Kyyti lähtee pysäkiltä klo 7.40.\n",
        body_format: BodyFormat::Text,
        mode: Mode::Ordinary,
        reply_allowed: false,
        pdf: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identity::{BusinessId, Hetu};

    #[test]
    fn every_identifier_is_valid_and_every_person_artificial() {
        for person in everyone() {
            Hetu::parse(person.id, true).unwrap();
            assert!(
                Hetu::parse(person.id, false).is_err(),
                "{} could be someone",
                person.name
            );
            if let Some(company) = person.acts_for {
                BusinessId::parse(company).unwrap();
            }
        }
        assert!(Hetu::parse(MINOR.0, true).is_ok() && Hetu::parse(MINOR.0, false).is_err());
        for organisation in &ORGANISATIONS {
            BusinessId::parse(organisation.business_id).unwrap();
        }
    }

    #[test]
    fn messages_go_to_open_mailboxes_from_services_there_are() {
        for message in &MESSAGES {
            let open = PERSONS.iter().filter(|person| person.active).map(|person| person.id);
            assert!(open.chain([COMPANY.0, MINOR.0]).any(|id| id == message.recipient));
            let services = ORGANISATIONS.iter().flat_map(|organisation| organisation.services);
            assert_eq!(services.filter(|(code, ..)| *code == message.service).count(), 1);
        }
        assert!(PERSONS.iter().any(|person| person.active && person.acts_for.is_some()));
    }
}
