"""The vendor's own Python SDK, lark-oapi, against `batchcast emulator`, with nothing set but its domain.

It has no request for batch_send, so that one goes through its raw request, as its README shows; the others are typed.
"""

import asyncio
import io
import json
import struct
import sys
import zlib

import lark_oapi as lark
from emulator import Emulator
from lark_oapi.api.contact.v3 import BatchGetIdUserRequest, BatchGetIdUserRequestBody
from lark_oapi.api.im.v1 import (
    CreateImageRequest,
    CreateImageRequestBody,
    DeleteBatchMessageRequest,
    GetProgressBatchMessageRequest,
    ReadUserBatchMessageRequest,
)
from lark_oapi.core.exception import ObtainAccessTokenException

BATCHCAST = sys.argv[1]
SEND = "/open-apis/message/v4/batch_send/"
TOKEN = "/open-apis/auth/v3/tenant_access_token"


def client(emulator, **changes):
    builder = lark.Client.builder().app_id("cli_sandbox").app_secret("sandbox-secret").domain(emulator.url)
    for setting, value in changes.items():
        builder = getattr(builder, setting)(value)
    return builder.build()


def to_many(**recipients):
    body = {"msg_type": "text", "content": {"text": "Lunch is ready."}, **recipients}
    return raw(body)


def raw(body):
    post = lark.BaseRequest.builder().http_method(lark.HttpMethod.POST).uri(SEND)
    return post.token_types({lark.AccessTokenType.TENANT}).body(body).build()


def sent(response):
    """The data of a message that was accepted."""
    assert response.success() and response.raw.status_code == 200, response.raw.content
    data = json.loads(response.raw.content)["data"]
    assert data["message_id"].startswith("bm-") and len(data["message_id"]) == 35, data
    return data


def refused(response, code, status):
    assert (response.code, response.raw.status_code) == (code, status), response.raw.content
    assert response.msg and len(response.get_log_id()) == 32, vars(response)


def somebody_is_looked_up_and_written_to(emulator, sdk):
    body = BatchGetIdUserRequestBody.builder().emails(["ann@example.com", "x_invalid@example.com"]).build()
    request = BatchGetIdUserRequest.builder().user_id_type("open_id").request_body(body).build()
    found = sdk.contact.v3.user.batch_get_id(request)
    assert found.success(), found.raw.content
    ann, nobody = found.data.user_list
    assert ann.email == "ann@example.com" and ann.user_id.startswith("ou_") and nobody.user_id is None, found.raw.content
    data = sent(sdk.request(to_many(open_ids=[ann.user_id])))
    assert emulator.deliveries(data["message_id"]) == [("open_id", ann.user_id)]


def a_message_to_many_is_followed_and_recalled(emulator, sdk):
    recipients = {"open_ids": ["ou_1", "ou_2", "ou_3_invalid"], "user_ids": ["u1"], "union_ids": ["on_1"]}
    data = sent(sdk.request(to_many(**recipients)))
    message_id = data.pop("message_id")
    expected = {f"invalid_{kind}_ids": [] for kind in ("department", "open", "user", "union")}
    assert data == {**expected, "invalid_open_ids": ["ou_3_invalid"]}, data
    everybody = [("open_id", "ou_1"), ("open_id", "ou_2"), ("user_id", "u1"), ("union_id", "on_1")]
    assert emulator.deliveries(message_id) == everybody

    assert progress(sdk, message_id) == (4, 4, 2, False, 0)
    read = sdk.im.v1.batch_message.read_user(by_id(ReadUserBatchMessageRequest, message_id))
    assert read.success(), read.raw.content
    assert (read.data.read_user.read_count, read.data.read_user.total_count) == ("2", "4"), read.raw.content

    recalled = sdk.im.v1.batch_message.delete(by_id(DeleteBatchMessageRequest, message_id))
    assert recalled.success(), recalled.raw.content
    assert progress(sdk, message_id) == (4, 4, 2, True, 4)


def by_id(request, message_id):
    return request.builder().batch_message_id(message_id).build()


def progress(sdk, message_id):
    response = sdk.im.v1.batch_message.get_progress(by_id(GetProgressBatchMessageRequest, message_id))
    assert response.success(), response.raw.content
    send, recall = response.data.batch_message_send_progress, response.data.batch_message_recall_progress
    counts = (send.valid_user_ids_count, send.success_user_ids_count, send.read_user_ids_count)
    return (*counts, recall.recall, recall.recall_count)


def a_picture_is_uploaded_and_sent(emulator, sdk):
    # The SDK writes the form with two libraries, one for each of these.
    keys = [uploaded(sdk.im.v1.image.create(picture())), uploaded(asyncio.run(sdk.im.v1.image.acreate(picture())))]
    assert keys[0] != keys[1], keys
    for key in keys:
        body = {"msg_type": "image", "content": {"image_key": key}, "open_ids": ["ou_1"]}
        data = sent(asyncio.run(sdk.arequest(raw(body))))
        assert emulator.deliveries(data["message_id"]) == [("open_id", "ou_1")]


def picture():
    body = CreateImageRequestBody.builder().image_type("message").image(io.BytesIO(png())).build()
    return CreateImageRequest.builder().request_body(body).build()


def uploaded(response):
    assert response.success(), response.raw.content
    assert response.data.image_key.startswith("img_v3_"), response.raw.content
    return response.data.image_key


def png():
    """One grey point."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


def a_store_app_writes_to_a_tenant(emulator, _):
    store = client(emulator, app_id="cli_sandbox_store", app_secret="sandbox-store-secret", app_type=lark.AppType.ISV)
    tenant = lark.RequestOption.builder().tenant_key("sandbox-tenant").app_ticket("sandbox-store-ticket").build()
    data = sent(store.request(to_many(open_ids=["ou_1"]), tenant))
    assert emulator.deliveries(data["message_id"]) == [("open_id", "ou_1")]


def refusals_have_the_codes_of_the_documents(emulator, sdk):
    before = emulator.delivered()
    refused(sdk.request(to_many()), 10003, 200)
    refused(sdk.request(to_many(open_ids=[f"ou_{n}" for n in range(201)])), 10003, 200)
    card = {"schema": "2.0", "elements": []}
    refused(sdk.request(raw({"msg_type": "interactive", "card": card, "open_ids": ["ou_1"]})), 11246, 200)
    refused(sdk.im.v1.batch_message.delete(by_id(DeleteBatchMessageRequest, "bm-" + "0" * 32)), 230030, 400)

    stale = lark.RequestOption.builder().tenant_access_token("t-nobodys").build()
    refused(client(emulator, enable_set_token=True).request(to_many(open_ids=["ou_1"]), stale), 99991663, 400)
    # The SDK keeps tokens by app id, so it must be another one to be asked for.
    for app_id, secret, code in [("cli_unknown", "sandbox-secret", 10014), ("not an app id", "x", 10003)]:
        try:
            answer = client(emulator, app_id=app_id, app_secret=secret).request(to_many(open_ids=["ou_1"]))
        except ObtainAccessTokenException as refusal:
            assert refusal.code == code, vars(refusal)
        else:
            raise AssertionError(f"{app_id} got a token: {answer.raw.content}")
    assert emulator.delivered() == before, "a refused message reaches nobody"


CHECKS = [
    somebody_is_looked_up_and_written_to,
    a_message_to_many_is_followed_and_recalled,
    a_picture_is_uploaded_and_sent,
    a_store_app_writes_to_a_tenant,
    refusals_have_the_codes_of_the_documents,
]


def main():
    with Emulator(BATCHCAST, "--reads", "50") as emulator:
        sdk = client(emulator)
        for check in CHECKS:
            check(emulator, sdk)
            print(f"ok: {check.__name__.replace('_', ' ')}")
        requests = emulator.requests()
        tokens = [(path, code) for _, path, _, code in requests if path.startswith(TOKEN)]
        granted, refusals = f"{TOKEN}/internal", [(f"{TOKEN}/internal", 10014), (f"{TOKEN}/internal", 10003)]
        assert tokens == [(granted, 0), (TOKEN, 0), *refusals], f"the SDK fetches a token once and keeps it: {tokens}"
        missed = [request for request in requests if request[2] == 404]
        assert not missed, f"the SDK asks for what is not there: {missed}"
        print(f"{len(requests)} requests, {emulator.delivered()} deliveries")
        print(f"{len(CHECKS)} passed, 0 failed")


main()
