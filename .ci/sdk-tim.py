"""A TIM client of somebody else's (tencentcloud-sdk-python-im) against `batchcast emulator`, unchanged.

Its address is an argument of its constructor, and it signs with the vendor's own package (tls-sig-api-v2).
"""

import sys
import time
from unittest import mock

from emulator import Emulator
from tencentcloud_im.tcim_client import BatchMessageObj, MessageObj, MessageText, TCIMClient

BATCHCAST = sys.argv[1]
SDKAPPID = 1400000000
ADMINISTRATOR = "administrator"

# What the client asked, and the HTTP status and the code it got, as the emulator logs it.
seen = []


def client(emulator, key="sandbox-key", identifier=ADMINISTRATOR):
    return TCIMClient(SDKAPPID, key, identifier, tencent_url=f"{emulator.url}/v4")


def answered(response):
    """The body of an answer; the document promises HTTP 200 for all of them."""
    assert response is not None, "the client logged an exception"
    assert response.status_code == 200, response.text
    body = response.json()
    seen.append((response.request.method, response.request.path_url.split("?")[0], 200, body["ErrorCode"]))
    return body


def ok(response, **expected):
    body = answered(response)
    outline = {name: body.get(name) for name in ("ActionStatus", "ErrorCode", "ErrorInfo", *expected)}
    assert outline == {"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", **expected}, body
    return body


def refused(response, code):
    body = answered(response)
    assert (body["ActionStatus"], body["ErrorCode"]) == ("FAIL", code) and body["ErrorInfo"], body


def to_many(accounts, text="hi"):
    return BatchMessageObj(ADMINISTRATOR, accounts, [MessageText(text)], sync_machine=2)


def accounts_are_imported_and_checked(emulator, tim):
    assert statuses(tim, "ann", "ben", "cid") == ["NotImported"] * 3
    ok(tim.add_single_user("ann", "Ann", ""))
    ok(tim.batch_add_users(["ben", "cid"]), FailAccounts=[])
    assert statuses(tim, "ann", "ben", "cid", "dee") == ["Imported"] * 3 + ["NotImported"]

    on_the_web = {"To_Account": "ann", "Status": "Online", "Detail": [{"Platform": "Web", "Status": "Online"}]}
    unknown = {"To_Account": "dee", "ErrorCode": 70107}
    ok(tim.check_user_online(["ann", "dee"]), QueryResult=[on_the_web], ErrorList=[unknown])


def statuses(tim, *accounts):
    rows = ok(tim.search_user(list(accounts)))["ResultItem"]
    assert [row["UserID"] for row in rows] == list(accounts), rows
    return [row["AccountStatus"] for row in rows]


def a_message_to_one_is_found_and_taken_back(emulator, tim):
    message = MessageObj(ADMINISTRATOR, "ann", [MessageText("to one")], sync_machine=2, extra_data="x")
    sent = ok(tim.send_message(message))
    assert abs(sent["MsgTime"] - time.time()) < 60, sent
    assert emulator.deliveries(sent["MsgKey"]) == [("account", "ann")]
    found_then_taken_back(tim, "ann", sent["MsgKey"], "to one", CloudCustomData="x")


def a_message_to_many_is_found_and_taken_back_one_by_one(emulator, tim):
    sent = ok(tim.batch_send_message(to_many(["ann", "ben", "cid"], "to many")))
    assert "ErrorList" not in sent, sent
    assert emulator.deliveries(sent["MsgKey"]) == [("account", name) for name in ("ann", "ben", "cid")]
    for account in ("ann", "ben", "cid"):
        found_then_taken_back(tim, account, sent["MsgKey"], "to many")


def found_then_taken_back(tim, account, key, text, **expected):
    message = in_the_history(tim, account, key)
    assert message["MsgFlagBits"] == 0, message
    assert message["MsgBody"] == [{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}], message
    assert {name: message[name] for name in expected} == expected, message
    ok(tim.draw_message(ADMINISTRATOR, account, key))
    assert in_the_history(tim, account, key)["MsgFlagBits"] == 8
    refused(tim.draw_message(ADMINISTRATOR, account, key), 20023)


def in_the_history(tim, account, key):
    now = int(time.time())
    page = ok(tim.get_message_list(account, ADMINISTRATOR, 100, now - 60, now + 60), Complete=1)
    found = [row for row in page["MsgList"] if row["MsgKey"] == key]
    assert len(found) == 1 and (found[0]["From_Account"], found[0]["To_Account"]) == (ADMINISTRATOR, account), page
    return found[0]


def pages_of_the_history_go_on_where_the_last_one_ended(emulator, tim):
    keys = {ok(tim.batch_send_message(to_many(["ben"], f"page {n}")))["MsgKey"] for n in range(5)}
    seen, last, latest = set(), "", int(time.time()) + 60
    for _ in range(10):
        page = ok(tim.get_message_list("ben", ADMINISTRATOR, 2, latest - 120, latest, last))
        assert len(page["MsgList"]) == page["MsgCnt"] <= 2, page
        seen |= {row["MsgKey"] for row in page["MsgList"]}
        latest, last = page["LastMsgTime"], page["LastMsgKey"]
        if page["Complete"]:
            break
    assert keys <= seen and page["Complete"] == 1, (keys, seen)


def who_does_not_exist_is_listed_and_the_others_get_it(emulator, tim):
    before = emulator.delivered()
    body = answered(tim.batch_send_message(to_many(["dee", "ann", "eve"])))
    assert (body["ActionStatus"], body["ErrorCode"]) == ("SomeError", 0), body
    assert body["ErrorList"] == [{"To_Account": name, "ErrorCode": 70107} for name in ("dee", "eve")], body
    assert emulator.deliveries(body["MsgKey"]) == [("account", "ann")]
    assert emulator.delivered() == before + 1


def refusals_have_the_codes_of_the_documents(emulator, tim):
    before = emulator.delivered()
    refused(tim.batch_send_message(to_many(["dee", "eve"])), 90012)
    refused(tim.batch_send_message(to_many([f"user{n}" for n in range(501)])), 90011)
    refused(tim.batch_send_message(to_many(["ann"], "x" * 12_000)), 90055)
    refused(tim.batch_send_message(BatchMessageObj("dee", ["ann"], [MessageText("hi")])), 90008)
    refused(tim.draw_message(ADMINISTRATOR, "ann", "1_2_3"), 20022)
    refused(client(emulator, key="another").batch_send_message(to_many(["ann"])), 70009)
    refused(client(emulator, identifier="ann").batch_send_message(to_many(["ann"])), 90009)
    late = client(emulator)
    with mock.patch.object(time, "time", return_value=time.time() - 3600):
        late.user_sig = late.get_user_sig(ADMINISTRATOR, 60)
    refused(late.batch_send_message(to_many(["ann"])), 70001)
    assert emulator.delivered() == before, "a refused message reaches nobody"


CHECKS = [
    accounts_are_imported_and_checked,
    a_message_to_one_is_found_and_taken_back,
    a_message_to_many_is_found_and_taken_back_one_by_one,
    pages_of_the_history_go_on_where_the_last_one_ended,
    who_does_not_exist_is_listed_and_the_others_get_it,
    refusals_have_the_codes_of_the_documents,
]


def main():
    with Emulator(BATCHCAST) as emulator:
        # Nobody exists but the administrator, and who is imported.
        emulator.put_directory({"tim": {"accounts": []}})
        for check in CHECKS:
            check(emulator, client(emulator))
            print(f"ok: {check.__name__.replace('_', ' ')}")
        assert emulator.requests() == seen, "the client and the emulator disagree on what happened"
        print(f"{len(seen)} requests, {emulator.delivered()} deliveries")
        print(f"{len(CHECKS)} passed, 0 failed")


main()
