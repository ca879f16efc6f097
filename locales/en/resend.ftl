# Sending the code again.

resend-title = Send the code again
# $to a contact, $left how many times, this one included
resend-what = We will send a new code to { $to }. The code you have keeps working. You can do this { $left ->
    [one] { $left } more time
   *[other] { $left } more times
}.
resend-captcha = As a spam prevention measure, complete the CAPTCHA below.
resend-robot = I'm not a robot
# What the script says of the box as it goes on.
resend-busy = Checking. You can go on reading.
resend-checked = Checked. Now choose Resend code.
resend-too-late = This check is too old. Reload the page to get a new one.
resend-cannot = This browser cannot do the check here. From { $at_the } the button works without it.
resend-wait = No scripts, or no luck with the box? From { $at_the } the button works without it.
resend-wait-blocked = Does the box not show, or not work? From { $at_the } the button works without it.
resend-wait-over = The button works without the box now.
resend-down-wait = The CAPTCHA does not answer at the moment. From { $at_the } the button works without it.
resend-down-over = The CAPTCHA does not answer at the moment. The button works without it now.
resend-gap = The button opens { $at_on }.
resend-go = Resend code
resend-cancel = Cancel
resend-none-left = The code was sent as often as it can be in one login. <a href="/login">Start again</a> to get a new one; the code you have keeps working until then.
resend-done = Sent again to { $to } { $at_on }. The code you had keeps working.

# Why nothing was sent again.
resend-missing = Check the box “I'm not a robot”, or wait until { $at_the }. Nothing was sent
resend-failed = The check did not work, and nothing was sent. It costs you nothing: check the box again
resend-down = The CAPTCHA does not answer, and nothing was sent. From { $at_the } the button works without it
resend-too-soon = The last code was just sent. The button opens { $at_on }
