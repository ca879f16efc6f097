# Sending the code again.

resend-title = Enviar el código otra vez
# $to a contact, $left how many times, this one included
resend-what = Enviaremos un código nuevo { $to_to }. El código que ya tiene sigue sirviendo. Puede hacerlo { $left ->
    [one] { $left } vez más
   *[other] { $left } veces más
}.
resend-captcha = Para evitar el envío de mensajes no deseados, complete el CAPTCHA a continuación.
resend-robot = No soy un robot
# What the script says of the box as it goes on.
resend-busy = Comprobando. Puede seguir leyendo.
resend-checked = Comprobado. Ahora elija Reenviar el código.
resend-too-late = Esta comprobación ya es antigua. Vuelva a cargar la página para recibir otra.
resend-cannot = Este navegador no puede hacer la comprobación aquí. Desde { $at_the } el botón funciona sin ella.
resend-wait = ¿No le funciona la casilla? Desde { $at_the } el botón funciona sin ella.
resend-wait-blocked = ¿No aparece la casilla o no le funciona? Desde { $at_the } el botón funciona sin ella.
resend-wait-over = El botón ya funciona sin la casilla.
resend-down-wait = El CAPTCHA no responde en este momento. Desde { $at_the } el botón funciona sin él.
resend-down-over = El CAPTCHA no responde en este momento. El botón ya funciona sin él.
resend-gap = Podrá usar el botón { $at_on }.
resend-go = Reenviar el código
resend-cancel = Cancelar
resend-none-left = Ya reenviamos el código todas las veces posibles en este inicio de sesión. <a href="/login">Empiece de nuevo</a> para recibir otro; el código que tiene sigue sirviendo hasta entonces.
resend-done = Código reenviado { $to_to } { $at_on }. El código que ya tenía sigue sirviendo.

# Why nothing was sent again.
resend-missing = Marque la casilla “No soy un robot” o espere hasta { $at_the }. No se envió nada
resend-failed = La comprobación no funcionó y no se envió nada. No perdió ningún intento: marque la casilla otra vez
resend-down = El CAPTCHA no responde y no se envió nada. Desde { $at_the } el botón funciona sin él
resend-too-soon = Acabamos de enviar el último código. Podrá usar el botón { $at_on }
