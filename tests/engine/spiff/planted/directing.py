"""Mistakes in who directs an ad-hoc sub-process, and in events that undo beside what else they throw."""

from __future__ import annotations

from engine.spiff.elements import directed_ad_hoc, throwing


def worker_of_an_ad_hoc_sub_process_is_not_asked_again(patch):
    patch.setattr(directed_ad_hoc.DirectedAdHoc, "ask_again", lambda self, token: None)


def what_is_enough_cancels_the_rest(patch):
    right = directed_ad_hoc.DirectedAdHoc._follow

    def follow(self, token, variables, direction):
        said = directed_ad_hoc.replace(direction, cancels_rest=direction.is_enough or direction.cancels_rest)
        return right(self, token, variables, said)

    patch.setattr(directed_ad_hoc.DirectedAdHoc, "_follow", follow)


def job_of_an_interrupted_ad_hoc_sub_process_stays(patch):
    patch.delattr(directed_ad_hoc.DirectedAdHoc, "terminate_inside")


def results_behind_the_compensation_are_forgotten(patch):
    patch.setattr(throwing.Throwing, "child_left", lambda self, token, child: self.finish(token))


def handlers_see_the_variables_of_what_else_is_thrown(patch):
    right = throwing.undo

    def undo(event):
        throw = right(event)

        def seen(token):
            throw(token)
            token.variables = token.memo.put_away
            return False

        return seen

    patch.setattr(throwing, "undo", undo)


MISTAKES = {
    worker_of_an_ad_hoc_sub_process_is_not_asked_again: {
        "diagrams": "directed_ad_hoc.test_each_path_that_ends_asks_again_until_it_is_enough",
        "elements": 104,
    },
    what_is_enough_cancels_the_rest: {
        "diagrams": "directed_ad_hoc.test_enough_waits_for_what_runs_and_asks_nobody_any_more",
        "elements": 144,
    },
    job_of_an_interrupted_ad_hoc_sub_process_stays: {
        "diagrams": "directed_ad_hoc_surroundings.test_an_interrupting_event_sub_process_withdraws_the_job_and_ends_it",
    },
    results_behind_the_compensation_are_forgotten: {
        "diagrams": "several_results.test_all_are_thrown_in_drawn_order_and_what_undoes_is_waited_for",
        "elements": 7,
    },
    handlers_see_the_variables_of_what_else_is_thrown: {
        "diagrams": "several_results.test_its_own_variables_are_thrown_and_not_seen_by_the_handlers",
        "elements": 156,
    },
}
