# faq
