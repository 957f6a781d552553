"""Nothing that an operator may ask of a municipality's node is forgotten by the register API without a reason."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest

from jukinet import services
from jukinet.services.drafts import DRAFT_ACTS
from jukinet.services.register_acts import BESIDE_ACTS, DRAFTABLE
from jukinet.services.register_reads import READS

WITHOUT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "a part of other acts, and none by itself": (
            *("acts.open_act", "trail.note_act", "trail.filing_unreadable", "succession.require_standing"),
            *("departures.confirm", "moves.enter_newcomers", "withholding.heed"),
            *("drafts.do_at_once", "drafts.enter", "consistency.check_one", "reason_remarks.follow"),
        ),
        "the look behind one of the API's own form": (
            *("reads.read_resident", "reads.read_as_known", "searches.search_residents"),
            *("searches.own_searches", "issued_papers.list_papers", "measures.show_measures"),
            *("doubts.list_doubts", "tellings.list_tellings", "supplementary_reads.show"),
        ),
        "gives a paper or what one is printed from: it is printed at the node, which has the fonts": (
            *("minister_slips.show_notices", "certificates.issue", "certificates.due"),
            *("copies.issue_nationwide_copy", "slips.begin_among"),
            *("home_copies.issue_home_copy", "supplementary_copies.issue_copy"),
            *("slips.begin", "slips.begin_one", "slips.begin_again", "browsing.show", "letters.begin"),
            *("browsing.prepare", "sheets.print_list", "change_letters.write_letters"),
        ),
        "waits for another node while it is done, so it is not one transaction with its key": (
            "move_in_by_card.ask_particulars",
        ),
        "reads or writes a file at the node, of a part of the register or of all of it": (
            *("address_changes.simulate", "address_changes.change_addresses", "address_lists.list_addresses"),
            *("supplementary_areas.hand_over_area", "supplementary_areas.handed_over_with"),
            "supplementary_areas.open_handed_over",
            *("export.export_register", "export.export_handed_over", "export.export_former_numbers"),
            *("export.export_source", "queries.run_select"),
            *("intake.take_in", "loading.load_households", "minister_notices.take_notices"),
            *("gazetteer.load_gazetteer", "places.load_postal_areas", "dictionary.load_dictionary"),
            *("koseki_changes.simulate", "koseki_changes.change_koseki"),
            *("samples.draw_sample", "immigration.list_for_immigration", "voters.list_changes"),
            "audit_export.export_log",
            "queries.run_query",
        ),
        "runs over the whole register, once, by who keeps the node": (
            *("codes.assign_codes_to_foreign_residents", "codes.simulate_codes_at_start"),
            *("joining.give_codes", "joining.write"),
            *("joining.load", "joining.go_live", "retention.count_due", "retention.erase_due"),
        ),
        "is many acts, each once under a key of its own: drafts/list, then drafts/complete": (
            "draft_reads.complete_waiting",
        ),
        "a list or a setting of the office, not of one record": (
            *(
                "alerts.list_alerts",
                "held.list_held",
                "households.list_headless",
                "move_in_notices.list_missing",
            ),
            *("population.count_population", "duplicates.report", "code_stock.set_level"),
            *("population.count_entries", "batch_settings.last_given"),
            *("certifiers.enter_certifier", "certifiers.enter_seal", "certifiers.show_certifiers"),
            *("reason_remarks.register_remark", "reason_remarks.show_registered"),
            *("gazetteer.show_gazetteer", "code_requests.ask_codes", "code_requests.list_requests"),
            *("work_places.register_place", "work_places.register_terminal", "work_places.list_places"),
            *("settings.enrol_operator", "settings.set_business_date"),
            *("operator_lists.load_operators", "operator_lists.grant_unit", "operator_lists.list_operators"),
            *("ordinances.enter", "ordinances.end", "ordinances.listing"),
        ),
        "answers the paper of another municipality's organ, which a clerk has before them": (
            "supply_between.supply",
        ),
        "of those who browse, who are no residents here": (
            *("browsing.grant", "browsing.take_step", "browsing.list_browsings", "browsing.publish"),
            "browsing_held.list_held_back",
        ),
        "of a message that came or goes: repaired where the network's other faults are": (
            *("koseki_messages.tell_domicile", "koseki_messages.tell_home", "koseki_messages.show"),
            *("minister_notices.close_notice", "resending.resend"),
            *("parked.list_parked", "parked.show_parked", "parked.close_parked"),
            *("lanes.list_lanes", "lanes.release", "sending.set_mode", "sending.release"),
            *("sending.list_sent", "sending.list_received", "sending.list_unanswered"),
            *("consistency.check", "consistency.list_differences"),
            *("lost_acts.list_lost", "lost_acts.show_lost", "lost_acts.confirm_lost"),
            *("error_reports.report", "error_reports.put", "error_reports.pass_on"),
            *("error_reports.answer", "error_reports.list_reports"),
        ),
        "looks at the log or the node itself": (
            *("trail.list_entries", "access_log.about", "analyses.analyse", "witnesses.list_witnessed"),
            "witnesses.begin_anew",
            *("recovery.state", "recovery.go_on_without", "line.ask_measure", "line.confirm_measure"),
            "line.show_line",
        ),
        "of a governor's node or the centre": (
            *("designation.designate_codes", "designation.put_aside", "duplicates.report_of_store"),
            *("centre.record_stop", "centre.record_resumption", "centre.record_release"),
            "centre.read_standing",
            *("supervision.enter_demand", "supervision.answer_demand", "supervision.list_demands"),
            *("supply.fees.set_fee", "supply.fees.approve", "supply.fees.draw_account"),
            *("serving_alone.record_notice", "serving_alone.record_end"),
            *("serving_alone.record_publication", "serving_alone.list_notices"),
            *("supply_blocks.block", "supply_blocks.unblock", "supply_blocks.list_blocks"),
            *("figures.hand_out", "figures.make_statistics"),
            *("supply.batch_media.submit", "supply.batch_media.list_batches", "supply.batch_media.show"),
            *("supply.batch_media.let_run", "supply.batch_media.cancel", "supply.batch_media.hand_out"),
            *("disclosures.note_request", "disclosures.open_disclosure", "disclosures.answer"),
            *("disclosures.extend", "disclosures.refuse", "disclosures.begin_letter"),
            *("disclosures.list_disclosures", "disclosure_corrections.ask_correction"),
            *("disclosure_corrections.tell_result", "complaints.note_complaint"),
            *("complaints.settle_complaint", "complaints.list_complaints"),
            *("misuse.note_misuse", "misuse.take_misuse_step", "misuse.list_misuses"),
            *("misuse.note_opinion", "misuse.list_opinions"),
            *("supply.book.draw_book", "supply.sandbox.make", "supply.yearly.draw_report"),
        ),
        "shows who is found by residents/search with the number of the household": ("reads.read_household",),
    }
)
"""What an operator may do at a node and no town's own system asks for over the API, by the reason."""


def name_of(function: Callable[..., object]) -> str:
    return f"{function.__module__.removeprefix('jukinet.services.')}.{function.__name__}"


def by_an_operator() -> Iterator[Callable[..., object]]:
    """Every function of the services that a context and an operator's claim are handed to."""
    for module in pkgutil.walk_packages(services.__path__, "jukinet.services."):
        found = vars(importlib.import_module(module.name))
        for name, one in found.items():
            if inspect.isfunction(one) and one.__module__ == module.name and not name.startswith("_"):
                hints = inspect.get_annotations(one).values()
                if {"Context", "OperatorClaim"} <= set(hints):
                    yield one


def without_operation(offered: set[Callable[..., Any]]) -> set[str]:
    return {name_of(one) for one in by_an_operator() if one not in offered}


OFFERED = {one.do for one in (*DRAFTABLE, *BESIDE_ACTS, *DRAFT_ACTS)} | {one.do for one in READS}


def test_every_act_has_an_operation_or_a_reason() -> None:
    named = [name for names in WITHOUT.values() for name in names]
    assert len(named) == len(set(named))
    assert without_operation(OFFERED) - set(named) == set(), "acts that the API does not offer"
    assert set(named) - without_operation(OFFERED) == set(), "named, and offered or gone"


@pytest.mark.parametrize("act", [*DRAFTABLE, *BESIDE_ACTS], ids=lambda act: act.name)
def test_an_act_that_loses_its_operation_is_found(act: Any) -> None:
    assert name_of(act.do) in without_operation(OFFERED - {act.do})
