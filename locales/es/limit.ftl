# A limit is reached. $at a clock time

limit-come-back = Vuelva { $at_on }
limit-call = Llame a recepción para iniciar sesión
limit-start-again-title = Inicie sesión de nuevo para recibir otro código
limit-password = Hubo varios intentos con una contraseña que no coincidía. Para proteger su información de salud, hicimos una pausa.
limit-network = Hubo muchos intentos con contraseñas que no coincidían desde la red que usted usa. Para proteger la información de salud de todos, hicimos una pausa para esta red.
limit-account-locked = Hubo demasiados intentos con una contraseña que no coincidía. Para proteger su información de salud, esta cuenta no acepta contraseñas desde navegadores que no conocemos.
limit-code-wait = Hubo muchos intentos con un código que no era correcto. Para proteger su información de salud, hicimos una pausa.
limit-code-locked = Hubo demasiados intentos con un código que no era correcto. Para proteger su información de salud, esta cuenta no acepta códigos por ahora.
limit-busy = Muchas personas están iniciando sesión en este momento. No revisamos su contraseña y no contamos ningún intento.
limit-send-day = Ya se envió el máximo de códigos para una persona: { $codes_per_day } en 24 horas.
limit-send-destination = Ya se envió el máximo de códigos en 24 horas a un mismo correo o teléfono.
limit-send-network = Se enviaron muchísimos códigos a personas en la red que usted usa.
limit-send-texts = La clínica ya envió el máximo de mensajes de texto en 24 horas. Los códigos por correo siguen funcionando.
limit-send-attempt = Ya reenviamos el código todas las veces posibles en un inicio de sesión: { $resends ->
    [one] { $resends } vez
   *[other] { $resends } veces
}.
limit-now = Qué puede hacer ahora
limit-codes-work = El código que ya tenga sigue sirviendo hasta que venza.
limit-desk-password = Si olvidó su contraseña, en recepción le pueden ayudar ahora.
limit-desk-code = Si no puede esperar, en recepción le pueden ayudar ahora.
limit-desk = Si no puede esperar, en recepción le pueden ayudar.
limit-busy-now = Espere hasta esa hora e inténtelo otra vez. No ha cambiado nada.
limit-enter-code = Escribir el código que ya tengo
limit-phone = Llamar a recepción: { $phone }
limit-log-in = Iniciar sesión de nuevo
limit-log-in-from = Iniciar sesión de nuevo, desde { $at_the }
limit-what-it-means = Qué significa una pausa
limit-not-counted = Intentarlo antes de { $at_the } no cambia nada: no se cuenta ni alarga la espera.
limit-not-you = ¿No fue usted? Su cuenta sigue cerrada para los demás: también necesitarían el código. Un navegador con el que ya inició sesión no se detiene por lo que hagan otros.
limit-known-device = Un dispositivo en el que eligió “Omitir este paso la próxima vez” todavía le deja entrar con su contraseña.
