# The how-to and the questions. Every answer is linked from somewhere: anchors are in src/pages/faq.rs.

faq-title = How to use { $product } Two-Factor Verification
faq-lead = Two-factor verification is an additional level of security on top of a user's password. A one-time code can be sent to a user's email or mobile phone. The user must enter this code before they can log in to view their private health information.
faq-steps = How to log in with a code
faq-step-1 = Click <b>Send to my email</b>{ $texts ->
    [off] .
   *[on] { " " }or <b>Text to my phone</b>. If you choose “Text to my phone” the code will be sent to your mobile.
}
faq-step-2 = Enter the code you receive in the email or text on the page “Verify Your Identity”.
faq-step-3 = You will not be prompted again if you select “Skip this step next time” ({ layout-mobile-days } for mobile and { $desktop_days } on desktop).
faq-on-this-page = On this page

faq-about = About two-factor verification
faq-what = What is Two Factor Verification?
faq-what-answer = It is a method of confirming users' claimed identities by using a combination of two different factors. This would be something they know (password) and a second factor (token), which is a code: { layout-email-code } by email{ $texts ->
    [off] .
   *[on] , { layout-text-code } by text.
}
faq-why = Why should I use Two Factor Verification?
faq-why-answer = To provide additional security during { $product } signup, login, and password reset or expiration workflows. Minimizes identity theft and helps prevent disclosure of your electronic health information.
faq-how = How does Two Factor Verification work?
faq-how-answer = When two factor verification is used, after a patient enters their { $product } username and password, the patient is taken to a page where they can have a code emailed or texted to their mobile phone. After the patient receives the code, they can enter it on the page “Verify Your Identity” to finish logging into { $product }.
faq-every = Do I need to use Two Factor Verification every time I log in to { $product }?
faq-every-answer = Yes, unless you indicate this is a private device and skip this step next time. If you do, you will not be prompted for { layout-mobile-days } with mobile or { layout-desktop-days } with desktop. On that device your password alone lets you in, so choose it only where nobody else can use your device.
faq-look = What does a code look like?
faq-look-answer = A code by email has { layout-email-code }{ $texts ->
    [off] .
   *[on] , a code by text has { layout-text-code }.
} Small letters work as well as capitals, and so do spaces and dashes. You can also paste the whole message: we find the code in it.
faq-language = How do I change the language?
faq-language-answer = Choose <b lang="es">Ver en Español</b> at the top of any page. What you typed stays, except passwords and codes. Codes then come in that language too.

faq-missing = When the code does not come
faq-late = The code did not come
faq-late-answer = Wait two minutes. For an email, look in the spam folder; for a text, make sure the phone has a signal. The page shows when we handed the message over. Then choose Resend code, or have it sent the other way. The code you already have keeps working. You can send it again { $resends ->
    [one] { $resends } time
   *[other] { $resends } times
} in one login and get { $codes_per_day } codes in 24 hours.
faq-several = I got several codes
faq-several-answer = Use the newest one. Each email says when it was asked for, and the page shows the same time. The newest three that have not expired all work.
faq-expired = My code expired
faq-expired-answer = A code works for { layout-minutes } and only once. Choose Resend code to get a new one. If too much time has passed, log in again.
faq-robot = The box “I'm not a robot” does not work
faq-robot-answer = You do not need it. Wait until the time that the page shows, about { $wait } seconds after the last code, and the button works without the box. A check that fails costs you nothing.
faq-stop = I replied STOP
faq-stop-answer = Text <b>START</b> from the same phone to <b>{ $text_from }</b>. After a minute, texts work again. Until then, use your email.
faq-landline = I have a landline
faq-landline-answer = A landline cannot show texts. Have the code sent to your email. To add a mobile number, call the front desk at { $phone }.
faq-abroad = I am abroad
faq-abroad-answer = Email works everywhere. Texts may come late or not at all on a foreign network, and we cannot text to every country. Have the code sent to your email before you travel, to see that it works.
faq-neither = I can't use email or text
faq-neither-answer = Call the front desk at { $phone }.{ layout-open } Have your record number and your birth date at hand. We never ask for your password or a code.

faq-safe = Staying safe
faq-asked = I did not ask for a code
faq-asked-answer = Somebody may know your password. Without the code they cannot get in, so never tell it to anyone. Call the front desk at { $phone } to have your password changed.
faq-real = Is this message really from you?
faq-real-answer = A message with a code holds no link and asks you for nothing. A text ends with the line <b>@{ $host }</b> and the code. Enter a code only on the page that starts with <b>{ $host }</b> in your browser's address bar. Nobody from the clinic will ever ask you for it.
faq-shared = I use a shared computer
faq-shared-answer = Leave “Skip this step next time” empty, and log out when you are done. Then close the browser.
faq-lost = I lost my phone
faq-lost-answer = Log in on another device and have the code sent to your email. Then call the front desk at { $phone }: they can take the number off and end what is remembered on that phone.
faq-locked = I am locked out
faq-locked-answer = After { $password_free } wrong passwords we pause logging in and show the time it opens again. Waiting is enough; trying in between changes nothing. After very many tries only the front desk can open it: call { $phone }. A browser you have used before is not held back by what others try.
faq-signed-out = I was logged out
faq-signed-out-answer = We log you out after { layout-idle } without a click, and after { layout-hours-most } in any case. Logging in again leads you back to where you were.
faq-stored = What is stored on my device?
faq-stored-answer = A few small cookies: one for your login, one for your language, one that shows a form is yours, and one that lets us know this browser again the next time. None of them holds your name or anything about your health. We do not track you, and we pass nothing on to others.
