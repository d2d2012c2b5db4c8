import type { Turn } from '../../shared/documents';
import { useDocument } from '../document';
import { position } from '../format';
import { Loading } from '../parts/notice';

/** Shows who said what, and when. */
export const Transcript = ({ callId }: { callId: string }) => {
  const { document, problem } = useDocument<Turn[]>(`calls/${encodeURIComponent(callId)}/transcript`);
  if (document === undefined) return <Loading problem={problem} />;
  return (
    <ol class="transcript">
      {document.map(({ role, atS, message }, index) => (
        <li key={index} class={`turn turn-${role === 'agent' ? 'agent' : 'caller'}`}>
          <span class="turn-head">
            {role === 'agent' ? 'Agent' : 'Caller'} <span class="numbers">{position(atS)}</span>
          </span>
          <p>{message}</p>
        </li>
      ))}
    </ol>
  );
};
