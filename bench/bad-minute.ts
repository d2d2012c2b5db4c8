/**
 * What agents, voices and callers go through in a bad minute, over HTTP on the local stack, by the real clock. A busy
 * machine is slower than the promises: `node --import tsx bench/bad-minute.ts [runs of each]`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { NewFault } from '../local/elevenlabs/faults';
import {
  type Account,
  agentOf,
  type Call,
  clones,
  edit,
  enrol,
  isGone,
  isOwn,
  preCall,
  secondsUntil,
  startAccount,
  tellEnd,
} from './bad-minute/account';

const runs = Number(process.argv[2] ?? 10);

/** Runs that go on at the same time. */
const atOnce = 5;

/** A run: how many seconds each thing took that is promised, by its name. */
type Run = (account: Account, number: number) => Promise<Readonly<Record<string, number>>>;

let calls = 0;
const callOn = (agentId: string, fields: Partial<Call> = {}): Call => {
  calls += 1;
  return { id: `call_${calls}`, agentId, ...fields };
};

const fails = (account: Account, agentId: string, action: NewFault['action'], effect: NewFault['effect'] = 'before') =>
  account.elevenLabs.addFault({ operation: 'patchAgent', match: agentId, action, effect });

/** Holds or not, where no time is measured. */
const holds = (does: boolean): number => (does ? 0 : Infinity);

const faultOnPatch =
  (action: NewFault['action'], effect: NewFault['effect'] = 'before'): Run =>
  async (account) => {
    const call = callOn(account.nextAgent());
    fails(account, call.agentId, action, effect);
    const sentMs = Date.now();
    await preCall(account.stacks[0]!, call);
    await tellEnd(account.stacks[0]!, call);
    const restored = await secondsUntil(() => isOwn(account, call.agentId));
    await secondsUntil(() => isGone(account, call));
    return { 'restored<=10': restored, 'clone gone after pre-call<=65': (Date.now() - sentMs) / 1000 };
  };

const refusedPatch: Run = async (account) => {
  const call = callOn(account.nextAgent());
  fails(account, call.agentId, { kind: 'error', status: 422, code: 'invalid_voice' });
  await preCall(account.stacks[0]!, call);
  return { 'clone gone<=15': await secondsUntil(() => isGone(account, call)) };
};

const endDuringClone: Run = async (account) => {
  const call = callOn(account.nextAgent());
  const answered = preCall(account.stacks[0]!, call);
  await sleep(700);
  await tellEnd(account.stacks[0]!, call);
  await answered;
  return { 'clone gone<=15': await secondsUntil(() => isGone(account, call)) };
};

/** While the clone is made, in milliseconds after its request. */
const editMoments = [0, 250, 500, 750, 1_000];

/** A person edits the agent so long after a request of the pre-call, which is over before the call ends. */
const edited = async (account: Account, call: Call, arrived: Promise<void>, delayMs: number): Promise<number> => {
  const wanted = { voiceId: 'ownVoice1', firstMessage: `A person wrote this during ${call.id}` };
  const answered = preCall(account.stacks[0]!, call);
  await arrived;
  await sleep(delayMs);
  edit(account, call.agentId, wanted);
  await answered;
  await tellEnd(account.stacks[0]!, call);
  await secondsUntil(() => isGone(account, call));
  return secondsUntil(() => isOwn(account, call.agentId, wanted), 10);
};

const editDuringClone: Run = async (account, number) => {
  const call = callOn(account.nextAgent());
  const arrived = account.arrival((request) => clones(call, request));
  return { 'edit kept<=10': await edited(account, call, arrived, editMoments[number % editMoments.length]!) };
};

/** In the PATCH's own flight: only agents with versions show what it overwrote. */
const editDuringPatch =
  (hasVersions: boolean): Run =>
  async (account) => {
    const call = callOn(account.nextAgent(hasVersions));
    const arrived = account.arrival(({ operation, id }) => operation === 'patchAgent' && id === call.agentId);
    const tookS = await edited(account, call, arrived, 100);
    return hasVersions ? { 'edit kept<=10': tookS } : { 'edit kept<=10 (not promised)': tookS };
  };

const ownVoiceDeleted: Run = async (account) => {
  const call = callOn(account.nextAgent());
  const voiceId = `deleted_${call.id}`;
  account.elevenLabs.addVoice({ voiceId, name: 'A voice', category: 'premade' });
  edit(account, call.agentId, { voiceId, firstMessage: 'Hello' });
  await preCall(account.stacks[0]!, call);
  const { voices } = account.elevenLabs.state;
  voices.splice(
    voices.findIndex((voice) => voice.voiceId === voiceId),
    1,
  );
  await tellEnd(account.stacks[0]!, call);
  const nameless = await secondsUntil(() => !agentOf(account, call.agentId).firstMessage.includes('Anna'));
  return { 'no name<=20': nameless, 'clone gone<=30': await secondsUntil(() => isGone(account, call)) };
};

const olderEnrolment: Run = async ({ stacks: [stack] }, number) => {
  const phone = `+3161234${6_000 + number}`;
  const nowS = Math.floor(Date.now() / 1000);
  const ledger = async (): Promise<string> => {
    const { awsUrl, region, table } = stack!.places;
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
    const dynamoDb = new DynamoDBClient({ endpoint: awsUrl, region, credentials });
    const scan = new ScanCommand({ TableName: table, ConsistentRead: true });
    const { Items = [] } = await DynamoDBDocumentClient.from(dynamoDb).send(scan);
    dynamoDb.destroy();
    return JSON.stringify(Items.filter(({ kind, name }) => kind === 'caller' && String(name).endsWith(` ${number}`)));
  };
  await enrol(stack!, phone, `Older ${number}`, nowS - 60);
  await enrol(stack!, phone, `Newer ${number}`, nowS);
  const before = await ledger();
  await enrol(stack!, phone, `Older ${number}`, nowS - 60);
  return { 'nothing changed': holds(before === (await ledger()) && before.includes('Newer')) };
};

const refusedSecondPreCall: Run = async (account, number) => {
  const live = callOn(account.nextAgent(), { number: `+3161234${7_000 + number}` });
  await preCall(account.stacks[0]!, live);
  const second = callOn(live.agentId, { number: live.number! });
  fails(account, live.agentId, { kind: 'error', status: 422, code: 'invalid_voice' });
  await preCall(account.stacks[0]!, second);
  await tellEnd(account.stacks[0]!, live, `el_${live.id}`);
  return {
    'restored<=10': await secondsUntil(() => isOwn(account, live.agentId)),
    'clone gone<=15': await secondsUntil(() => isGone(account, live) && isGone(account, second)),
  };
};

const twoInstallations: Run = async (account) => {
  const [one, other] = account.stacks;
  const first = callOn(account.nextAgent(), { name: 'Anna' });
  const second = callOn(first.agentId, { name: 'Piet' });
  await preCall(one!, first);
  await preCall(other!, second);
  await tellEnd(one!, first);
  await tellEnd(other!, second);
  await secondsUntil(() => isGone(account, first) && isGone(account, second));
  const { firstMessage, voiceId } = agentOf(account, first.agentId);
  const exists = account.elevenLabs.state.voices.some((voice) => voice.voiceId === voiceId);
  const isNobodys = !/Anna|Piet/.test(firstMessage) && exists;
  return { 'never the voice or greeting of the other': holds(isNobodys) };
};

const latePatch: Run = async (account) => {
  const anna = callOn(account.nextAgent());
  fails(account, anna.agentId, { kind: 'slow', ms: 20_000 });
  await preCall(account.stacks[0]!, anna);
  await tellEnd(account.stacks[0]!, anna);
  const others = Array.from({ length: 60 }, (_, n) => callOn(anna.agentId, { name: `Caller${n}` }));
  for (let begun = 0; begun < others.length; begun += 6)
    await Promise.all(
      others.slice(begun, begun + 6).map(async (call) => {
        await preCall(account.stacks[0]!, call);
        await tellEnd(account.stacks[0]!, call);
      }),
    );
  const all = [anna, ...others];
  await secondsUntil(() => all.every((call) => isGone(account, call)), 300);
  return { 'its own greeting at the end': holds(isOwn(account, anna.agentId)) };
};

const scenarios: readonly (readonly [string, Run, number?])[] = [
  ['a 500 on the PATCH, and an end at once', faultOnPatch({ kind: 'error', status: 500, code: 'internal_error' })],
  ['a 503 on the PATCH, and an end at once', faultOnPatch({ kind: 'error', status: 503, code: 'unavailable' })],
  ['a lost answer on the PATCH, and an end at once', faultOnPatch({ kind: 'reset' }, 'after')],
  ['a PATCH that is refused for good', refusedPatch],
  ['an end while the clone is made', endDuringClone],
  ['an edit during the clone, at five moments', editDuringClone],
  ['an edit in the flight of the PATCH, versions', editDuringPatch(true)],
  ['an edit in the flight of the PATCH, no versions', editDuringPatch(false)],
  ['the own voice deleted during the call', ownVoiceDeleted],
  ['an older enrolment again', olderEnrolment],
  ['a refused second pre-call, and an end by number', refusedSecondPreCall],
  ['two installations on one agent', twoInstallations],
  ['a late PATCH and 60 other callers', latePatch, 1],
];

const limitOf = (name: string): number => Number(/<=(\d+)/.exec(name)?.[1] ?? 0);

/** Runs a scenario so many times, and prints how many runs kept each promise. */
const measure = async (name: string, run: Run, count: number, account: Account): Promise<void> => {
  const results: Readonly<Record<string, number>>[] = [];
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < count) results.push(await run(account, begun++));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  for (const promise of Object.keys(results[0] ?? {})) {
    const seconds = results.map((result) => result[promise] ?? Infinity).toSorted((a, b) => a - b);
    const kept = seconds.filter((each) => each <= limitOf(promise)).length;
    const most = `most ${(seconds.at(-1) ?? 0).toFixed(1)} s, half ${(seconds[seconds.length >> 1] ?? 0).toFixed(1)} s`;
    console.log(`${name.padEnd(50)} ${promise.padEnd(42)} ${kept} of ${seconds.length}   ${most}`);
  }
};

const main = async (): Promise<void> => {
  const account = await startAccount(2);
  try {
    // Cold starts are not measured.
    for (const stack of account.stacks) {
      const call = callOn(account.nextAgent());
      await preCall(stack, call);
      await tellEnd(stack, call);
      await secondsUntil(() => isGone(account, call));
    }
    const only = process.argv[3];
    for (const [name, run, most = runs] of scenarios)
      if (only === undefined || name.includes(only)) await measure(name, run, Math.min(runs, most), account);
    console.log(`agents left with a voice that does not exist: ${danglingOf(account)}`);
  } finally {
    await account.close();
  }
};

/** Those that a person's deletion caused do not count. */
const danglingOf = ({ elevenLabs: { state } }: Account): number =>
  state.incidents.filter(({ voiceId }) => !voiceId.startsWith('deleted_')).length;

void main();
