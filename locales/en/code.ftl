# Verify Your Identity.

code-title = Verify Your Identity
code-lead-email = We've sent a code to your email on file.
code-lead-text = We've sent a code to your phone on file.
code-lead-email-queued = A code is on its way to your email on file.
code-lead-text-queued = A code is on its way to your phone on file.
code-lead-email-failed = The code could not be delivered to your email on file.
code-lead-text-failed = The code could not be delivered to your phone on file.
code-learn-more = Learn more
code-already = Already have the code?
code-sent-to = Sent to
code-asked-at = Asked for at
code-works-until = Works until

# Where the message is. $at a clock time
code-queued-email = Your mail leaves in a moment. Reload this page to see how far it is.
code-queued-text = Your text leaves in a moment. Reload this page to see how far it is.
code-handed-over-email = Handed over { $at_on }: your email service has it. It can take a few minutes to show up; look in the spam folder too.
code-handed-over-text = Handed over { $at_on }: the phone company has it. It can take a minute to show up.
code-delivered = Your phone has received it.
code-refused-email = Your email service did not take it. Have the code sent the other way, or call the front desk at { $phone }.
code-refused-text = The phone company did not take it. Have the code sent the other way, or call the front desk at { $phone }.
code-opted-out = We cannot text { $to_spoken }: it replied STOP. To switch texts on again, text <b>START</b> from that phone to <b>{ $text_from }</b>, or have the code sent by email.
code-unknown = We do not know whether your text went out. If it does not come, choose Resend code.

code-enter = Enter your code below to continue.
code-label = Code
code-hint-email = The code has { layout-email-code }.{ $email_shape ->
    [digits] { "" }
   *[mixed] { " " }Capital or small letters both work.
}
code-hint-text = The code has { layout-text-code }.{ $text_shape ->
    [digits] { "" }
   *[mixed] { " " }Capital or small letters both work.
}
code-hint-either = The code in your email has { layout-email-code }, the code in your text { layout-text-code }. Either works.
code-skip = Skip this step next time
# $days a number, $until a day
code-skip-mobile = For { $days ->
    [one] { $days } day
   *[other] { $days } days
} on this mobile device, until { $until }. Leave it empty on a device that others use.
code-skip-desktop = For { $days ->
    [one] { $days } day
   *[other] { $days } days
} on this computer, until { $until }. Leave it empty on a shared or public computer.
code-go = Continue
code-missing = Didn't receive the code?
# $left how many resends
code-resend = Resend code ({ $left } left)
code-resend-opens = from { $at_the }
code-resend-limit = The most codes were sent. You can get another one { $at_on }. A code you already have keeps working.
code-other-email = Email it to { $to } instead
code-other-text = Text it to { $to_spoken } instead
code-late = What to do when a code does not come

# What is wrong with a typed code.
code-empty = Enter the code from your message
code-too-short = That is too short. The code has { $length } characters
code-too-long = That is too long. The code has { $length } characters
code-wrong-characters = The code has letters and digits only. Type it as it stands in your message
code-ambiguous = There were two codes in what you entered. Enter only the newest one
code-wrong = That code is not right. Check it and type it again
# $left tries
code-wrong-left = That code is not right. You have { $left ->
    [one] { $left } try
   *[other] { $left } tries
} left
code-expired = That code has expired: a code works for { layout-minutes }. Choose Resend code to get a new one
code-used = That code was used already. Choose Resend code to get a new one
