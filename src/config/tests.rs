//! What a configuration file may hold, and what is refused.

use super::*;

const NOTHING: Environment<'_> = &|_| None;

/// The example with every key uncommented: a commented line that is a key or a section loses its #.
fn everything() -> String {
    let is_toml = |line: &str| {
        let line = line.trim_end();
        (line.starts_with('[') && line.ends_with(']')) || (line.contains(" = ") && !line.starts_with(' '))
    };
    let lines = EXAMPLE.lines().map(|line| match line.strip_prefix('#') {
        Some(rest) if is_toml(rest) => rest,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn load(text: &str) -> Result<Config, Vec<Problem>> {
    Config::from_text(text, Path::new("/etc/tiedoksi"), NOTHING)
}

fn keys(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.key.as_str()).collect()
}

#[test]
fn the_example_works_as_it_is() {
    let config = load(EXAMPLE).unwrap();
    assert_eq!(
        config.objects.folder.as_deref(),
        Some(Path::new("/etc/tiedoksi/objects"))
    );
    assert_eq!(
        config.database.url.unwrap().reveal(),
        "sqlite:/etc/tiedoksi/tiedoksi.db"
    );
}

#[test]
fn every_key_of_the_example_is_known_and_every_key_is_in_the_example() {
    let (config, problems) = read::read(&everything());
    assert_eq!(problems, []);
    // What an address does not have is no key of ours.
    let parts_of_url = ["password", "port", "query", "fragment"];
    let shown = format!("{config:#?}");
    let absent = shown.lines().filter_map(|line| line.trim().strip_suffix(": None,"));
    assert_eq!(
        absent.filter(|key| !parts_of_url.contains(key)).collect::<Vec<_>>(),
        [""; 0]
    );
    for section in [
        "server",
        "database",
        "objects",
        "malware",
        "keys",
        "log",
        "witness",
        "login",
        "auditor",
        "mailbox",
        "timestamp",
        "mandates",
        "mail",
        "limits",
        "paper",
        "telemetry",
    ] {
        assert!(EXAMPLE.contains(&format!("\n[{section}]\n")), "{section}");
    }
}

#[test]
fn the_defaults_that_the_example_states_are_the_defaults() {
    let (stated, defaults) = (read::read(&everything()).0, Config::default());
    assert_eq!(stated.server.listen, defaults.server.listen);
    assert_eq!(stated.database.connections, defaults.database.connections);
    assert_eq!(stated.keys.folder, defaults.keys.folder);
    assert_eq!(stated.mailbox, defaults.mailbox);
    assert_eq!(stated.mail.tls, defaults.mail.tls);
    assert_eq!(stated.limits, defaults.limits);
    assert_eq!(stated.paper, defaults.paper);
    assert_eq!(stated.malware.timeout_seconds, defaults.malware.timeout_seconds);
    let witness = |config: &Config| (config.witness.quorum, config.witness.timeout_seconds);
    assert_eq!(witness(&stated), witness(&defaults));
    let times = |config: &Config| (config.mandates.hold_minutes, config.mandates.timeout_seconds);
    assert_eq!(times(&stated), times(&defaults));
    let roles = |config: &Config| {
        let mandates = &config.mandates;
        [
            &mandates.signatory_roles,
            &mandates.guardian_roles,
            &mandates.mandate_roles,
        ]
        .map(Clone::clone)
    };
    assert_eq!(roles(&stated), roles(&defaults));
    assert_eq!(stated.telemetry, defaults.telemetry);
    assert_eq!(stated.login.claims, defaults.login.claims);
    assert_eq!(stated.login.levels, defaults.login.levels);
    assert_eq!(stated.login.required_level, defaults.login.required_level);
}

#[test]
fn unknown_keys_and_wrong_types_are_all_told_with_their_path() {
    let text = EXAMPLE
        .replace(
            "[server]",
            "[server]\nlisten_on = 1\nlisten = \"nowhere\"\ntrusted_proxies = [\"10.0.0.0/8\", \"x\"]",
        )
        .replace(
            "[login]",
            "[login]\nclaims = { hetuu = \"x\" }\nrequired_level = \"best\"",
        )
        + "\n[serverr]\nx = 1\n";
    let problems = load(&text).unwrap_err();
    assert_eq!(
        keys(&problems).into_iter().collect::<std::collections::BTreeSet<_>>(),
        [
            "login.claims.hetuu",
            "login.required_level",
            "server.listen",
            "server.listen_on",
            "server.trusted_proxies",
            "serverr"
        ]
        .into()
    );
    assert!(
        problems.iter().all(|problem| problem.text.starts_with("line ")),
        "{problems:?}"
    );
}

#[test]
fn the_scanner_is_a_socket_or_an_address() {
    let with = |lines: &str| load(&EXAMPLE.replace("[malware]", &format!("[malware]\n{lines}")));
    assert_eq!(load(EXAMPLE).unwrap().malware.clamd, None);
    for (text, clamd) in [
        (
            "unix:/run/clamav/clamd.ctl",
            Clamd::Unix("/run/clamav/clamd.ctl".into()),
        ),
        ("unix:clamd.ctl", Clamd::Unix("/etc/tiedoksi/clamd.ctl".into())),
        ("tcp:127.0.0.1:3310", Clamd::Tcp("127.0.0.1:3310".into())),
        ("tcp:[::1]:3310", Clamd::Tcp("[::1]:3310".into())),
    ] {
        assert_eq!(with(&format!("clamd = \"{text}\"")).unwrap().malware.clamd, Some(clamd));
    }
    for text in [
        "/run/clamd.ctl",
        "unix:",
        "tcp:localhost",
        "tcp::3310",
        "tcp:a:0",
        "http://a:1",
    ] {
        let problems = with(&format!("clamd = \"{text}\"")).unwrap_err();
        assert_eq!(keys(&problems), ["malware.clamd"], "{text}");
        assert!(problems[0].text.contains("unix:/run/clamav/clamd.ctl"));
    }
    for seconds in [0, 601] {
        let problems = with(&format!("timeout_seconds = {seconds}")).unwrap_err();
        assert_eq!(keys(&problems), ["malware.timeout_seconds"]);
    }
}

#[test]
fn mail_goes_to_a_server_and_privately() {
    let with = |lines: &str| load(&EXAMPLE.replace("server = \"smtp.example.fi\"", lines));
    let server = |text: &str| with(&format!("server = \"{text}\"")).unwrap().mail.server.unwrap();
    assert_eq!((server("mx.example.fi").port, MailTls::default().port()), (0, 587));
    assert_eq!(server("127.0.0.1:2525").port, 2525);
    for text in ["", ":25", "a:0", "a:b", "a b", "smtp://a", "[::1]:25"] {
        let problems = with(&format!("server = \"{text}\"")).unwrap_err();
        assert!(keys(&problems).contains(&"mail.server"), "{text}");
    }
    for (lines, key) in [
        ("", "mail.server"),
        ("server = \"a.example\"\ntls = \"none\"", "mail.tls"),
        ("server = \"a.example\"\nuser = \"u\"", "mail.user"),
        ("server = \"a.example\"\npassword = \"p\"", "mail.user"),
        ("server = \"a.example\"\nfolder = \"f\"", "mail.folder"),
    ] {
        assert_eq!(keys(&with(lines).unwrap_err()), [key], "{lines}");
    }
    assert!(with("server = \"localhost\"\ntls = \"none\"").is_ok());
    let nobody = EXAMPLE.replace("<viestit@example.fi>", "");
    assert_eq!(keys(&load(&nobody).unwrap_err()), ["mail.from"]);
    let without = EXAMPLE
        .replace("server = \"smtp.example.fi\"", "")
        .replace("#require_email = true", "require_email = false");
    assert!(load(&without).is_ok());
    let by_law = EXAMPLE
        .replace("server = \"smtp.example.fi\"", "")
        .replace("#regime = \"consent\"", "regime = \"statutory\"");
    assert!(load(&by_law).is_ok());
}

#[test]
fn an_empty_file_lacks_everything_that_is_required_and_is_told_so_at_once() {
    let problems = load("").unwrap_err();
    assert_eq!(
        keys(&problems),
        [
            "server.base_url",
            "database.url",
            "objects",
            "login.issuer",
            "login.client_id",
            "login.client_secret",
            "mail.server",
            "log.origin"
        ]
    );
}

#[test]
fn plain_http_is_refused_where_others_reach_it() {
    let open = |rest: &str| {
        EXAMPLE.replace(
            "#listen = \"127.0.0.1:8080\"",
            &format!("listen = \"0.0.0.0:8080\"\n{rest}"),
        )
    };
    assert_eq!(keys(&load(&open("")).unwrap_err()), ["server.listen"]);
    assert!(load(&open("trusted_proxies = [\"10.0.0.0/8\"]")).is_ok());
    assert!(load(&open("tls_certificate = \"c\"\ntls_key = \"k\"")).is_ok());
    assert_eq!(
        keys(&load(&open("tls_key = \"k\"")).unwrap_err()),
        ["server.tls_certificate", "server.listen"]
    );
    let http = EXAMPLE.replace("https://viestit.example.fi\"", "http://viestit.example.fi\"");
    assert_eq!(keys(&load(&http).unwrap_err()), ["server.base_url"]);
    assert!(load(&EXAMPLE.replace("https://viestit.example.fi\"", "http://127.0.0.1:8080\"")).is_ok());
}

#[test]
fn what_is_for_tests_stays_on_this_machine() {
    let here = |text: String| text.replace("https://viestit.example.fi\"", "http://127.0.0.1:8080\"");
    for (section, line, key) in [
        ("[login]", "accept_test_levels = true", "login.accept_test_levels"),
        ("[mailbox]", "allow_artificial = true", "mailbox.allow_artificial"),
        ("server = \"smtp.example.fi\"", "folder = \"mail\"", "mail.folder"),
        (
            "[login]",
            "levels = { \"http://ftn.ficora.fi/2017/loatest2\" = \"substantial\" }",
            "login.levels",
        ),
        (
            "[login]",
            "levels = { \"http://eidas.europa.eu/LoA/TEST\" = \"high\" }",
            "login.levels",
        ),
        (
            "[login]",
            "levels = { \"urn:oid:1.2.246.517.3002.110.999\" = \"high\" }",
            "login.levels",
        ),
    ] {
        let kept = if section.starts_with('[') { section } else { "" };
        let text = EXAMPLE.replace(section, &format!("{kept}\n{line}"));
        assert_eq!(keys(&load(&text).unwrap_err()), [key], "{line}");
        assert!(load(&here(text)).is_ok(), "{line}");
    }
}

#[test]
fn a_broker_is_shown_keys_and_no_secret() {
    let ftn = EXAMPLE.replace("client_secret = \"change me\"", "profile = \"ftn\"");
    let config = load(&ftn).unwrap();
    assert_eq!(config.login.profile, LoginProfile::Ftn);
    let named = ftn.replace(
        "[mailbox]",
        "signing_key_files = [\"sign.pem\", \"/etc/old.pem\"]\n[mailbox]",
    );
    let config = Config::from_text(&named, Path::new("/srv"), NOTHING).unwrap();
    let files = [Path::new("/srv/sign.pem"), Path::new("/etc/old.pem")];
    assert_eq!(config.login.signing_key_files, files);

    let both = EXAMPLE.replace("[login]", "[login]\nprofile = \"ftn\"");
    assert_eq!(keys(&load(&both).unwrap_err()), ["login.client_secret"]);
    let environment: Environment<'_> = &|name| (name == "TIEDOKSI_CLIENT_SECRET").then(|| "x".to_owned());
    let refused = Config::from_text(&ftn, Path::new("/"), environment).unwrap_err();
    assert_eq!(keys(&refused), ["login.client_secret"]);
    let without = EXAMPLE.replace("[login]", "[login]\nencryption_key_files = [\"x\"]");
    assert_eq!(keys(&load(&without).unwrap_err()), ["login.profile"]);
    let same = EXAMPLE.replace("[login]", "[login]\napi_audience = \"tiedoksi\"");
    assert_eq!(keys(&load(&same).unwrap_err()), ["login.api_audience"]);
    for wrong in [
        "api_scope = \"tiedoksi.mailbox\"",
        "api_audience = \"urn:api\"\napi_scope = \"two words\"",
    ] {
        let wrong = EXAMPLE.replace("[login]", &format!("[login]\n{wrong}"));
        assert_eq!(keys(&load(&wrong).unwrap_err()), ["login.api_scope"]);
    }
    let right = "[login]\napi_audience = \"urn:api\"\napi_scope = \"tiedoksi.mailbox\"";
    load(&EXAMPLE.replace("[login]", right)).unwrap();
}

#[test]
fn auditors_are_named_by_values_that_say_something() {
    let with = |text: &str| load(&EXAMPLE.replace("\n[auditor]\n", &format!("\n[auditor]\n{text}\n")));
    assert_eq!(load(EXAMPLE).unwrap().auditor, Auditor::default());
    let config =
        with("claim = \"/realm/roles\"\neverywhere = [\"a\"]\norganisations = { \"b\" = \"0208573-0\" }").unwrap();
    assert_eq!(config.auditor.organisations["b"], "0208573-0");
    for (wrong, key) in [
        ("claim = \"\"", "auditor.claim"),
        ("everywhere = [\" \"]", "auditor.everywhere"),
        ("organisations = { \"\" = \"0208573-0\" }", "auditor.everywhere"),
        ("organisations = { \"b\" = \"0208573-1\" }", "auditor.organisations"),
        ("role = \"a\"", "auditor.role"),
    ] {
        assert_eq!(keys(&with(wrong).unwrap_err()), [key], "{wrong}");
    }
}

#[test]
fn a_proxy_that_is_everyone_is_refused() {
    for everyone in ["0.0.0.0/0", "::/0"] {
        let text = EXAMPLE.replace("[server]", &format!("[server]\ntrusted_proxies = [\"{everyone}\"]"));
        assert_eq!(keys(&load(&text).unwrap_err()), ["server.trusted_proxies"]);
    }
}

#[test]
fn secrets_show_neither_in_debug_nor_in_complaints() {
    let (config, _) = read::read(
        &everything()
            .replace("change me", "hush-1")
            .replace("secret_access_key = \"example\"", "secret_access_key = \"hush-2\"")
            .replace("\npassword = \"example\"", "\npassword = \"hush-4\"")
            .replace("postgres://tiedoksi@", "postgres://tiedoksi:hush-3@"),
    );
    assert_eq!(config.login.client_secret.as_ref().unwrap().reveal(), "hush-1");
    assert_eq!(config.mail.password.as_ref().unwrap().reveal(), "hush-4");
    assert!(!format!("{config:?}").contains("hush"));
    let problems = load(&EXAMPLE.replace("client_secret = \"change me\"", "client_secret = 4711")).unwrap_err();
    assert_eq!(keys(&problems), ["login.client_secret"]);
    assert!(!problems[0].text.contains("4711"));
}

#[test]
fn the_environment_wins_over_the_file() {
    let environment: Environment<'_> = &|name| (name == "TIEDOKSI_CLIENT_SECRET").then(|| "from outside".to_owned());
    let config = Config::from_text(EXAMPLE, Path::new("/"), environment).unwrap();
    assert_eq!(config.login.client_secret.unwrap().reveal(), "from outside");
}

#[test]
fn a_secret_is_read_from_its_file_without_the_line_end() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("client.secret"), "s3cret\n").unwrap();
    let with_file = EXAMPLE.replace(
        "client_secret = \"change me\"",
        "client_secret_file = \"client.secret\"",
    );
    let config = Config::from_text(&with_file, folder.path(), NOTHING).unwrap();
    assert_eq!(config.login.client_secret.unwrap().reveal(), "s3cret");
    let missing = Config::from_text(
        &with_file.replace("client.secret\"", "absent\""),
        folder.path(),
        NOTHING,
    );
    assert!(keys(&missing.unwrap_err()).contains(&"login.client_secret_file"));
    let both = EXAMPLE.replace(
        "[keys]",
        "[keys]\nmaster_key = \"x\"\nmaster_key_file = \"client.secret\"",
    );
    assert_eq!(
        keys(&Config::from_text(&both, folder.path(), NOTHING).unwrap_err()),
        ["keys.master_key_file"]
    );
}

#[cfg(not(feature = "bench-switches"))]
#[test]
fn the_benchmarks_switches_are_unknown() {
    assert_eq!(
        keys(&load(&format!("{EXAMPLE}\n[bench]\nevidence = false\n")).unwrap_err()),
        ["bench"]
    );
}

#[test]
fn a_register_of_mandates_needs_address_name_and_key() {
    let with = |lines: &str| load(&EXAMPLE.replace("\n[mandates]\n", &format!("\n[mandates]\n{lines}\n")));
    let whole = "url = \"https://valtuudet.example.fi\"\nclient_id = \"abc12345\"\napi_key = \"secret\"";
    assert!(with(whole).is_ok());
    let lacking = with("url = \"http://valtuudet.example.fi\"\nhold_minutes = 0").unwrap_err();
    let told = [
        "mandates.url",
        "mandates.client_id",
        "mandates.api_key",
        "mandates.hold_minutes",
    ];
    assert_eq!(keys(&lacking), told);
    assert_eq!(keys(&with("client_id = \"a/b\"").unwrap_err()), ["mandates.client_id"]);
}

#[test]
fn as_many_witnesses_must_cosign_as_there_can() {
    let with = |quorum: u32, servers: usize| {
        let server = "[[witness.server]]\nurl = \"https://w.example\"\nvkey = \"w.example+00000000+BA==\"\n";
        let section = format!("\n[witness]\nquorum = {quorum}\n{}\n[login]\n", server.repeat(servers));
        let text = EXAMPLE.replace("\n[witness]\n", "\n");
        load(&text.replace("\n[login]\n", &section))
    };
    for (quorum, servers) in [(0, 0), (1, 1), (2, 3), (3, 3)] {
        assert_eq!(with(quorum, servers).unwrap().witness.server.len(), servers);
    }
    for (quorum, servers) in [(1, 0), (0, 1), (2, 1)] {
        assert_eq!(keys(&with(quorum, servers).unwrap_err()), ["witness.quorum"]);
    }
    for url in ["ftp://w.example", "https://me:secret@w.example"] {
        let section = format!("\n[witness]\nquorum = 1\n[[witness.server]]\nurl = \"{url}\"\nvkey = \"w\"\n");
        let wrong = load(&EXAMPLE.replace("\n[witness]\n", &section)).unwrap_err();
        assert_eq!(keys(&wrong), ["witness.server.url", "witness.server.vkey"]);
        assert!(!format!("{wrong:?}").contains("secret"));
    }
    let unknown = EXAMPLE.replace("\n[witness]\n", "\n[witness]\npolicy = 2\n");
    assert_eq!(keys(&load(&unknown).unwrap_err()), ["witness.policy"]);
}

#[test]
fn a_time_stamping_authority_needs_address_and_certificates() {
    let with = |lines: &str| load(&EXAMPLE.replace("\n[timestamp]\n", &format!("\n[timestamp]\n{lines}\n")));
    let whole = "url = \"https://tsa.example.fi\"\nca_file = \"tsa_chain.pem\"\n";
    let config = with(whole).unwrap();
    assert!(config.timestamp.ca_file.unwrap().is_absolute());
    for (lines, key) in [
        ("url = \"https://tsa.example.fi\"", "timestamp.ca_file"),
        ("ca_file = \"tsa_chain.pem\"", "timestamp.url"),
        ("url = \"ftp://tsa.example.fi\"\nca_file = \"a.pem\"", "timestamp.url"),
        (
            "url = \"https://me:secret@tsa.example.fi\"\nca_file = \"a.pem\"",
            "timestamp.url",
        ),
        (
            "url = \"http://tsa.example.fi\"\nca_file = \"a.pem\"\nuser = \"u\"\npassword = \"p\"",
            "timestamp.user",
        ),
    ] {
        assert_eq!(keys(&with(lines).unwrap_err()), [key], "{lines}");
    }
    for line in ["user = \"u\"", "policy = \"1.x\"", "adress = 1"] {
        assert!(with(&format!("{whole}{line}")).is_err(), "{line}");
    }
}
