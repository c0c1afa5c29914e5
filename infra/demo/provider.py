"""The payment sandbox as a shop's page and an accountant meet it: a card becomes a token, the ledger tells the rest."""

from dataclasses import dataclass

import httpx

GOOD_CARD = "approve"
DECLINED_CARD = "decline"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """The sandbox at `url`, with its key."""

    http: httpx.AsyncClient
    url: str
    api_key: str

    async def token(self, card: str) -> str:
        """A payment token for a test card."""
        answer = await self.http.post(f"{self.url}/v1/tokens", data={"card": card}, headers=self._headers())
        answer.raise_for_status()
        return str(answer.json()["id"])

    async def entries(self, order_id: str) -> list[tuple[str, int]]:
        """What the provider's ledger holds about an order: (kind, minor units), oldest first."""
        answer = await self.http.get(
            f"{self.url}/v1/ledger", params={"order": order_id, "limit": 1000}, headers=self._headers()
        )
        answer.raise_for_status()
        return [(entry["kind"], entry["amount"]) for entry in answer.json()["data"]]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.api_key}"}
