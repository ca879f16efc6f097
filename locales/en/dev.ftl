# The demo's outbox.

dev-title = Messages just sent
dev-lead = The demo catches every email and text here instead of sending it out. This page refreshes by itself.
dev-empty = Nothing has been sent yet. Log in, choose how to receive the code, and it shows up here.
# $to an address or a number
dev-text-to = Text to { $to }
dev-to = To
dev-at = Caught at
dev-copy = Copy code
dev-copied = Copied
dev-html = See it as a mail program shows it
dev-gallery = Every message there is
