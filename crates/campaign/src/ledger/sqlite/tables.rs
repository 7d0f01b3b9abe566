//! What can be written in an SQLite ledger.

use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_transport::time::Unix;
use rusqlite::params;

use super::rows::{self, batch_columns};
use super::transaction::Transaction;
use super::values::{integer, millis, time};
use crate::ledger::{
    Again, BatchNumber, BatchRow, CampaignKey, CampaignRow, ExceptionRow, Guard, ImageRow, LedgerError, LedgerProblem,
    PersonRow, ReachRow, RecallRow, RecipientRow, Slot, Stage, StoppedRow, Tables, Used,
};

/// Whom of its recipients a directory names. The recipients are gone through, and not kept, however many they are.
const PEOPLE: &str = "
    DELETE FROM people WHERE (directory, address) IN (
        SELECT people.directory, people.address FROM recipients CROSS JOIN people INDEXED BY people_by_id
        ON people.kind = recipients.kind AND people.id = recipients.id WHERE recipients.campaign = ?1)";
/// What of a campaign names recipients wherever it stands,
const NAMES: [&str; 3] = [
    "DELETE FROM recipients WHERE campaign = ?1",
    "DELETE FROM columns WHERE campaign = ?1",
    "DELETE FROM messages WHERE campaign = ?1",
];
/// what may name some in its text,
const TEXTS: [&str; 3] = [
    "UPDATE batches SET reason = NULL WHERE campaign = ?1 AND reason IS NOT NULL",
    "UPDATE exceptions SET reason = NULL WHERE campaign = ?1 AND reason IS NOT NULL",
    "UPDATE recalls SET reason = NULL WHERE campaign = ?1 AND reason IS NOT NULL",
];
/// and what is left of it then.
const REST: [&str; 5] = [
    "DELETE FROM recalls WHERE campaign = ?1",
    "DELETE FROM reach WHERE campaign = ?1",
    "DELETE FROM exceptions WHERE campaign = ?1",
    "DELETE FROM batches WHERE campaign = ?1",
    "DELETE FROM campaigns WHERE key = ?1",
];

/// How many recipients one statement inserts, which halves the time of an import.
const TOGETHER: usize = 64;

impl Tables for Transaction<'_> {
    fn insert_campaign(&mut self, row: &CampaignRow) -> Result<CampaignKey, LedgerError> {
        let sql = "
            INSERT INTO campaigns (id, message, identity, plan, stage, epoch, held_until, batches, started_at, stopped,
                forgotten_at, sent, throttled, retried, elapsed_ms)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
        let values = params![
            row.id.as_str(),
            row.plan.message,
            row.plan.identity,
            row.plan.to_text(),
            row.stage.number(),
            integer(row.epoch),
            time(row.held_until),
            row.batches,
            row.started_at.map(time),
            self.stopped(row.stopped.as_ref())?,
            row.forgotten_at.map(time),
            integer(row.requests.sent),
            integer(row.requests.throttled),
            integer(row.requests.retried),
            millis(row.elapsed),
        ];
        self.execute(sql, values)?;
        Ok(CampaignKey(self.connection.last_insert_rowid()))
    }

    fn replace_campaign(&mut self, epoch: u64, row: &CampaignRow) -> Result<bool, LedgerError> {
        let sql = "
            UPDATE campaigns SET message = ?3, identity = ?4, plan = ?5, stage = ?6, epoch = ?7, held_until = ?8,
                batches = ?9, started_at = ?10, stopped = ?11, forgotten_at = ?12
            WHERE key = ?1 AND epoch = ?2";
        let values = params![
            row.key,
            integer(epoch),
            row.plan.message,
            row.plan.identity,
            row.plan.to_text(),
            row.stage.number(),
            integer(row.epoch),
            time(row.held_until),
            row.batches,
            row.started_at.map(time),
            self.stopped(row.stopped.as_ref())?,
            row.forgotten_at.map(time),
        ];
        Ok(self.execute(sql, values)? > 0)
    }

    fn start_campaign(&mut self, campaign: CampaignKey, at: Unix, again: Again) -> Result<bool, LedgerError> {
        // One that was cancelled after it had started counts, too: it has messaged somebody.
        let sql = "
            UPDATE campaigns SET stage = ?2, started_at = ?3
            WHERE key = ?1 AND stage = ?4 AND (?5 OR NOT EXISTS (
                SELECT 1 FROM campaigns AS other
                WHERE other.identity = campaigns.identity AND other.key <> campaigns.key
                    AND other.started_at IS NOT NULL))";
        let (started, planned) = (Stage::Started.number(), Stage::Planned.number());
        let started = self.execute(sql, (campaign, started, time(at), planned, again == Again::Allow))?;
        Ok(started > 0)
    }

    fn add_use(&mut self, campaign: CampaignKey, used: &Used) -> Result<(), LedgerError> {
        let sql = "
            UPDATE campaigns SET sent = max(0, sent + ?2), throttled = max(0, throttled + ?3),
                retried = max(0, retried + ?4), elapsed_ms = elapsed_ms + ?5
            WHERE key = ?1";
        self.execute(sql, (campaign, used.sent, used.throttled, used.retried, millis(used.elapsed)))?;
        Ok(())
    }

    fn delete_campaign(&mut self, campaign: CampaignKey) -> Result<(), LedgerError> {
        self.forgot = true;
        NAMES.iter().chain(&REST).try_for_each(|sql| self.execute(sql, [campaign]).map(|_| ()))
    }

    fn forget_recipients(&mut self, campaign: CampaignKey) -> Result<(), LedgerError> {
        self.forgot = true;
        // While it is still known who they are.
        self.execute(PEOPLE, [campaign])?;
        NAMES.iter().chain(&TEXTS).try_for_each(|sql| self.execute(sql, [campaign]).map(|_| ()))
    }

    fn insert_message(&mut self, campaign: CampaignKey, variant: u32, message: &str) -> Result<(), LedgerError> {
        let sql = "INSERT INTO messages (campaign, variant, message) VALUES (?1, ?2, ?3)";
        self.execute(sql, (campaign, variant, message))?;
        Ok(())
    }

    fn replace_columns(&mut self, campaign: CampaignKey, names: &[String]) -> Result<(), LedgerError> {
        self.execute("DELETE FROM columns WHERE campaign = ?1", [campaign])?;
        let sql = "INSERT INTO columns (campaign, position, name) VALUES (?1, ?2, ?3)";
        for (position, name) in (0_i64..).zip(names) {
            self.execute(sql, (campaign, position, name))?;
        }
        Ok(())
    }

    fn insert_recipients(&mut self, campaign: CampaignKey, rows: &[RecipientRow]) -> Result<(), LedgerError> {
        let (together, alone) = rows.as_chunks::<TOGETHER>();
        let insert = |sql: &str, rows: &[RecipientRow]| {
            let mut statement = self.statement(sql)?;
            rows::bind_recipients(&mut statement, campaign, rows)
                .and_then(|()| statement.raw_execute())
                .map_err(|error| self.name.sqlite(error))
        };
        let sql = recipients_sql(TOGETHER);
        together.iter().try_for_each(|rows| insert(&sql, rows).map(|_| ()))?;
        let sql = recipients_sql(1);
        alone.chunks(1).try_for_each(|row| insert(&sql, row).map(|_| ()))
    }

    fn insert_batches(&mut self, campaign: CampaignKey, rows: &[BatchRow]) -> Result<(), LedgerError> {
        let sql = concat!(
            "INSERT INTO batches (campaign, ",
            batch_columns!(),
            ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)"
        );
        rows.iter().try_for_each(|row| self.with_batch(sql, &[&campaign], row).map(|_| ()))
    }

    fn replace_batch(&mut self, campaign: CampaignKey, guard: Guard, row: &BatchRow) -> Result<bool, LedgerError> {
        let sql = concat!(
            "UPDATE batches SET (",
            batch_columns!(),
            ") = (?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
            WHERE campaign = ?1 AND number = ?5 AND epoch = ?2 AND attempt = ?3 AND state = ?4"
        );
        let guard = (integer(guard.epoch), guard.attempt, guard.state.number());
        Ok(self.with_batch(sql, &[&campaign, &guard.0, &guard.1, &guard.2], row)? > 0)
    }

    fn move_members(
        &mut self,
        campaign: CampaignKey,
        from: BatchNumber,
        first_row: u64,
        to: BatchNumber,
    ) -> Result<(), LedgerError> {
        let sql = "
            UPDATE recipients INDEXED BY recipients_by_batch SET batch = ?4
            WHERE campaign = ?1 AND batch = ?2 AND row >= ?3";
        self.execute(sql, (campaign, from, integer(first_row), to))?;
        Ok(())
    }

    fn replace_exceptions(&mut self, campaign: CampaignKey, rows: &[ExceptionRow]) -> Result<(), LedgerError> {
        let sql = "
            INSERT INTO exceptions (campaign, row, batch, state, code, reason, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO UPDATE SET batch = excluded.batch, state = excluded.state, code = excluded.code,
                reason = excluded.reason, at = excluded.at";
        for row in rows {
            let state = row.state.number();
            self.execute(sql, (campaign, integer(row.row), row.batch, state, row.code, &row.reason, time(row.at)))?;
        }
        Ok(())
    }

    fn insert_slot(&mut self, pace: &str, slot: Slot) -> Result<(), LedgerError> {
        let sql = "INSERT INTO slots (pace, at, requests, recipients) VALUES (?1, ?2, ?3, ?4)";
        self.execute(sql, (pace, time(slot.at), slot.cost.requests, slot.cost.recipients))?;
        Ok(())
    }

    fn delete_slots(&mut self, pace: &str, until: Unix) -> Result<(), LedgerError> {
        self.execute("DELETE FROM slots WHERE pace = ?1 AND at <= ?2", (pace, time(until)))?;
        Ok(())
    }

    fn clamp_slots(&mut self, pace: &str, latest: Unix) -> Result<(), LedgerError> {
        self.execute("UPDATE slots SET at = ?2 WHERE pace = ?1 AND at > ?2", (pace, time(latest)))?;
        Ok(())
    }

    fn replace_pause(&mut self, pace: &str, until: Unix, asked: Duration) -> Result<(), LedgerError> {
        let sql = "
            INSERT INTO pauses (pace, until, asked_ms) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET until = excluded.until, asked_ms = excluded.asked_ms";
        self.execute(sql, (pace, time(until), millis(asked)))?;
        Ok(())
    }

    fn add_quota(&mut self, pace: &str, minute: Unix, volume: i64) -> Result<(), LedgerError> {
        let sql = "
            INSERT INTO quota (pace, minute, volume) VALUES (?1, ?2, max(0, ?3))
            ON CONFLICT DO UPDATE SET volume = max(0, volume + ?3)";
        self.execute(sql, (pace, time(minute), volume))?;
        Ok(())
    }

    fn delete_quota(&mut self, pace: &str, until: Unix) -> Result<(), LedgerError> {
        self.execute("DELETE FROM quota WHERE pace = ?1 AND minute <= ?2", (pace, time(until)))?;
        Ok(())
    }

    fn replace_people(&mut self, directory: &str, rows: &[PersonRow]) -> Result<(), LedgerError> {
        let sql = "
            INSERT INTO people (directory, address, kind, id, at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET kind = excluded.kind, id = excluded.id, at = excluded.at";
        for row in rows {
            let id = row.id.as_ref();
            let kind = id.map(|id| rows::number_of(id.kind())).transpose().map_err(|error| self.name.sqlite(error))?;
            self.execute(sql, (directory, row.address, kind, id.map(Recipient::id), time(row.at)))?;
        }
        Ok(())
    }

    fn delete_people(&mut self, directory: &str, found_until: Unix, missing_until: Unix) -> Result<(), LedgerError> {
        let sql = "DELETE FROM people WHERE directory = ?1 AND at <= CASE WHEN id IS NULL THEN ?3 ELSE ?2 END";
        self.execute(sql, (directory, time(found_until), time(missing_until)))?;
        Ok(())
    }

    fn replace_image(&mut self, directory: &str, row: &ImageRow) -> Result<(), LedgerError> {
        let sql = "
            INSERT INTO images (directory, content, key, at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET key = excluded.key, at = excluded.at";
        self.execute(sql, (directory, row.content, &row.key, time(row.at)))?;
        Ok(())
    }

    fn delete_image(&mut self, directory: &str, key: &str) -> Result<(), LedgerError> {
        self.execute("DELETE FROM images WHERE directory = ?1 AND key = ?2", (directory, key))?;
        Ok(())
    }

    fn replace_reach(&mut self, campaign: CampaignKey, rows: &[ReachRow]) -> Result<(), LedgerError> {
        let sql = "
            INSERT INTO reach (campaign, batch, at, valid, delivered, read, recalled)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO UPDATE SET at = excluded.at, valid = excluded.valid, delivered = excluded.delivered,
                read = excluded.read, recalled = excluded.recalled";
        for &ReachRow { batch, at, reach } in rows {
            let [valid, delivered, read] = [reach.valid, reach.delivered, reach.read].map(integer);
            self.execute(sql, (campaign, batch, time(at), valid, delivered, read, reach.recalled.map(integer)))?;
        }
        Ok(())
    }

    fn replace_recalls(&mut self, campaign: CampaignKey, rows: &[RecallRow]) -> Result<(), LedgerError> {
        let sql = "
            INSERT INTO recalls (campaign, batch, row, state, code, reason, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO UPDATE SET state = excluded.state, code = excluded.code, reason = excluded.reason,
                at = excluded.at";
        for row in rows {
            let number = rows::number_of_recall(row.row).map_err(|error| self.name.sqlite(error))?;
            let state = row.state.number();
            self.execute(sql, (campaign, row.batch, number, state, row.code, &row.reason, time(row.at)))?;
        }
        Ok(())
    }
}

impl Transaction<'_> {
    fn stopped(&self, stopped: Option<&StoppedRow>) -> Result<Option<String>, LedgerError> {
        let text = stopped.map(serde_json::to_string).transpose();
        text.map_err(|error| self.name.problem(LedgerProblem::Failed).with_source(error))
    }

    /// Executes with these values and a batch after them.
    fn with_batch(&self, sql: &str, values: &[&dyn rusqlite::ToSql], row: &BatchRow) -> Result<usize, LedgerError> {
        let mut statement = self.statement(sql)?;
        let bound = (1..).zip(values).try_for_each(|(parameter, value)| statement.raw_bind_parameter(parameter, value));
        let bound = bound.and_then(|()| rows::bind_batch(&mut statement, values.len() + 1, row));
        bound.and_then(|()| statement.raw_execute()).map_err(|error| self.name.sqlite(error))
    }
}

fn recipients_sql(rows: usize) -> String {
    let values = vec!["(?, ?, ?, ?, ?, ?)"; rows].join(", ");
    format!("INSERT INTO recipients (campaign, row, batch, kind, id, columns) VALUES {values}")
}
