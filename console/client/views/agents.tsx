import type { AgentDocument } from '../../shared/documents';
import { useDocument } from '../document';
import { shortTime } from '../format';
import { Action } from '../parts/action';
import { CallLink, Id } from '../parts/id';
import { Empty, Loading } from '../parts/notice';
import { Tag } from '../parts/tag';
import { postJson } from '../requests';

/** Shows the agents: their own voice and greeting beside the current ones. */
export const Agents = () => {
  const { document, problem } = useDocument<AgentDocument[]>('agents');
  return (
    <>
      <h1>Agents</h1>
      {document === undefined ? (
        <Loading problem={problem} />
      ) : document.length === 0 ? (
        <Empty title="No agent yet">The first pre-call for an agent brings it here.</Empty>
      ) : (
        document.map((agent) => <AgentCard key={agent.agentId} agent={agent} />)
      )}
    </>
  );
};

const AgentCard = ({ agent }: { agent: AgentDocument }) => {
  const { agentId, own, now, conversationId, sinceMs, inFlight } = agent;
  return (
    <section class="card" aria-label={`Agent ${agentId}`}>
      <h2 class="id">{agentId}</h2>
      <div class="scroll" tabIndex={0} role="group" aria-label={`Voices of ${agentId}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Voice</th>
              <th scope="col">Greeting</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Its own</th>
              <td>
                <Id id={own.voiceId} />
              </td>
              <td>{own.firstMessage ?? '–'}</td>
            </tr>
            <tr>
              <th scope="row">Now</th>
              <td>
                <Id id={now.voiceId} />
              </td>
              <td>{now.firstMessage ?? '–'}</td>
            </tr>
          </tbody>
        </table>
      </div>
      <p>
        {conversationId === undefined ? (
          <Tag state="its own voice" />
        ) : (
          <>
            <Tag state="in use" /> by <CallLink id={conversationId} />
            {sinceMs !== undefined && ` since ${shortTime(sinceMs)}`}
          </>
        )}
        {inFlight > 0 && ` ${inFlight} changes may still land.`}
      </p>
      <Action
        label="Give it its own voice back"
        question={`Give ${agentId} its own voice and greeting back?`}
        done="A job does it within seconds."
        isDisabled={conversationId !== undefined}
        run={() => postJson(`agents/${encodeURIComponent(agentId)}/restore`)}
      />
      {conversationId !== undefined && <p class="hint">End its call first: that restores the agent.</p>}
    </section>
  );
};
