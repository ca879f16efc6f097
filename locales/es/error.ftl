# What goes wrong beside a form.

error-back = Ir al inicio
error-back-login = Ir a la página de inicio de sesión
error-back-home = Ir a su página principal
# $status a number
error-number = Si llama a recepción, dígales: página { $status }.

error-bad-request = No pudimos leer lo que se envió
error-bad-request-why = No se cambió nada. Vuelva al inicio y escríbalo otra vez.
error-form = Esta página estuvo abierta demasiado tiempo o llegó de otro lugar
error-form-why = Por su seguridad, solo aceptamos formularios de nuestra propia página y del navegador que la abrió. No se cambió nada. Abra la página de nuevo y escríbalo otra vez.
error-no-cookies = Su navegador no guardó nuestra cookie
error-no-cookies-why = Necesitamos una cookie pequeña para saber que el formulario es suyo. No se cambió nada.
error-no-cookies-1 = Permita las cookies de este sitio y abra la página de nuevo.
error-no-cookies-2 = La dirección debe empezar con <b>https://</b> o ser <b>http://localhost</b>. Safari solo guarda nuestra cookie con https.
error-not-yours = Esta página no corresponde a esta sesión
error-not-yours-why = Su sesión está abierta, pero esta página es de otra persona.
error-not-found = Esa página no existe
error-not-found-why = Revise la dirección. Si llegó por un enlace, es posible que la página haya cambiado de lugar.
error-method = Esta dirección funciona de otra manera
error-method-why = No se cambió nada. Abra la página de nuevo y use sus botones.
error-slow = Lo que envió no llegó a tiempo
error-slow-why = No se cambió nada. Revise su conexión y envíelo otra vez.
error-conflict = Esto no es posible ahora
error-conflict-why = Algo cambió desde que abrió la página. Ábrala de nuevo para ver cómo está todo.
error-too-large = Era demasiado largo
error-too-large-why = No se cambió nada. Abra la página de nuevo y escriba menos.
error-media-type = No pudimos leer lo que se envió
error-media-type-why = Llegó en un formato que no aceptamos. No se cambió nada. Use los botones de nuestra página.
error-unprocessable = Hay algo que corregir en el formulario
error-unprocessable-why = No se cambió nada. Abra la página de nuevo y revise cada campo.
error-too-many = Hubo demasiados intentos
error-too-many-why = Espere unos minutos e inténtelo otra vez.
error-broken = Algo falló de nuestro lado
error-broken-why = No fue culpa suya. Inténtelo otra vez; si vuelve a pasar, llame a recepción.
error-outage = Volvemos pronto
error-outage-why = Una parte de nuestro sistema no responde en este momento. No se perdió nada. Inténtelo de nuevo en un minuto.
