//! The sentences in Finnish.

use super::{Outcomes, Words};
use crate::evidence::event_type::EventType;

pub(super) const WORDS: Words = Words {
    title: "Toimitustodistus",
    subject: "Mitä yhdelle viranomaisviestille tapahtui. Todiste on upotettu tähän asiakirjaan.",
    of: "Toimitus {id}",
    page: "Sivu {page}/{pages}",
    outcome: Outcomes {
        confirmed: (
            "Annettu tiedoksi: viesti kuitattiin vastaanotetuksi {at}.",
            "Vastaanottaja kuittasi viestin määräajassa, joten asiakirja on annettu tiedoksi (laki 13/2003, 18 §).",
        ),
        by_post: (
            "Annettu tiedoksi postitse: kirje luovutettiin kuittausta vastaan, posti ilmoitti siitä {at}.",
            "Kirje on vastaanotettu ja kuitattu allekirjoituksella.",
        ),
        late: (
            "Ei annettu tiedoksi sähköisesti: viesti avattiin liian myöhään, {at}.",
            "Kuittausaika oli päättynyt. Avaamista ei pidetä tiedoksiantona (laki 13/2003, 18 §).",
        ),
        expired: (
            "Ei annettu tiedoksi sähköisesti: viestiä ei kuitattu määräajassa.",
            "Kuittausajan päättyminen kirjattiin {at}. Viranomaisen on annettava asiakirja tiedoksi muulla tavalla (laki 13/2003, 18 §).",
        ),
        on_paper: (
            "Viesti lähti paperikirjeenä {at}.",
            "Se luovutettiin tulostettavaksi ja postitettavaksi. Määräajat lasketaan kirjeen tiedoksisaannista.",
        ),
        available: (
            "Toimitettu: viesti on ollut vastaanottajan saatavilla {at} alkaen.",
            "Viestin avaaminen aikaisemmin tai myöhemmin ei siirrä tiedoksisaantipäivää, joka lasketaan tästä hetkestä (laki 13/2003, 19 §).",
        ),
        waits: (
            "Odottaa: viestiä ei ole kuitattu vastaanotetuksi.",
            "Viesti on odottanut kuittausta {at} alkaen. Ennen kuittausta asiakirjaa ei ole annettu tiedoksi.",
        ),
        unknown: (
            "Viesti on matkalla.",
            "Näkyvistä tapahtumista ei käy ilmi, että se olisi tullut saataville.",
        ),
    },
    message: "Viesti",
    sender: "Lähettäjä",
    recipient: "Vastaanottaja",
    by_mandate: "puolesta asioi toinen henkilö, valtuus {id}",
    number: "Viestin numero",
    service: "Toimituspalvelu",
    service_id: "ylläpitäjä {id}",
    mode: "Tiedoksiantotapa",
    ordinary: "Tavallinen sähköinen tiedoksianto (laki 13/2003, 19 §)",
    verifiable: "Todisteellinen sähköinen tiedoksianto (laki 13/2003, 18 §)",
    basis: "Sähköisen tiedoksiannon peruste",
    consent: "Vastaanottajan suostumus",
    statutory: "Lain nojalla avattu postilaatikko",
    on_paper: "Ei sähköinen: paperilla",
    body: "Viestin teksti",
    attachment: "Liite",
    bytes: "tavua",
    content: "Asiakirjat",
    content_withheld: "Ei näytetä tässä kappaleessa ennen kuittausta. Jo nyt on todistettu, että sisältö on olemassa ja pysyy samana.",
    more_parts: "Lisäksi {count} muuta, jotka ovat upotetussa tiedostossa.",
    identity_code: "Henkilötunnus",
    business_id: "Y-tunnus",
    other_id: "Tunniste",
    undisclosed: "Ei näy tässä kappaleessa",
    time_line: "Aikajana",
    time_line_alt: "Toimituksen aikajana vasemmalta oikealle: {events}.",
    withheld_short: "Ei näytetä",
    times: "Ajat",
    times_of: "Toimituksen jokainen tapahtuma järjestyksessä. Ajat ovat toimituspalvelun kellosta, kirjattuina heti; lokia, jossa kirjaukset ovat, ei voi muuttaa jälkikäteen kenenkään huomaamatta.",
    event: "Tapahtuma",
    local_time: "Suomen aika",
    utc: "Yleisaika (UTC)",
    withheld: "Tapahtuma, jota tässä kappaleessa ei näytetä",
    again: "Avattu uudelleen {count} kertaa, viimeksi {at}",
    more_events: "Lisäksi {count} tapahtumaa, jotka ovat upotetussa tiedostossa.",
    reason: "Syy: {reason}",
    actors: "Kuka toimi ja miten hänet tunnistettiin",
    actors_lead: "Henkilön tunnisti tunnistuspalvelu kirjautumisen yhteydessä; toimituspalvelu kirjasi sen tason, jonka tunnistuspalvelu ilmoitti.",
    act: "Teko",
    who: "Kuka",
    identified: "Tunnistaminen",
    system: "Järjestelmä omalla tunnuksellaan",
    logged_in: "kirjautui {at}",
    substantial: "Vahva tunnistus, korotettu taso",
    high: "Vahva tunnistus, korkea taso",
    test_level: "Testitunnistus: ei oikea henkilö",
    deadlines: "Lasketut päivät",
    calculated: "Laskettu, ei todiste.",
    calculated_means: "Päivät ovat se, mitä alla mainitut säännöt antavat yllä oleville ajoille. Kuka tahansa voi laskea ne uudelleen; riidassa ratkaisee laki.",
    served_on: "Tiedoksisaantipäivä",
    deemed: "{day}, jollei muuta näytetä",
    actual: "{day}, kuittauspäivä",
    instant: "{day}, saataville tulon päivä",
    confirm_by: "Kuitattava viimeistään",
    not_confirmed_by: "Ei kuitattu viimeistään",
    last_day: "Muutoksenhaun viimeinen päivä",
    last_day_if: "{day}, jos muutoksenhakuaika on {count} päivää",
    no_appeal: "Muutoksenhaku",
    no_appeal_stated: "Lähettäjä on ilmoittanut, että tähän ei voi hakea muutosta.",
    instructions: "Päätöksen mukana annetut ohjeet ratkaisevat aina.",
    rules: "Laskentasäännöt",
    calendar: "Kalenteri",
    check: "Näin tarkistat todistuksen",
    check_lead: "Todiste kulkee asiakirjan mukana: upotetussa tiedostossa proof.json on jokainen tapahtuma sellaisena kuin se kirjattiin, sinetöitiin ja vietiin lokiin.",
    check_steps: [
        (
            "Avoimella ohjelmalla tiedoksi, ilman verkkoa. Se vertaa myös tätä sivua todisteeseen sana sanalta:",
            "tiedoksi verify receipt.pdf --trust avaimet/",
        ),
        (
            "Ota upotettu tiedosto talteen (poppler-utils) ja vertaa sen tarkistetta tässä näkyvään:",
            "pdfdetach -saveall receipt.pdf && sha256sum proof.json",
        ),
        (
            "Ilman meidän ohjelmiamme: sama todiste allekirjoitettuna pakettina (.asice) toimituspalvelusta. Sen tarkistavat openssl, jose ja komentotulkki, kuten paketin tiedosto neuvoo:",
            "VERIFY.md",
        ),
    ],
    check_keys: "Hanki avaimet viranomaiselta muuta tietä kuin tämän tiedoston mukana: väärentäjä lähettäisi avaimetkin.",
    check_limits: "Mikään tiedosto ei osoita, tapahtuiko jotain sen viimeisen tapahtuman jälkeen, oliko toimituspalvelun kello oikeassa tai oliko kirjautunut se, joksi tunnistuspalvelu hänet ilmoitti.",
    hash: "Tiedoston proof.json SHA-256",
    hash_alt: "Upotetun tiedoston proof.json tarkiste QR-koodina: {hash}",
    evidence_file: "Todiste toimituksesta ohjelmia varten: kirjaukset, sinetit, paikat lokissa",
    short,
    long,
};

fn short(event: EventType) -> &'static str {
    match event {
        EventType::SubmissionAcceptance => "Lähetetty",
        EventType::ContentConsignment => "Saatavilla",
        EventType::NotificationForAcceptance => "Kuitattavana",
        EventType::ConsignmentNotification | EventType::NoticeAccepted => "Ilmoitettu",
        EventType::ConsignmentNotificationFailure | EventType::NoticeFailed => "Ilmoitus ei mennyt",
        EventType::ContentHandover => "Avattu",
        EventType::ConsignmentAcceptance => "Kuitattu",
        EventType::AcceptanceRejectionExpiry => "Aika päättyi",
        EventType::LateRetrieval => "Avattu myöhässä",
        EventType::RelayToNonErds => "Paperille",
        EventType::PostReceiptConfirmed => "Luovutettu",
        EventType::PostReturned => "Palautettu",
        EventType::PostUnresolved => "Epäselvä",
        _ => "Muu",
    }
}

fn long(event: EventType) -> &'static str {
    match event {
        EventType::SubmissionAcceptance => "Toimituspalvelu otti viestin vastaan lähettäjältä",
        EventType::ContentConsignment => "Viesti tuli vastaanottajan saataville",
        EventType::NotificationForAcceptance => "Viesti alkoi odottaa vastaanottajan kuittausta",
        EventType::ConsignmentNotification | EventType::NoticeAccepted => {
            "Vastaanottava sähköpostipalvelin otti vastaan ilmoituksen viestistä"
        }
        EventType::ConsignmentNotificationFailure | EventType::NoticeFailed => {
            "Ilmoitusta viestistä ei saatu toimitettua"
        }
        EventType::ContentHandover => "Sisältö avattiin ensimmäisen kerran",
        EventType::ContentAccessTracking => "Sisältö avattiin uudelleen",
        EventType::ConsignmentAcceptance => "Viesti kuitattiin vastaanotetuksi määräajassa",
        EventType::ConsignmentRejection => "Vastaanottaja kieltäytyi viestistä",
        EventType::AcceptanceRejectionExpiry => "Kuittausaika päättyi ilman kuittausta",
        EventType::LateRetrieval => "Viesti avattiin kuittausajan päätyttyä",
        EventType::RelayToNonErds => "Viesti luovutettiin toimitettavaksi paperilla",
        EventType::PostReceiptConfirmed => "Posti luovutti kirjeen kuittausta vastaan",
        EventType::PostReturned => "Posti palautti kirjeen lähettäjälle",
        EventType::PostUnresolved => "Posti ei tiedä, mitä kirjeelle tapahtui",
        EventType::Erasure => "Avaimet tuhottiin: sisältöä ei voi enää lukea",
        EventType::StaffAccess => "Henkilökunta katsoi viestiä",
        EventType::ProofExported => "Todiste annettiin",
        _ => "Muu tapahtuma",
    }
}
