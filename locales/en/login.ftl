# The password page.

login-title = Log in to { $product }
login-lead = First your password, then a one-time code by email or text.
login-username = Username
login-password = Password
login-go = Log in
# The button over the password's end; its second word is for the ear.
login-show = Show<span class="ear"> password</span>
login-forgot = Forgot your username or password? The front desk can help: <a href="/faq#neither">what to have at hand</a> when you call { $phone }.
login-no-username = Enter your username
login-no-password = Enter your password
login-no-fit = Check your username and password, and type both again
login-outage-email = Codes by email are late at the moment. If you can, have your code sent by text.
login-outage-text = Codes by text are late at the moment. If you can, have your code sent by email.
# Said once the password was right.
login-disabled = Your account is switched off. Call the front desk at { $phone }
