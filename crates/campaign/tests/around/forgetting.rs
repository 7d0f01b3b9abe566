//! What a campaign that is forgotten leaves of those who were looked up.

use std::time::Duration;

use batchcast_campaign::LookUp;
use batchcast_transport::channel::Channel;

use crate::directory::Directory;
use crate::people::{email, mobile, nobody, outcomes, plan, vendor, with_every_ledger};

#[test]
fn nobody_is_known_any_more_by_any_of_their_addresses() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(10), Directory::with_memory(Duration::MAX, Duration::MAX));
        let others = plan(bench, &vendor, &directory, [email(7)]).unwrap();
        let id = plan(bench, &vendor, &directory, [email(1), mobile(1), email(2), nobody(3)]).unwrap();
        bench.run(&id, &vendor);
        bench.wall.advance_secs(1);
        bench.campaign(&id).forget().unwrap();
        assert_eq!(outcomes(bench, &id), []);
        let standing = bench.standing(&id);
        let counts = standing.recipients;
        assert_eq!((counts.total, counts.accepted, counts.rejected), (3, 2, 1));
        assert_eq!((standing.plan.not_found, standing.plan.duplicates), (1, 1));
        directory.asked();

        let people = vec![email(1), mobile(1), email(2), nobody(3), email(7)];
        LookUp::new(&*bench.ledger, &vendor.address(), &directory).find(people).unwrap();
        let mut asked = directory.asked().concat();
        asked.sort_unstable();
        assert_eq!(asked, [nobody(3), email(1), email(2), mobile(1)]);
        assert_eq!(outcomes(bench, &others).len(), 1);
    });
}
