# The password page.

login-title = Inicie sesión en { $product }
login-lead = Primero su contraseña y después un código de un solo uso por correo o mensaje de texto.
login-username = Nombre de usuario
login-password = Contraseña
login-go = Iniciar sesión
# The button over the password's end; its second word is for the ear.
login-show = Mostrar<span class="ear"> la contraseña</span>
login-forgot = ¿Olvidó su usuario o su contraseña? En recepción le pueden ayudar: <a href="/faq#neither">qué debe tener a mano</a> cuando llame al { $phone }.
login-no-username = Escriba su nombre de usuario
login-no-password = Escriba su contraseña
login-no-fit = Revise su usuario y su contraseña, y escriba los dos de nuevo
login-outage-email = En este momento los códigos por correo tardan en llegar. Si puede, pida su código por mensaje de texto.
login-outage-text = En este momento los códigos por mensaje de texto tardan en llegar. Si puede, pida su código por correo.
# Said once the password was right.
login-disabled = Su cuenta está desactivada. Llame a la recepción al { $phone }
