"""Between search's messages and its domain."""

from collections.abc import Iterable

from emporium.catalog.v1 import catalog_pb2 as pb

from subgraphs.catalog.domain.explanation import Explanation
from subgraphs.catalog.domain.facet import Facet
from subgraphs.catalog.domain.found import Rescue, SearchHit, SearchPage, Suggestion
from subgraphs.catalog.domain.product import Product, Shop
from subgraphs.catalog.domain.search import AttributeFilter, Chosen, SearchRequest, SortField
from subgraphs.catalog.rpc.mapping import DEFAULT_FIRST, category_message, page_info, product_message

SORTS = {
    pb.SORT_FIELD_UNSPECIFIED: SortField.RELEVANCE,
    pb.RELEVANCE: SortField.RELEVANCE,
    pb.PRICE: SortField.PRICE,
    pb.NAME: SortField.NAME,
    pb.CREATED_AT: SortField.CREATED_AT,
}


def search_request_from(request: pb.SearchProductsRequest, shop: Shop) -> SearchRequest:
    chosen = request.filter
    return SearchRequest(
        query=request.query.strip(),
        shop=shop,
        first=request.page.first or DEFAULT_FIRST,
        after=request.page.after,
        category_id=chosen.category_id or None,
        collection_id=chosen.collection_id or None,
        brands=tuple(chosen.brands),
        min_price=chosen.min_price_minor_units if chosen.HasField("min_price_minor_units") else None,
        max_price=chosen.max_price_minor_units if chosen.HasField("max_price_minor_units") else None,
        available_for_sale=chosen.available_for_sale if chosen.HasField("available_for_sale") else None,
        include_unpublished=chosen.include_unpublished,
        attributes=tuple(_attribute_filter_from(each) for each in chosen.attributes),
        chosen=_merged(request.facets),
        sort=SORTS.get(request.sort_field, SortField.RELEVANCE),
        descending=request.sort_direction == pb.DESC,
        want_facets=request.want_facets,
        want_total=request.want_total,
        want_highlights=request.want_highlights,
        want_explanations=request.want_explanations,
        want_attributes=not request.without_attributes,
        want_categories=request.want_categories,
    )


def _attribute_filter_from(message: pb.AttributeFilter) -> AttributeFilter:
    return AttributeFilter(
        key=message.key,
        values=tuple(message.values),
        low=message.gte if message.HasField("gte") else None,
        high=message.lte if message.HasField("lte") else None,
    )


def _merged(facets: Iterable[pb.FacetInput]) -> tuple[Chosen, ...]:
    """Values of one facet are alternatives, also when they are sent apart."""
    values: dict[str, dict[str, None]] = {}
    for each in facets:
        values.setdefault(each.facet, {}).update(dict.fromkeys(each.values))
    return tuple(Chosen(facet=facet, values=tuple(chosen)) for facet, chosen in values.items() if chosen)


def search_response(page: SearchPage) -> pb.SearchProductsResponse:
    return pb.SearchProductsResponse(
        hits=[_hit_message(hit) for hit in page.hits],
        facets=[_facet_message(facet) for facet in page.facets],
        total_count=page.total,
        page_info=page_info(page),
        did_you_mean=page.did_you_mean,
        degraded=page.degraded,
        rescue=_rescue_message(page.rescue) if page.rescue else None,
        categories=[category_message(each) for each in page.categories],
    )


def related_response(lists: Iterable[Iterable[Product]]) -> pb.BatchListRelatedProductsResponse:
    return pb.BatchListRelatedProductsResponse(
        lists=[pb.RelatedProducts(products=[product_message(each) for each in products]) for products in lists]
    )


def suggest_response(suggestions: Iterable[Suggestion], degraded: str | None) -> pb.SuggestProductsResponse:
    return pb.SuggestProductsResponse(
        suggestions=[_suggestion_message(each) for each in suggestions], degraded=degraded
    )


def _suggestion_message(suggestion: Suggestion) -> pb.Suggestion:
    if suggestion.product_id:
        kind = pb.SUGGESTED_PRODUCT
    else:
        kind = pb.SUGGESTED_CATEGORY if suggestion.category_id else pb.SUGGESTED_QUERY
    return pb.Suggestion(
        text=suggestion.text,
        product_id=suggestion.product_id,
        category_id=suggestion.category_id,
        kind=kind,
        product=product_message(suggestion.product) if suggestion.product else None,
        category=category_message(suggestion.category) if suggestion.category else None,
    )


def _rescue_message(rescue: Rescue) -> pb.SearchRescue:
    return pb.SearchRescue(kind=rescue.kind.value, ignored_words=rescue.ignored_words, category_id=rescue.category_id)


def _explanation_message(explanation: Explanation) -> pb.SearchExplanation:
    return pb.SearchExplanation(
        score=explanation.score,
        parts=[
            pb.ScorePart(reason=each.reason, value=each.value, effect=pb.MULTIPLIES if each.multiplies else pb.ADDS)
            for each in explanation.parts
        ],
    )


def _hit_message(hit: SearchHit) -> pb.SearchHit:
    return pb.SearchHit(
        product=product_message(hit.product),
        cursor=hit.cursor,
        highlights=[pb.Highlight(field=field, snippet=snippet) for field, snippet in hit.highlights.items()],
        explanation=_explanation_message(hit.explanation) if hit.explanation else None,
    )


def _facet_message(facet: Facet) -> pb.Facet:
    return pb.Facet(
        key=facet.key,
        label=facet.label,
        kind=facet.kind.value,
        unit=facet.unit,
        values=[
            pb.FacetValue(
                value=each.value,
                label=each.label,
                count=each.count,
                selected=each.selected,
                level=each.level,
                parent_value=each.parent_value,
                low=each.low,
                high=each.high,
            )
            for each in facet.values
        ],
    )
