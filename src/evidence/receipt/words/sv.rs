//! The sentences in Swedish.

use super::{Outcomes, Words};
use crate::evidence::event_type::EventType;

pub(super) const WORDS: Words = Words {
    title: "Leveransintyg",
    subject: "Vad som hände med ett meddelande från en myndighet. Beviset är inbäddat i dokumentet.",
    of: "Leverans {id}",
    page: "Sida {page} av {pages}",
    outcome: Outcomes {
        confirmed: (
            "Delgivet: mottagandet kvitterades {at}.",
            "Mottagaren kvitterade meddelandet inom utsatt tid, så handlingen har delgivits (lagen 13/2003, 18 §).",
        ),
        by_post: (
            "Delgivet per post: brevet lämnades ut mot underskrift, enligt postens besked {at}.",
            "Brevet har tagits emot och kvitterats med underskrift.",
        ),
        late: (
            "Inte delgivet elektroniskt: meddelandet öppnades för sent, {at}.",
            "Kvitteringstiden hade gått ut. Öppnandet räknas inte som delgivning (lagen 13/2003, 18 §).",
        ),
        expired: (
            "Inte delgivet elektroniskt: ingen kvitterade meddelandet i tid.",
            "Att kvitteringstiden gick ut antecknades {at}. Myndigheten ska delge handlingen på något annat sätt (lagen 13/2003, 18 §).",
        ),
        on_paper: (
            "Meddelandet gick på papper {at}.",
            "Det lämnades för att skrivas ut och postas. Tidsfristerna räknas från delfåendet av brevet.",
        ),
        available: (
            "Levererat: meddelandet har varit tillgängligt för mottagaren sedan {at}.",
            "Att öppna det tidigare eller senare flyttar inte dagen för delfående, som räknas från den tidpunkten (lagen 13/2003, 19 §).",
        ),
        waits: (
            "Väntar: mottagandet har inte kvitterats.",
            "Meddelandet har väntat på kvittering sedan {at}. Innan det kvitteras har handlingen inte delgivits.",
        ),
        unknown: (
            "Meddelandet är på väg.",
            "Av händelserna som visas framgår inte att det blev tillgängligt.",
        ),
    },
    message: "Meddelandet",
    sender: "Avsändare",
    recipient: "Mottagare",
    by_mandate: "företrädd av en annan person, fullmakt {id}",
    number: "Meddelandets nummer",
    service: "Leveranstjänst",
    service_id: "upprätthålls av {id}",
    mode: "Delgivningssätt",
    ordinary: "Vanlig elektronisk delgivning (lagen 13/2003, 19 §)",
    verifiable: "Bevislig elektronisk delgivning (lagen 13/2003, 18 §)",
    basis: "Grund för elektronisk delgivning",
    consent: "Mottagarens samtycke",
    statutory: "Postlåda som öppnades med stöd av lag",
    on_paper: "Inte elektroniskt: på papper",
    body: "Meddelandets text",
    attachment: "Bilaga",
    bytes: "byte",
    content: "Handlingar",
    content_withheld: "Visas inte i detta exemplar före kvitteringen. Att det finns ett innehåll och att det förblir detsamma är redan bevisat.",
    more_parts: "Dessutom {count} andra, som finns i den inbäddade filen.",
    identity_code: "Personbeteckning",
    business_id: "FO-nummer",
    other_id: "Beteckning",
    undisclosed: "Visas inte i detta exemplar",
    time_line: "Tidslinje",
    time_line_alt: "Leveransens tidslinje från vänster till höger: {events}.",
    withheld_short: "Visas inte",
    times: "Tider",
    times_of: "Varje händelse i leveransen i sin ordning. Tiderna är leveranstjänstens klocka, antecknade genast; loggen där anteckningarna finns kan inte ändras i efterhand utan att det märks.",
    event: "Händelse",
    local_time: "Finsk tid",
    utc: "Universell tid (UTC)",
    withheld: "En händelse som detta exemplar inte visar",
    again: "Öppnat på nytt {count} gånger, senast {at}",
    more_events: "Dessutom {count} händelser, som finns i den inbäddade filen.",
    reason: "Orsak: {reason}",
    actors: "Vem som handlade och hur personen identifierades",
    actors_lead: "En person identifierades av en identifieringstjänst vid inloggningen; leveranstjänsten antecknade den nivå som identifieringstjänsten uppgav.",
    act: "Handling",
    who: "Vem",
    identified: "Identifiering",
    system: "Ett system med egen behörighet",
    logged_in: "loggade in {at}",
    substantial: "Stark autentisering, väsentlig nivå",
    high: "Stark autentisering, hög nivå",
    test_level: "Testidentifiering: ingen verklig person",
    deadlines: "Uträknade dagar",
    calculated: "Uträknat, inte ett bevis.",
    calculated_means: "Dagarna är vad reglerna nedan ger för tiderna ovan. Vem som helst kan räkna ut dem på nytt; i en tvist avgör lagen.",
    served_on: "Dag för delfående",
    deemed: "{day}, om inte något annat visas",
    actual: "{day}, dagen för kvitteringen",
    instant: "{day}, dagen då det blev tillgängligt",
    confirm_by: "Ska kvitteras senast",
    not_confirmed_by: "Inte kvitterat senast",
    last_day: "Sista dag för ändringssökande",
    last_day_if: "{day}, om tiden för ändringssökande är {count} dagar",
    no_appeal: "Ändringssökande",
    no_appeal_stated: "Avsändaren har uppgett att det här inte kan överklagas.",
    instructions: "Anvisningarna i beslutet avgör alltid.",
    rules: "Räkneregler",
    calendar: "Kalender",
    check: "Så kontrolleras intyget",
    check_lead: "Dokumentet bär sitt bevis med sig: den inbäddade filen proof.json har varje händelse så som den antecknades, förseglades och fördes in i loggen.",
    check_steps: [
        (
            "Med det öppna programmet tiedoksi, utan nätverk. Det jämför också denna sida med beviset, ord för ord:",
            "tiedoksi verify receipt.pdf --trust nycklar/",
        ),
        (
            "Ta ut den inbäddade filen (poppler-utils) och jämför dess kontrollsumma med den som visas här:",
            "pdfdetach -saveall receipt.pdf && sha256sum proof.json",
        ),
        (
            "Utan våra program: samma bevis som ett undertecknat paket (.asice) från leveranstjänsten. Det kontrolleras med openssl, jose och ett skal så som filen i paketet säger:",
            "VERIFY.md",
        ),
    ],
    check_keys: "Skaffa nycklarna av myndigheten på en annan väg än med denna fil: en förfalskare skulle skicka med nycklar.",
    check_limits: "Ingen fil kan visa om något hände efter dess sista händelse, om leveranstjänstens klocka gick rätt eller om den som loggade in var den som identifieringstjänsten uppgav.",
    hash: "SHA-256 för proof.json",
    hash_alt: "QR-kod med kontrollsumman för den inbäddade filen proof.json: {hash}",
    evidence_file: "Beviset över leveransen för program: anteckningar, sigill, platser i loggen",
    short,
    long,
};

fn short(event: EventType) -> &'static str {
    match event {
        EventType::SubmissionAcceptance => "Skickat",
        EventType::ContentConsignment => "Tillgängligt",
        EventType::NotificationForAcceptance => "Att kvittera",
        EventType::ConsignmentNotification | EventType::NoticeAccepted => "Aviserat",
        EventType::ConsignmentNotificationFailure | EventType::NoticeFailed => "Avisering misslyckad",
        EventType::ContentHandover => "Öppnat",
        EventType::ConsignmentAcceptance => "Kvitterat",
        EventType::AcceptanceRejectionExpiry => "Tiden gick ut",
        EventType::LateRetrieval => "Öppnat för sent",
        EventType::RelayToNonErds => "Till papper",
        EventType::PostReceiptConfirmed => "Utlämnat",
        EventType::PostReturned => "Returnerat",
        EventType::PostUnresolved => "Oklart",
        _ => "Annat",
    }
}

fn long(event: EventType) -> &'static str {
    match event {
        EventType::SubmissionAcceptance => "Leveranstjänsten tog emot meddelandet av avsändaren",
        EventType::ContentConsignment => "Meddelandet blev tillgängligt för mottagaren",
        EventType::NotificationForAcceptance => "Meddelandet började vänta på mottagarens kvittering",
        EventType::ConsignmentNotification | EventType::NoticeAccepted => {
            "Den mottagande e-postservern tog emot en avisering om meddelandet"
        }
        EventType::ConsignmentNotificationFailure | EventType::NoticeFailed => {
            "En avisering om meddelandet kunde inte lämnas"
        }
        EventType::ContentHandover => "Innehållet öppnades för första gången",
        EventType::ContentAccessTracking => "Innehållet öppnades på nytt",
        EventType::ConsignmentAcceptance => "Mottagandet kvitterades i tid",
        EventType::ConsignmentRejection => "Mottagaren avböjde meddelandet",
        EventType::AcceptanceRejectionExpiry => "Kvitteringstiden gick ut utan kvittering",
        EventType::LateRetrieval => "Meddelandet öppnades efter att kvitteringstiden hade gått ut",
        EventType::RelayToNonErds => "Meddelandet lämnades för leverans på papper",
        EventType::PostReceiptConfirmed => "Posten lämnade ut brevet mot underskrift",
        EventType::PostReturned => "Posten returnerade brevet till avsändaren",
        EventType::PostUnresolved => "Posten vet inte vad som hände med brevet",
        EventType::Erasure => "Nycklar förstördes: innehållet kan inte längre läsas",
        EventType::StaffAccess => "Personalen tittade på meddelandet",
        EventType::ProofExported => "Ett bevis lämnades ut",
        _ => "En annan händelse",
    }
}
