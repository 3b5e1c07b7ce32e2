//! The contract, rule by rule (its sections 1 and 2), and the tests that hold each rule.
//!
//! What the descriptions of the API can say, the conformance run (`tests/conformance`) holds beside these.

use std::collections::BTreeSet;
use std::path::Path;

/// Section, the rule in short, and the tests that hold it.
type Rule = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const RULES: &[Rule] = &[
    ("1.1", "nobody without a token gets in, anywhere but at token and change-password; bare and Bearer are one", &["no_door_opens_without_a_token"]),
    ("1.1", "401 with a reason for an expired or unknown token, on v2 too", &["no_door_opens_without_a_token", "a_token_lives_as_long_as_it_says"]),
    ("1.1", "every refusal has a reason, and names everything that is wrong", &["a_body_with_many_faults_names_them_all", "every_field_of_the_send_is_refused_by_name"]),
    ("1.1", "a traceId on every answer", &["wrong_methods_and_unknown_paths_are_answered_in_the_apis_form", "answers_hold_what_the_contract_names_and_nothing_else"]),
    ("1.1", "a call from an address that is not the system's: 403", &["a_system_calls_only_from_its_networks"]),
    ("1.1", "429 with Retry-After for too many wrong logins", &["wrong_passwords_slow_their_source_down_and_lock_nobody_out"]),
    ("1.1", "502 for what fails behind an upload, and the same upload is taken later", &["without_a_verdict_nothing_is_taken_and_later_everything_works_again"]),
    ("1.1", "unknown members of a request are ignored", &["unknown_fields_are_ignored"]),
    ("1.1", "times are UTC with 0, 3 or 6 digits; a messageId is a JSON integer", &["answers_hold_what_the_contract_names_and_nothing_else"]),
    ("1.1", "over 10 485 760 bytes: 413 as plain text", &["an_upload_of_the_exact_limit_is_taken_and_one_byte_more_is_not"]),
    ("1.2", "every path is described, and no path that is not there", &["every_route_of_the_sender_api_is_described", "the_publishers_document_agrees"]),
    ("1.2", "the literal /v1/messages/id wins over an id", &["answers_hold_what_the_contract_names_and_nothing_else"]),
    ("1.3", "a token, its lifetime and Bearer; nothing else", &["answers_hold_what_the_contract_names_and_nothing_else"]),
    ("1.3", "400 for a wrong login; a stale Authorization plays no part", &["the_small_bodies_name_every_violation", "the_host_header_counts_for_nothing"]),
    ("1.4", "an empty object; the old password and its tokens end", &["a_new_password_ends_the_old_one_and_its_tokens"]),
    ("1.4", "32 characters of four kinds; too soon and a dead token are 400", &["the_password_rule_is_the_contracts", "a_new_password_ends_the_old_one_and_its_tokens"]),
    ("1.4", "a login with a password that is not in use yet locks nothing", &["a_change_holds_at_once_here_and_in_seconds_elsewhere"]),
    ("1.5", "1 to 10 000 ids, echoed as spelled; only those that are active", &["ten_thousand_mailboxes_are_asked_about_at_once", "the_small_bodies_name_every_violation"]),
    ("1.5", "active as the calling authority may reach them", &["consent_decides_who_can_be_reached", "the_law_opens_mailboxes_at_identification"]),
    ("1.6", "the messageId of an externalId; 400 without one, 404 for one never used", &["bad_tokens_and_ids_in_addresses_are_refused", "a_refused_send_consumes_nothing"]),
    ("1.7", "an end user's message with its files and thread", &["answers_hold_what_the_contract_names_and_nothing_else"]),
    ("1.7", "60 days; only the receiving system's", &["what_is_older_than_the_window_is_hidden", "another_person_finds_nothing"]),
    ("1.7", "what the organisation itself sent: 404", &["a_message_of_an_end_user_is_read_by_both_versions"]),
    ("1.7", "the first version's form of it", &["a_message_of_an_end_user_is_read_by_both_versions"]),
    ("1.8", "an end user's file, byte for byte, for 60 days", &["answers_hold_what_the_contract_names_and_nothing_else", "what_is_older_than_the_window_is_hidden"]),
    ("1.9", "a part named file; its Content-Type may be absent, its name in any spelling", &["uploads_in_the_shapes_of_the_field_are_taken", "every_spelling_of_a_file_name_gives_the_same_file"]),
    ("1.9", "the type by content and extension: 415 for another", &["name_and_content_agree", "what_is_refused", "broken_uploads_are_refused_and_leave_nothing"]),
    ("1.9", "usable at once, gone after a day unless used", &["an_upload_waits_a_day_and_a_used_one_stays"]),
    ("1.9", "one upload serves both parts of a message", &["a_stranger_gets_a_letter_and_finds_its_copy_once_the_mailbox_is_in_use"]),
    ("1.9", "the first version's uploads", &["attachments_of_the_further_types_are_taken_and_shown", "files_takes_a_pdf_alone", "what_is_no_form_or_too_large_is_refused_by_both"]),
    ("1.10", "at most 1 000 events in order; an empty page keeps its token", &["the_feed_goes_on_where_it_ended"]),
    ("1.10", "tokens need no encoding; another token is 400", &["the_feed_goes_on_where_it_ended", "a_token_reads_back_and_anything_else_is_refused"]),
    ("1.10", "events are hidden after 60 days", &["what_is_older_than_the_window_is_hidden"]),
    ("1.10", "nine types, exactly spelled, with the members of each", &["nine_exact_strings", "answers_hold_what_the_contract_names_and_nothing_else"]),
    ("1.10", "the first version's feed", &["both_feeds_tell_of_the_same_messages_with_the_same_tokens", "each_type_has_its_words"]),
    ("1.11", "every field's limits and lists; lengths in code points", &["every_field_of_the_send_is_refused_by_name", "every_field_of_every_send_is_refused_by_name", "the_longest_texts_are_taken_counted_in_code_points", "enumerations_are_exact"]),
    ("1.11", "up to 50 attachments, none twice", &["attachment_lists"]),
    ("1.11", "251 countries", &["countries_are_sorted_and_counted"]),
    ("1.11", "the subset of Markdown, links by https alone", &["the_subset_of_markdown", "nothing_else_becomes_a_link_an_image_or_a_tag"]),
    ("1.12", "accepted with a messageId", &["the_contracts_own_example_is_accepted"]),
    ("1.12", "MAILBOX_NOT_IN_USE and MESSAGE_BEING_REPLIED_TO_NOT_FOUND, which consume nothing", &["a_refused_send_consumes_nothing"]),
    ("1.12", "SERVICE_NOT_ACTIVE and SYSTEM_NOT_ACTIVE", &["what_the_operator_disabled_does_not_send"]),
    ("1.12", "an authority answers an end user", &["an_authority_answers_the_one_who_wrote"]),
    ("1.13", "electronically where the mailbox is active, else on paper, never both", &["a_mailbox_in_use_is_written_to_and_nothing_is_printed", "a_stranger_gets_a_letter_and_finds_its_copy_once_the_mailbox_is_in_use"]),
    ("1.13", "refusals are ErrorResponseV1, without validationErrors", &["every_field_of_every_send_is_refused_by_name"]),
    ("1.14", "a repeat: 409 with the messageId too", &["a_repeat_is_a_409_across_versions"]),
    ("1.14", "a letter to an address, in no mailbox", &["a_letter_to_an_address_lies_in_no_mailbox_and_is_proved"]),
    ("1.15", "an externalId is accepted once: 409 with the first messageId", &["a_repeat_is_a_409_with_the_first_message", "fifty_repeats_at_once_are_one_message"]),
    ("1.15", "409 across versions", &["a_repeat_is_a_409_across_versions"]),
    ("1.16", "every answer is deprecated and names its successor", &["every_answer_says_that_the_path_is_deprecated"]),
    ("1.16", "the first version's sends, with its defaults", &["an_electronic_message_of_the_first_version_has_its_defaults", "a_multichannel_message_of_the_first_version_goes_either_way", "a_letter_of_the_first_version_is_ordered"]),
    ("1.16", "the state of a message", &["the_state_of_a_message_grows_with_what_happens"]),
    ("1.17", "a reply to a message that is gone: new in the first version", &["a_reply_to_a_message_that_is_not_there_goes_as_a_new_one"]),
    ("1.17", "names of the first version are refused by the second, so that no file is lost", &["fields_of_the_first_version_are_named_with_their_successor", "names_of_the_first_version_are_refused_by_the_second"]),
    ("1.18", "each operation's status codes", &["every_operation_tells_of_its_refusals", "the_publishers_document_agrees"]),
    ("1.18", "405 and 404 in the API's form", &["wrong_methods_and_unknown_paths_are_answered_in_the_apis_form"]),
    ("1.19", "visibility may be left out; a notice's content may be empty", &["every_body_is_taken_as_it_stands_and_without_what_is_optional", "lengths_count_code_points"]),
    ("2.1", "served at the host root and under a prefix", &["bad_tokens_and_ids_in_addresses_are_refused", "the_feed_goes_on_where_it_ended", "every_answer_says_that_the_path_is_deprecated"]),
    ("2.2", "application/json without charset", &["answers_hold_what_the_contract_names_and_nothing_else"]),
    ("2.3", "bare and Bearer tokens", &["no_door_opens_without_a_token"]),
    ("2.4", "400 for a bad login and in change-password, 401 for a bad token", &["the_small_bodies_name_every_violation", "no_door_opens_without_a_token"]),
    ("2.5", "always a reason", &["every_field_of_the_send_is_refused_by_name"]),
    ("2.6", "409 with messageId, and another status for every other refusal", &["a_repeat_is_a_409_with_the_first_message", "a_repeat_is_a_409_across_versions", "every_field_of_every_send_is_refused_by_name", "a_refused_send_consumes_nothing", "the_small_bodies_name_every_violation"]),
    ("2.7", "only the contract's fields", &["answers_hold_what_the_contract_names_and_nothing_else"]),
    ("2.8", "URL-safe continuation tokens, always there", &["the_feed_goes_on_where_it_ended"]),
    ("2.9", "UUID attachmentId, integer messageId", &["answers_hold_what_the_contract_names_and_nothing_else"]),
    ("2.10", "traceId on everything", &["wrong_methods_and_unknown_paths_are_answered_in_the_apis_form", "answers_hold_what_the_contract_names_and_nothing_else"]),
    ("2.11", "any Host and port, any stale Authorization on /v1/token", &["the_host_header_counts_for_nothing"]),
    ("2.12", "a part without Content-Type", &["uploads_in_the_shapes_of_the_field_are_taken"]),
    ("2.13", "a refused send burns neither externalId nor attachment", &["a_refused_send_consumes_nothing"]),
    ("2.14", "expires_in is true", &["a_token_lives_as_long_as_it_says"]),
    ("2.15", "many tokens at once", &["a_token_lives_as_long_as_it_says"]),
    ("2.16", "times in UTC with 0, 3 or 6 digits", &["answers_hold_what_the_contract_names_and_nothing_else"]),
];

/// How many rows each of the contract's sections 1.1 to 1.19 has, so that none is lost unseen; each rule of section 2 has one.
const ROWS: [usize; 19] = [10, 2, 2, 3, 2, 1, 4, 1, 5, 5, 4, 4, 2, 2, 2, 3, 2, 2, 1];

/// The names of all test functions in a folder: those that stand right after their attributes.
fn tests_in(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_in(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            let mut marked = false;
            for line in source.lines().map(str::trim) {
                if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                    marked = true;
                } else if marked && !line.starts_with("#[") {
                    let name = line
                        .trim_start_matches("async ")
                        .strip_prefix("fn ")
                        .unwrap_or_default();
                    found.extend(name.split_once('(').map(|(name, _)| name.to_owned()));
                    marked = false;
                }
            }
        }
    }
}

#[test]
fn every_rule_of_the_contract_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    tests_in(&root.join("tests/it"), &mut tests);
    tests_in(&root.join("src"), &mut tests);
    assert!(
        tests.contains("every_rule_of_the_contract_has_its_test") && tests.len() > 200,
        "{}",
        tests.len()
    );
    for (section, rule, held_by) in RULES {
        assert!(!held_by.is_empty(), "{section} {rule}: held by nothing");
        for test in *held_by {
            assert!(tests.contains(*test), "{section} {rule}: there is no test {test}");
        }
    }
    let rows = |section: &str| RULES.iter().filter(|(one, ..)| *one == section).count();
    let counted: Vec<_> = (1..=19).map(|part| rows(&format!("1.{part}"))).collect();
    assert_eq!(counted, ROWS);
    for rule in 1..=16 {
        assert_eq!(rows(&format!("2.{rule}")), 1, "2.{rule}");
    }
    assert_eq!(RULES.len(), ROWS.iter().sum::<usize>() + 16);
}
