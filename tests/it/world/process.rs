//! The program as a clinic runs it: a settings file, the commands of a first set-up, `serve` as a process.
//! Ended by its own process id, at the latest with its test.

use std::{
    io::Write as _,
    net::TcpListener,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use super::{
    browser::Browser,
    database::{Database, Kind},
    people::Person,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_vestibule");
/// A debug build on a busy machine needs some of it.
const START: Duration = Duration::from_secs(30);

/// A clinic's machine: its folder, its settings, its database.
pub struct Clinic {
    folder: tempfile::TempDir,
    pub database: Database,
    pub origin: String,
    pub ops: String,
    serving: Option<Child>,
}

impl Clinic {
    /// Writes settings and keys, migrates, and takes in these patients; nothing is served yet.
    pub fn set_up(kind: Kind, smtp_url: &str, gateway_url: &str, people: &[Person]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::new(kind, folder.path());
        let (port, ops) = (free_port(), free_port());
        let origin = format!("http://127.0.0.1:{port}");
        let clinic = Self { folder, database, origin, ops: format!("http://127.0.0.1:{ops}"), serving: None };
        let settings = format!(
            r#"listen = "127.0.0.1:{port}"
listen_ops = "127.0.0.1:{ops}"
public_url = "{origin}"
database_url = "{database}"
secret_key_file = "vestibule.key"

[brand]
time_zone = "America/Chicago"
help_phone = "(212) 555-0100"

[email]
smtp_url = "{smtp_url}"
from = "MyChart <no-reply@clinic.example>"

[texts]
provider = "twilio"
api_url = "{gateway_url}"
account_sid = "AC0123456789"
auth_token_file = "gateway.token"
from = "+12125550100"
"#,
            origin = clinic.origin,
            database = clinic.database.url,
        );
        clinic.writes("gateway.token", "a-token-of-the-gateway");
        clinic.writes("vestibule.toml", &settings);
        clinic.succeeds(&["keys", "new"], "");
        clinic.succeeds(&["migrate"], "");
        for person in people {
            clinic.takes_in(person);
        }
        clinic
    }

    fn takes_in(&self, person: &Person) {
        let mut words = vec![
            "patients",
            "add",
            "--record",
            person.record,
            "--first-name",
            person.first_name,
            "--last-name",
            person.last_name,
            "--birth-date",
            "1980-02-29",
            "--language",
            person.language,
            "--username",
            person.username,
            "--password-stdin",
        ];
        if !person.email.is_empty() {
            words.extend(["--email", person.email]);
        }
        if !person.phone.is_empty() {
            words.extend(["--phone", person.phone]);
        }
        self.succeeds(&words, person.password);
    }

    fn writes(&self, name: &str, text: &str) {
        private_file(&self.path(name), text);
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("-c").arg(self.path("vestibule.toml")).args(words).current_dir(self.folder.path());
        command
    }

    /// Runs a command to its end with this on its standard input.
    pub fn runs(&self, words: &[&str], input: &str) -> Output {
        let mut child = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it listens");
        child.wait_with_output().expect("it ends")
    }

    pub fn succeeds(&self, words: &[&str], input: &str) -> String {
        let output = self.runs(words, input);
        let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{words:?}: {}\n{said}\n{complained}", output.status);
        said.into_owned()
    }

    /// Starts `serve` and waits for the first page.
    pub async fn opens(&mut self) {
        let log = std::fs::File::options().create(true).append(true).open(self.path("log")).expect("a log");
        let child = self
            .command(&["serve"])
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("serve starts");
        self.serving = Some(child);
        let began = std::time::Instant::now();
        let port = self.origin.trim_start_matches("http://").to_owned();
        while tokio::net::TcpStream::connect(&port).await.is_err() {
            let ended = self.serving.as_mut().and_then(|child| child.try_wait().ok().flatten());
            assert!(ended.is_none() && began.elapsed() < START, "serve does not answer ({ended:?}):\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What `serve` wrote.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// `kill -9`: no time to finish anything.
    pub fn is_killed(&mut self) {
        let mut child = self.serving.take().expect("it is serving");
        child.kill().expect("it was running");
        child.wait().expect("it ended");
    }

    /// SIGTERM: it finishes what is under way, and exits 0.
    pub fn closes(&mut self) {
        let id = i32::try_from(self.process()).ok().and_then(rustix::process::Pid::from_raw).expect("an id");
        let mut child = self.serving.take().expect("it is serving");
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it was running");
        let status = child.wait().expect("it ended");
        assert!(status.success(), "{status}\n{}", self.log());
    }

    /// The id of the serving process.
    pub fn process(&self) -> u32 {
        self.serving.as_ref().map(Child::id).expect("it is serving")
    }

    pub fn browser(&self) -> Browser {
        Browser::at(&self.origin)
    }
}

impl Drop for Clinic {
    fn drop(&mut self) {
        if let Some(child) = &mut self.serving {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            println!("serve wrote:\n{}", self.log());
        }
    }
}

/// Writes a new file that nobody else on this machine can read: secrets are refused otherwise.
pub fn private_file(path: &Path, text: &str) {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path).expect("a new file");
    file.write_all(text.as_bytes()).expect("written");
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
