# Emails and texts. Texts must fit 160 characters of GSM-7: no typographic quotes.

message-hello = Hello { $name }!
message-code-subject = Your { $product } code, asked for { $at_on }
message-code-enter = When prompted, enter the code below to finish authenticating with { $product }.
# $at when it was asked for, $until when it expires
message-code-minutes = Your code will expire after { layout-minutes }, { $until_on }. It was asked for { $at_on }.
message-code-not-you = Didn't request this code from { $product }?
message-code-not-you-do = If you continue to get these emails in error consider changing your password. The front desk can help: { $phone }. Nobody from the clinic will ever ask you for your code.
message-sent-from = Sent from { $product } by { $organization }. This is a system generated email. Replies will not be read or forwarded for handling.
message-help = Help: { $phone }.{ layout-open }
# The whole of a code's text but its last line. $code
message-code-text = { $code } is your { $product } code. It works for { layout-minutes }. Nobody from the clinic will ask you for it.

# What to do, in every notice.
message-not-you = Was it not you?
message-was-you = If it was you, you need do nothing.
message-not-you-call = Call the front desk at { $phone }.{ layout-open } Have your record number and your birth date at hand. We never ask for your password or a code.

# $at when, $browser "Chrome on Windows", $count how many
message-new-device-subject = New login to { $product }
message-new-device = Somebody logged in to { $product } with your username, your password and a code { $at_on }, with { $browser }. We had not seen this browser before.
message-new-device-text = { $product }: new login with { $browser }, { $at }. Not you? Call { $phone }.
message-wrong-codes-subject = { $product }: right password, wrong codes
message-wrong-codes = Somebody entered your right password for { $product } { $at_on }, with { $browser }, and then { $count ->
    [one] { $count } wrong code
   *[other] { $count } wrong codes
}. They did not get in, but they may know your password.
message-wrong-codes-text = { $product }: right password but { $count } wrong codes, { $at }. Not you? Somebody knows your password. Call { $phone }.
message-device-twice-subject = { $product } asks for a code again
message-device-twice = A browser on which you chose “Skip this step next time” ({ $browser }) was used from two places { $at_on }. Its mark may have been copied, so it no longer skips the code.
message-device-twice-text = { $product }: a browser that skips the code was used from two places, { $at }. It needs a code again. Not you? Call { $phone }.
message-many-failures-subject = Many failed logins to { $product }
message-many-failures = There were { $count } failed tries in a row to log in to { $product } with your username. The last one was { $at_on }, with { $browser }. None of them got in. To keep your health information safe, logging in may be paused.
message-many-failures-text = { $product }: { $count } failed tries to log in with your username, { $at }. None got in. Not you? Call { $phone }.
