"""What must hold of every application's stack. Each rule answers with its violations, in words; none is well."""

from __future__ import annotations

from tests.architecture.rules.access import (
    a_boundary_on_every_role,
    no_policies_of_others,
    no_table_of_another_domain,
    no_unnarrowed_resources,
    no_wildcard_actions,
)
from tests.architecture.rules.alarms import alarms_are_heard_and_explained, all_that_runs_is_on_the_dashboard
from tests.architecture.rules.api import (
    access_logs_name_nobody,
    an_authorizer_on_every_route,
    routes_end_at_functions_that_may_be_called,
    the_authorizer_asks_our_pool,
    throttled_routes_exist,
)
from tests.architecture.rules.data import (
    buckets_are_private_and_encrypted,
    keys_rotate,
    tables_can_be_trusted,
    the_archive_is_locked,
    users_cannot_bind_themselves,
    what_is_erased_stays_erased,
)
from tests.architecture.rules.functions import (
    an_alarm_for_every_function,
    functions_ship_as_promised,
    logs_are_encrypted_and_end,
    own_logs_for_every_function,
    own_role_for_every_function,
)
from tests.architecture.rules.messages import (
    a_dead_letter_queue_for_every_queue,
    a_lag_alarm_for_every_publisher,
    an_alarm_for_every_queue,
    batches_fail_one_by_one,
    messages_are_encrypted,
    nobody_else_works_on_a_message,
    rules_keep_what_they_cannot_deliver,
)
from tests.architecture.rules.trail import (
    what_answers_about_patients_keeps_the_trail,
)
from tests.architecture.rules.workflows import workflows_are_seen_and_heard
from tests.architecture.stack import Rule

RULES: tuple[Rule, ...] = (
    no_wildcard_actions,
    no_unnarrowed_resources,
    no_table_of_another_domain,
    what_answers_about_patients_keeps_the_trail,
    a_boundary_on_every_role,
    no_policies_of_others,
    own_role_for_every_function,
    own_logs_for_every_function,
    logs_are_encrypted_and_end,
    an_alarm_for_every_function,
    functions_ship_as_promised,
    a_dead_letter_queue_for_every_queue,
    an_alarm_for_every_queue,
    messages_are_encrypted,
    nobody_else_works_on_a_message,
    batches_fail_one_by_one,
    rules_keep_what_they_cannot_deliver,
    a_lag_alarm_for_every_publisher,
    tables_can_be_trusted,
    what_is_erased_stays_erased,
    keys_rotate,
    the_archive_is_locked,
    buckets_are_private_and_encrypted,
    users_cannot_bind_themselves,
    an_authorizer_on_every_route,
    the_authorizer_asks_our_pool,
    routes_end_at_functions_that_may_be_called,
    throttled_routes_exist,
    access_logs_name_nobody,
    alarms_are_heard_and_explained,
    all_that_runs_is_on_the_dashboard,
    workflows_are_seen_and_heard,
)
