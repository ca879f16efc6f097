# How would you like to receive the code?

choose-page = Elija cómo recibir su código
choose-title = ¿Cómo prefiere recibir el código?
choose-title-none = Ahora no podemos enviarle un código
choose-lead = Queremos que su información de salud esté siempre protegida. A partir de ahora le pediremos un código de un solo uso para verificar su identidad.
choose-nothing-yet = No enviamos nada hasta que usted elija.
choose-email = Enviar a mi correo
choose-text = Enviar un mensaje de texto a mi teléfono
choose-worked-last = Funcionó la última vez
choose-text-only = Si elige el mensaje de texto, lo usaremos solo para su código de un solo uso; no incluye otras funciones de { $product }.
choose-stop = Si antes canceló los mensajes de texto respondiendo “STOP”, no podrá recibir el código por mensaje.
choose-neither = No puedo usar ninguna de las dos opciones
choose-cannot = No puedo usar esta opción
choose-steps = Qué pasa ahora
choose-step-1 = Le enviaremos un código a su correo o a su teléfono.
choose-step-2 = Cuando reciba el código, escríbalo en la siguiente pantalla.
choose-step-3 = Una vez que verifiquemos su identidad, entrará en { $product }.
choose-tip = <b>Consejo útil:</b> Si usa el correo, ábralo en una pestaña nueva del navegador para ver su código.

# A way that cannot work, and how to mend it.
choose-email-closed = Enviar a mi correo: ahora no es posible
choose-email-missing = No tenemos su dirección de correo. Para agregarla, llame a recepción al { $phone }.
choose-email-refused = El último correo que le enviamos fue devuelto. Revise que su buzón no esté lleno. Si su dirección cambió, llame a recepción al { $phone }.
choose-email-outage = Nuestro servicio de correo no responde en este momento. Use la otra opción o <a href="/verify/choose">vuelva a intentarlo</a> en unos minutos.
choose-text-closed = Mensaje de texto a mi teléfono: ahora no es posible
# $to the number, $since a day
choose-text-stopped = No podemos enviar mensajes { $to_to }: respondió STOP el { $since }. Para volver a recibirlos, envíe <b>START</b> desde ese teléfono al <b>{ $text_from }</b>, espere un minuto y <a href="/verify/choose">revise de nuevo</a>.
choose-text-missing = No tenemos su número de celular. Para agregarlo, llame a recepción al { $phone }.
choose-text-landline = El número que tenemos es de un teléfono fijo, que no puede mostrar mensajes. Para agregar un celular, llame a recepción al { $phone }.
choose-text-country = El número que tenemos es de un país al que no podemos enviar mensajes. <a href="/faq#abroad">Qué hacer si está en el extranjero</a>.
choose-text-refused = Su compañía telefónica rechazó nuestro último mensaje. Revise que el teléfono esté encendido y pueda recibir mensajes. Si su número cambió, llame a recepción al { $phone }.
choose-text-outage = Nuestro servicio de mensajes no responde en este momento. Use la otra opción o <a href="/verify/choose">vuelva a intentarlo</a> en unos minutos.
choose-no-texts = { $organization } no envía códigos por mensaje de texto.
choose-limit = Ya se envió el máximo de códigos por esta vía. Podrá usarla de nuevo { $at_on }. El código que ya tenga sigue sirviendo.
choose-none = Elija correo electrónico o mensaje de texto
choose-closed = Esta opción no es posible en este momento. Elija otra o llame a la recepción al { $phone }
