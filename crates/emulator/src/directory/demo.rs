//! A company to play with.

use std::collections::HashSet;

use crate::directory::listing::{Department, FeishuDirectory, Person, TimDirectory};
use crate::sequence::{Purpose, Sequence};

/// Departments by their own ids, each after the one above it, and how many are directly in it.
const DEPARTMENTS: [(&str, &str, &str, usize); 22] = [
    ("board", "", "Board", 4),
    ("sales", "", "Sales", 6),
    ("sales-north", "sales", "Sales North", 24),
    ("sales-south", "sales", "Sales South", 22),
    ("sales-abroad", "sales", "Sales Abroad", 5),
    ("sales-abroad-islands", "sales-abroad", "Sales Abroad, Islands", 9),
    ("sales-abroad-mainland", "sales-abroad", "Sales Abroad, Mainland", 13),
    ("works", "", "Works", 8),
    ("works-roasting", "works", "Roasting", 38),
    ("works-packing", "works", "Packing", 42),
    ("works-packing-night", "works-packing", "Packing, Night Shift", 17),
    ("works-store", "works", "Store", 16),
    ("research", "", "Research", 12),
    ("research-taste", "research", "Taste", 7),
    ("software", "", "Software", 9),
    ("software-shop", "software", "Shop", 18),
    ("software-works", "software", "Machines", 14),
    ("people", "", "People", 11),
    ("money", "", "Money", 15),
    ("care", "", "Customer Care", 5),
    ("care-day", "care", "Customer Care, Day", 16),
    ("care-night", "care", "Customer Care, Night", 9),
];

const SYLLABLES: [&str; 24] = [
    "ba", "bri", "co", "da", "el", "fi", "ga", "ha", "il", "jo", "ka", "lu", "ma", "ne", "or", "pe", "qui", "ro", "sa",
    "te", "ul", "va", "wi", "zo",
];
const ENDINGS: [&str; 8] = ["brek", "dolm", "fesk", "grun", "lind", "marf", "tosk", "vulm"];

/// Everybody has all ids and an address; the same seed makes the same company.
pub(super) fn company(seed: u64) -> (FeishuDirectory, TimDirectory) {
    let mut draw = Draw { ids: Sequence::new(seed, Purpose::Demo), names: HashSet::new() };
    let mut office = FeishuDirectory::new();
    let mut accounts = Vec::new();
    for (id, parent, name, _) in DEPARTMENTS {
        let department = Department::new(format!("od-{:032x}", draw.ids.next_id()));
        let department = department.with_department_id(id).with_name(name);
        office = office.with_department(if parent.is_empty() { department } else { department.with_parent(parent) });
    }
    for (home, _, _, size) in DEPARTMENTS {
        for place in 0..size {
            let (account, person) = draw.person(office.users.len(), home);
            // Some of the board look after a department besides.
            let person = if home == "board" && place > 1 { person.with_department("money") } else { person };
            office = office.with_user(person);
            accounts.push(account);
        }
    }
    (office, TimDirectory::new(accounts))
}

struct Draw {
    ids: Sequence,
    names: HashSet<String>,
}

impl Draw {
    fn person(&mut self, number: usize, home: &str) -> (String, Person) {
        let (given, family) = self.name();
        let (open, union) = (self.ids.next_id(), self.ids.next_id());
        let account = format!("{given}_{family}").to_lowercase();
        let person = Person::new(format!("ou_{open:032x}"))
            .with_union_id(format!("on_{union:032x}"))
            // Chance alone would give two of them the same now and then.
            .with_user_id(format!("{:05x}{number:03x}", open >> 108))
            .with_name(format!("{given} {family}"))
            .with_email(format!("{account}@example.com"))
            // Of the numbers that the United Kingdom keeps for drama: nobody is ever called there.
            .with_mobile(format!("+447700900{number:03}"))
            .with_department(home);
        (account, if number % 27 == 13 { person.unreachable() } else { person })
    }

    /// A name made of syllables, which nobody else in the company has.
    fn name(&mut self) -> (String, String) {
        loop {
            let mut rest = self.ids.next_id() >> 64;
            let mut pick = |choices: &[&'static str]| {
                let choice = choices[(rest % choices.len() as u128) as usize];
                rest /= choices.len() as u128;
                choice
            };
            let given = format!("{}{}", pick(&SYLLABLES), pick(&SYLLABLES));
            let family = format!("{}{}", pick(&SYLLABLES), pick(&ENDINGS));
            if self.names.insert(format!("{given} {family}")) {
                return (capitalised(&given), capitalised(&family));
            }
        }
    }
}

fn capitalised(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Directory;

    #[test]
    fn a_company_of_a_few_hundred_fits_together() {
        let (office, tim) = company(0);
        assert_eq!((office.users.len(), office.departments.len(), tim.accounts.len()), (320, 22, 320));
        let out_of_reach = office.users.iter().filter(|person| !person.reachable).count();
        assert_eq!(out_of_reach, 12);
        assert!(tim.accounts.iter().all(|account| (1..=32).contains(&account.len())), "{:?}", tim.accounts);
        assert!(office.scopes.is_empty(), "the app may do everything");
    }

    #[test]
    fn no_seed_contradicts_itself() {
        // The last two: of 32 bits by chance alone, two people had the same.
        for seed in (0..100).chain([74_709, 88_908]) {
            Directory::new().with_feishu(company(seed).0).unwrap();
        }
        let people = |directory: Directory| directory.organisation().map(crate::directory::Organisation::size);
        assert_eq!(people(Directory::demo(3)), Some(320));
    }

    #[test]
    fn the_seed_makes_the_company() {
        assert_eq!(company(7), company(7));
        assert_ne!(company(7), company(8));
        assert_eq!(company(7).0.departments[2].department_id.as_deref(), Some("sales-north"));
    }
}
