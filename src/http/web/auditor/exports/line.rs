//! One export of the list.

use crate::http::web::text::Text;
use crate::hub::audit::export::{ExportState, ExportView};

/// An export in the reader's words.
pub(in crate::http::web) struct ExportLine {
    pub view: ExportView,
    pub state: String,
    /// Why it could not be made, in the hub's own words.
    pub problem: Option<String>,
    pub ready: bool,
    pub unfinished: bool,
    /// Records written, records in all, and both in words; while it is made.
    pub progress: Option<(u64, u64, String)>,
}

impl ExportLine {
    pub(super) fn new(t: Text, view: ExportView) -> Self {
        let mut problem = None;
        let state = match &view.state {
            ExportState::Waiting => t.get("audit-export-waiting").into_owned(),
            ExportState::Running => t.get("audit-export-running").into_owned(),
            ExportState::Ready { bytes, until } => {
                let (size, at) = (t.size(*bytes), t.minute(until));
                t.with_all("audit-export-ready", &[("size", size.as_str()), ("at", at.as_str())])
                    .into_owned()
            }
            ExportState::Failed(why) => {
                problem = Some(why.clone());
                t.get("audit-export-failed").into_owned()
            }
            ExportState::Cancelled => t.get("audit-export-cancelled").into_owned(),
            ExportState::Removed => t.get("audit-export-removed").into_owned(),
        };
        let running = view.state == ExportState::Running;
        let progress = view.total.filter(|_| running).map(|total| {
            let (done, all) = (view.done.to_string(), total.to_string());
            let words = t.with_all(
                "audit-export-progress",
                &[("done", done.as_str()), ("total", all.as_str())],
            );
            (view.done, total, words.into_owned())
        });
        Self {
            state,
            problem,
            ready: matches!(view.state, ExportState::Ready { .. }),
            unfinished: running || view.state == ExportState::Waiting,
            progress,
            view,
        }
    }
}
