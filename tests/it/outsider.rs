//! Programs that nobody here wrote, as readers of what the hub hands out: Python's standard library and Info-ZIP.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a Python script prints, as JSON; its first argument is `file`.
pub fn python(script: &str, file: &Path) -> Value {
    let mut child = Command::new("python3")
        .args(["-X", "utf8", "-"])
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the script failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The bytes, and after them whatever stands in them as base64 (records in proofs, files in mails), so that a search for hidden words sees it too.
pub fn with_decoded(bytes: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let mut all = bytes.to_vec();
    for run in bytes.split(|byte| !is_base64(byte)).filter(|run| run.len() >= 16) {
        let decoded = URL_SAFE_NO_PAD.decode(run).or_else(|_| STANDARD_NO_PAD.decode(run));
        all.push(b'\n');
        all.extend(decoded.unwrap_or_default());
    }
    all
}

/// `unzip -t`: whether every file of the archive is whole.
pub fn unzip_tests(file: &Path) -> bool {
    let output = Command::new("unzip").arg("-t").arg(file).output().unwrap();
    output.status.success()
}

/// Names and SHA-256 of all files of an archive, in order, by `zipfile`.
pub fn zip_list(file: &Path) -> Vec<(String, String)> {
    let listed = python(
        "import hashlib, json, sys, zipfile\n\
         with zipfile.ZipFile(sys.argv[1]) as z:\n    \
             assert z.testzip() is None\n    \
             print(json.dumps([[i.filename, hashlib.sha256(z.read(i)).hexdigest()] for i in z.infolist()]))\n",
        file,
    );
    serde_json::from_value(listed).unwrap()
}

/// Peak of this process's resident memory since [`forget_peak`], in bytes (Linux).
pub fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() * 1024
}

/// Begins the count of the peak anew, at what is used now.
pub fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}
