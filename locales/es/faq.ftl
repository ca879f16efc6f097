# The how-to and the questions. Every answer is linked from somewhere: anchors are in src/pages/faq.rs.

faq-title = Cómo usar la verificación en dos pasos de { $product }
faq-lead = La verificación en dos pasos agrega seguridad a su contraseña. Le enviamos un código de un solo uso a su correo o a su celular. Debe escribir ese código antes de entrar a ver su información de salud privada.
faq-steps = Cómo iniciar sesión con un código
faq-step-1 = Elija <b>Enviar a mi correo</b>{ $texts ->
    [off] .
   *[on] { " " }o <b>Enviar un mensaje de texto a mi teléfono</b>. Si elige el mensaje de texto, el código llegará a su celular.
}
faq-step-2 = Escriba el código que reciba por correo o mensaje de texto en la página “Verifique su identidad”.
faq-step-3 = No se lo pediremos de nuevo si marca “Omitir este paso la próxima vez” ({ layout-mobile-days } en un celular y { $desktop_days } en una computadora).
faq-on-this-page = En esta página

faq-about = Sobre la verificación en dos pasos
faq-what = ¿Qué es la verificación en dos pasos?
faq-what-answer = Es una manera de confirmar que usted es quien dice ser, con dos elementos distintos: algo que usted sabe (su contraseña) y un código que le enviamos: { layout-email-code } por correo{ $texts ->
    [off] .
   *[on] , { layout-text-code } por mensaje de texto.
}
faq-why = ¿Por qué debo usar la verificación en dos pasos?
faq-why-answer = Da más seguridad al registrarse, al iniciar sesión y al cambiar una contraseña olvidada o vencida en { $product }. Reduce el robo de identidad y ayuda a que nadie más vea su información de salud.
faq-how = ¿Cómo funciona la verificación en dos pasos?
faq-how-answer = Después de escribir su usuario y su contraseña de { $product }, llega a una página donde elige recibir un código por correo o por mensaje de texto. Cuando lo reciba, escríbalo en la página “Verifique su identidad” para terminar de entrar en { $product }.
faq-every = ¿Tengo que usar la verificación en dos pasos cada vez que entro en { $product }?
faq-every-answer = Sí, a menos que indique que el dispositivo es privado y omita este paso la próxima vez. Entonces no le pediremos el código durante { layout-mobile-days } en un celular o { layout-desktop-days } en una computadora. En ese dispositivo basta con su contraseña, así que elíjalo solo donde nadie más pueda usar su dispositivo.
faq-look = ¿Cómo es un código?
faq-look-answer = El código por correo tiene { layout-email-code }{ $texts ->
    [off] .
   *[on] ; el código por mensaje de texto, { layout-text-code }.
} Da igual si usa mayúsculas o minúsculas, y puede dejar espacios y guiones. También puede pegar el mensaje completo: nosotros encontramos el código.
faq-language = ¿Cómo cambio el idioma?
faq-language-answer = Elija <b lang="en">View in English</b> en la parte de arriba de cualquier página. Lo que escribió se conserva, menos las contraseñas y los códigos. Los códigos también llegarán en ese idioma.

faq-missing = Cuando el código no llega
faq-late = El código no llegó
faq-late-answer = Espere dos minutos. Si es un correo, revise la carpeta de correo no deseado; si es un mensaje de texto, revise que el teléfono tenga señal. La página muestra a qué hora entregamos el mensaje. Después elija Reenviar el código o pídalo por la otra vía. El código que ya tiene sigue sirviendo. Puede reenviarlo { $resends ->
    [one] { $resends } vez
   *[other] { $resends } veces
} en cada inicio de sesión y recibir { $codes_per_day } códigos en 24 horas.
faq-several = Recibí varios códigos
faq-several-answer = Use el más reciente. Cada correo dice a qué hora lo pidió, y la página muestra la misma hora. Los tres más recientes que no hayan vencido sirven.
faq-expired = Mi código venció
faq-expired-answer = Cada código sirve durante { layout-minutes } y una sola vez. Elija Reenviar el código para recibir uno nuevo. Si pasó demasiado tiempo, inicie sesión de nuevo.
faq-robot = La casilla “No soy un robot” no funciona
faq-robot-answer = No la necesita. Espere hasta la hora que muestra la página, unos { $wait } segundos después del último código, y el botón funcionará sin la casilla. Una comprobación que falla no le cuesta nada.
faq-stop = Respondí STOP
faq-stop-answer = Envíe <b>START</b> desde el mismo teléfono al <b>{ $text_from }</b>. Después de un minuto volverá a recibir mensajes. Mientras tanto, use su correo.
faq-landline = Tengo un teléfono fijo
faq-landline-answer = Un teléfono fijo no puede mostrar mensajes. Pida el código por correo. Para agregar un celular, llame a recepción al { $phone }.
faq-abroad = Estoy en el extranjero
faq-abroad-answer = El correo funciona en todas partes. En una red extranjera los mensajes de texto pueden tardar o no llegar, y no podemos enviarlos a todos los países. Antes de viajar, pida un código por correo para ver que le llega.
faq-neither = No puedo usar ni el correo ni los mensajes de texto
faq-neither-answer = Llame a recepción al { $phone }.{ layout-open } Tenga a mano su número de expediente y su fecha de nacimiento. Nunca le pediremos su contraseña ni un código.

faq-safe = Para su seguridad
faq-asked = No pedí ningún código
faq-asked-answer = Es posible que alguien sepa su contraseña. Sin el código no puede entrar, así que no se lo diga a nadie. Llame a recepción al { $phone } para que cambien su contraseña.
faq-real = ¿Este mensaje es de ustedes?
faq-real-answer = Un mensaje con un código no trae enlaces ni le pide nada. Un mensaje de texto termina con la línea <b>@{ $host }</b> y el código. Escriba un código solo en la página que empieza con <b>{ $host }</b> en la barra de direcciones de su navegador. Nadie de la clínica se lo pedirá nunca.
faq-shared = Uso una computadora compartida
faq-shared-answer = No marque la casilla “Omitir este paso la próxima vez” y cierre la sesión al terminar. Después cierre el navegador.
faq-lost = Perdí mi teléfono
faq-lost-answer = Inicie sesión en otro dispositivo y pida el código por correo. Después llame a recepción al { $phone }: allí pueden quitar el número y borrar lo que ese teléfono tenía guardado.
faq-locked = No me deja entrar
faq-locked-answer = Después de { $password_free } contraseñas incorrectas hacemos una pausa y le mostramos a qué hora puede volver. Basta con esperar; los intentos mientras tanto no cambian nada. Después de muchísimos intentos solo recepción puede abrir la cuenta: llame al { $phone }. Un navegador que ya usó no se detiene por lo que intenten otros.
faq-signed-out = Se cerró mi sesión
faq-signed-out-answer = Cerramos la sesión después de { layout-idle } sin actividad y, en todo caso, después de { layout-hours-most }. Al iniciar sesión de nuevo vuelve a donde estaba.
faq-stored = ¿Qué se guarda en mi dispositivo?
faq-stored-answer = Unas pocas cookies pequeñas: una para su sesión, una para su idioma, una que muestra que un formulario es suyo y una para reconocer este navegador la próxima vez. Ninguna contiene su nombre ni nada sobre su salud. No rastreamos lo que hace en internet ni entregamos nada a otros.
