"""A mail server that is not ours: aiosmtpd, on a port of its own on 127.0.0.1.

Prints `PORT n`, then a line of JSON for each message it takes: {"from", "to", "raw" (base64)}.
Ends when its standard input does.
"""

import asyncio
import base64
import json
import sys

from aiosmtpd.smtp import SMTP


class Keep:
    async def handle_DATA(self, server, session, envelope):
        for to in envelope.rcpt_tos:
            raw = base64.b64encode(envelope.content).decode()
            print(json.dumps({"from": envelope.mail_from, "to": to, "raw": raw}), flush=True)
        return "250 2.0.0 kept"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keep(), decode_data=False, loop=loop), "127.0.0.1", 0)
    print("PORT", server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
