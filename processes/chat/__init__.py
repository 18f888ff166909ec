"""The customer's side as a conversation: any question of the lane Customer asked field by field, and what else they want to know.

`bot.receive` takes a message of any channel and answers it; a channel only carries texts. `dialogue` turns a form into questions.
"""

from __future__ import annotations

from processes.chat.bot import Incoming, receive

__all__ = ["Incoming", "receive"]
