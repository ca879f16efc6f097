# A limit is reached. $at a clock time

limit-come-back = Come back { $at_on }
limit-call = Call the front desk to log in
limit-start-again-title = Log in again to get a new code
limit-password = There were several tries with a password that did not fit. To keep your health information safe, logging in is paused.
limit-network = There were many tries with passwords that did not fit from the network you use. To keep everyone's health information safe, logging in from here is paused.
limit-account-locked = There were very many tries with a password that did not fit. To keep your health information safe, logging in with a password is switched off for this account on browsers we do not know.
limit-code-wait = There were many tries with a code that was not right. To keep your health information safe, entering codes is paused.
limit-code-locked = There were very many tries with a code that was not right. To keep your health information safe, entering codes is switched off for this account.
limit-busy = Many people are logging in right now. Your password was not checked, and nothing was counted.
limit-send-day = The most codes for one person were sent: { $codes_per_day } in 24 hours.
limit-send-destination = The most codes for one email address or phone were sent in 24 hours.
limit-send-network = Very many codes were sent to people on the network you use.
limit-send-texts = The clinic has sent the most texts it can in 24 hours. Codes by email still work.
limit-send-attempt = The code was sent as often as it can be in one login: { $resends ->
    [one] { $resends } resend
   *[other] { $resends } resends
}.
limit-now = What you can do now
limit-codes-work = A code you already have keeps working until it expires.
limit-desk-password = If you forgot your password, the front desk can help you now.
limit-desk-code = If you can't wait, the front desk can help you now.
limit-desk = If you can't wait, the front desk can help you.
limit-busy-now = Wait until then, and type it once more. Nothing has changed.
limit-enter-code = Enter the code you have
limit-phone = Call the front desk: { $phone }
limit-log-in = Log in again
limit-log-in-from = Log in again, from { $at_the }
limit-what-it-means = What a pause means
limit-not-counted = Trying again before { $at_the } changes nothing: it is not counted and does not make the wait longer.
limit-not-you = Was it not you? Your account is still closed to others: they would also need the code. A browser you have logged in with before is not held back by others.
limit-known-device = A device on which you chose “Skip this step next time” still lets you in with your password.
