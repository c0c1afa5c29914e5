"""How many values an answer has, at most: known before it is written, because rows are shared."""

from graphql import GraphQLList, GraphQLNonNull

from gateway.federation.plan import Asked, Shape


def object_weight(asked: Asked) -> int:
    """Values of one object of this field, without those of lists and fetches below, which count for themselves."""
    return max((_shape_weight(shape) for shape in asked.shapes.values()), default=0)


def _shape_weight(shape: Shape) -> int:
    inside = (asked for asked in shape.fields() if asked.fetch is None and not _is_list(asked))
    return len(shape.asked) + sum(object_weight(asked) for asked in inside)


def _is_list(asked: Asked) -> bool:
    type_ = asked.definition.type
    return isinstance(type_.of_type if isinstance(type_, GraphQLNonNull) else type_, GraphQLList)
