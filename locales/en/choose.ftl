# How would you like to receive the code?

choose-page = Choose how to receive your code
choose-title = How would you like to receive the code?
choose-title-none = We cannot send you a code right now
choose-lead = It is our goal to make sure your health information is safe and secure. You will now be required to enter a one-time use code to verify your identity.
choose-nothing-yet = Nothing is sent until you choose.
choose-email = Send to my email
choose-text = Text to my phone
choose-worked-last = Worked last time
choose-text-only = If you choose “Text to my phone”, this will be for your one-time code only and does not include additional { $product } tools.
choose-stop = If you have previously opted out of text messaging by texting “STOP”, you will not be able to receive the code via text.
choose-neither = I can't use either of these
choose-cannot = I can't use this
choose-steps = What happens next
choose-step-1 = We'll send a code to your email or phone.
choose-step-2 = When you receive the code, enter it on the next screen.
choose-step-3 = Once we verify your identity, you will be signed into { $product }.
choose-tip = <b>Helpful tip:</b> If using email, be sure to open a new browser tab when retrieving your code.

# A way that cannot work, and how to mend it.
choose-email-closed = Send to my email: not possible now
choose-email-missing = We have no email address for you. To add one, call the front desk at { $phone }.
choose-email-refused = The last mail to your address came back. Make sure your mailbox is not full. If your address has changed, call the front desk at { $phone }.
choose-email-outage = Our mail service does not answer at the moment. Choose the other way, or <a href="/verify/choose">check again</a> in a few minutes.
choose-text-closed = Text to my phone: not possible now
# $to the number, $since a day
choose-text-stopped = We cannot text { $to_spoken }: it replied STOP on { $since }. To switch texts on again, text <b>START</b> from that phone to <b>{ $text_from }</b>, wait a minute, then <a href="/verify/choose">check again</a>.
choose-text-missing = We have no mobile number for you. To add one, call the front desk at { $phone }.
choose-text-landline = Your number on file is a landline, and a landline cannot show texts. To add a mobile number, call the front desk at { $phone }.
choose-text-country = Your number on file is in a country we cannot text to. <a href="/faq#abroad">What to do when you are abroad</a>.
choose-text-refused = Your phone company refused our last text. Make sure the phone is on and can get texts. If your number has changed, call the front desk at { $phone }.
choose-text-outage = Our text service does not answer at the moment. Choose the other way, or <a href="/verify/choose">check again</a> in a few minutes.
choose-no-texts = { $organization } does not send codes by text.
choose-limit = The most codes were sent this way. It opens again { $at_on }. A code you already have keeps working.
choose-none = Choose email or text
choose-closed = This way is not possible now. Choose another, or call the front desk at { $phone }
