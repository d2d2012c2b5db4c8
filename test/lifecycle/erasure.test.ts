import { enrolledSampleKey } from '../../lambdas/callers/caller';
import { recordEnrolment } from '../../lambdas/callers/caller-changes';
import { enrol as enrolSamples } from '../../lambdas/callers/enrolment/enrol';
import { agentNow } from '../support/lifecycle/agent-now';
import { type Erasing, erasing } from '../support/lifecycle/erasing';
import { everythingOf } from '../support/lifecycle/everything';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';
import { spokenSample } from '../support/samples';
import { storeCall } from '../support/three-cx-call';

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
const others = '+31687654321';
const nowS = () => Math.floor(rig.nowMs() / 1000);
const hashOf = async (phone: string) => (await rig.deps.callerHash(phone))!;
const begin = async (conversationId: string, phoneNumber: string, plan: object = {}) => {
  const answer = await rig.preCall({ agentId: 'agent_1', conversationId, phoneNumber, ...plan });
  return answer === 'killed' ? answer : answer.voice_id;
};
const enrol = async (phone: string, digest: string) => {
  const callerHash = await hashOf(phone);
  const stored = { sha256: digest, format: 'wav' as const };
  const sample = { ...stored, key: enrolledSampleKey(callerHash, stored) };
  await rig.deps.archive.put(sample.key, digest, 'audio/wav');
  const enrolment = {
    name: phone === number ? 'Xanthippe' : 'Ben',
    samples: [sample],
    signedAtS: nowS(),
    expiresAtS: nowS() + 86_400,
  };
  await rig.deps.callers.change(callerHash, recordEnrolment(enrolment, nowS()));
};
/** The transcript and the record of a call that is over. */
const record = async (recordId: string, phone: string, precallId: string | null = null) => {
  await rig.deps.archive.put(`transcripts/${recordId}/0.json`, 'said', 'text/plain');
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
      caller_hash: await hashOf(phone),
      expires_at: nowS() + 86_400,
    },
    fallbackFields: {},
  });
};
const end = async (conversationId: string) => {
  await rig.endCall({ conversationId });
  await rig.processJob();
};
/** A 3CX call, and the transcript of the agent's call that was placed for it. */
const threeCxCall = async (call: string, phone: string, conversationId: string) => {
  const { calls, archive } = rig.deps;
  const callerHash = await hashOf(phone);
  const made = { call, threeCxCallId: `the id of ${call}`, callerNumber: phone, callerHash } as const;
  await storeCall(
    calls,
    { ...made, firstLeg: 'agent_call', receivedAtMs: rig.nowMs() },
    { state: 'placed', conversation_id: conversationId },
  );
  await archive.put(`transcripts/${conversationId}/0.json`, 'said', 'text/plain');
};
/** A caller with calls of each kind, an enrolment and a record without a pre-call; and another caller. */
const world = async (): Promise<string[]> => {
  const kept = await begin('conv_old', number, { sample: 'old' });
  await end('conv_old');
  await record('conv_old', number, 'conv_old');
  await record('conv_no_precall', number);
  await enrol(number, 'a'.repeat(64));
  const other = await begin('conv_other', others, { agentId: 'agent_3', sample: 'other' });
  await record('conv_other', others, 'conv_other');
  await enrol(others, 'b'.repeat(64));
  const live = await begin('conv_live', number, { agentId: 'agent_2', sample: 'live' });
  await rig.deps.archive.put('postcall/raw/conv_live/post_call_transcription/1.json', number, 'text/plain');
  await threeCxCall('3cx_1', number, 'conv_3cx');
  await threeCxCall('3cx_2_other', others, 'conv_other');
  rig.advance(1);
  return [kept, live, other];
};
const everything = () => everythingOf(rig);
const placesWith = async (text: string) =>
  Object.entries(await everything())
    .filter(([place, content]) => place.includes(text) || content.includes(text))
    .map(([place]) => place);
const expectErased = async (voiceIds: readonly string[], before: Record<string, string>) => {
  const [kept = '', live = '', other = ''] = voiceIds;
  const mark = `CALLER#${await hashOf(number)}`;
  expect(await placesWith(await hashOf(number))).toEqual([mark]);
  for (const trace of [
    kept,
    live,
    'Xanthippe',
    'transcripts/conv_old',
    'transcripts/conv_no',
    'transcripts/conv_3cx',
    'the id of 3cx_1',
    'postcall/raw',
    number,
  ])
    expect(await placesWith(trace)).toEqual([]);
  expect((await rig.ledger())['CALL#3cx_1']).toMatchObject({
    state: 'erased',
    erased_at: expect.any(Number) as number,
  });
  const now = await everything();
  const theirs = Object.keys(before).filter((place) => /_other|agent_3|b{64}/.test(place) || place.includes(other));
  expect(theirs.length).toBeGreaterThanOrEqual(6);
  for (const place of theirs) expect(now[place]).toBe(before[place]);
  expect(rig.clones()).toEqual([other]);
  for (const n of [1, 2]) expect(agentNow(rig, `agent_${n}`).voiceId).toBe(`ownVoice${n}`);
  expect(rig.elevenLabs.state.incidents).toEqual([]);
};
const resultOf = async () => {
  const [result] = Object.values(await rig.ledger()).filter(
    ({ kind, state }) => kind === 'erasure' && state === 'done',
  );
  return result!['counts'];
};
const counts = {
  conversations_at_elevenlabs: 0,
  voices: 2,
  conversations: 4,
  calls: 1,
  records: 2,
  samples: 3,
  transcripts: 3,
  recordings: 0,
  events: 1,
  exports: 0,
};

describe('what an erasure finds at work', () => {
  const erase = async () => {
    await erasures.request(number);
    await erasures.settle();
  };

  it('given a clone of unknown outcome, then it is searched for, deleted, and its id is nowhere', async () => {
    rig.elevenLabs.addFault({ operation: 'createVoice', effect: 'after', action: { kind: 'reset' } });
    await expect(begin('conv_lost', number)).rejects.toMatchObject({ status: 503 });
    const [lostVoice = ''] = rig.clones();
    expect(lostVoice).not.toBe('');

    await erase();

    expect(rig.clones()).toEqual([]);
    expect(await placesWith(lostVoice)).toEqual([]);
  });

  it('given a failed pre-call whose clean-up comes after the erasure, then it brings nothing back', async () => {
    const error = { kind: 'error', status: 400, code: 'invalid' } as const;
    rig.elevenLabs.addFault({ operation: 'patchAgent', action: error });
    await expect(begin('conv_failed', number)).rejects.toMatchObject({ code: 'AGENT_UPDATE_FAILED' });
    const [voiceId = ''] = rig.clones();
    const { deletionJobs } = rig.deps;

    await erase();
    const late = { conversation_id: 'conv_failed', agent_id: 'agent_1', voice_id: voiceId };
    await deletionJobs.enqueue({ reason: 'precall_failed', ...late }, 0);
    await deletionJobs.enqueue({ reason: 'conversation_ended', conversation_id: 'conv_failed' }, 0);
    await rig.processJob();

    expect(await placesWith(voiceId)).toEqual([]);
  });

  it('given an enrolment that it overtakes, then that is refused, and what was stored for it goes', async () => {
    const { callers, archive } = rig.deps;
    const overtaken = {
      ...callers,
      change: async (...args: Parameters<typeof callers.change>) => {
        await erasures.request(number);
        return callers.change(...args);
      },
    };
    const [callerHash, signedAtS] = [await hashOf(number), nowS()];
    const limits = { minDurationS: 1, minSampleRateHz: 16_000, maxBytes: 10_000_000 };
    const deps = { ...rig.deps, callers: overtaken, bucket: archive, limits, keptS: 60 };
    const enrolling = {
      callerHash,
      olderHashes: [],
      signedAtS,
      name: 'Xanthippe',
      samples: [spokenSample('caller.wav')],
    };

    await expect(enrolSamples(enrolling, deps)).rejects.toMatchObject({ code: 'CALLER_ERASED' });

    // Only the log of erasures.
    expect((await rig.samples()).filter((key) => !key.startsWith('rights-log/'))).toEqual([]);
    await expect(enrolSamples(enrolling, { ...deps, callers })).rejects.toMatchObject({ status: 409 });
    expect(await placesWith('Xanthippe')).toEqual([]);
  });

  it('given a pass that fails at S3, and a voice that the end of its call then deletes, then its sample is counted', async () => {
    await begin('conv_live', number);
    await erasures.request(number);
    rig.awsFaults.push({ service: 's3', effect: 'before', skip: 0 });
    await expect(erasures.pass()).rejects.toMatchObject({ service: 'S3' });
    await end('conv_live');
    expect(rig.clones()).toEqual([]);

    await erasures.settle();

    expect(await resultOf()).toMatchObject({ voices: 1, samples: 1 });
  });

  it('given a caller who comes back while it runs, then what they bring stays', async () => {
    await world();
    await erasures.request(number);
    await erasures.pass();
    rig.advance(2);
    await enrol(number, 'c'.repeat(64));
    const voiceId = await begin('conv_new', number, { agentId: 'agent_2', sample: 'new' });

    await erasures.settle();

    expect(agentNow(rig, 'agent_2').voiceId).toBe(voiceId);
    expect(rig.clones()).toContain(voiceId);
    const places = await placesWith(await hashOf(number));
    expect(places).toEqual(
      expect.arrayContaining([`VOICE#${voiceId}`, 'CONVERSATION#conv_new', expect.stringMatching(/^callers.*\/c{64}/)]),
    );
    expect(await placesWith('a'.repeat(64))).toEqual([]);
  });
});

describe('an erasure', () => {
  it('given a caller with everything, then in some passes nothing of them is left, and another keeps all', async () => {
    const voices = await world();
    const before = await everything();

    await erasures.request(number);
    await erasures.settle();

    await expectErased(voices, before);
    expect(await resultOf()).toEqual(counts);
  });

  it('given a worker that is killed after one call more each time, then it comes to the same end', async () => {
    const voices = await world();
    const before = await everything();
    await erasures.request(number);

    for (let calls = 1, killed = true; killed; calls += 1) {
      killed = (await erasures.pass(calls)).includes('killed');
      rig.advance(1);
      await rig.processJob(calls);
      // What the killed worker of the other queue left is shown again.
      if (calls % 10 === 0) rig.advance(370);
    }
    await erasures.settle();

    await expectErased(voices, before);
    expect(await resultOf()).toEqual(counts);
  });

  it.each([0, 1, 2, 3, 4])(
    'given a request that is killed after %i calls, then it can be sent again',
    async (calls) => {
      const voices = await world();
      const before = await everything();

      expect(await erasures.request(number, calls)).toEqual(calls < 4 ? 'killed' : expect.any(String));
      if (calls < 4) await erasures.request(number);
      await erasures.settle();

      await expectErased(voices, before);
    },
  );
});
