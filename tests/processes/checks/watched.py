"""One row broken by hand for each check of plans and of versions, as in `broken`."""

_PLAN = "INSERT INTO check_plan (period, checker, active, starts_on) VALUES ('weekly', '{who}', 1, '{day}')"

HOUSE_CHECKS = {
    "_not_opened": ([_PLAN.format(who="anna", day="2026-11-01").replace("weekly", "monthly")], "monthly"),
    "_without_checker": ([_PLAN.format(who="nobody", day="2026-11-23")], "weekly"),
    "_without_version": (
        [
            "INSERT INTO process_change (key, order_no, process_id, published_version) VALUES (1, 'PE-0001', 'flow', 7)"
        ],
        "PE-0001",
    ),
    "_nothing_in_force": (["UPDATE process_definition SET state = 'withdrawn' WHERE version = 1"], ""),
}
