# Clock times and days.
# $hour 1 to 12, $minute two digits, $half am or pm
time-clock = { $hour }:{ $minute } { $half ->
    [am] am
   *[pm] pm
}
# $month 1 to 12, $date day of the month
time-day = { time-month } { $date }
# $year in four digits
time-date = { time-month } { $date }, { $year }
# $clock a clock time; $today yes or no; $day the day when it is not today
time-dated = { $today ->
    [yes] { $clock }
   *[no] { $day }, { $clock }
}
# As it follows "Come back".
time-on = { $today ->
    [yes] at { $clock }
   *[no] on { $day } at { $clock }
}
# As it follows "until".
time-the = { $today ->
    [yes] { $clock }
   *[no] { $day } at { $clock }
}
time-month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
