"""The two pages a shopper sees: one makes a token from a test card, one stands for the bank's 3-D Secure check."""

import html
from string import Template

PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title><style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 34rem; margin: 10vh auto; padding: 0 1rem }
button, select { font: inherit; padding: .4rem .9rem; margin-right: .5rem }
code { font-size: 1.05em; user-select: all }
small { opacity: .75 }
</style></head><body><main><h1>$title</h1>$body</main></body></html>
""")

TOKEN_FORM = Template("""<p>Choose what the card shall do. No real card number is ever asked for or taken.</p>
<form method="post"><select name="card" aria-label="Test card">$options</select>
<button>Make a token</button></form>""")

TOKEN_MADE = Template("""<p>Your payment token, for <code>checkoutComplete(input: {paymentToken: …})</code>:</p>
<p><code id="token">$token</code></p><p><a href="/">Another one</a></p>""")

ACTION = Template("""<p>Your bank asks: pay <strong>$amount</strong>?</p>
<form method="post"><button name="outcome" value="approve">Approve</button>
<button name="outcome" value="refuse">Refuse</button></form>
<p><small>This is a sandbox: no bank is involved, no money moves.</small></p>""")

ACTION_DONE = Template("""<p>$text</p><p><a href="$back">Back to the shop</a></p>""")


def page(title: str, body: str) -> str:
    return PAGE.substitute(title=html.escape(title), body=body)


def token_form(cards: list[str]) -> str:
    options = "".join(f"<option>{html.escape(card)}</option>" for card in cards)
    return page("Payment sandbox", TOKEN_FORM.substitute(options=options))


def token_made(token: str) -> str:
    return page("Payment sandbox", TOKEN_MADE.substitute(token=html.escape(token)))


def action(amount: str) -> str:
    return page("3-D Secure", ACTION.substitute(amount=html.escape(amount)))


def action_done(text: str, back: str | None) -> str:
    safe = back if back and back.startswith(("http://", "https://")) else "/"
    return page("3-D Secure", ACTION_DONE.substitute(text=html.escape(text), back=html.escape(safe)))
