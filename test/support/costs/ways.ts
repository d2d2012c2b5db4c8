import { createHash } from 'node:crypto';
import { threeCxCall } from '../../../lambdas/three-cx/three-cx-call';
import { threeCxSecret } from '../calls-stack';
import { until } from '../eventually';
import { postCallPayload } from '../postcall-stack';
import { spokenSample } from '../samples';
import { type Answer, newConversationId, post, preCallEvent, signatureOf, upload } from '../sender';
import type { SeenCall } from '../three-cx-call';
import type { CostRig } from './cost-rig';

/** One call, from its first request until nothing is left of it but what is stored for long. */
export interface Way {
  /** What a caller had done before. */
  readonly before?: () => Promise<unknown>;
  readonly play: () => Promise<unknown>;
}

const sample = { format: 'base64', data: spokenSample('caller.wav').toString('base64') };

/** A recording of four minutes. */
const audioBytes = 3_840_000;

let lastNumber = 2_000_000;
const newNumber = (): string => `+3161${(lastNumber += 1)}`;

const answered = (answer: Answer): Answer => {
  if (answer.status === 200) return answer;
  throw new Error(`Answered ${answer.status}: ${JSON.stringify(answer.json)}`);
};

const sendTo = (url: string, body: object, headers = {}): Promise<Answer> =>
  post(url, JSON.stringify(body), headers).then(answered);

/** The ways that docs/COSTS.md has, by their names there. */
export const waysOf = (
  rig: CostRig,
): Readonly<Record<'json' | 'upload' | 'recording' | 'initiation' | 'threeCx', Way>> => {
  const { stack } = rig.running;
  const ends = (conversation_id: string, agent_id: string, has_audio = false): Promise<Answer> =>
    sendTo(`${stack.url}/webhook/postcall`, postCallPayload('transcription', { conversation_id, agent_id, has_audio }));
  const preCall = async (conversation_id: string, fields: object = {}, has_audio = false): Promise<void> => {
    const caller_metadata = { name: 'Ivan', date_of_birth: '11.12.2007', phone_number: newNumber() };
    const event = { conversation_id, agent_id: 'agent_1', caller_metadata, ...fields };
    await sendTo(`${stack.url}/webhook/precall`, preCallEvent(event));
    await rig.quiet();
    await ends(conversation_id, 'agent_1', has_audio);
    await rig.expire('VOICE#', 'CONVERSATION#');
  };
  const enrol = (phone_number: string): Promise<Answer> =>
    sendTo(`${stack.url}/callers`, { type: 'caller_enrol', phone_number, name: 'Ada', voice_sample: sample });
  return {
    json: { play: () => preCall(newConversationId()) },
    upload: {
      play: async () => {
        const id = newConversationId();
        const { upload_id } = await upload(`${stack.url}/uploads`, id, spokenSample('caller.wav'));
        await preCall(id, { voice_sample: { format: 'upload', upload_id } });
      },
    },
    recording: {
      play: () => {
        const seed = { agentId: 'agent_1', status: 'done', hasAudio: true, audioBytes } as const;
        return preCall(rig.elevenLabs.addConversation(seed).conversationId, {}, true);
      },
    },
    initiation: initiation(rig, enrol, ends),
    threeCx: threeCx(rig, enrol, ends),
  };
};

type Enrol = (number: string) => Promise<Answer>;
type Ends = (conversationId: string, agentId: string) => Promise<Answer>;

const initiation = (rig: CostRig, enrol: Enrol, ends: Ends): Way => {
  const number = newNumber();
  const ring = async (): Promise<{ id: string; answer: Answer }> => {
    const id = newConversationId();
    const call = {
      caller_id: number,
      agent_id: 'agent_1',
      called_number: '+31201234567',
      call_sid: '',
      conversation_id: id,
    };
    const headers = { 'elevenlabs-signature': undefined, 'x-precall-secret': 'initiation secret of the tests' };
    return { id, answer: await sendTo(`${rig.running.stack.url}/webhook/initiation`, call, headers) };
  };
  return {
    before: async () => {
      await enrol(number);
      await until(async () => {
        const { json } = (await ring()).answer;
        await rig.quiet();
        return json['conversation_config_override'] !== undefined;
      });
    },
    play: async () => ends((await ring()).id, 'agent_1'),
  };
};

const threeCx = (rig: CostRig, enrol: Enrol, ends: Ends): Way => {
  let number = '';
  const incoming = (call_id: string): Promise<Answer> => {
    const event = {
      event_type: 'IncomingCall',
      call_id,
      caller_id: number,
      called_number: '+31201234567',
      direction: 'In',
    };
    const body = { ...event, timestamp: new Date().toISOString() };
    const signature = signatureOf(JSON.stringify(body), { secret: threeCxSecret });
    const headers = { 'elevenlabs-signature': undefined, 'x-signature': signature };
    return sendTo(`${rig.running.stack.url}/webhook/3cx`, body, headers);
  };
  return {
    before: async () => {
      // Voices of other tests would end together with this one's.
      await rig.expire('VOICE#');
      await rig.expire('VOICE#');
      await enrol((number = newNumber()));
    },
    play: async () => {
      const callId = `3cx ${newConversationId()}`;
      await incoming(callId);
      await rig.quiet();
      const key = `CALL#${createHash('sha256').update(callId).digest('hex')}`;
      const { greeting, agent_call }: SeenCall = threeCxCall.parse((await rig.running.ledger())[key]);
      for (const leg of [greeting, agent_call]) {
        await ends(String(leg?.conversation_id), 'agent_2');
        await rig.quiet();
      }
      // The voice is kept for the caller's next call until its time is over; its row is forgotten two days later.
      await rig.expire('VOICE#');
      await rig.expire('VOICE#');
    },
  };
};
