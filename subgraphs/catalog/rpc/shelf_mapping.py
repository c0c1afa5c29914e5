"""Between the messages of category writes and collections and their domain."""

from collections.abc import Iterable

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import collection_pb2
from emporium.common.v1.money_pb2 import Money as MoneyMessage

from chassis.wire import moment, timestamp
from subgraphs.catalog.domain.arrangement import Written
from subgraphs.catalog.domain.category_writes import (
    CategoriesOrder,
    CategoryChange,
    CategoryMove,
    CategoryRemoval,
    NewCategory,
)
from subgraphs.catalog.domain.collection import (
    Collection,
    CollectionChange,
    CollectionProducts,
    CollectionRule,
    CollectionRules,
    NewCollection,
    PageAsked,
    RuleMatch,
)
from subgraphs.catalog.domain.product import Category, Fault, Image
from subgraphs.catalog.domain.search import SortField
from subgraphs.catalog.rpc.mapping import DEFAULT_FIRST, category_message, fault_messages, image_message

MATCHES = {collection_pb2.MATCH_ANY: RuleMatch.ANY}
Versioned = pb.UpdateCategoryRequest | pb.MoveCategoryRequest | pb.CategoryPlace | pb.DeleteCategoryRequest
VersionedCollection = (
    collection_pb2.UpdateCollectionRequest
    | collection_pb2.DeleteCollectionRequest
    | collection_pb2.CollectionProductsRequest
)


def expected_version(request: Versioned | VersionedCollection) -> int | None:
    return request.expected_version if request.HasField("expected_version") else None


def _image(message: pb.Image) -> Image:
    return Image(
        url=message.url,
        alt=message.alt or None,
        width=message.width if message.HasField("width") else None,
        height=message.height if message.HasField("height") else None,
    )


def new_category(request: pb.CreateCategoryRequest) -> NewCategory:
    return NewCategory(
        name=request.name,
        parent_id=request.parent_id,
        slug=request.slug or None,
        description=request.description or None,
        image=_image(request.image) if request.HasField("image") else None,
        position=request.position if request.HasField("position") else None,
    )


def category_change(request: pb.UpdateCategoryRequest) -> CategoryChange:
    return CategoryChange(
        id=request.id,
        expected_version=expected_version(request),
        name=request.name if request.HasField("name") else None,
        slug=request.slug if request.HasField("slug") else None,
        description=request.description if request.HasField("description") else None,
        image=_image(request.image) if request.HasField("image") else None,
    )


def category_move(request: pb.MoveCategoryRequest) -> CategoryMove:
    return CategoryMove(
        id=request.id,
        parent_id=request.parent_id,
        position=request.position if request.HasField("position") else None,
        expected_version=expected_version(request),
    )


def categories_order(request: pb.ReorderCategoriesRequest) -> CategoriesOrder:
    places = tuple((place.id, expected_version(place)) for place in request.places)
    return CategoriesOrder(parent_id=request.parent_id, places=places)


def category_removal(request: pb.DeleteCategoryRequest) -> CategoryRemoval:
    return CategoryRemoval(
        id=request.id,
        expected_version=expected_version(request),
        products_to=request.move_products_to or None,
        children_to=request.move_children_to or None,
    )


def category_answer(category: Category | None, faults: Iterable[Fault]) -> pb.CategoryResponse:
    message = category_message(category) if category else None
    return pb.CategoryResponse(category=message, user_errors=fault_messages(faults))


def category_deleted(written: Written) -> pb.DeleteCategoryResponse:
    return pb.DeleteCategoryResponse(deleted_id=written.id, user_errors=fault_messages(written.faults))


def collection_message(collection: Collection) -> collection_pb2.Collection:
    return collection_pb2.Collection(
        id=collection.id,
        name=collection.name,
        slug=collection.slug,
        description=collection.description,
        image=image_message(collection.image) if collection.image else None,
        published=collection.published,
        rules=_rules_message(collection.rules) if collection.rules else None,
        product_count=collection.product_count,
        version=collection.version,
        created_at=timestamp(collection.created_at),
        updated_at=timestamp(collection.updated_at),
        seo_title=collection.seo_title,
        seo_description=collection.seo_description,
        channels=collection.channels,
    )


def collection_outcome(collection: Collection | None) -> collection_pb2.CollectionOutcome:
    return collection_pb2.CollectionOutcome(collection=collection_message(collection) if collection else None)


def _rules_message(rules: CollectionRules) -> collection_pb2.CollectionRules:
    match = collection_pb2.MATCH_ANY if rules.match is RuleMatch.ANY else collection_pb2.MATCH_ALL
    return collection_pb2.CollectionRules(match=match, rules=[_rule_message(each) for each in rules.rules])


def _rule_message(rule: CollectionRule) -> collection_pb2.CollectionRule:
    message = collection_pb2.CollectionRule(
        brands=rule.brands,
        category_id=rule.category,
        available_for_sale=rule.available,
        name_contains=rule.name_contains,
        created_after=timestamp(rule.created_after) if rule.created_after else None,
    )
    if rule.attribute is not None:
        message.attribute.CopyFrom(collection_pb2.AttributeCondition(key=rule.attribute, values=rule.values))
    if rule.min_price is not None:
        message.price.min.CopyFrom(MoneyMessage(minor_units=rule.min_price, currency_code=rule.currency or ""))
    if rule.max_price is not None:
        message.price.max.CopyFrom(MoneyMessage(minor_units=rule.max_price, currency_code=rule.currency or ""))
    return message


def rules_from(message: collection_pb2.CollectionRules) -> CollectionRules:
    return CollectionRules(
        match=MATCHES.get(message.match, RuleMatch.ALL), rules=tuple(_rule_from(each) for each in message.rules)
    )


def _rule_from(message: collection_pb2.CollectionRule) -> CollectionRule:
    low, high = message.price.min, message.price.max
    ends = [low] * message.price.HasField("min") + [high] * message.price.HasField("max")
    currencies = {each.currency_code for each in ends}
    return CollectionRule(
        brands=tuple(message.brands),
        category=message.category_id if message.HasField("category_id") else None,
        attribute=message.attribute.key if message.HasField("attribute") else None,
        values=tuple(message.attribute.values),
        min_price=low.minor_units if message.price.HasField("min") else None,
        max_price=high.minor_units if message.price.HasField("max") else None,
        # Two currencies are none: the rule is refused.
        currency=currencies.pop() if len(currencies) == 1 else None,
        available=message.available_for_sale if message.HasField("available_for_sale") else None,
        name_contains=message.name_contains if message.HasField("name_contains") else None,
        created_after=moment(message.created_after) if message.HasField("created_after") else None,
    )


def new_collection(request: collection_pb2.CreateCollectionRequest) -> NewCollection:
    return NewCollection(
        name=request.name,
        slug=request.slug or None,
        description=request.description or None,
        image=_image(request.image) if request.HasField("image") else None,
        published=request.published,
        rules=rules_from(request.rules) if request.HasField("rules") else None,
        product_ids=tuple(request.product_ids),
        channels=tuple(request.channels.slugs),
    )


def collection_change(request: collection_pb2.UpdateCollectionRequest) -> CollectionChange:
    return CollectionChange(
        id=request.id,
        expected_version=expected_version(request),
        name=request.name if request.HasField("name") else None,
        slug=request.slug if request.HasField("slug") else None,
        description=request.description if request.HasField("description") else None,
        image=_image(request.image) if request.HasField("image") else None,
        published=request.published if request.HasField("published") else None,
        rules=rules_from(request.rules) if request.HasField("rules") else None,
        channels=tuple(request.channels.slugs) if request.HasField("channels") else None,
    )


def collection_products(request: collection_pb2.CollectionProductsRequest) -> CollectionProducts:
    return CollectionProducts(
        id=request.collection_id,
        product_ids=tuple(request.product_ids),
        position=request.position if request.HasField("position") else None,
        expected_version=expected_version(request),
    )


def page_asked(request: collection_pb2.BatchListCollectionProductsRequest) -> PageAsked:
    return PageAsked(
        first=request.page.first or DEFAULT_FIRST,
        after=request.page.after,
        sort=SortField(pb.SortField.Name(request.sort_field)) if request.sort_field else SortField.RELEVANCE,
        descending=request.sort_direction == pb.DESC,
    )


def collection_answer(collection: Collection | None, faults: Iterable[Fault]) -> collection_pb2.CollectionResponse:
    message = collection_message(collection) if collection else None
    return collection_pb2.CollectionResponse(collection=message, user_errors=fault_messages(faults))


def collection_deleted(written: Written) -> collection_pb2.DeleteCollectionResponse:
    return collection_pb2.DeleteCollectionResponse(deleted_id=written.id, user_errors=fault_messages(written.faults))
