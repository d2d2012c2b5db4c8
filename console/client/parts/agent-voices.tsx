import type { AgentVoice } from '../../shared/documents';
import { isPersonal } from '../session';
import { Id } from './id';
import { Table } from './table';

interface AgentVoiceRow {
  readonly when: string;
  readonly has: AgentVoice;
  /** Whether Precall no longer keeps the greeting. */
  readonly isForgotten?: boolean;
}

interface AgentVoicesProps {
  /** The id of the element that says whose voices these are. */
  readonly labelledBy: string;
  readonly voices: readonly AgentVoiceRow[];
}

/** Renders what an agent has at different times: voice and greeting. */
export const AgentVoices = ({ labelledBy, voices }: AgentVoicesProps) => (
  <div class="scroll" tabIndex={0} role="group" aria-labelledby={labelledBy}>
    <Table columns={['When', 'Voice', 'Greeting']} isStacked={false}>
      {voices.map(({ when, has, isForgotten = false }) => (
        <tr key={when}>
          <th scope="row">{when}</th>
          <td>
            <Id id={has.voiceId} />
          </td>
          <td>{has.firstMessage ?? <span class="none">{noGreeting(isForgotten)}</span>}</td>
        </tr>
      ))}
    </Table>
  </div>
);

const noGreeting = (isForgotten: boolean): string => {
  if (isPersonal.value !== true) return 'hidden';
  return isForgotten ? 'not kept after the call' : '–';
};
