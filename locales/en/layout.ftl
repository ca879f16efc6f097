# What every page shares: header, help, footer, error summary, what happened before.

layout-product = { $product }
layout-organization = { $organization }
layout-phone = { $phone }
layout-hours = { $hours }
layout-skip = Skip to main content
# The other language, in that language.
layout-switch = Ver en Español
layout-log-out = Log out
layout-error = Error:
layout-problem = There is a problem
layout-problem-help = What you can do about it
layout-help = Need a hand?
layout-help-who = The front desk can help you log in.
layout-faq = Questions and answers
layout-never = Nobody from the clinic will ever ask you for your code.

# Figures in words, used inside other sentences.
layout-length = { $length ->
    [6] six
    [7] seven
    [8] eight
    [9] nine
    [10] ten
   *[other] { $length }
}
layout-email-code = { layout-length } { $email_shape ->
    [digits] digits
    [letters] letters
   *[mixed] letters and digits
}
layout-text-code = { layout-length } { $text_shape ->
    [digits] digits
    [letters] letters
   *[mixed] letters and digits
}
layout-minutes = { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}
layout-mobile-days = { $mobile_days ->
    [one] { $mobile_days } day
   *[other] { $mobile_days } days
}
layout-desktop-days = { $desktop_days ->
    [one] { $desktop_days } day
   *[other] { $desktop_days } days
}
layout-idle = { $idle_minutes ->
    [one] { $idle_minutes } minute
   *[other] { $idle_minutes } minutes
}
layout-hours-most = { $hours_most ->
    [one] { $hours_most } hour
   *[other] { $hours_most } hours
}

# The hours as a sentence, where the clinic states them.
layout-open = { $has_hours ->
    [yes] { " " }Hours: { $open }.
   *[no] { "" }
}

# A contact for the ear, where the eye sees dots. $first, $site: letters; $ending: ".com"; $last: two digits; $masked: the dots
to-email = the address that starts with { $first }, at a site that starts with { $site } and ends in { $ending }
to-email-to = to the address that starts with { $first }, at a site that starts with { $site } and ends in { $ending }
to-phone = the number ending in { $last }
to-phone-to = to the number ending in { $last }
to-masked = to { $masked }

# A browser. $family "Chrome", $system "Windows"
browser-on = { $family } on { $system }
browser-unknown = a browser we could not name

# What happened before, on the page that it led to.
said-wrong-codes = That was the last of { $tries } tries, so the code you had no longer works. Log in again to get a new one.
said-attempt-ended = That login took too long, so its code no longer works. Log in again to get a new one.
said-idle = You were logged out because nothing happened for { layout-idle }. Log in again to go on where you were.
said-ended = You were logged out because a login lasts { layout-hours-most } at most. Log in again to go on.
said-evicted = You were logged out here because you logged in on more than { $most_sessions } devices. Log in again to go on.
said-signed-out = You are logged out. If others use this device, close the browser too.
said-gone = The page you sent belonged to a login that has ended. Nothing was changed. Log in again to go on.
said-used = That code was used already. Log in again to get a new one.
said-device-ended = This browser was remembered, but its mark came from two places. To keep you safe, we ask for a code again.
said-resent = A new code is on its way. The code you had keeps working.
said-already-sent = Your code was sent this way already, so nothing new was sent. To get another one, choose Resend code.
said-stayed = You are still logged in.
