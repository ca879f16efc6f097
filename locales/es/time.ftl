# Clock times and days.
# $hour 1 to 12, $minute two digits, $half am or pm
time-clock = { $hour }:{ $minute } { $half ->
    [am] a. m.
   *[pm] p. m.
}
# $month 1 to 12, $date day of the month
time-day = { $date } de { time-month }
# $year in four digits
time-date = { $date } de { time-month } de { $year }
# $clock a clock time; $today yes or no; $day the day when it is not today
time-dated = { $today ->
    [yes] { $clock }
   *[no] { $day }, { $clock }
}
# As it follows "Vuelva": the article depends on the hour.
time-on = { $today ->
    [yes] { "" }
   *[no] el { $day }{ " " }
}{ $hour ->
    [1] a la { $clock }
   *[other] a las { $clock }
}
# As it follows "hasta" or "desde".
time-the = { $today ->
    [yes] { $hour ->
        [1] la { $clock }
       *[other] las { $clock }
    }
   *[no] el { $day } a { $hour ->
        [1] la { $clock }
       *[other] las { $clock }
    }
}
time-month = { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
}
