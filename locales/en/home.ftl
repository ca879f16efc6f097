# Signed in.

# $name the first name
home-page = Welcome, { $name }
home-title = Hello { $name }!
home-lead = You are logged in to { $product }.
home-portal = Your health record
home-portal-what = Test results, visits, medicines and messages are in { $portal }.
home-portal-go = Go to { $portal }
home-last = Last login
home-with = With
home-until = You stay logged in until
# $until, $most clock times
home-until-why = If you do nothing, we log you out { $until_on }. Each page you open here adds { layout-idle }, until { $most_the } at most.
home-stay = Stay logged in
home-not-you = Was the last login not you? Call the front desk at { $phone }.
