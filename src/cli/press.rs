//! The hidden command in whose process one PDF is read: see `press`.

/// Takes one task on standard input, and answers on standard output.
pub(super) fn work() -> anyhow::Result<()> {
    Ok(crate::press::work(std::io::stdin().lock(), std::io::stdout().lock())?)
}
