"""Ids."""

from uuid import RFC_4122, UUID

from chassis.ids import new_id, prefix_of


def test_ids_are_uuids_of_version_7_that_sort_by_their_time_and_are_never_the_same() -> None:
    made = [new_id("prd") for _ in range(2_000)]

    assert made == sorted(made)
    assert len({each[-15:] for each in made}) == len(made), "the random bits alone tell them apart"
    shown = UUID(made[0].removeprefix("prd_"))
    assert (shown.version, shown.variant, prefix_of(made[0])) == (7, RFC_4122, "prd")
