import type { Turn } from '../../shared/documents';
import { useDocument } from '../document';
import { position } from '../format';
import { WithDocument } from '../parts/with-document';

/** Shows who said what, and when. */
export const Transcript = ({ callId }: { callId: string }) => {
  const loaded = useDocument<Turn[]>(`calls/${encodeURIComponent(callId)}/transcript`);
  return <WithDocument loaded={loaded}>{(turns) => <Turns turns={turns} />}</WithDocument>;
};

const Turns = ({ turns }: { turns: readonly Turn[] }) => (
  <ol class="transcript">
    {turns.map(({ role, atS, message }, index) => (
      <li key={index} class={`turn turn-${role === 'agent' ? 'agent' : 'caller'}`}>
        <span class="turn-head">
          {role === 'agent' ? 'Agent' : 'Caller'} <span class="numbers">{position(atS)}</span>
        </span>
        <p>{message}</p>
      </li>
    ))}
  </ol>
);
