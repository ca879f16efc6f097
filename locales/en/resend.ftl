# resend
