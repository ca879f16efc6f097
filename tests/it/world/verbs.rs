//! What a patient does, in verbs. Each step looks at where it ended up before it goes on.
//! Codes are read from the mail and the texts that were sent, never from the database.

use super::{browser::Browser, house::House, page::Page, people::Person};

impl Browser {
    /// Opens the password page and sends username and password, whatever comes of it.
    pub async fn types_password(&mut self, username: &str, password: &str) -> &Page {
        self.opens("/login").await;
        self.sends("/login", &[("username", username), ("password", password)]).await
    }

    /// As [`Browser::types_password`], without following the answer.
    pub async fn tries_password(&mut self, username: &str, password: &str) -> Page {
        self.opens("/login").await;
        self.posts("/login", &[("username", username), ("password", password)]).await
    }

    /// The right password; ends on the choice.
    pub async fn knocks(&mut self, who: &Person) -> &Page {
        let page = self.types_password(who.username, who.password).await;
        assert_eq!((page.status, page.path.as_str()), (200, "/verify/choose"), "{}", page.gist());
        self.page()
    }

    /// Asks for a code by `email` or `text`; ends on the code page.
    pub async fn asks_for_code(&mut self, channel: &str) -> &Page {
        let page = self.sends("/verify/choose", &[("channel", channel)]).await;
        assert_eq!((page.status, page.path.split('?').next()), (200, Some("/verify/code")), "{}", page.gist());
        self.page()
    }

    pub async fn types_code(&mut self, code: &str) -> &Page {
        self.sends("/verify/code", &[("code", code)]).await
    }

    /// Password, email, code; ends at home.
    pub async fn signs_in(&mut self, house: &House, who: &Person) -> &Page {
        self.signs_in_with(house, who, &[]).await
    }

    /// As [`Browser::signs_in`], with "Skip this step next time" ticked.
    pub async fn signs_in_and_skips_next_time(&mut self, house: &House, who: &Person) -> &Page {
        self.signs_in_with(house, who, &[("skip", "on")]).await
    }

    async fn signs_in_with(&mut self, house: &House, who: &Person, more: &[(&str, &str)]) -> &Page {
        self.knocks(who).await;
        let channel = if who.email.is_empty() { "text" } else { "email" };
        self.asks_for_code(channel).await;
        let code = house.code_for(who, channel).await;
        let mut fields = vec![("code", code.as_str())];
        fields.extend_from_slice(more);
        self.sends("/verify/code", &fields).await;
        self.is_in();
        self.page()
    }

    /// The open page is home, and somebody is signed in.
    pub fn is_in(&self) {
        let page = self.page();
        assert_eq!((page.status, page.path.split('?').next()), (200, Some("/")), "{}", page.gist());
        assert!(page.form("/logout").is_some(), "home offers to sign out: {}", page.gist());
    }

    /// Whether this browser's session opens home.
    pub async fn is_signed_in(&mut self) -> bool {
        let page = self.get("/", "none").await;
        match page.status {
            200 => true,
            303 => false,
            other => panic!("home answered {other}: {}", page.gist()),
        }
    }
}

impl House {
    /// The code that was just sent this way.
    pub async fn code_for(&self, who: &Person, channel: &str) -> String {
        let code = match channel {
            "email" => self.mail.code_to(who.email).await.code(),
            _ => self.gateway.text_to(who.phone).await.code(),
        };
        // The message is here before the house has written that down. A clock that jumps in between would let the
        // worker's lease run out, and the message go out twice.
        self.until("SELECT count(*) AS number FROM outbox WHERE state = 'queued' AND leased_until IS NOT NULL", 0)
            .await;
        code
    }
}
