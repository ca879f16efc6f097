# Signed in.

# $name the first name
home-page = Hola, { $name }
home-title = ¡Hola, { $name }!
home-lead = Su sesión en { $product } está abierta.
home-portal = Su expediente de salud
home-portal-what = Los resultados, las visitas, los medicamentos y los mensajes están en { $portal }.
home-portal-go = Ir a { $portal }
home-last = Último inicio de sesión
home-with = Con
home-until = Su sesión sigue abierta hasta
# $until, $most clock times
home-until-why = Si no hace nada, cerraremos su sesión { $until_on }. Cada página que abra aquí agrega { layout-idle }, como máximo hasta { $most_the }.
home-stay = Seguir con la sesión abierta
home-not-you = ¿No fue usted la última vez? Llame a recepción al { $phone }.
