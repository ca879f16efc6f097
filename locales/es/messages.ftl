# Emails and texts. Texts must fit 160 characters of GSM-7: no typographic quotes, no á í ó ú (ñ and é are there).

message-hello = ¡Hola, { $name }!
message-code-subject = Su código de { $product }, pedido { $at_on }
message-code-enter = Cuando se lo pidan, escriba este código para terminar de entrar en { $product }.
# $at when it was asked for, $until when it expires
message-code-minutes = Su código vence después de { layout-minutes }, { $until_on }. Lo pidió { $at_on }.
message-code-not-you = ¿No pidió este código de { $product }?
message-code-not-you-do = Si sigue recibiendo estos correos por error, considere cambiar su contraseña. En recepción le pueden ayudar: { $phone }. Nadie de la clínica le pedirá nunca su código.
message-sent-from = Enviado desde { $product } por { $organization }. Este correo se generó automáticamente. Las respuestas no se leen ni se reenvían.
message-help = Ayuda: { $phone }.{ layout-open }
# The whole of a code's text but its last line. $code
message-code-text = { $code } es su codigo de { $product }. Sirve durante { layout-minutes }. Nadie de la clinica se lo va a pedir.

# What to do, in every notice.
message-not-you = ¿No fue usted?
message-was-you = Si fue usted, no tiene que hacer nada.
message-not-you-call = Llame a recepción al { $phone }.{ layout-open } Tenga a mano su número de expediente y su fecha de nacimiento. Nunca le pediremos su contraseña ni un código.

# $at when, $browser "Chrome en Windows", $count how many
message-new-device-subject = Nuevo inicio de sesión en { $product }
message-new-device = Alguien inició sesión en { $product } con su usuario, su contraseña y un código { $at_on }, con { $browser }. No conocíamos ese navegador.
message-new-device-text = { $product }: nuevo inicio de sesion con { $browser }, { $at }. Si no fue usted, llame al { $phone }.
message-wrong-codes-subject = { $product }: contraseña correcta, códigos incorrectos
message-wrong-codes = Alguien escribió su contraseña correcta de { $product } { $at_on }, con { $browser }, y después { $count ->
    [one] { $count } código incorrecto
   *[other] { $count } códigos incorrectos
}. No pudo entrar, pero es posible que sepa su contraseña.
message-wrong-codes-text = { $product }: contraseña correcta y { $count } codigos incorrectos, { $at }. Si no fue usted, alguien sabe su contraseña. Llame al { $phone }.
message-device-twice-subject = { $product } vuelve a pedir un código
message-device-twice = Un navegador en el que eligió “Omitir este paso la próxima vez” ({ $browser }) se usó desde dos lugares { $at_on }. Es posible que hayan copiado su marca, así que ya no omite el código.
message-device-twice-text = { $product }: un navegador que omite el codigo se uso desde dos lugares, { $at }. Ya no lo omite. Si no fue usted, llame al { $phone }.
message-many-failures-subject = Muchos intentos fallidos en { $product }
message-many-failures = Hubo { $count } intentos fallidos seguidos de iniciar sesión en { $product } con su usuario. El último fue { $at_on }, con { $browser }. Ninguno logró entrar. Para proteger su información de salud, es posible que haya una pausa.
message-many-failures-text = { $product }: { $count } intentos fallidos de entrar con su usuario, { $at }. Ninguno entro. Si no fue usted, llame al { $phone }.
