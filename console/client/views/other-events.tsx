import { useSignal } from '@preact/signals';
import type { AnswerDocument } from '../../shared/documents';
import { messageOf } from '../document';
import { Answer } from '../parts/answer';
import { Field } from '../parts/field';
import { Notice } from '../parts/notice';
import { postJson } from '../requests';

const kinds = [
  { kind: 'transcription', title: 'End of a call' },
  { kind: 'audio', title: 'Recording of a call' },
  { kind: 'failure', title: 'Failed call over Twilio' },
  { kind: 'failure-sip', title: 'Failed call over SIP' },
  { kind: 'flat', title: 'End in the flat form' },
  { kind: 'threecx', title: 'Incoming call at 3CX' },
  { kind: 'initiation', title: 'Call starts at ElevenLabs' },
  { kind: 'enrolment', title: 'Enrol a caller' },
  { kind: 'withdrawal', title: 'Withdraw consent' },
  { kind: 'export', title: 'Export a caller' },
  { kind: 'erasure', title: 'Erase a caller' },
  { kind: 'setup-check', title: 'Check the set-up' },
  { kind: 'unknown', title: 'Event of an unknown type' },
];

/** Sends a sample event of any other kind, signed as its sender signs it. */
export const OtherEvents = ({ agentId }: { agentId: string }) => {
  const conversationId = useSignal('');
  const number = useSignal('');
  const result = useSignal<{ title: string; answer?: AnswerDocument; problem?: string } | undefined>(undefined);
  const given = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());
  const send = async (kind: string, title: string): Promise<void> => {
    result.value = undefined;
    const about = { conversationId: given(conversationId.value), number: given(number.value) };
    result.value = await postJson<AnswerDocument>('events', { kind, agentId, ...about }).then(
      (answer) => ({ title, answer }),
      (error: unknown) => ({ title, problem: messageOf(error) }),
    );
  };
  return (
    <section class="card" aria-labelledby="other-events">
      <h2 id="other-events">Send another event</h2>
      <div class="fields">
        <Field label="Conversation" value={conversationId} placeholder="a new one" />
        <Field label="Caller's number" value={number} inputMode="tel" placeholder="the sample's" />
      </div>
      <div class="actions">
        {kinds.map(({ kind, title }) => (
          <button key={kind} type="button" onClick={() => void send(kind, title)}>
            {title}
          </button>
        ))}
      </div>
      {result.value && <Result {...result.value} />}
    </section>
  );
};

const Result = ({ title, answer, problem }: { title: string; answer?: AnswerDocument; problem?: string }) =>
  answer === undefined ? (
    <Notice kind="problem">
      {title}: {problem}
    </Notice>
  ) : (
    <Answer title={title} answer={answer} />
  );
