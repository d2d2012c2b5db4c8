import { loggedRight } from '../../lambdas/callers/logged-right';
import { agentNow } from '../support/lifecycle/agent-now';
import { type Erasing, erasing } from '../support/lifecycle/erasing';
import { everythingOf } from '../support/lifecycle/everything';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;
let erasures: Erasing;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(async () => {
  await rig.reset();
  rig.settings.retainS = 2 * 3600;
  erasures = erasing(rig);
});
afterAll(() => rig.close());

const number = '+31612345678';
const nowS = () => Math.floor(rig.nowMs() / 1000);
/** A pre-call; without a number unless one is given. */
const begin = async (conversationId: string, agentId: string, phoneNumber?: string) => {
  const answer = await rig.preCall({ conversationId, agentId, phoneNumber, sample: conversationId, name: 'Xanthippe' });
  return answer === 'killed' ? answer : answer.voice_id;
};
/** The transcript, the recording and the record of a finished call, under ElevenLabs' id. */
const finish = async (recordId: string, precallId: string, phoneNumber?: string) => {
  await rig.endCall({ conversationId: precallId });
  await rig.processJob();
  await rig.deps.archive.put(`transcripts/${recordId}/0.json`, 'said', 'application/json');
  await rig.deps.archive.put(`recordings/${recordId}.mp3`, 'heard', 'audio/mpeg');
  await rig.deps.records.write({
    recordId,
    source: 'conversation',
    eventTimestampS: nowS(),
    bodySha256: '0'.repeat(64),
    fields: {
      conversation_id: recordId,
      agent_id: 'agent_1',
      start_time_unix_secs: nowS() - 60,
      precall_conversation_id: precallId,
      expires_at: nowS() + 86_400,
      ...(phoneNumber !== undefined && { caller_hash: (await rig.deps.callerHash(phoneNumber))! }),
    },
    fallbackFields: {},
  });
};
const everything = () => everythingOf(rig);
const placesWith = async (...texts: readonly string[]) =>
  Object.entries(await everything())
    .filter(([place, content]) => texts.some((text) => place.includes(text) || content.includes(text)))
    .map(([place]) => place);
/** A finished call and a live one of a caller without a number, and a finished call of another such caller. */
const world = async () => {
  const voices = [await begin('pre_theirs', 'agent_1'), await begin('pre_others', 'agent_3')];
  await finish('conv_theirs', 'pre_theirs');
  await finish('conv_others', 'pre_others');
  voices.push(await begin('pre_live', 'agent_2'));
  rig.advance(1);
  return voices as [string, string, string];
};
const expectErased = async ([theirs, others, live]: readonly [string, string, string], before: object) => {
  expect(await placesWith(theirs, live, 'transcripts/conv_theirs', 'recordings/conv_theirs')).toEqual([]);
  expect(await placesWith('samples/pre_theirs', 'samples/pre_live')).toEqual([]);
  expect((await rig.ledger())['RECORD#conv_theirs']).toMatchObject({ erased_at: expect.any(Number) as number });
  expect(rig.clones()).toEqual([others]);
  const ofOthers = (places: object) => Object.entries(places).filter(([place]) => /_others/.test(place));
  expect(ofOthers(before).length).toBeGreaterThanOrEqual(5);
  expect(ofOthers(await everything())).toEqual(ofOthers(before));
  expect(agentNow(rig, 'agent_2').voiceId).toBe('ownVoice2');
  expect(rig.elevenLabs.state.incidents).toEqual([]);
};
const done = async () => Object.values(await rig.ledger()).find(({ kind }) => kind === 'erasure');

describe('the erasure of a caller without a number', () => {
  it('given the ids of a call and of a live pre-call, then all of both goes, and nothing of another caller', async () => {
    const voices = await world();
    const before = await everything();

    await erasures.request(['conv_theirs', 'pre_live']);
    await erasures.settle();

    await expectErased(voices, before);
    expect(await done()).toMatchObject({
      state: 'done',
      counts: { voices: 2, records: 1, transcripts: 1, recordings: 1, samples: 2 },
      kept: expect.not.objectContaining({ consents: expect.anything() as unknown }) as unknown,
    });
    expect(await done()).not.toHaveProperty('conversation_ids');
  });

  it('given an id that Precall does not know, then no late pre-call can begin it', async () => {
    await erasures.request(['pre_late']);
    await erasures.settle();

    await expect(begin('pre_late', 'agent_1')).rejects.toMatchObject({ code: 'CONVERSATION_ENDED' });
    expect(rig.clones()).toEqual([]);
  });

  it.each([
    ['a pre-call', 'pre_known'],
    ['a call', 'conv_known'],
  ])('given %s of a caller with a number, then it is refused, and nothing changes', async (_kind, id) => {
    await begin('pre_known', 'agent_1', number);
    await finish('conv_known', 'pre_known', number);
    const before = await everything();

    await expect(erasures.request(['pre_unknown', id])).rejects.toMatchObject({
      code: 'INVALID_PAYLOAD',
      message: expect.stringContaining(`the caller of ${id} has a number`) as string,
    });

    expect(await everything()).toEqual(before);
  });

  it('given a call that is linked to a pre-call with a number, then that pre-call and its voice stay', async () => {
    const voiceId = await begin('pre_known', 'agent_1', number);
    await rig.deps.records.linkPreCall('conv_transferred', 'pre_known', nowS() + 86_400);

    await erasures.request(['conv_transferred']);
    await erasures.settle();

    expect(rig.clones()).toEqual([voiceId]);
    expect(agentNow(rig, 'agent_1').voiceId).toBe(voiceId);
  });

  it.each([1, 3, 6, 12])('given a pass that is killed after %d steps, then the next ones erase all', async (steps) => {
    const voices = await world();
    const before = await everything();
    await erasures.request(['conv_theirs', 'pre_live']);

    expect(await erasures.pass(steps)).toEqual(['killed']);
    await erasures.settle();

    await expectErased(voices, before);
  });

  it('given a pass that fails at S3, and a voice that the end of its call then deletes, then its sample is counted', async () => {
    await begin('pre_live', 'agent_1');
    await erasures.request(['pre_live']);
    rig.awsFaults.push({ service: 's3', effect: 'before', skip: 0 });
    await expect(erasures.pass()).rejects.toMatchObject({ service: 'S3' });
    await rig.endCall({ conversationId: 'pre_live' });
    await rig.processJob();
    expect(rig.clones()).toEqual([]);

    await erasures.settle();

    expect(await done()).toMatchObject({ counts: { voices: 1, samples: 1 } });
  });

  it('given a table that was restored, then the log of erasures repeats it', async () => {
    const voices = await world();
    const before = await everything();
    const requestedAtS = nowS();
    await erasures.request(['conv_theirs', 'pre_live']);
    const key = (await rig.samples()).find((each) => each.startsWith('rights-log/'))!;
    const logged = loggedRight.parse(JSON.parse(String(await rig.deps.archive.get(key))));
    rig.advance(60);
    // The restored table has no erasure, and the jobs of the first one are over.
    erasures = erasing(rig);

    await erasures.repeat(logged);
    await erasures.settle();

    expect(logged.at).toBe(requestedAtS);
    await expectErased(voices, before);
  });
});
