import { useSignal } from '@preact/signals';
import type { AnswerDocument, Turn } from '../../shared/documents';
import { Action } from '../parts/action';
import { postJson } from '../requests';

const example = 'agent: Hello, how can I help?\ncaller: Is my order ready?\nagent: Yes, it is ready at nine.';

const secondsPerTurn = 4;

/** Parses lines such as `caller: Hello` as turns. A line without a name continues the previous turn. */
export const turnsIn = (text: string): Turn[] => {
  const turns: Turn[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [, who, said] = /^\s*(agent|caller|user)\s*:\s*(.*)$/i.exec(line) ?? [];
    const last = turns.at(-1);
    if (who === undefined && last !== undefined)
      turns[turns.length - 1] = { ...last, message: `${last.message}\n${line.trim()}` };
    else {
      const role = who?.toLowerCase() === 'agent' ? 'agent' : 'user';
      turns.push({ role, atS: turns.length * secondsPerTurn, message: said?.trim() || line.trim() });
    }
  }
  return turns;
};

/** Ends a call as ElevenLabs reports it, with a typed transcript. */
export const EndCall = ({ conversationId, agentId }: { conversationId: string; agentId: string | undefined }) => {
  const text = useSignal(example);
  const end = async (): Promise<void> => {
    const event = { kind: 'transcription', conversationId, agentId, turns: turnsIn(text.value) };
    const { status, meaning } = await postJson<AnswerDocument>('events', event);
    if (status >= 300) throw new Error(`${status}: ${meaning}`);
  };
  return (
    <section class="card" aria-labelledby="end-call">
      <h2 id="end-call">End the call</h2>
      <label>
        Transcript, one line for each turn
        <textarea rows={4} value={text.value} onInput={({ currentTarget }) => (text.value = currentTarget.value)} />
      </label>
      <Action label="End the call" done="ElevenLabs' report of the end was sent." look="primary" run={end} />
    </section>
  );
};
