# The demo's outbox.

dev-title = Mensajes recién enviados
dev-lead = La demostración atrapa aquí cada correo y mensaje de texto en lugar de enviarlo. Esta página se actualiza sola.
dev-empty = Todavía no se ha enviado nada. Inicie sesión, elija cómo recibir el código y aparecerá aquí.
# $to an address or a number
dev-text-to = Mensaje de texto a { $to }
dev-to = Para
dev-at = Hora de llegada
dev-copy = Copiar el código
dev-copied = Copiado
dev-html = Ver como lo muestra un programa de correo
dev-gallery = Todos los mensajes que existen
