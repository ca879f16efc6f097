# What goes wrong beside a form.

error-back = Go to the start
error-back-login = Go to the login page
error-back-home = Go to your home page
# $status a number
error-number = If you call the front desk, tell them: page { $status }.

error-bad-request = We could not read what was sent
error-bad-request-why = Nothing was changed. Go back to the start and type it once more.
error-form = This page was open too long, or came from somewhere else
error-form-why = To keep you safe we only take forms from our own page in the browser that opened it. Nothing was changed. Open the page again and type it once more.
error-no-cookies = Your browser did not keep our cookie
error-no-cookies-why = We need one small cookie to know that the form is yours. Nothing was changed.
error-no-cookies-1 = Allow cookies for this site, then open the page again.
error-no-cookies-2 = The address must start with <b>https://</b>, or be <b>http://localhost</b>. Safari keeps our cookie on https only.
error-not-yours = This page is not for this login
error-not-yours-why = You are logged in, but this page belongs to somebody else.
error-not-found = There is no such page
error-not-found-why = Check the address. If you followed a link, the page may have moved.
error-method = This address works another way
error-method-why = Nothing was changed. Open the page again and use its buttons.
error-slow = What you sent did not arrive in time
error-slow-why = Nothing was changed. Check your connection and send it again.
error-conflict = This is not possible now
error-conflict-why = Something has changed since the page was opened. Open it again to see how things stand.
error-too-large = That was too long
error-too-large-why = Nothing was changed. Open the page again and type less.
error-media-type = We could not read what was sent
error-media-type-why = It was sent in a form we do not take. Nothing was changed. Use the buttons on our page.
error-unprocessable = Something in the form needs mending
error-unprocessable-why = Nothing was changed. Open the page again and check each field.
error-too-many = There were too many tries
error-too-many-why = Wait a few minutes, then try again.
error-broken = Something went wrong on our side
error-broken-why = It was not your doing. Try again; if it happens once more, call the front desk.
error-outage = We will be back soon
error-outage-why = A part of our system does not answer at the moment. Nothing is lost. Try again in a minute.
