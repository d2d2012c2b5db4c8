import type { AgentDocument } from '../../shared/documents';
import { useDocument } from '../document';
import { shortTime } from '../format';
import { Action } from '../parts/action';
import { AgentVoices } from '../parts/agent-voices';
import { CallLink } from '../parts/id';
import { Empty, FirstCall } from '../parts/notice';
import { Tag } from '../parts/tag';
import { WithDocument } from '../parts/with-document';
import { postJson } from '../requests';

/** Shows the agents: their own voice and greeting beside the current ones. */
export const Agents = () => (
  <>
    <h1>Agents</h1>
    <WithDocument loaded={useDocument<AgentDocument[]>('agents')}>
      {(agents) =>
        agents.length === 0 ? (
          <Empty title="No agent yet">
            The first pre-call for an agent brings it here. <FirstCall />
          </Empty>
        ) : (
          agents.map((agent) => <AgentCard key={agent.agentId} agent={agent} />)
        )
      }
    </WithDocument>
  </>
);

const AgentCard = ({ agent }: { agent: AgentDocument }) => {
  const { agentId, own, now, conversationId, sinceMs, inFlight } = agent;
  const title = `agent-${agentId}`;
  return (
    <section class="card" aria-labelledby={title}>
      <h2 class="id" id={title}>
        {agentId}
      </h2>
      <AgentVoices
        labelledBy={title}
        voices={[
          { when: 'Its own', has: own },
          { when: 'Now', has: now },
        ]}
      />
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
