//! The recipients that the user gave.

use std::path::Path;

use batchcast_campaign::source::{IdRules, OwnColumns, Row, id_argument, rows};
use batchcast_campaign::{Error, Planner};
use batchcast_model::{IdKind, Recipient};
use batchcast_tim::NewAccount;

use super::{open, shown};
use crate::args::{ImportArgs, LookupArgs, RecipientArgs, Via};
use crate::failure::Failure;

/// Everybody in the order in which they are reported: files, single ids, and the lists of the message file last.
pub(crate) fn recipients(
    args: &RecipientArgs,
    via: Via,
    in_message: Vec<Recipient>,
    plan: &mut Planner<'_>,
) -> Result<(), Failure> {
    let rules = rules(args, via)?;
    for path in &args.to {
        read_rows(path, &rules, |row| {
            let column = row.id_column().map(|column| format!(", column {column}")).unwrap_or_default();
            let (place, others) = (format!("{}: line {}{column}", shown(path), row.line()), row.other_ids());
            let (recipient, own) = row.into_parts();
            plan.add(recipient, &others, &own).map_err(|error| match error {
                Error::Invalid(invalid) => invalid.with_place(&place).into(),
                error => error.into(),
            })
        })?;
    }
    for id in &args.ids {
        plan.add(id_argument(id, &rules)?, &[], &OwnColumns::new())?;
    }
    in_message.into_iter().try_for_each(|recipient| plan.add(recipient, &[], &OwnColumns::new()))?;
    Ok(())
}

/// Leaves out whoever is in the files for that, under every id that they have of them. How many ids that are.
pub(crate) fn exclude(args: &RecipientArgs, via: Via, plan: &mut Planner<'_>) -> Result<u64, Failure> {
    let rules = rules(args, via)?;
    let mut ids = 0;
    for path in &args.exclude {
        read_rows(path, &rules, |row| {
            let others = row.other_ids();
            others.iter().chain([row.recipient()]).for_each(|id| plan.exclude(id));
            ids += 1 + others.len() as u64;
            Ok(())
        })?;
    }
    Ok(ids)
}

/// Every row of a file; the first bad one is the error, which also says how many there are. What is no fault of a row ends
/// it at once: the vendor would be asked for the next rows in vain.
fn read_rows(path: &Path, rules: &IdRules, mut each: impl FnMut(Row) -> Result<(), Failure>) -> Result<(), Failure> {
    let (mut first, mut bad) = (None, 0_u64);
    for row in rows(shown(path), open(path)?, rules)? {
        match row.map_err(Failure::from).and_then(&mut each) {
            Ok(()) => {}
            Err(failure) if !failure.is_of_a_row() => return Err(failure),
            Err(failure) => {
                first.get_or_insert(failure);
                bad += 1;
            }
        }
    }
    match first {
        None => Ok(()),
        Some(failure) if bad == 1 => Err(failure),
        Some(failure) => Err(failure.and_more(bad - 1)),
    }
}

/// The addresses that are to be looked up, one after the other.
pub(crate) fn addresses(
    args: &LookupArgs,
    via: Via,
    mut each: impl FnMut(Recipient) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let rules = id_rules(via, args.id_column.as_deref(), args.id_kind)?;
    for path in &args.to {
        read_rows(path, &rules, |row| each(row.into_parts().0))?;
    }
    args.ids.iter().try_for_each(|id| each(id_argument(id, &rules)?))
}

/// The accounts that are to be imported, with what their files say of a profile.
pub(crate) fn new_accounts(args: &ImportArgs) -> Result<Vec<NewAccount>, Failure> {
    let rules = id_rules(Via::Tim, args.id_column.as_deref(), None)?;
    let mut accounts = Vec::new();
    for path in &args.to {
        read_rows(path, &rules, |row| {
            let (recipient, own) = row.into_parts();
            let of = |name: &str| own.iter().find(|(own, value)| &**own == name && !value.trim().is_empty());
            let mut account = NewAccount::new(recipient).map_err(Failure::input)?;
            if let Some((_, nick)) = of("nick") {
                account = account.with_nick(nick.trim()).map_err(Failure::input)?;
            }
            if let Some((_, url)) = of("face_url") {
                account = account.with_face_url(url.trim()).map_err(Failure::input)?;
            }
            accounts.push(account);
            Ok(())
        })?;
    }
    for id in &args.ids {
        accounts.push(NewAccount::new(id_argument(id, &rules)?).map_err(Failure::input)?);
    }
    Ok(accounts)
}

fn rules(args: &RecipientArgs, via: Via) -> Result<IdRules, Failure> {
    id_rules(via, args.id_column.as_deref(), args.id_kind)
}

fn id_rules(via: Via, id_column: Option<&str>, id_kind: Option<IdKind>) -> Result<IdRules, Failure> {
    let mut rules = IdRules::default();
    if via == Via::Tim {
        if let Some(kind) = id_kind.filter(|kind| *kind != IdKind::Account) {
            return Err(Failure::input(format!("--id-kind {kind}: Tencent Cloud Chat knows people by account only")));
        }
        rules = rules.with_only_kind(IdKind::Account);
    }
    if let Some(column) = id_column {
        rules = rules.with_id_column(column);
    }
    if let Some(kind) = id_kind {
        rules = rules.with_id_kind(kind);
    }
    Ok(rules)
}
