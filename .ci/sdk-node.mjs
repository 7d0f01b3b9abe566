// The vendor's own Node SDK, @larksuiteoapi/node-sdk, against `batchcast emulator`, with nothing set but its domain.
//
// It has no function for batch_send, so that one goes through its raw request, as its README shows; the others are typed.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import * as lark from "@larksuiteoapi/node-sdk";

const BATCHCAST = process.argv[2];
const SEND = "/open-apis/message/v4/batch_send/";
const TOKEN = "/open-apis/auth/v3/tenant_access_token";
// One grey point.
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
  "base64",
);
const quiet = Object.fromEntries(["error", "warn", "info", "debug", "trace"].map((level) => [level, () => {}]));

let url;

const client = (changes) =>
  new lark.Client({ appId: "cli_sandbox", appSecret: "sandbox-secret", domain: url, logger: quiet, ...changes });

const lines = async (of) => {
  const text = await (await fetch(`${url}/_emulator/${of}`)).text();
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
};

/** Who got a message, by kind and id, in the order of delivery. */
const deliveries = async (messageId) =>
  (await lines("deliveries")).filter((row) => row.message_id === messageId).map((row) => [row.kind, row.id]);

const send = (sdk, message, ...options) => sdk.request({ method: "POST", url: SEND, data: message }, ...options);

const text = (recipients) => ({ msg_type: "text", content: { text: "Lunch is ready." }, ...recipients });

const sent = (answer) => {
  assert.equal(answer.code, 0, JSON.stringify(answer));
  assert.match(answer.data.message_id, /^bm-[0-9a-f]{32}$/);
  return answer.data;
};

/** A refusal at an HTTP status that is an error to the SDK. */
const refused = (promise, status, code) =>
  assert.rejects(promise, ({ response }) => {
    assert.deepEqual([response?.status, response?.data?.code], [status, code]);
    assert.match(response.headers["x-tt-logid"], /^\w{32}$/);
    assert.ok(response.data.msg);
    return true;
  });

async function somebodyIsLookedUpAndWrittenTo(sdk) {
  const found = await sdk.contact.v3.user.batchGetId({
    data: { emails: ["ann@example.com", "x_invalid@example.com"] },
    params: { user_id_type: "open_id" },
  });
  assert.equal(found.code, 0, JSON.stringify(found));
  const [ann, nobody] = found.data.user_list;
  assert.ok(ann.user_id.startsWith("ou_") && nobody.user_id === undefined, JSON.stringify(found));
  const { message_id } = sent(await send(sdk, text({ open_ids: [ann.user_id] })));
  assert.deepEqual(await deliveries(message_id), [["open_id", ann.user_id]]);
}

async function aMessageToManyIsFollowedAndRecalled(sdk) {
  const recipients = { open_ids: ["ou_1", "ou_2", "ou_3_invalid"], user_ids: ["u1"], union_ids: ["on_1"] };
  const { message_id, ...invalid } = sent(await send(sdk, text(recipients)));
  assert.deepEqual(invalid, {
    invalid_department_ids: [],
    invalid_open_ids: ["ou_3_invalid"],
    invalid_union_ids: [],
    invalid_user_ids: [],
  });
  const everybody = [["open_id", "ou_1"], ["open_id", "ou_2"], ["user_id", "u1"], ["union_id", "on_1"]];
  assert.deepEqual(await deliveries(message_id), everybody);

  const batch = { path: { batch_message_id: message_id } };
  const progress = async (recall) => {
    const { code, data } = await sdk.im.v1.batchMessage.getProgress(batch);
    assert.deepEqual({ code, ...data }, {
      code: 0,
      batch_message_send_progress: { valid_user_ids_count: 4, success_user_ids_count: 4, read_user_ids_count: 2 },
      batch_message_recall_progress: recall,
    });
  };
  await progress({ recall: false, recall_count: 0 });
  const read = await sdk.im.v1.batchMessage.readUser(batch);
  assert.deepEqual([read.code, read.data.read_user], [0, { read_count: "2", total_count: "4" }]);
  assert.equal((await sdk.im.v1.batchMessage.delete(batch)).code, 0);
  await progress({ recall: true, recall_count: 4 });
}

async function aPictureIsUploadedAndSent(sdk) {
  const folder = mkdtempSync(path.join(tmpdir(), "sdk-node-"));
  try {
    const file = path.join(folder, "point.png");
    writeFileSync(file, PNG);
    // The SDK takes both, and sends the second without a length.
    for (const image of [PNG, createReadStream(file)]) {
      const uploaded = await sdk.im.v1.image.create({ data: { image_type: "message", image } });
      assert.match(uploaded?.image_key, /^img_v3_/);
      const content = { image_key: uploaded.image_key };
      const { message_id } = sent(await send(sdk, { msg_type: "image", content, open_ids: ["ou_1"] }));
      assert.deepEqual(await deliveries(message_id), [["open_id", "ou_1"]]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function aStoreAppWritesToATenant() {
  // The event that brings a store app its ticket, as the vendor pushes it.
  const ticket = { type: "app_ticket", app_id: "cli_sandbox_store", app_ticket: "sandbox-store-ticket" };
  await new lark.EventDispatcher({ logger: quiet }).invoke({ type: "event_callback", event: ticket });
  const app = { appId: "cli_sandbox_store", appSecret: "sandbox-store-secret", appType: lark.AppType.ISV };
  const tenant = lark.withTenantKey("sandbox-tenant");
  const { message_id } = sent(await send(client(app), text({ open_ids: ["ou_1"] }), tenant));
  assert.deepEqual(await deliveries(message_id), [["open_id", "ou_1"]]);
}

async function refusalsHaveTheCodesOfTheDocuments(sdk) {
  const before = (await lines("deliveries")).length;
  assert.equal((await send(sdk, text({}))).code, 10003);
  const tooMany = Array.from({ length: 201 }, (_, n) => `ou_${n}`);
  assert.equal((await send(sdk, text({ open_ids: tooMany }))).code, 10003);
  const card = { schema: "2.0", elements: [] };
  assert.equal((await send(sdk, { msg_type: "interactive", card, open_ids: ["ou_1"] })).code, 11246);

  const unknown = { path: { batch_message_id: `bm-${"0".repeat(32)}` } };
  await refused(sdk.im.v1.batchMessage.delete(unknown), 400, 230030);
  const empty = { image_type: "message", image: Buffer.alloc(0) };
  await refused(sdk.im.v1.image.create({ data: empty }), 400, 234010);
  const stale = lark.withTenantToken("t-nobodys");
  await refused(send(client({ disableTokenCache: true }), text({ open_ids: ["ou_1"] }), stale), 400, 99991663);
  await assert.rejects(send(client({ appId: "cli_unknown" }), text({ open_ids: ["ou_1"] })), /10014/);
  assert.equal((await lines("deliveries")).length, before, "a refused message reaches nobody");
}

const CHECKS = [
  somebodyIsLookedUpAndWrittenTo,
  aMessageToManyIsFollowedAndRecalled,
  aPictureIsUploadedAndSent,
  aStoreAppWritesToATenant,
  refusalsHaveTheCodesOfTheDocuments,
];

async function check() {
  const sdk = client();
  for (const step of CHECKS) {
    await step(sdk);
    console.log(`ok: ${step.name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`);
  }
  const requests = await lines("requests");
  const tokens = requests.filter((row) => row.path.startsWith(TOKEN)).map((row) => [row.path, row.code]);
  const expected = [[`${TOKEN}/internal`, 0], [TOKEN, 0], [`${TOKEN}/internal`, 10014]];
  assert.deepEqual(tokens, expected, "the SDK fetches a token once and keeps it");
  assert.deepEqual(requests.filter((row) => row.status === 404), [], "the SDK asks for what is not there");
  console.log(`${requests.length} requests, ${(await lines("deliveries")).length} deliveries`);
  console.log(`${CHECKS.length} passed, 0 failed`);
}

const emulator = spawn(BATCHCAST, ["emulator", "--reads", "50"], { env: {}, stdio: ["ignore", "pipe", "inherit"] });
const stopped = once(emulator, "exit");
try {
  // Its first line, which comes when the port is open.
  const started = once(createInterface(emulator.stdout), "line");
  const [line] = await Promise.race([started, stopped.then(([code]) => [`exit code ${code}`])]);
  assert.match(line, /^listening on http:\/\/127\.0\.0\.1:\d+$/);
  url = line.replace("listening on ", "");
  await check();
} finally {
  emulator.kill();
}
assert.deepEqual(await stopped, [0, null], "the emulator stops of its own accord");
