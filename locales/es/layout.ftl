# What every page shares: header, help, footer, error summary, what happened before.

layout-product = { $product }
layout-organization = { $organization }
layout-phone = { $phone }
layout-hours = { $hours }
layout-skip = Ir al contenido principal
# The other language, in that language.
layout-switch = View in English
layout-log-out = Cerrar sesión
layout-error = Error:
layout-problem = Hay un problema
layout-problem-help = Qué puede hacer
layout-help = ¿Necesita ayuda?
layout-help-who = En recepción le ayudan a iniciar sesión.
layout-faq = Preguntas y respuestas
layout-never = Nadie de la clínica le pedirá nunca su código.

# Figures in words, used inside other sentences.
layout-length = { $length ->
    [6] seis
    [7] siete
    [8] ocho
    [9] nueve
    [10] diez
   *[other] { $length }
}
layout-email-code = { layout-length } { $email_shape ->
    [digits] números
    [letters] letras
   *[mixed] letras y números
}
layout-text-code = { layout-length } { $text_shape ->
    [digits] números
    [letters] letras
   *[mixed] letras y números
}
layout-minutes = { $minutes ->
    [one] { $minutes } minuto
   *[other] { $minutes } minutos
}
layout-mobile-days = { $mobile_days ->
    [one] { $mobile_days } día
   *[other] { $mobile_days } días
}
layout-desktop-days = { $desktop_days ->
    [one] { $desktop_days } día
   *[other] { $desktop_days } días
}
layout-idle = { $idle_minutes ->
    [one] { $idle_minutes } minuto
   *[other] { $idle_minutes } minutos
}
layout-hours-most = { $hours_most ->
    [one] { $hours_most } hora
   *[other] { $hours_most } horas
}

# The hours as a sentence, where the clinic states them.
layout-open = { $has_hours ->
    [yes] { " " }Horario: { $open }.
   *[no] { "" }
}

# A contact for the ear, where the eye sees dots. $first, $site: letters; $ending: ".com"; $last: two digits; $masked: the dots
to-email = la dirección que empieza con { $first }, en un sitio que empieza con { $site } y termina en { $ending }
to-email-to = a la dirección que empieza con { $first }, en un sitio que empieza con { $site } y termina en { $ending }
to-phone = el número que termina en { $last }
to-phone-to = al número que termina en { $last }
to-masked = a { $masked }

# A browser. $family "Chrome", $system "Windows"
browser-on = { $family } en { $system }
browser-unknown = un navegador que no pudimos identificar

# What happened before, on the page that it led to.
said-wrong-codes = Ese fue el último de { $tries } intentos, así que el código que tenía ya no sirve. Inicie sesión de nuevo para recibir otro.
said-attempt-ended = Pasó demasiado tiempo desde que empezó a iniciar sesión, así que su código ya no sirve. Inicie sesión de nuevo para recibir otro.
said-idle = Cerramos su sesión porque no hubo actividad durante { layout-idle }. Inicie sesión de nuevo para seguir donde estaba.
said-ended = Cerramos su sesión porque cada sesión dura { layout-hours-most } como máximo. Inicie sesión de nuevo para continuar.
said-evicted = Cerramos su sesión aquí porque la inició en más de { $most_sessions } dispositivos. Inicie sesión de nuevo para continuar.
said-signed-out = Su sesión está cerrada. Si otras personas usan este dispositivo, cierre también el navegador.
said-gone = La página que envió era de una sesión que ya terminó. No se cambió nada. Inicie sesión de nuevo para continuar.
said-used = Ese código ya se usó. Inicie sesión de nuevo para recibir otro.
said-device-ended = Teníamos registrado este navegador, pero su marca llegó desde dos lugares. Por su seguridad, volvemos a pedirle un código.
said-resent = Un código nuevo va en camino. El código que ya tenía sigue sirviendo.
said-already-sent = Ya le enviamos un código por esta vía, así que no enviamos otro. Si necesita uno nuevo, elija Reenviar el código.
said-stayed = Su sesión sigue abierta.
