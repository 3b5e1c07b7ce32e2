//! Killed while people write, attach, send and file: what they were told is so afterwards, and nothing was sent twice.

use std::cell::RefCell;
use std::time::Duration;

use crate::crash::{PERSONS, ask_all, persons, try_send};
use crate::harness::{Database, databases};
use crate::process::{Installation, Server, Visitor, client, random, settled, verify_log};
use crate::sender::{Sender, pdf};

const KILLS: usize = 6;
/// People who write at once, half of them as each person.
const WRITERS: usize = 6;

/// What one writer was told about the answer to one message.
#[derive(Default, Clone)]
struct Told {
    message: i64,
    /// The path of the draft.
    draft: Option<String>,
    saved: bool,
    /// The path of what was sent.
    sent: Option<String>,
    archived: bool,
}

impl Told {
    fn text(&self) -> String {
        format!("Vastaus viestiin {}.", self.message)
    }
}

struct Writing<'a> {
    sender: &'a Sender,
    visitors: &'a [Visitor],
    told: &'a RefCell<Vec<Told>>,
    next: &'a RefCell<usize>,
}

impl Writing<'_> {
    /// Answers one message after another; ends at the first broken connection.
    async fn write(&self, writer: usize) {
        loop {
            let number = {
                *self.next.borrow_mut() += 1;
                *self.next.borrow()
            };
            let message = self
                .sender
                .message(&format!("C-{number}"), PERSONS[writer % PERSONS.len()], "Normal");
            let Some((_, message, _)) = try_send(self.sender, &message).await else {
                return;
            };
            let at = self.told.borrow().len();
            self.told.borrow_mut().push(Told {
                message,
                ..Told::default()
            });
            if self.answer(writer, at).await.is_none() {
                return;
            }
        }
    }

    /// From where it stands to the end; none when the connection broke on the way.
    async fn answer(&self, writer: usize, at: usize) -> Option<()> {
        let (visitor, base) = (&self.visitors[writer % PERSONS.len()], &self.sender.base);
        let told = || self.told.borrow()[at].clone();
        let act = async |path: &str, fields: &[(&'static str, &str)], file| {
            visitor.act(base, path, fields, file).await.ok().flatten()
        };
        let id = told().message.to_string();
        if told().draft.is_none() {
            let draft = act(&format!("/messages/{id}/reply"), &[], None).await?;
            self.told.borrow_mut()[at].draft = Some(draft);
        }
        let (draft, text) = (told().draft?, told().text());
        if !told().saved && told().sent.is_none() {
            let fields = [("title", "Vastaus"), ("body", &*text), ("do", "save")];
            let to = act(&draft, &fields, Some(pdf(&text))).await?;
            assert!(to.ends_with("?saved=1"), "{to}");
            self.told.borrow_mut()[at].saved = true;
        }
        if told().sent.is_none() {
            let to = act(&draft, &[("title", "Vastaus"), ("body", &*text), ("do", "send")], None).await?;
            assert!(to.starts_with("/messages/") && to.ends_with("?sent=1"), "{to}");
            self.told.borrow_mut()[at].sent = Some(to);
        }
        if !told().archived {
            act("/filing", &[("do", "archive"), ("folder", "inbox"), ("id", &*id)], None).await?;
            self.told.borrow_mut()[at].archived = true;
        }
        Some(())
    }

    async fn until_killed(&self, server: Server) {
        let writers = futures::future::join_all((0..WRITERS).map(|writer| self.write(writer)));
        let kill = async {
            tokio::time::sleep(Duration::from_millis(400 + u64::from(random(600)))).await;
            server.kill();
        };
        futures::join!(writers, kill);
    }

    /// What the people were told is so.
    async fn check(&self) {
        let all = self.told.borrow().clone();
        ask_all(all.iter().enumerate(), async |(at, told): (usize, &Told)| {
            let base = &self.sender.base;
            let Some((visitor, _)) = self.owner_of(told.message).await else {
                panic!("message {} was acknowledged and is nobody's", told.message)
            };
            if let Some(sent) = &told.sent {
                let page = visitor.look(base, sent).await.unwrap();
                assert!(page.contains(&told.text()) && page.contains("liite.pdf"), "{page}");
            } else if let Some(draft) = &told.draft {
                match visitor.look(base, draft).await {
                    Ok(page) if told.saved => {
                        assert!(page.contains(&told.text()) && page.contains("liite.pdf"), "{page}");
                    }
                    Ok(_) => {}
                    // It was sent after all, and the answer got lost.
                    Err(to) => self.told.borrow_mut()[at].sent = Some(to),
                }
            }
            if told.archived {
                let page = visitor
                    .look(base, &format!("/messages/{}", told.message))
                    .await
                    .unwrap();
                assert!(page.contains("<p class=\"back\"><a href=\"/archive\">"), "{page}");
            }
        })
        .await;
    }

    /// Whose mailbox the message lies in.
    async fn owner_of(&self, message: i64) -> Option<(&Visitor, usize)> {
        for (person, visitor) in self.visitors.iter().enumerate() {
            let url = self.sender.base.join(&format!("/messages/{message}")).unwrap();
            if visitor.browser.get(url).await.status() == 200 {
                return Some((visitor, person));
            }
        }
        None
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_nothing_that_a_kill_takes_back() {
    for database in databases() {
        people_write(database).await;
    }
}

async fn people_write(database: Database) {
    let hub = Installation::new(&database, 1, persons()).await;
    let (_, key) = hub.trust();
    let mut server = hub.serve(0).await;
    let mut sender = hub.sender(&server).await;
    let visitors = [
        Visitor::log_in(&server, PERSONS[0]).await,
        Visitor::log_in(&server, PERSONS[1]).await,
    ];
    let (told, next) = (RefCell::new(Vec::new()), RefCell::new(0));
    for _ in 0..KILLS {
        let writing = Writing {
            sender: &sender,
            visitors: &visitors,
            told: &told,
            next: &next,
        };
        writing.until_killed(server).await;
        server = hub.serve(0).await;
        hub.let_the_lease_pass().await;
        sender.client = client();
        let after = Writing {
            sender: &sender,
            visitors: &visitors,
            told: &told,
            next: &next,
        };
        after.check().await;
        // Everybody finishes what they had begun.
        let begun = told.borrow().len();
        for at in 0..begun {
            let message = told.borrow()[at].message;
            let (_, person) = after.owner_of(message).await.unwrap();
            after.answer(person, at).await.unwrap();
        }
        after.check().await;
    }
    settled(&hub, Duration::from_secs(20)).await;
    let answers = told.borrow().len() as i64;
    let stored = hub
        .numbers("SELECT (SELECT COUNT(*) FROM message WHERE folder = 'sent'), (SELECT COUNT(*) FROM message WHERE folder = 'inbox' AND archived_at IS NOT NULL), (SELECT COUNT(*) FROM event WHERE kind = 'MessagesArchived')")
        .await[0];
    assert_eq!((stored.0, stored.1), (answers, answers), "one answer to each message");
    assert!(answers as usize >= KILLS * WRITERS, "{answers}");
    verify_log(&server.base, &key, &mut crate::process::Seen::default()).await;
    let said = hub.said(0);
    assert!(!said.contains("panicked"), "{said}");
}
