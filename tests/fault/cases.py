"""The fault cases of checkout and the tests that prove each: what `make fault` runs and tells in docs/fault-matrix.md.

A proof is a test's name without its parameters, as pytest shows it; all its parameters count, or after `~` those that
contain a text.
"""

from dataclasses import dataclass, field

CHECKOUT = "tests/component/order/test_checkout.py::"
AFTER = "tests/component/order/test_after_the_pivot.py::"
PAYMENTS = "tests/component/order/test_payments.py::"
CARTS = "tests/component/order/test_carts.py::"
RULES = "tests/component/order/test_rules.py::"
TWINS = "tests/component/order/test_two_services.py::"
POOL = "tests/component/order/test_small_pool.py::"
STOCK = "tests/component/catalog/test_inventory.py::"
EVENTS = "tests/component/chassis/test_outbox_and_inbox.py::"
SUMS = "tests/unit/order/test_pricing.py::"
PRICING = "tests/component/order/test_pricing.py::"
ENGINE = "tests/unit/order/test_saga_leases.py::"
KILLS = "tests/fault/test_kill_points.py::test_a_kill_loses_nothing"
CONSUMERS = "tests/fault/test_consumers.py::"
MOVING = "tests/fault/test_moving_shop.py::"
NEIGHBOURS = "tests/fault/test_slow_neighbours.py::"
UNPRICED = NEIGHBOURS + "test_an_order_placed_without_prices_is_not_lost_by_a_kill_at_its_own_pricing"
OUTAGES = "tests/fault/test_outages.py::"
CUTS = "tests/fault/test_interruptions.py::"
RACES = "tests/fault/test_races.py::"
LOST_ANSWER = CHECKOUT + "test_an_answer_that_is_lost_or_late_charges_once"
EVENT_DELIVERY = CHECKOUT + "test_an_approved_action_goes_on_by_the_providers_event"

ALL = "I1–I12"
VIEWS = "I1–I5, I7–I11"
OWN = "its own"


@dataclass(frozen=True)
class Case:
    number: int
    title: str
    checks: str
    """The invariants its proofs check at the end."""
    proofs: tuple[str, ...] = field(default=())
    missing: str = ""
    """Why it has no proof, or none of the whole case."""


CASES = (
    Case(1, "provider times out after charging", ALL, (LOST_ANSWER, KILLS + "~charge_then_timeout-")),
    Case(2, "500 after charging", ALL, (LOST_ANSWER, KILLS + "~500_after_charge-")),
    Case(
        3,
        "decline after reserve",
        ALL,
        (CHECKOUT + "test_a_declined_card_returns_the_stock_and_leaves_the_cart_open", KILLS + "~decline-"),
    ),
    Case(
        4,
        "3-D Secure abandoned",
        ALL,
        (CHECKOUT + "test_an_abandoned_action_is_given_up_in_time", KILLS + "~abandoned-"),
    ),
    Case(
        5,
        "webhook before the API's answer",
        VIEWS,
        (EVENT_DELIVERY, CHECKOUT + "test_an_event_that_comes_while_the_provider_is_asked_is_not_lost"),
    ),
    Case(6, "webhook ten times in parallel", VIEWS, (EVENT_DELIVERY,)),
    Case(7, "webhooks reordered", VIEWS, (EVENT_DELIVERY,)),
    Case(8, "webhook lost", OWN, (CHECKOUT + "test_an_approved_action_goes_on_when_the_shopper_comes_back",)),
    Case(9, "forged or old signature", OWN, (AFTER + "test_forged_old_and_malformed_events_are_refused",)),
    Case(10, "crash at each kill point", ALL, (KILLS, UNPRICED)),
    Case(11, "crash during compensation", ALL, (KILLS + "~undo_", CUTS + "test_a_cancellation_is_killed_and_taken_up")),
    Case(12, "crash during recovery", ALL, (KILLS + "~-then-",)),
    Case(
        13,
        "two engines on one saga",
        ALL,
        (
            CUTS + "test_an_engine_frozen_beyond_its_lease_is_fenced_off",
            TWINS + "test_checkouts_through_both_are_done_once_each",
            ENGINE + "test_an_engine_that_lost_its_lease_cannot_write",
        ),
    ),
    Case(
        14,
        "Kafka down, then drained",
        ALL,
        (
            EVENTS + "test_without_kafka_events_wait",
            OUTAGES + "test_kafka_is_away_for_long_and_every_event_has_its_effect_once",
        ),
    ),
    Case(
        15,
        "relay publishes twice",
        ALL,
        (EVENTS + "test_an_event_that_comes_twice_has_its_effect_once", KILLS + "~before_relay_ack"),
    ),
    Case(
        16,
        "poison event",
        OWN,
        (
            EVENTS + "test_a_poison_event_is_parked_after_its_attempts_and_the_others_take_effect",
            EVENTS + "test_a_replayed_dead_letter_takes_effect_once_or_is_parked_again_with_who_asked",
        ),
    ),
    Case(
        17,
        "consumer rebalance in the middle of a batch",
        OWN,
        (
            CONSUMERS + "test_a_rebalance_in_the_middle_of_a_batch_repeats_and_loses_nothing",
            CONSUMERS + "test_another_consumer_that_joins_in_the_middle_of_a_batch_repeats_no_effect",
        ),
    ),
    Case(
        18,
        "PostgreSQL goes away in the middle of a step",
        ALL,
        (
            OUTAGES + "test_postgres_is_restarted_in_the_middle_of_a_step",
            CUTS + "test_a_database_that_goes_away_in_the_middle_of_a_step",
            "tests/component/chassis/test_database.py::test_the_locks_of_a_client_that_fell_silent_are_free_soon",
        ),
    ),
    Case(
        19,
        "pool exhaustion",
        VIEWS,
        (
            POOL + "test_a_pool_of_two_connections_serves_twenty_shoppers",
            POOL + "test_a_pool_whose_connections_are_all_stuck_says_so_and_recovers",
        ),
    ),
    Case(
        20,
        "Redis flushed",
        ALL,
        ("tests/fault/test_redis_flushed.py::test_redis_is_flushed_in_the_middle_of_a_checkout",),
    ),
    Case(
        21,
        "Elasticsearch down or stale",
        ALL,
        (NEIGHBOURS + "test_a_checkout_needs_no_search_engine",),
        "prices and stock come from PostgreSQL, so a stale index is never asked",
    ),
    Case(
        22,
        "last item, many racers",
        ALL,
        (
            RACES + "test_fifty_shoppers_race_for_ten_units_and_exactly_ten_get_one",
            RACES + "test_the_inventory_attack_never_sells_more_than_there_is",
            CHECKOUT + "test_the_last_item_goes_to_one_of_many_racers",
        ),
    ),
    Case(
        23,
        "one cart, two tabs",
        ALL,
        (
            CHECKOUT + "test_two_tabs_of_one_cart_make_one_order",
            RACES + "test_the_cart_attack_pays_for_every_unit_that_is_sold",
        ),
    ),
    Case(
        24,
        "double click, and retry after a lost answer",
        ALL,
        (CHECKOUT + "test_a_repeated_key_gives_the_same_order", KILLS),
    ),
    Case(25, "same key, other arguments", OWN, (CHECKOUT + "test_a_key_with_other_arguments_is_refused",)),
    Case(26, "same key, at once", VIEWS, (TWINS + "test_checkouts_through_both_are_done_once_each",)),
    Case(
        27,
        "price or tax change in the middle of checkout",
        ALL,
        (
            MOVING + "test_price_and_tax_that_change_after_pricing_change_nothing_that_was_agreed",
            MOVING + "test_a_price_that_changes_before_pricing_is_refused_with_both_totals",
            CHECKOUT + "test_a_changed_price_is_refused_before_any_authorisation",
        ),
    ),
    Case(
        28,
        "product unpublished in the middle of checkout",
        ALL,
        (
            MOVING + "test_a_product_unpublished_after_it_was_reserved_is_sold_as_agreed",
            MOVING + "test_a_product_unpublished_before_it_was_reserved_is_refused",
            CHECKOUT + "test_an_unpublished_product_is_refused",
        ),
    ),
    Case(
        29,
        "stock lowered below reserved",
        OWN,
        (STOCK + "test_stock_is_adjusted_once_a_key_and_never_below_what_is_held",),
    ),
    Case(
        30,
        "code limit race",
        ALL,
        (
            RULES + "test_a_codes_last_uses_go_to_as_many_of_many_racers",
            RULES + "test_one_customer_uses_a_code_as_often_as_it_allows_and_another_still_can",
            RACES + "test_the_voucher_attack_uses_a_code_once",
            RULES + "test_a_limit_lowered_while_uses_are_claimed_is_refused_or_holds",
        ),
    ),
    Case(
        31,
        "code expires between quote and confirmation",
        OWN,
        (
            RULES + "test_a_code_that_expires_between_quote_and_confirmation_is_refused",
            RULES + "test_a_code_that_expires_while_the_bank_asks_was_claimed_in_time",
        ),
    ),
    Case(
        32,
        "cancel racing capture",
        ALL,
        (AFTER + "test_a_cancel_that_meets_the_capture_waits_for_it", KILLS + "~cancelled_in_flight-"),
    ),
    Case(
        33,
        "cancel racing ship",
        VIEWS,
        (
            RULES + "test_of_a_cancel_and_a_shipment_at_once_one_wins",
            RULES + "test_an_order_ships_in_parcels_that_are_followed_and_arrive",
        ),
    ),
    Case(
        34,
        "partial capture then cancel",
        VIEWS,
        (
            PAYMENTS + "test_a_partly_paid_order_that_is_cancelled_gets_back_exactly_that",
            PAYMENTS + "test_less_taken_than_the_total_is_written_down_and_asks_an_operator",
            RULES + "test_a_cancel_after_a_partial_refund_gives_back_the_rest",
        ),
    ),
    Case(
        35,
        "refund retried after a timeout",
        ALL,
        (AFTER + "test_a_refund_whose_answer_is_lost_is_paid_once", KILLS + "~refund_then_timeout-"),
    ),
    Case(
        36,
        "two equal partial refunds",
        OWN,
        (AFTER + "test_a_repeated_refund_pays_back_once_and_two_equal_ones_twice",),
    ),
    Case(37, "refund above what was captured", VIEWS, (AFTER + "test_partial_refunds_add_up_and_never_exceed",)),
    Case(
        38,
        "authorisation expired before capture",
        ALL,
        (
            CHECKOUT + "test_an_authorisation_that_expired_before_capture_closes_the_order",
            KILLS + "~expired_authorization-",
        ),
    ),
    Case(
        39,
        "reservation expired while the provider is slow",
        ALL,
        (
            RULES + "test_a_reservation_past_its_time_by_the_databases_clock_is_lost_whatever_ours_says",
            KILLS + "~stock_lost-",
        ),
    ),
    Case(
        40,
        "release racing confirm",
        ALL,
        (
            STOCK + "test_a_release_that_overtakes_its_reserve_wins",
            CHECKOUT + "test_a_reservation_that_expired_meanwhile_voids_the_payment",
            KILLS + "~stock_lost-",
        ),
    ),
    Case(41, "duplicate SKU lines", OWN, (CARTS + "test_duplicate_lines_join", STOCK + "test_twin_lines_are_summed")),
    Case(42, "zero-total order", VIEWS, (PRICING + "test_an_order_of_nothing_to_pay_needs_no_provider",)),
    Case(
        43,
        "currencies of 0 and 3 decimals, rounding splits",
        OWN,
        (
            CHECKOUT + "test_a_yen_order_has_no_cents",
            SUMS + "test_a_split_is_exact_and_fair_to_one_minor_unit",
            SUMS + "test_a_third_in_currencies_of_none_two_and_three_decimals",
            RULES + "test_returned_goods_are_refunded_to_the_cent_and_put_back",
        ),
    ),
    Case(
        44,
        "clock skew on reservations and leases",
        ALL,
        (
            NEIGHBOURS + "test_leases_and_reservations_end_by_the_databases_clock_alone",
            RULES + "test_a_reservation_past_its_time_by_the_databases_clock_is_lost_whatever_ours_says",
        ),
        "four leases ahead and behind; beyond 5 s services refuse each other's tokens",
    ),
    Case(
        45,
        "deploy in the middle",
        ALL,
        (
            MOVING + "test_a_checkout_that_the_first_release_left_at_a_step_is_finished_by_this_one",
            RULES + "test_a_checkout_begun_by_the_release_before_is_finished_by_this_one",
            RULES + "test_a_checkout_of_an_unknown_release_is_flagged_for_an_operator",
        ),
    ),
    Case(46, "client gone", ALL, (CUTS + "test_a_shopper_who_leaves_gets_the_order_all_the_same",)),
    Case(
        47,
        "a subgraph hangs, is slow or deaf: no half checkout",
        ALL,
        (
            CUTS + "test_a_catalogue_that_hangs_leaves_no_half_checkout",
            NEIGHBOURS + "test_a_slow_catalogue_delays_a_checkout_and_halves_none",
            NEIGHBOURS + "test_stock_whose_reservation_was_never_answered_is_held_once",
        ),
    ),
    Case(
        48,
        "account deleted or blocked in the middle of checkout",
        OWN,
        (RULES + "test_an_account_that_is_gone_buys_nothing",),
    ),
    Case(
        49,
        "quantity overflow or negative",
        OWN,
        (
            CARTS + "test_senseless_quantities_are_refused",
            STOCK + "test_impossible_quantities_are_refused",
        ),
    ),
    Case(
        50,
        "flash sale on one SKU",
        ALL,
        (
            RACES + "test_fifty_shoppers_race_for_ten_units_and_exactly_ten_get_one",
            STOCK + "test_fifty_racers_for_ten_units_get_exactly_ten",
            CHECKOUT + "test_a_burst_is_stepped_in_sets",
        ),
        "that no convoy forms is measured by the bench",
    ),
)
PROPERTIES = (
    "tests/fault/test_stateful.py::TestOrderMoves",
    "tests/fault/test_stateful.py::TestEngineMoves",
    "tests/fault/test_live_stateful.py::test_any_sequence_on_a_live_shop_leaves_the_books_in_order",
    "tests/fault/test_histories.py::test_a_history_under_faults_can_be_believed",
)
