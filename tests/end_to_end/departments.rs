//! Departments: who is in them, what is below them, and how many people a message to one is for.

use batchcast_tests::{Home, Invocation};
use serde_json::json;

use crate::desk::counts;
use crate::people::emulator;

const MEMBERS: &str = "open_id,user_id,union_id,name,email,mobile,department";
const ANN: &str = "ou_ann,,,,ann@example.com,+8613800000001,od-sales";
const BEN: &str = "ou_ben,ben,,,,+4915100000000,od-sales";
const CID: &str = "ou_cid,,,Cid,cid@example.com,,0";

const DEPARTMENTS: &str = "department_id,custom_department_id,parent,name,members";
const SALES: &str = "od-sales,sales,0,Sales,2";
const NORTH: &str = "od-north,,od-sales,North,1";

#[test]
fn a_lookup_prints_members_or_departments() {
    let (home, emulator) = (Home::empty(), emulator(&[]));
    let lookup = |args: &[&str]| home.lark(["lookup", "--endpoint", emulator.url(), "--department"]).args(args);
    let check = |args: &[&str], expected: &[&str], says: &str| {
        let ran = lookup(args).run().exits(0).says(&[says]);
        assert_eq!(ran.stdout.lines().collect::<Vec<_>>(), expected, "{}", ran.shown());
    };
    check(&["0"], &[MEMBERS, CID], "1 members");
    check(&["od-sales"], &[MEMBERS, ANN, BEN], "2 members");
    check(&["sales"], &[MEMBERS, &ANN.replace("od-", ""), &BEN.replace("od-", "")], "2 members");
    // Ben is in North, too, and once in the list.
    check(&["0", "--recursive"], &[MEMBERS, CID, ANN, BEN], "3 members");
    check(&["od-sales", "--recursive"], &[MEMBERS, ANN, BEN], "2 members");
    check(&["od-north"], &[MEMBERS, &BEN.replace("sales", "north")], "1 members");
    check(&["0", "--sub-departments"], &[DEPARTMENTS, SALES], "1 departments");
    check(&["0", "--sub-departments", "--recursive"], &[DEPARTMENTS, SALES, NORTH], "2 departments");
    check(&["od-north", "--sub-departments"], &[DEPARTMENTS], "0 departments");

    let members = lookup(&["od-sales", "--json"]).run().exits(0).document();
    let ben = json!({"open_id": "ou_ben", "user_id": "ben", "union_id": null, "name": null, "email": null,
                     "mobile": "+4915100000000", "department": "od-sales"});
    assert_eq!(
        (&members["schema"], &members["count"], &members["members"][1]),
        (&json!("batchcast.members/1"), &json!(2), &ben)
    );
    let below = lookup(&["0", "--sub-departments", "--recursive", "--json"]).run().exits(0).document();
    let north = json!({"department_id": "od-north", "custom_department_id": null, "parent": "od-sales", "name": "North",
                       "members": 1});
    assert_eq!(
        (&below["schema"], &below["count"], &below["departments"][1]),
        (&json!("batchcast.departments/1"), &json!(2), &north)
    );
    let none = lookup(&["od-north", "--sub-departments", "--json"]).run().exits(0).document();
    assert_eq!(none, json!({"schema": "batchcast.departments/1", "departments": [], "count": 0}));
}

#[test]
fn what_a_lookup_prints_can_be_sent_to() {
    let (home, emulator) = (Home::empty(), emulator(&[]));
    let send = |list: Invocation| {
        let list = list.run().exits(0).stdout;
        let send = home.send(emulator.url(), ["--text", "hi", "--to", "-", "--again", "--json"]);
        let summary = send.stdin(list).run().exits(0).summary();
        let reached: Vec<_> = emulator.deliveries().into_iter().map(|delivery| delivery.id).collect();
        emulator.reset();
        (counts(&summary), reached)
    };
    let lookup = |args: &[&str]| home.lark(["lookup", "--endpoint", emulator.url(), "--department", "0"]).args(args);
    let (accepted, reached) = send(lookup(&["--recursive"]));
    assert_eq!((accepted, &*reached), ([3, 0, 0, 0], &["ou_cid", "ou_ann", "ou_ben"].map(str::to_owned)[..]));
    // A department is one recipient, and whoever is in or below it gets the message.
    let (accepted, mut reached) = send(lookup(&["--sub-departments"]));
    reached.sort();
    assert_eq!((accepted, &*reached), ([1, 0, 0, 0], &["ou_ann", "ou_ben"].map(str::to_owned)[..]));
}

#[test]
fn a_department_that_is_not_there_is_an_error_and_nothing_else() {
    let (home, emulator) = (Home::empty(), emulator(&[]));
    for further in [&[][..], &["--recursive"], &["--sub-departments"]] {
        let lookup = |id: &str| home.lark(["lookup", "--endpoint", emulator.url(), "--department", id]).args(further);
        let error = lookup("od-none").args(["--json"]).run().exits(2).error();
        assert_eq!(error["kind"], "refused", "{error}");
        let said = error["message"].as_str().unwrap();
        assert!(said.contains("od-none") && said.contains("99992357"), "{error}");
        assert_eq!(lookup("od-none").run().exits(2).stdout, "", "no heading of an empty list");
        assert_eq!(lookup("no such id").args(["--json"]).run().exits(2).error()["kind"], "input");
    }
}

#[test]
fn a_plan_tells_how_many_people_a_department_has_where_the_app_may_see_it() {
    let people = ["--text", "hi", "--id", "department_id=od-sales", "--id", "ou_cid"];
    let (home, open) = (Home::empty(), emulator(&[]));
    let plan = home.lark(["plan"]).args(people).args(["--endpoint", open.url()]).run().exits(0);
    let _ = plan.says(&["recipients  2", "departments about 3 people, with the departments below them"]);
    let both = home.lark(["plan", "--id", "department_id=od-north"]).args(people).args(["--endpoint", open.url()]);
    let _ = both.run().exits(0).says(&["departments about 4 people"]);

    let closed = emulator(&["im:message", "im:message:send_multi_users", "im:message:send_multi_depts"]);
    let plan = home.lark(["plan"]).args(people).args(["--endpoint", closed.url()]).run().exits(0);
    let plan = plan.says(&["departments how many people they have cannot be seen by this app"]);
    let summary = home.lark(["run", plan.stdout.trim_end(), "--json"]).run().exits(0).summary();
    assert_eq!(counts(&summary), [2, 0, 0, 0]);
    assert_eq!(closed.deliveries().len(), 3, "Ann, Ben and Cid");
}
