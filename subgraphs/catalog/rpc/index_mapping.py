"""The search index's upkeep as messages."""

from emporium.catalog.v1 import catalog_pb2 as pb

from subgraphs.catalog.app.verify_index import Verified


def verified_message(verified: Verified) -> pb.VerifyIndexResponse:
    differences = [
        pb.IndexDifference(product_id=each.product_id, kind=each.kind, detail=each.detail)
        for each in verified.differences
    ]
    return pb.VerifyIndexResponse(
        checked_count=verified.checked, pending_count=verified.pending, differences=differences, next=verified.next
    )
