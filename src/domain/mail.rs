//! What e-mails say, in the three languages.
//!
//! An e-mail tells as little as it can: it names nobody, and holds no link and nothing that a mail program would make one of, so that a link in
//! an e-mail in our name is always a fraud (contract 3.3). Left out: how it is sent (`mailer`) and to whom (`hub`).

use super::name::Language;

/// A matter that people are written to about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter<'a> {
    /// The code that shows whose an address is, and how many minutes it holds.
    Code(&'a str, i64),
    /// To the address that was in use until now: another one is.
    AddressChanged,
}

/// Subject and text of an e-mail. Lines end with `\n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

impl Matter<'_> {
    /// The words of the matter in one language.
    #[must_use]
    pub fn words(self, language: Language) -> Words {
        let (subject, text) = match self {
            Self::Code(code, minutes) => code_words(language, code, minutes),
            Self::AddressChanged => changed_words(language),
        };
        Words {
            subject: subject.to_owned(),
            text: format!("{text}\n\n{}\n", signature(language)),
        }
    }
}

fn code_words(language: Language, code: &str, minutes: i64) -> (&'static str, String) {
    match language {
        Language::Fi => (
            "Vahvistuskoodi",
            format!(
                "Vahvistuskoodisi on {code}\n\nKirjoita koodi sivulle, jolla annoit sähköpostiosoitteesi. Koodi on voimassa {minutes} minuuttia.\n\n\
                 Jos et ole pyytänyt koodia, sinun ei tarvitse tehdä mitään. Älä anna koodia kenellekään."
            ),
        ),
        Language::Sv => (
            "Bekräftelsekod",
            format!(
                "Din bekräftelsekod är {code}\n\nSkriv koden på sidan där du angav din e-postadress. Koden gäller i {minutes} minuter.\n\n\
                 Om du inte har begärt någon kod behöver du inte göra något. Ge inte koden till någon."
            ),
        ),
        Language::En => (
            "Confirmation code",
            format!(
                "Your confirmation code is {code}\n\nEnter the code on the page where you gave your e-mail address. The code is valid for {minutes} minutes.\n\n\
                 If you did not ask for a code, you do not need to do anything. Do not give the code to anyone."
            ),
        ),
    }
}

fn changed_words(language: Language) -> (&'static str, String) {
    let (subject, text) = match language {
        Language::Fi => (
            "Sähköpostiosoitteesi on vaihdettu",
            "Viranomaisten viestejä koskeva sähköposti lähetetään tästä lähtien toiseen osoitteeseen. Tähän osoitteeseen sitä ei enää lähetetä.\n\n\
             Jos et ole itse vaihtanut osoitetta, kirjaudu palveluun ja tarkista yhteystietosi asetuksista.",
        ),
        Language::Sv => (
            "Din e-postadress har ändrats",
            "E-post om meddelanden från myndigheter skickas från och med nu till en annan adress. Den skickas inte längre till den här adressen.\n\n\
             Om du inte själv har ändrat adressen ska du logga in i tjänsten och kontrollera dina kontaktuppgifter i inställningarna.",
        ),
        Language::En => (
            "Your e-mail address has been changed",
            "E-mail about messages from authorities is sent to another address from now on. It is no longer sent to this address.\n\n\
             If you did not change the address yourself, log in to the service and check your contact details in the settings.",
        ),
    };
    (subject, text.to_owned())
}

const fn signature(language: Language) -> &'static str {
    match language {
        Language::Fi => {
            "Terveisin\nTiedoksi\n\nTähän viestiin ei voi vastata. Emme koskaan lähetä sähköpostissa linkkiä palveluun emmekä kysy pankkitunnuksiasi."
        }
        Language::Sv => {
            "Med vänlig hälsning\nTiedoksi\n\nDet går inte att svara på det här meddelandet. Vi skickar aldrig en länk till tjänsten per e-post och frågar aldrig efter dina bankkoder."
        }
        Language::En => {
            "Kind regards\nTiedoksi\n\nYou cannot reply to this message. We never send a link to the service by e-mail and never ask for your bank credentials."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_e_mail_holds_no_link_and_nothing_that_becomes_one() {
        for language in Language::ALL {
            for matter in [Matter::Code("012345", 30), Matter::AddressChanged] {
                let words = matter.words(language);
                let all = format!("{} {}", words.subject, words.text);
                assert!(
                    !all.contains("://") && !all.contains("www") && !all.contains('@'),
                    "{all}"
                );
                // A full stop with letters on both sides is what mail programs take for a domain.
                let dotted = all
                    .as_bytes()
                    .windows(3)
                    .any(|it| it[1] == b'.' && it[0].is_ascii_alphanumeric() && it[2].is_ascii_alphanumeric());
                assert!(!dotted, "{all}");
                assert!(!words.subject.contains("012345"), "a subject shows on a locked screen");
            }
            assert!(Matter::Code("012345", 30).words(language).text.contains(" 012345\n"));
        }
    }
}
