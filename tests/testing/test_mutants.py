"""Contract suites catch what they are there for: broken plugins, each by a check of that name.

Each class in ``broken_plugins.py`` is a plugin with one fault, run through its suite in a
pytest of its own; the check named here must fail for it, and pass for the sound one.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MUTANTS = [
    ("Camera", "Overwrites", "test_frames_are_not_written_over"),
    ("Camera", "NumbersFromZero", "test_numbers_rise"),
    ("Camera", "ReadsOnAfterClose", "test_reading_after_close_says_so"),
    ("Camera", "HangsWithoutFrames", "test_no_frame_in_time_is_a_timeout"),
    ("Camera", "OpensWhatIsNotThere", "test_an_absent_camera_does_not_open"),
    ("Camera", "TimesByTheWallClock", "test_a_clock_set_back_does_not_stop_it"),
    ("CardReader", "LosesACardBetweenReads", "test_a_card_after_a_timeout_is_read"),
    ("CardReader", "RemembersNumbers", "test_keeps_no_number"),
    ("CardReader", "ReadsTheCardAgain", "test_a_card_is_read_once"),
    ("CardReader", "WaitsByTheWallClock", "test_a_clock_set_back_does_not_prolong_the_wait"),
    ("CardReader", "WaitsHalfAMinute", "test_no_time_at_all_is_kept"),
    ("Payment", "ChargesTwice", "test_the_same_key_charges_once"),
    ("Payment", "ForgetsAmounts", "test_a_key_used_for_another_amount_is_refused"),
    (
        "Payment",
        "DeclinesTheUnknown",
        "test_an_unreachable_processor_leaves_it_unknown",
    ),
    ("Payment", "KeepsTokens", "test_a_token_that_was_given_back_is_forgotten"),
    ("Payment", "SettlesToNever", "test_a_lost_reply_never_charges_twice"),
    ("Payment", "TellsTheNumber", "test_errors_and_logs_hold_no_card_number"),
    ("Payment", "TokenIsTheNumber", "test_a_token_stands_in_for_the_card"),
    ("Payment", "GivesBackTooMuch", "test_refunds_no_more_than_was_captured"),
    ("Payment", "CapturesAfterCancelling", "test_what_was_cancelled_is_not_captured"),
    ("Payment", "ForgetsOnRestart", "test_a_restart_forgets_no_payment"),
    ("Loyalty", "AccruesTwice", "test_the_same_key_accrues_once"),
    ("Loyalty", "OverdrawsPoints", "test_redeems_the_last_point_and_no_more"),
    ("Loyalty", "RacesPoints", "test_counts_right_on_several_threads"),
    ("Loyalty", "SulksAfterSilence", "test_a_silent_programme_is_given_up_in_time"),
    ("Door", "CannotBeLeft", "test_closing_while_asked_ends_in_time"),
    ("Door", "OpensForAnybody", "test_an_unknown_credential_does_not_pass"),
    ("Door", "StripsCredentials", "test_nearly_right_is_wrong"),
    ("Door", "OpensOnDenial", "test_a_denying_decision_does_not_open"),
    ("Door", "AdmitsWhenCutOff", "test_an_unreachable_authority_is_an_error"),
    ("Door", "WaitsForEver", "test_a_silent_authority_is_given_up_in_time"),
    ("Door", "RedeemsPerRequestNot", "test_the_same_request_is_answered_the_same"),
    ("Door", "RacesTickets", "test_one_of_several_with_one_ticket_passes"),
    ("Door", "ClosesOnce", "test_closing_twice_is_allowed"),
    ("Door", "StumblesOverUnicode", "test_hostile_credentials_do_not_pass"),
    ("Door", "LogsTickets", "test_errors_and_logs_hold_no_credential"),
    ("Directory", "ListsOnce", "test_lists_the_same_again"),
    ("Directory", "EmptyWhenCutOff", "test_an_unreachable_directory_is_an_error"),
    ("Directory", "KeepsLeaversActive", "test_whoever_left_is_inactive"),
    ("Notifier", "SendsTwice", "test_delivers_once_unchanged"),
    ("Notifier", "LogsOffOnce", "test_closing_twice_is_allowed"),
    ("Notifier", "SplitsAddresses", "test_injects_no_recipient"),
    ("Observer", "ChangesDetails", "test_changes_no_event"),
    ("Observer", "KnowsOnlyItsEvents", "test_takes_every_event"),
    ("Signature", "IsByChance", "test_the_same_palm_makes_the_same_signature"),
    ("Signature", "ForgetsTheHand", "test_the_hand_is_carried"),
    ("Signature", "SignsNothing", "test_no_trusted_skin_is_an_error"),
    ("Liveness", "LearnsFromCustomers", "test_one_customer_does_not_change_the_next"),
    ("Liveness", "PassesEverything", "test_an_attack_is_refused"),
    ("Matcher", "ComparesAnything", "test_another_version_is_refused"),
    ("Matcher", "KnowsTheYear", "test_does_not_depend_on_the_clock"),
    ("Matcher", "TakesBlanksForAPalm", "test_a_forged_reference_is_nobodys"),
    ("Matcher", "FindsTheForbidden", "test_only_the_allowed_are_found"),
    ("Matcher", "KeepsTheRemoved", "test_whoever_is_removed_is_not_found"),
    ("Plugin", "NoSummary", "test_every_provider_has_its_line"),
    ("Plugin", "ShowsSecrets", "test_secrets_are_not_shown"),
    ("Plugin", "IsTooNew", "test_is_written_for_this_api"),
]


CONFTEST = """
import json
seen = {}
def pytest_runtest_logreport(report):
    check = "::".join(report.nodeid.split("::")[1:]).split("[")[0]
    if report.when == "call" or report.outcome != "passed":
        seen[check] = "failed" if seen.get(check) == "failed" else report.outcome
def pytest_sessionfinish(session):
    (session.config.rootpath / "seen.json").write_text(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """``Class::check`` → how it went, of all broken plugins in one run of pytest."""
    folder = tmp_path_factory.mktemp("broken")
    shutil.copy(Path(__file__).with_name("broken_plugins.py"), folder / "test_broken.py")
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\n")
    checks = {f"TestSound{suite}::{check}" for suite, _, check in MUTANTS}
    checks |= {f"Test{mutant}::{check}" for _, mutant, check in MUTANTS}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line"),
            *(f"test_broken.py::{check}" for check in sorted(checks)),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert (folder / "seen.json").exists(), done.stdout + done.stderr
    return json.loads((folder / "seen.json").read_text())


@pytest.mark.parametrize(("suite", "mutant", "check"), MUTANTS)
def test_a_broken_plugin_is_caught(outcomes, suite, mutant, check):
    assert outcomes[f"TestSound{suite}::{check}"] == "passed"
    assert outcomes[f"Test{mutant}::{check}"] == "failed"
