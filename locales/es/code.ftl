# Verify Your Identity.

code-title = Verifique su identidad
code-lead-email = Enviamos un código al correo que tenemos registrado.
code-lead-text = Enviamos un código al teléfono que tenemos registrado.
code-lead-email-queued = Un código va en camino al correo que tenemos registrado.
code-lead-text-queued = Un código va en camino al teléfono que tenemos registrado.
code-lead-email-failed = No se pudo entregar el código al correo que tenemos registrado.
code-lead-text-failed = No se pudo entregar el código al teléfono que tenemos registrado.
code-learn-more = Más información
code-already = ¿Ya tiene el código?
code-sent-to = Enviado a
code-asked-at = Hora del pedido
code-works-until = Sirve hasta

# Where the message is. $at a clock time
code-queued-email = Su correo sale en un momento. Vuelva a cargar esta página para ver por dónde va.
code-queued-text = Su mensaje sale en un momento. Vuelva a cargar esta página para ver por dónde va.
code-handed-over-email = Entregado { $at_on }: su servicio de correo ya lo tiene. Puede tardar unos minutos en aparecer; revise también la carpeta de correo no deseado.
code-handed-over-text = Entregado { $at_on }: su compañía telefónica ya lo tiene. Puede tardar un minuto en aparecer.
code-delivered = Su teléfono ya lo recibió.
code-refused-email = Su servicio de correo no lo aceptó. Pida el código por la otra vía o llame a recepción al { $phone }.
code-refused-text = La compañía telefónica no lo aceptó. Pida el código por la otra vía o llame a recepción al { $phone }.
code-opted-out = No podemos enviar mensajes { $to_to }: respondió STOP. Para volver a recibirlos, envíe <b>START</b> desde ese teléfono al <b>{ $text_from }</b>, o pida el código por correo.
code-unknown = No sabemos si su mensaje salió. Si no le llega, elija Reenviar el código.

code-enter = Escriba su código para continuar.
code-label = Código
code-hint-email = El código tiene { layout-email-code }.{ $email_shape ->
    [digits] { "" }
   *[mixed] { " " }Da igual si usa mayúsculas o minúsculas.
}
code-hint-text = El código tiene { layout-text-code }.{ $text_shape ->
    [digits] { "" }
   *[mixed] { " " }Da igual si usa mayúsculas o minúsculas.
}
code-hint-either = El código del correo tiene { layout-email-code }; el del mensaje de texto, { layout-text-code }. Puede usar cualquiera de los dos.
code-skip = Omitir este paso la próxima vez
# $days a number, $until a day
code-skip-mobile = Durante { $days ->
    [one] { $days } día
   *[other] { $days } días
} en este dispositivo móvil, hasta el { $until }. No marque esta casilla en un dispositivo que usan otras personas.
code-skip-desktop = Durante { $days ->
    [one] { $days } día
   *[other] { $days } días
} en esta computadora, hasta el { $until }. No marque esta casilla en una computadora compartida o pública.
code-go = Continuar
code-missing = ¿No recibió el código?
# $left how many resends
code-resend = Reenviar el código ({ $left ->
    [one] queda { $left }
   *[other] quedan { $left }
})
code-resend-opens = desde { $at_the }
code-resend-limit = Ya se envió el máximo de códigos. Podrá pedir otro { $at_on }. El código que ya tenga sigue sirviendo.
code-other-email = Enviarlo por correo { $to_to }
code-other-text = Enviarlo por mensaje de texto { $to_to }
code-late = Qué hacer cuando el código no llega

# What is wrong with a typed code.
code-empty = Escriba el código de su mensaje
code-too-short = Le faltan caracteres. El código tiene { $length }
code-too-long = Le sobran caracteres. El código tiene { $length }
code-wrong-characters = El código tiene solo letras y números. Escríbalo tal como está en su mensaje
code-ambiguous = Había dos códigos en lo que escribió. Escriba solo el más reciente
code-wrong = Ese código no es correcto. Revíselo y escríbalo de nuevo
# $left tries
code-wrong-left = Ese código no es correcto. { $left ->
    [one] Le queda { $left } intento
   *[other] Le quedan { $left } intentos
}
code-expired = Ese código ya venció: cada código sirve durante { layout-minutes }. Elija Reenviar el código para recibir otro
code-used = Ese código ya se usó. Elija Reenviar el código para recibir otro
