//! A range as a whole in memory.

use tiedoksi::evidence::range::RangeWriter;
use tiedoksi::hub::range::RangeRequest;

use crate::harness::Site;

/// Exports the range.
pub async fn exported(site: &Site, request: &RangeRequest) -> Vec<u8> {
    let mut export = site.hub.export_range(request).await.unwrap();
    let scratch = || tempfile::tempfile().unwrap();
    let mut writer = RangeWriter::begin(Vec::new(), [scratch(), scratch(), scratch()]).unwrap();
    while let Some(files) = export.next().await.unwrap() {
        for (name, bytes) in files {
            writer.file(&name, &bytes).unwrap();
        }
    }
    writer.finish(|manifest| export.sign(manifest)).unwrap()
}
