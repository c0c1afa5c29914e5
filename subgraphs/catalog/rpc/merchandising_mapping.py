"""Between the messages of channels and texts and their domain."""

from emporium.catalog.v1 import merchandising_pb2 as pb

from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.texts import SeoChange, TextWrite, kind_of
from subgraphs.catalog.rpc.mapping import fault_messages


def seo_change_from(message: pb.SeoChange) -> SeoChange:
    return SeoChange(
        id=message.id,
        slug=message.slug if message.HasField("slug") else None,
        title=message.title if message.HasField("title") else None,
        description=message.description if message.HasField("description") else None,
        expected_version=message.expected_version if message.HasField("expected_version") else None,
    )


def text_write_message(write: TextWrite) -> pb.TextWrite:
    kind = None if write.faults else kind_of(write.id)
    return pb.TextWrite(
        product_id=write.id if kind is EntityKind.PRODUCT else None,
        category_id=write.id if kind is EntityKind.CATEGORY else None,
        collection_id=write.id if kind is EntityKind.COLLECTION else None,
        user_errors=fault_messages(write.faults),
    )
