"""Between the messages of searched, learnt and blocked queries and their domain."""

from emporium.catalog.v1 import merchandising_pb2 as pb

from chassis.wire import timestamp
from subgraphs.catalog.domain.learnt_query import BlockedQuery, LearntQuery, SearchedQuery
from subgraphs.catalog.domain.page import Page
from subgraphs.catalog.rpc.mapping import page_info


def searched_from(message: pb.SearchedQuery) -> SearchedQuery:
    return SearchedQuery(
        channel=message.channel, locale=message.locale, text=message.text, askers=frozenset(message.askers)
    )


def learnt_page(page: Page[LearntQuery]) -> pb.ListLearntQueriesResponse:
    return pb.ListLearntQueriesResponse(
        nodes=[_learnt_message(each) for each in page.items], page_info=page_info(page), cursors=page.cursors
    )


def _learnt_message(learnt: LearntQuery) -> pb.LearntQuery:
    return pb.LearntQuery(
        channel=learnt.channel, locale=learnt.locale or None, text=learnt.text, weight=learnt.weight,
        asked_at=timestamp(learnt.asked_at),
    )  # fmt: skip


def blocked_message(blocked: BlockedQuery) -> pb.BlockedQuery:
    return pb.BlockedQuery(text=blocked.text, blocked_by=blocked.blocked_by, blocked_at=timestamp(blocked.blocked_at))


def blocked_page(page: Page[BlockedQuery]) -> pb.ListBlockedQueriesResponse:
    return pb.ListBlockedQueriesResponse(
        nodes=[blocked_message(each) for each in page.items], page_info=page_info(page), cursors=page.cursors
    )
