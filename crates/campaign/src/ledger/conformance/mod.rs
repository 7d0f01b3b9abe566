//! What every ledger must do: [`ledger_conformance!`](crate::ledger_conformance), one test for each case.
//!
//! **In scope**: every row comes back as it was, in the order and with the sums that [`View`](super::View) promises;
//! writes apply where [`Tables`](super::Tables) says, all of a transaction or nothing, whoever else reads and writes.
//! **Out of scope**: what a power cut or a full disk leaves, and what the protocol of a run makes of the rows.
//!
//! The suite sees a ledger as its users do. Time stands still but where a case moves it.
//!
//! ```
//! mod memory {
//!     use std::sync::Arc;
//!
//!     use batchcast_campaign::ledger::conformance::Open;
//!     use batchcast_campaign::ledger::memory::Memory;
//!     use batchcast_transport::time::Clock;
//!
//!     fn empty(clock: Arc<dyn Clock>) -> Open {
//!         let ledger = Memory::new(clock);
//!         Box::new(move || Box::new(ledger.clone()))
//!     }
//!
//!     batchcast_campaign::ledger_conformance!(empty);
//! }
//! # fn main() {}
//! ```

mod batches;
mod bench;
mod campaigns;
mod contents;
mod directories;
mod exceptions;
mod follow_up;
mod history;
mod holds;
mod isolation;
mod paces;
mod recipients;
mod sample;
mod starting;
mod threads;
mod transactions;

use std::sync::Arc;

use batchcast_transport::time::Clock;

use self::bench::Bench;
use super::Ledger;

/// Opens a store once more, for another user of it: as another process would, where the backend has such a thing.
///
/// It keeps what the store needs to go on after its last user, as a folder.
pub type Open = Box<dyn Fn() -> Box<dyn Ledger>>;

/// Makes an empty store of the backend, which takes the time from this clock.
pub type Empty<'a> = &'a dyn Fn(Arc<dyn Clock>) -> Open;

/// Each case stands here once. It becomes a test of whoever calls the macro, and a case that is left out is dead code.
macro_rules! cases {
    ($dollar:tt $($area:ident: $($case:ident)*;)*) => {
        /// Makes a test of every case, in a module for each area. The argument is what makes an empty store, as
        /// [`Empty`](crate::ledger::conformance::Empty) says: the path of a function.
        #[macro_export]
        macro_rules! ledger_conformance {
            ($dollar empty:path) => {
                $(mod $area {
                    use super::*;
                    $(#[test]
                    fn $case() {
                        $crate::ledger::conformance::each::$area::$case(&$dollar empty);
                    })*
                })*
            };
        }

        /// The cases, for the macro.
        #[doc(hidden)]
        pub mod each {
            $(pub mod $area {
                $(pub fn $case(empty: crate::ledger::conformance::Empty<'_>) {
                    let bench = crate::ledger::conformance::Bench::new(empty);
                    crate::ledger::conformance::$area::$case(&bench);
                })*
            })*
        }
    };
}

cases! { $
    campaigns:
        come_back_as_they_were
        have_texts_of_their_own
        come_in_the_order_in_which_they_were_planned
        have_ids_and_keys_of_their_own
        are_replaced_but_for_what_they_used
        are_replaced_in_their_epoch_alone
        add_up_what_they_used
        that_are_gone_take_nothing;
    starting:
        happens_once
        begins_with_planned_ones_alone
        is_refused_where_an_identical_one_started
        is_known_by_the_message;
    history:
        of_a_deleted_campaign_is_gone
        of_forgotten_recipients_has_no_names
        is_every_campaigns_own;
    batches:
        come_back_as_they_were
        come_by_number
        come_some_at_a_time
        stop_where_their_visitor_fails
        let_their_visitor_look_around
        have_numbers_of_their_own
        pend_until_their_time_comes
        pend_below_a_bound
        are_replaced_where_the_guard_holds
        are_left_alone_where_it_does_not
        sum_up_by_state
        wait_for_the_end_of_time;
    recipients:
        come_back_as_they_were
        come_by_row
        stop_where_their_visitor_fails
        have_rows_of_their_own
        are_missed_where_their_batch_is
        are_members_of_their_batch
        move_from_batch_to_batch;
    exceptions:
        come_back_as_they_were
        take_the_place_of_those_before
        are_counted_by_both_states
        are_found_by_batch;
    directories:
        know_people_by_their_address
        know_thousands_of_people
        know_people_as_they_were_found_last
        know_nothing_of_each_other
        delete_people_by_their_age
        forget_who_a_campaigns_recipients_are
        know_pictures_by_their_content
        delete_pictures_by_their_key;
    follow_up:
        tells_reach_by_number
        tells_the_latest_reach
        tells_recalls_as_they_were
        tells_a_batchs_own_recall_first
        tells_the_latest_recall
        takes_no_recall_of_row_zero
        counts_recalls_by_state
        outlives_forgetting_without_reasons;
    paces:
        keep_slots_the_oldest_first
        keep_slots_of_the_same_moment_apart
        delete_slots_up_to_a_moment
        clamp_slots_to_a_moment
        keep_one_pause
        pause_until_the_end_of_time
        add_up_a_minutes_volume
        keep_volume_above_zero
        tell_minutes_by_their_end
        delete_minutes_by_their_begin;
    transactions:
        see_what_they_wrote
        are_seen_by_everybody
        outlive_their_users
        that_fail_leave_nothing
        that_panic_leave_nothing
        call_their_work_once
        have_the_time_of_the_clock;
    isolation:
        lets_readers_in_while_a_writer_writes
        lets_writers_in_while_a_reader_reads
        shows_one_moment_to_a_reader;
    threads:
        with_the_same_guard_win_once
        that_start_the_same_campaign_win_once
        lose_nothing
        fail_alone;
    holds:
        exclude_each_other
        end_when_they_are_dropped
        are_seen_without_being_taken;
}
