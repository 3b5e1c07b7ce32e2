//! That no page of a list costs more in a large mailbox: both databases would read each from an index, in its order.

use tiedoksi::domain::folder::Folder;
use tiedoksi::domain::id::{OrganisationId, ServiceId};
use tiedoksi::store::access::{ACCESS_EVENTS, WHOLE_MAILBOX};
use tiedoksi::store::audit::{Among, BY_EXTERNAL_ID, FOLLOWING, days_of, page_of as page_of_audit};
use tiedoksi::store::content_request::{OF_MESSAGE, WAITING};
use tiedoksi::store::folder::{PAGE_OF_THREAD, Side, page_of};
use tiedoksi::store::range::{PAGE_OF_PLACES, PAGE_OF_RANGE, TALLY_AFTER, TALLY_BEFORE};
use tiedoksi::store::range_export::{CLAIM, DELETE_ENDED, PAGE_OF_EXPORTS, REMOVABLE};

use crate::harness::{Settings, Site, databases};

#[tokio::test]
async fn every_list_is_a_range_of_an_index() {
    for database in databases() {
        let site = Site::start(&database, Vec::new(), Settings::default()).await;
        let mut lists = vec![
            (ACCESS_EVENTS, "event_owner"),
            (PAGE_OF_THREAD, "message_thread"),
            (PAGE_OF_RANGE, "event_organisation"),
            (PAGE_OF_PLACES, "event_organisation"),
            (TALLY_BEFORE, "event_tally"),
            (TALLY_AFTER, "event_tally"),
            (CLAIM, "range_export_due"),
            (PAGE_OF_EXPORTS, "range_export_person"),
            (REMOVABLE, "range_export_removal"),
            (DELETE_ENDED, "range_export_ended"),
        ];
        for side in [Side::Older((0, 0)), Side::Newer((0, 0))] {
            for (folder, index) in [
                (Folder::Inbox, "message_list"),
                (Folder::Sent, "message_list"),
                (Folder::Archive, "message_archive"),
                (Folder::Deleted, "message_deleted"),
            ] {
                lists.push((page_of(folder, side), index));
            }
        }
        for (statement, index) in lists {
            let plan = explain(&site, statement).await;
            assert!(plan.contains(index), "{statement}: {plan}");
            let sorts = plan.contains("Sort") || plan.contains("TEMP B-TREE");
            assert!(!sorts, "{statement}: {plan}");
        }
        let plan = explain(&site, WHOLE_MAILBOX).await;
        for index in ["message_list", "message_archive", "message_deleted"] {
            assert!(plan.contains(index), "{index}: {plan}");
        }
    }
}

/// What an auditor asks for costs the same in a large hub too.
#[tokio::test]
async fn every_search_of_an_auditor_is_a_range_of_an_index() {
    for database in databases() {
        let site = Site::start(&database, Vec::new(), Settings::default()).await;
        let (organisation, service) = (
            Among::Organisation(OrganisationId(uuid::Uuid::nil())),
            Among::Service(ServiceId(uuid::Uuid::nil())),
        );
        let mut lists = vec![
            (FOLLOWING, "event_leaf"),
            (OF_MESSAGE, "content_request_message"),
            (WAITING, "content_request_waiting"),
        ];
        for (among, index) in [
            (Among::All, "audit_delivery_any"),
            (organisation, "audit_delivery_organisation"),
            (service, "audit_delivery_service"),
        ] {
            lists.push((page_of_audit(among, false), index));
            lists.push((page_of_audit(among, true), index));
        }
        for (statement, index) in lists {
            let plan = explain(&site, statement).await;
            assert!(plan.contains(index), "{statement}: {plan}");
            assert!(
                !plan.contains("Sort") && !plan.contains("TEMP B-TREE"),
                "{statement}: {plan}"
            );
            assert!(!plan.contains("SCAN"), "{statement}: {plan}");
            if statement.contains("audit_delivery") {
                // With an outcome, by the index that begins with it; and a period ends the reading.
                let by_outcome = plan.contains(&format!("{index}_outcome"));
                assert_eq!(by_outcome, statement.contains("d.outcome ="), "{statement}: {plan}");
                assert!(
                    plan.contains("created_at>? AND created_at<?") || plan.contains("created_at >= "),
                    "{plan}"
                );
            }
        }
        for statement in [
            BY_EXTERNAL_ID,
            days_of(Among::All),
            days_of(organisation),
            days_of(service),
        ] {
            let plan = explain(&site, statement).await;
            assert!(
                !plan.contains("SCAN") && !plan.contains("Seq Scan"),
                "{statement}: {plan}"
            );
        }
    }
}

/// How the database would answer a statement if its tables were large.
pub async fn explain(site: &Site, statement: &str) -> String {
    use sqlx::{Connection as _, Row as _};
    if site.database.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(&site.database).await.unwrap();
        let statement = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        let rows = sqlx::query(statement).fetch_all(&mut connection).await.unwrap();
        let lines: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        return lines.join("\n");
    }
    let mut connection = sqlx::PgConnection::connect(&site.database).await.unwrap();
    sqlx::raw_sql("SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan")
        .execute(&mut connection)
        .await
        .unwrap();
    let parameters = statement.matches('$').count();
    let many = ["NULL"; 6];
    let count = (1..=6).filter(|n| statement.contains(&format!("${n}"))).count();
    assert!(parameters >= count);
    let prepared = format!("PREPARE asked AS {statement}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(prepared))
        .execute(&mut connection)
        .await
        .unwrap();
    let explained = format!("EXPLAIN EXECUTE asked ({})", many[..count].join(", "));
    let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(explained))
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    lines.join("\n")
}
