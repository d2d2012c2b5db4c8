import type { AgentVoice } from '../../shared/documents';
import { Id } from './id';

interface AgentVoicesProps {
  /** The id of the element that says whose voices these are. */
  readonly labelledBy: string;
  readonly voices: readonly { readonly when: string; readonly has: AgentVoice }[];
}

/** Renders what an agent has at different times: voice and greeting. */
export const AgentVoices = ({ labelledBy, voices }: AgentVoicesProps) => (
  <div class="scroll" tabIndex={0} role="group" aria-labelledby={labelledBy}>
    <table>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Voice</th>
          <th scope="col">Greeting</th>
        </tr>
      </thead>
      <tbody>
        {voices.map(({ when, has }) => (
          <tr key={when}>
            <th scope="row">{when}</th>
            <td>
              <Id id={has.voiceId} />
            </td>
            <td>{has.firstMessage ?? <span class="none">–</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
